SELECT CASE WHEN r.year = last_year('annual-review', :as_of)
            THEN r.reviewed_city <= last_due('annual-review', :as_of)
                 AND r.filed_province <= last_due('annual-review', :as_of)
            WHEN r.year IS NOT NULL THEN 0 END AS test, r.record_id
FROM fact_annual_reports r WHERE r.subject = :subject
