-- The word: paid, with a fee; free, with a fee of nothing. Without a fee nobody knows.
SELECT substr(date, 1, 4) = substr(:as_of, 1, 4) AND date <= :as_of AND iif(:word = 'paid', fee > 0, fee = 0) AS test,
       record_id AS key, fee AS amount, title AS label, record_id
FROM fact_services WHERE subject = :subject
