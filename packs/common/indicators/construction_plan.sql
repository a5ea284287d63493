SELECT construction_plan AS test, record_id FROM fact_documents WHERE subject = :subject
