-- Report of the year before and plan of the year, with the city by 20 January.
SELECT CASE WHEN r.year = CAST(substr(last_due('annual-report', :as_of), 1, 4) AS INTEGER) - 1
            THEN r.report AND r.plan AND r.filed_city <= last_due('annual-report', :as_of)
            WHEN r.year IS NOT NULL THEN 0 END AS test, r.record_id
FROM fact_annual_reports r WHERE r.subject = :subject
