-- Of the year before, after the day on which its report was first filed: that report could not tell it.
SELECT (r.filed_city IS NOT NULL OR r.filed_province IS NOT NULL)
       AND substr(substr(e.starts, 1, 10), 1, 4) = CAST(r.year AS TEXT)
       AND substr(e.starts, 1, 10) > coalesce(min(r.filed_city, r.filed_province), r.filed_city, r.filed_province) AS test,
       e.record_id AS key, e.title AS label, e.record_id
FROM fact_events e LEFT JOIN fact_annual_reports r
     ON r.subject = e.subject AND r.year = CAST(substr(:as_of, 1, 4) AS INTEGER) - 1
WHERE e.subject = :subject
