SELECT r.filed_province = last_due('annual-summary', :as_of) AS test, r.record_id
FROM fact_annual_reports r WHERE r.subject = :subject
