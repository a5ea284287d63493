SELECT recommended <= :as_of AS test, record_id FROM fact_process WHERE subject = :subject
