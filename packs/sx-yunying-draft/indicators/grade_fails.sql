-- The latest evaluation; after 不合格 the last recheck of a rectification since that year decides. One
-- without its day may be the last: where it says otherwise, it is not known. So with an evaluation without
-- its year, which may be the latest.
WITH latest AS (
    SELECT e.* FROM fact_evaluations e WHERE e.subject = :subject
      AND NOT EXISTS (SELECT 1 FROM fact_evaluations later
                      WHERE later.subject = e.subject AND later.year > e.year)),
rechecked AS (
    SELECT r.*, e.record_id AS evaluation FROM latest e JOIN fact_rectifications r ON r.subject = e.subject
    WHERE e.grade = '不合格' AND e.year IS NOT NULL AND r.recheck IS NOT NULL
      AND coalesce(substr(r.issued, 1, 4) >= CAST(e.year AS TEXT), 1)),
last AS (
    SELECT r.* FROM rechecked r WHERE NOT EXISTS (SELECT 1 FROM rechecked l
        WHERE l.evaluation = r.evaluation AND l.issued > r.issued))
SELECT CASE WHEN e.year IS NULL THEN NULL WHEN e.grade IN ('优秀', '合格') THEN 0 END AS test,
       NULL AS key, NULL AS says, e.grade AS label, e.record_id
FROM latest e WHERE e.record_id NOT IN (SELECT evaluation FROM last)
UNION ALL
SELECT CASE WHEN EXISTS (SELECT 1 FROM last o WHERE o.evaluation = r.evaluation AND o.recheck <> r.recheck
                         AND (o.issued IS NULL OR r.issued IS NULL))
              OR EXISTS (SELECT 1 FROM latest u WHERE u.year IS NULL) THEN NULL
            ELSE r.recheck = 'fail' END,
       r.issued, r.recheck, r.issued, r.record_id
FROM last r
