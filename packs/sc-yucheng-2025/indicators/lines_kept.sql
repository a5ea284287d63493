-- What each line has spent, against what was approved for it. Rows of one voucher and line add up; of
-- rows that are equal in every field the first alone counts. A line that was never approved keeps
-- nothing; while the approved lines are not all known, its bound is not either. Of a line approved in
-- several rows what is known is its bound, unless more was spent than that and a sum is not known.
WITH once AS (SELECT s.line, s.voucher_no, s.amount, s.record_id, s.subject,
       (SELECT sum(b.approved) FROM fact_budget_lines b
        WHERE b.subject = s.subject AND b.line = s.line) AS approved,
       EXISTS (SELECT 1 FROM fact_budget_lines b
               WHERE b.subject = s.subject AND b.line = s.line AND b.approved IS NULL) AS open
FROM fact_spending s WHERE s.subject = :subject
  AND NOT EXISTS (SELECT 1 FROM fact_spending o WHERE o.subject = s.subject AND o.record_id < s.record_id
                  AND o.voucher_no IS s.voucher_no AND o.line IS s.line AND o.project_no IS s.project_no
                  AND o.amount IS s.amount AND o.date IS s.date))
SELECT s.line AS grp, iif(s.voucher_no IS NULL, NULL, s.record_id) AS key, s.amount, 1 AS test,
       s.line AS label, s.record_id,
       CASE WHEN EXISTS (SELECT 1 FROM fact_budget_lines b WHERE b.subject = s.subject AND b.line IS NULL)
            THEN NULL
            WHEN s.open THEN iif((SELECT sum(o.amount) FROM once o WHERE o.line = s.line) > s.approved,
                                 NULL, s.approved)
            WHEN s.approved IS NOT NULL THEN s.approved
            ELSE (SELECT -1 FROM fact_list l WHERE l.subject = s.subject
                  AND l.name = 'budget_lines' AND l.complete = 1) END AS bound
FROM once s
