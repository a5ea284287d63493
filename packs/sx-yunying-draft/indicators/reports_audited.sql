-- The latest year whose day has passed: audited by the city before the province has it; units of
-- provincial level send the city a copy on the same day.
SELECT r.year = last_year('annual-report', :as_of)
       AND r.report AND r.filed_province <= last_due('annual-report', :as_of)
       AND (r.reviewed_city <= r.filed_province
            OR (a.provincial_unit AND r.copied_city = r.filed_province)) AS test, r.record_id
FROM fact_annual_reports r JOIN fact_applicant a ON a.subject = r.subject
WHERE r.subject = :subject
UNION ALL
SELECT NULL, a.record_id FROM fact_applicant a
WHERE a.subject = :subject AND a.recognised_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM fact_annual_reports r WHERE r.subject = a.subject
                  AND r.year = last_year('annual-report', :as_of))
