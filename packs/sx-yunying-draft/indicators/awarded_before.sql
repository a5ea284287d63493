SELECT policy = 'sx-national' AS test, record_id FROM fact_awards WHERE subject = :subject
