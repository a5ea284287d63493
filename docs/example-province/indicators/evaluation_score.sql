-- The marks of the latest evaluation, added.
SELECT 1 AS test, (SELECT sum(s.score) FROM fact_evaluations_scores s
                   WHERE s.record_id = e.record_id) AS amount, e.record_id
FROM fact_evaluations e
WHERE e.subject = :subject
  AND NOT EXISTS (SELECT 1 FROM fact_evaluations later
                  WHERE later.subject = e.subject AND later.year > e.year)
