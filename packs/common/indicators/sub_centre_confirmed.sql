SELECT CASE WHEN ground <> 'sub_centre' OR state = 'dismissed' OR date > :as_of THEN 0
            WHEN ground = 'sub_centre' AND state = 'confirmed' AND date <= :as_of THEN 1
       END AS test, record_id
FROM fact_findings WHERE subject = :subject
