SELECT CASE WHEN ground <> 'plaque_passed' OR state = 'dismissed' OR date > :as_of THEN 0
            WHEN ground = 'plaque_passed' AND state = 'confirmed' THEN 1
       END AS test, ground AS label, record_id
FROM fact_findings WHERE subject = :subject
