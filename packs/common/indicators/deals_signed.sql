-- Contract amounts by signing date (A-37), any type; another currency by its amount in yuan;
-- what an office did not accept is none.
SELECT state IN ('signed', 'filed') AND coalesce(accepted, 1) AND signed <= :as_of AS test,
       contract_no AS key, iif(upper(currency) = 'CNY', amount, amount_cny) AS amount,
       contract_no AS label, record_id, share
FROM fact_deals WHERE subject = :subject
