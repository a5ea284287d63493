-- The national standard for the applicant's own kind (A-20), valid on the business date.
SELECT CASE a.kind WHEN 'enterprise' THEN c.standard = 'enterprise_ip'
                   WHEN 'university' THEN c.standard = 'university_ip'
                   WHEN 'institute' THEN c.standard = 'institute_ip'
                   ELSE CASE WHEN a.kind IS NOT NULL THEN 0 END END
       AND c.issued <= :as_of AND :as_of <= c.expires AS test, c.standard AS label, c.record_id
FROM fact_certificates c JOIN fact_applicant a ON a.subject = c.subject
WHERE c.subject = :subject
