-- 后果严重 governs all eight grounds (A-25); within the construction cycle from recognition (A-41).
-- own: 自设分中心由另一条规定，不在此列
SELECT CASE WHEN f.state = 'dismissed' OR f.date > :as_of OR f.ground = 'sub_centre' THEN 0
            WHEN f.state = 'confirmed'
                 AND f.ground IN ('diversion', 'deceit', 'retained_funds', 'leak', 'bad_faith',
                                  'data_fabrication', 'abnormal_filing', 'bad_trademark')
            THEN f.serious AND f.date >= a.recognised_on
                 AND f.date <= deadline('construction-cycle', a.recognised_on)
       END AS test, f.ground AS label, f.record_id
FROM fact_findings f JOIN fact_applicant a ON a.subject = f.subject
WHERE f.subject = :subject
