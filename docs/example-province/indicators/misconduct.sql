-- Grounds (1) to (3); of false data only the serious ones.
-- own: 设立分支机构由另一条规定，不在此列
SELECT CASE WHEN state = 'dismissed' OR date > :as_of OR ground = 'sub_centre' THEN 0
            WHEN state = 'confirmed' AND ground IN ('falsification', 'deceit', 'diversion', 'retained_funds')
            THEN 1
            WHEN state = 'confirmed' AND ground = 'data_fabrication' THEN serious
       END AS test, ground AS label, record_id
FROM fact_findings WHERE subject = :subject
