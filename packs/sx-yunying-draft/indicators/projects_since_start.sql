-- 累计: since construction began (A-26).
SELECT p.kind <> 'other' AND p.role = 'organiser' AND p.started <= :as_of
       AND p.started >= a.construction_started AS test, p.id AS key, p.id AS label, p.record_id, p.share
FROM fact_projects p JOIN fact_applicant a ON a.subject = p.subject
WHERE p.subject = :subject
