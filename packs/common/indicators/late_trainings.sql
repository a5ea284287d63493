-- Of the year before, after the day on which its report was first filed: that report could not tell it.
SELECT (r.filed_city IS NOT NULL OR r.filed_province IS NOT NULL)
       AND substr(t.date, 1, 4) = CAST(r.year AS TEXT)
       AND t.date > coalesce(min(r.filed_city, r.filed_province), r.filed_city, r.filed_province) AS test,
       t.record_id AS key, t.title AS label, t.record_id
FROM fact_trainings t LEFT JOIN fact_annual_reports r
     ON r.subject = t.subject AND r.year = CAST(substr(:as_of, 1, 4) AS INTEGER) - 1
WHERE t.subject = :subject
