-- 等 leaves the list open: another ground, or one alleged only, is for a person to decide.
-- own: 自设分中心由另一条规定，不在此列
SELECT CASE WHEN state = 'dismissed' OR date > :as_of OR ground = 'sub_centre' THEN 0
            WHEN state = 'confirmed' AND date <= :as_of
                 AND ground IN ('falsification', 'diversion', 'deceit', 'retained_funds', 'leak') THEN 1
       END AS test, ground AS label, record_id
FROM fact_findings WHERE subject = :subject
