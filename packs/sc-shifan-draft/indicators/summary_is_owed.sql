SELECT coalesce(recognised_on <= last_due('annual-summary', :as_of), 1) AS test, record_id
FROM fact_applicant WHERE subject = :subject
