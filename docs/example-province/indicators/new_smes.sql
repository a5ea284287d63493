SELECT sme AND CAST(substr(served, 1, 4) AS INTEGER) = CAST(substr(:as_of, 1, 4) AS INTEGER) - 1
       AS test, credit_code AS key, name AS label, record_id
FROM fact_served_parties WHERE subject = :subject
