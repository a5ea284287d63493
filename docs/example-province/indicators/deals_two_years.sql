-- Signed in the two calendar years before the business date (Y-03).
SELECT type IN ('transfer', 'licence', 'open_licence', 'equity') AND state IN ('signed', 'filed') AND coalesce(accepted, 1)
       AND CAST(substr(signed, 1, 4) AS INTEGER)
           BETWEEN CAST(substr(:as_of, 1, 4) AS INTEGER) - 2
               AND CAST(substr(:as_of, 1, 4) AS INTEGER) - 1 AS test,
       contract_no AS key, iif(upper(currency) = 'CNY', amount, amount_cny) AS amount,
       contract_no AS label, record_id
FROM fact_deals WHERE subject = :subject
