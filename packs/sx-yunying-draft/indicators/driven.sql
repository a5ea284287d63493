SELECT CASE WHEN d.credit_code = a.credit_code THEN 0
            WHEN d.kind IN ('key_enterprise', 'university', 'institute')
                 AND d.credit_code <> a.credit_code THEN 1 END AS test,
       d.credit_code AS key, d.name AS label, d.record_id
FROM fact_driven_parties d JOIN fact_applicant a ON a.subject = d.subject
WHERE d.subject = :subject
