-- The latest evaluation; after 不合格 the last recheck of a rectification decides.
SELECT CASE WHEN e.year IS NOT NULL THEN 1 END
       AND CASE WHEN e.grade IN ('优秀', '合格') THEN 0
                WHEN e.grade = '不合格' THEN
                    (SELECT r.recheck = 'fail' FROM fact_rectifications r
                     WHERE r.subject = e.subject AND r.recheck IS NOT NULL
                       AND coalesce(substr(r.issued, 1, 4) >= CAST(e.year AS TEXT), 1)
                     ORDER BY r.issued DESC LIMIT 1) END AS test,
       e.grade AS label, e.record_id
FROM fact_evaluations e
WHERE e.subject = :subject
  AND NOT EXISTS (SELECT 1 FROM fact_evaluations later
                  WHERE later.subject = e.subject AND later.year > e.year)
