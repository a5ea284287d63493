SELECT CAST(substr(date, 1, 4) AS INTEGER)
       BETWEEN CAST(substr(:as_of, 1, 4) AS INTEGER) - 2
           AND CAST(substr(:as_of, 1, 4) AS INTEGER) - 1 AS test,
       date || title AS key, title AS label, record_id
FROM fact_trainings WHERE subject = :subject
