SELECT level = 'national' AND form = 'recognised' AND date <= :as_of AS test, record_id
FROM fact_recognitions WHERE subject = :subject
