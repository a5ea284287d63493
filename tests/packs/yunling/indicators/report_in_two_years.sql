SELECT CASE WHEN r.year BETWEEN last_year('annual-report', :as_of) - 1
                            AND last_year('annual-report', :as_of)
            THEN r.report AND r.filed_city <= :as_of
            WHEN r.year IS NOT NULL THEN 0 END AS test, r.record_id
FROM fact_annual_reports r WHERE r.subject = :subject
