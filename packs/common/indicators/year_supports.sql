SELECT kind = :word AND substr(date, 1, 4) = substr(:as_of, 1, 4) AND date <= :as_of AS test, record_id AS key, amount AS amount,
       title AS label, record_id
FROM fact_supports WHERE subject = :subject
