SELECT r.year = last_year('annual-summary', :as_of)
       AND r.report AND r.filed_province <= last_due('annual-summary', :as_of) AS test, r.record_id
FROM fact_annual_reports r WHERE r.subject = :subject
UNION ALL
SELECT NULL, a.record_id FROM fact_applicant a
WHERE a.subject = :subject AND a.recognised_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM fact_annual_reports r WHERE r.subject = a.subject
                  AND r.year = last_year('annual-summary', :as_of))
