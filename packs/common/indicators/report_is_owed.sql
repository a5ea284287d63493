-- Recognised after the day it was due: not for this year.
SELECT coalesce(recognised_on <= last_due('annual-report', :as_of), 1) AS test, record_id
FROM fact_applicant WHERE subject = :subject
