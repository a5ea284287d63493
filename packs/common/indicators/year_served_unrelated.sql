-- Among the organisations served in the year, the applicant itself left out, those that are not
-- related to it by equity or group.
SELECT NOT s.party_related AS test,
       substr(s.date, 1, 4) = substr(:as_of, 1, 4) AND s.date <= :as_of
       AND s.party <> a.credit_code AS base,
       s.party AS key, coalesce(s.party, s.title) AS label, s.record_id
FROM fact_services s JOIN fact_applicant a ON a.subject = s.subject WHERE s.subject = :subject
