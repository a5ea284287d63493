-- Calendar years that the project touches (A-39).
SELECT 1 AS test, record_id,
       CASE WHEN start <> 'never' AND "end" <> 'never'
            THEN (CAST(substr("end", 1, 4) AS INTEGER) - CAST(substr(start, 1, 4) AS INTEGER) + 1) * 1000000
       END AS amount
FROM fact_project WHERE subject = :subject
