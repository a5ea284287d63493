-- Organisations served in the year, each once; the applicant itself is none.
SELECT substr(s.date, 1, 4) = substr(:as_of, 1, 4) AND s.date <= :as_of AND s.party <> a.credit_code AS test, s.party AS key,
       coalesce(s.party, s.title) AS label, s.record_id
FROM fact_services s JOIN fact_applicant a ON a.subject = s.subject WHERE s.subject = :subject
