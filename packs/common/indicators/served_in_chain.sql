-- The applicant itself is no served party (A-38).
SELECT s.in_chain AND s.served <= :as_of AND s.credit_code <> a.credit_code AS test,
       s.credit_code AS key, s.name AS label, s.record_id
FROM fact_served_parties s JOIN fact_applicant a ON a.subject = s.subject
WHERE s.subject = :subject
