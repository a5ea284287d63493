SELECT CASE WHEN r.year = CAST(substr(last_due('annual-review', :as_of), 1, 4) AS INTEGER) - 1
            THEN r.reviewed_city <= last_due('annual-review', :as_of)
                 AND r.filed_province <= last_due('annual-review', :as_of)
            WHEN r.year IS NOT NULL THEN 0 END AS test, r.record_id
FROM fact_annual_reports r WHERE r.subject = :subject
