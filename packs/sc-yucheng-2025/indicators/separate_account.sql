SELECT separate_account AS test, record_id FROM fact_funds WHERE subject = :subject
