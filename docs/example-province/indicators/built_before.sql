SELECT policy = 'yunling-build' AS test, record_id FROM fact_awards WHERE subject = :subject
