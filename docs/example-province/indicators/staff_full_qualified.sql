SELECT full_time AND qualified AND "from" <= :as_of AND :as_of <= "to" AS test,
       id_number AS key, name AS label, record_id
FROM fact_staff WHERE subject = :subject
