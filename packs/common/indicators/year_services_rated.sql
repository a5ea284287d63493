-- By the served party's own account, or on the sheet that it signed. By a link alone nobody knows.
SELECT substr(date, 1, 4) = substr(:as_of, 1, 4) AND date <= :as_of AND rated AS test, record_id AS key, title AS label, record_id
FROM fact_services WHERE subject = :subject
