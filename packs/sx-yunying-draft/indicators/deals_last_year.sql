-- Signed in the calendar year before the business date (A-26). 等 leaves insurance and others
-- possible; what was agreed between related parties counts where a reviewer accepted it,
-- and what one did not accept never counts.
-- own: 保险和其他方式是否属于“等方式”，文件未写：不作判断
SELECT state IN ('signed', 'filed')
       AND CAST(substr(signed, 1, 4) AS INTEGER) = CAST(substr(:as_of, 1, 4) AS INTEGER) - 1
       AND (NOT related_party OR accepted) AND coalesce(accepted, 1)
       AND CASE WHEN type IN ('standardisation', 'insurance', 'other') THEN NULL
                WHEN type IS NOT NULL THEN 1 END AS test,
       contract_no AS key, iif(upper(currency) = 'CNY', amount, amount_cny) AS amount,
       contract_no AS label, record_id, share
FROM fact_deals WHERE subject = :subject
