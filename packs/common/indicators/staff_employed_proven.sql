-- Employed on the business date, proven by social security or a labour contract (A-11).
SELECT "from" <= :as_of AND :as_of <= "to" AND (social_security OR labour_contract) AS test,
       id_number AS key, name AS label, record_id
FROM fact_staff WHERE subject = :subject
