SELECT full_time AND "from" <= :as_of AND :as_of <= "to" AS test, name AS label, record_id
FROM fact_staff WHERE subject = :subject
