-- Contract amounts by signing date (A-37), any type; another currency by its amount in yuan.
SELECT state IN ('signed', 'filed') AND signed <= :as_of AS test,
       contract_no AS key, iif(upper(currency) = 'CNY', amount, amount_cny) AS amount,
       contract_no AS label, record_id, share
FROM fact_deals WHERE subject = :subject
