SELECT value AS test, record_id FROM fact_ip_body WHERE subject = :subject
