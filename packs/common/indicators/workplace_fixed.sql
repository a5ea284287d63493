SELECT fixed AS test, record_id FROM fact_workplace WHERE subject = :subject
