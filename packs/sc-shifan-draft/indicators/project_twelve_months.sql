-- Periods of twelve months from the first day that the project touches (the other reading of A-39).
SELECT 1 AS test, record_id,
       CASE WHEN start <> 'never' AND "end" <> 'never'
            THEN (CAST(substr("end", 1, 4) AS INTEGER) - CAST(substr(start, 1, 4) AS INTEGER)
                  + (substr("end", 6) >= substr(start, 6))) * 1000000
       END AS amount
FROM fact_project WHERE subject = :subject
