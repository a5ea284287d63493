-- Granted of those decided since the project began; a withdrawal counts after examination (A-18).
SELECT t.type = 'invention' AND t.outcome_date >= p.start AND t.outcome_date <= :as_of
       AND CASE WHEN t.outcome = 'withdrawn' THEN t.after_exam
                ELSE t.outcome IN ('granted', 'refused') END AS base,
       t.outcome = 'granted' AS test, t.number AS key, t.number AS label, t.outcome AS says, t.record_id
FROM fact_patents t JOIN fact_project p ON p.subject = t.subject
WHERE t.subject = :subject
