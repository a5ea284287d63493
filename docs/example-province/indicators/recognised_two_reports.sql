SELECT CAST(substr(last_due('annual-report', :as_of), 1, 4) AS INTEGER)
       - CAST(substr(recognised_on, 1, 4) AS INTEGER) >= 2 AS test, record_id
FROM fact_applicant WHERE subject = :subject
