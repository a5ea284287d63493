-- The day one year before counts as within the year (Y-02).
SELECT CASE WHEN ground <> 'bad_faith' OR state = 'dismissed' OR date > :as_of
                 OR date < CAST(CAST(substr(:as_of, 1, 4) AS INTEGER) - 1 AS TEXT) || substr(:as_of, 5) THEN 0
            WHEN state = 'confirmed' AND ground = 'bad_faith' AND date IS NOT NULL THEN 1
       END AS test, record_id
FROM fact_findings WHERE subject = :subject
