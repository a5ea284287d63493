-- Of the year before, after the day on which its report was first filed: that report could not tell it.
SELECT p.kind <> 'other' AND (r.filed_city IS NOT NULL OR r.filed_province IS NOT NULL)
       AND substr(p.started, 1, 4) = CAST(r.year AS TEXT)
       AND p.started > coalesce(min(r.filed_city, r.filed_province), r.filed_city, r.filed_province) AS test,
       p.id AS key, p.id AS label, p.record_id, p.share
FROM fact_projects p LEFT JOIN fact_annual_reports r
     ON r.subject = p.subject AND r.year = CAST(substr(:as_of, 1, 4) AS INTEGER) - 1
WHERE p.subject = :subject
