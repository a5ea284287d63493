-- Of the types that the word names, between commas; none that an office did not accept.
SELECT ',' || :word || ',' LIKE '%,' || type || ',%' AND state IN ('signed', 'filed')
       AND substr(signed, 1, 4) = substr(:as_of, 1, 4) AND signed <= :as_of
       AND coalesce(accepted, 1) AS test,
       contract_no AS key, iif(upper(currency) = 'CNY', amount, amount_cny) AS amount,
       contract_no AS label, record_id, share
FROM fact_deals WHERE subject = :subject
