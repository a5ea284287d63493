SELECT CASE WHEN r.year BETWEEN CAST(substr(last_due('annual-report', :as_of), 1, 4) AS INTEGER) - 2
                            AND CAST(substr(last_due('annual-report', :as_of), 1, 4) AS INTEGER) - 1
            THEN r.report AND r.filed_city <= :as_of
            WHEN r.year IS NOT NULL THEN 0 END AS test, r.record_id
FROM fact_annual_reports r WHERE r.subject = :subject
