SELECT f.state = 'confirmed' AND f.date <= :as_of
       AND f.ground IN ('diversion', 'deceit', 'retained_funds', 'leak', 'bad_faith',
                        'data_fabrication', 'abnormal_filing', 'bad_trademark')
       AND NOT (f.serious AND f.date >= a.recognised_on
                AND f.date <= deadline('construction-cycle', a.recognised_on)) AS test,
       f.ground AS label, f.record_id
FROM fact_findings f JOIN fact_applicant a ON a.subject = f.subject
WHERE f.subject = :subject
