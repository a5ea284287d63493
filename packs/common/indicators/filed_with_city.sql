SELECT filed_with_city <= :as_of AS test, record_id FROM fact_application WHERE subject = :subject
