-- The latest year whose day has passed: report and next year's plan with city and province by that
-- day, units of provincial level with the province alone. Without a row of the year: not, or not
-- known where nobody knows since when the centre is recognised.
SELECT r.year = last_year('annual-report', :as_of)
       AND r.report AND r.plan
       AND (a.provincial_unit OR r.filed_city <= last_due('annual-report', :as_of))
       AND r.filed_province <= last_due('annual-report', :as_of) AS test, r.record_id
FROM fact_annual_reports r JOIN fact_applicant a ON a.subject = r.subject
WHERE r.subject = :subject
UNION ALL
SELECT NULL, a.record_id FROM fact_applicant a
WHERE a.subject = :subject AND a.recognised_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM fact_annual_reports r WHERE r.subject = a.subject
                  AND r.year = last_year('annual-report', :as_of))
