SELECT type IN ('transfer', 'licence', 'open_licence') AND state IN ('signed', 'filed') AND coalesce(accepted, 1)
       AND CAST(substr(signed, 1, 4) AS INTEGER) = CAST(substr(:as_of, 1, 4) AS INTEGER) - 1 AS test,
       contract_no AS key, contract_no AS label, record_id
FROM fact_deals WHERE subject = :subject
