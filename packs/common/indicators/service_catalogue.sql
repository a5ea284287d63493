SELECT service_catalogue AS test, record_id FROM fact_documents WHERE subject = :subject
