-- Of the year before, after the day on which its report was first filed: that report could not tell it.
SELECT (r.filed_city IS NOT NULL OR r.filed_province IS NOT NULL)
       AND substr(s.date, 1, 4) = CAST(r.year AS TEXT)
       AND s.date > coalesce(min(r.filed_city, r.filed_province), r.filed_city, r.filed_province) AS test,
       s.record_id AS key, s.title AS label, s.record_id
FROM fact_services s LEFT JOIN fact_annual_reports r
     ON r.subject = s.subject AND r.year = CAST(substr(:as_of, 1, 4) AS INTEGER) - 1
WHERE s.subject = :subject
