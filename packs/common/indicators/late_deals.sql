-- Of the year before, after the day on which its report was first filed: that report could not tell it.
SELECT d.state IN ('signed', 'filed') AND coalesce(d.accepted, 1) AND (r.filed_city IS NOT NULL OR r.filed_province IS NOT NULL)
       AND substr(d.signed, 1, 4) = CAST(r.year AS TEXT)
       AND d.signed > coalesce(min(r.filed_city, r.filed_province), r.filed_city, r.filed_province) AS test,
       d.contract_no AS key, iif(upper(d.currency) = 'CNY', d.amount, d.amount_cny) AS amount,
       d.contract_no AS label, d.record_id, d.share
FROM fact_deals d LEFT JOIN fact_annual_reports r
     ON r.subject = d.subject AND r.year = CAST(substr(:as_of, 1, 4) AS INTEGER) - 1
WHERE d.subject = :subject
