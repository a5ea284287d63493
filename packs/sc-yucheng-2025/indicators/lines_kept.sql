-- What each line has spent, against what was approved for it. A line that was never approved keeps
-- nothing; while the approved lines are not all known, its bound is not either.
SELECT s.line AS grp, s.voucher_no AS key, s.amount, 1 AS test, s.line AS label, s.record_id,
       CASE WHEN EXISTS (SELECT 1 FROM fact_budget_lines b WHERE b.subject = s.subject
                         AND (b.line IS NULL OR (b.line = s.line AND b.approved IS NULL))) THEN NULL
            WHEN EXISTS (SELECT 1 FROM fact_budget_lines b
                         WHERE b.subject = s.subject AND b.line = s.line)
            THEN (SELECT sum(b.approved) FROM fact_budget_lines b
                  WHERE b.subject = s.subject AND b.line = s.line)
            ELSE (SELECT -1 FROM fact_list l WHERE l.subject = s.subject
                  AND l.name = 'budget_lines' AND l.complete = 1) END AS bound
FROM fact_spending s WHERE s.subject = :subject
