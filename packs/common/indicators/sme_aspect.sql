-- Small and medium enterprises served up to the day in the aspect that the word names; where no
-- aspects are said, it is not known.
SELECT p.sme AND p.served <= :as_of AND CASE WHEN p.aspects THEN EXISTS (
           SELECT 1 FROM fact_served_parties_aspects t
           WHERE t.subject = p.subject AND t.record_id = p.record_id AND t.value = :word) END AS test,
       p.credit_code AS key, p.name AS label, p.record_id
FROM fact_served_parties p WHERE p.subject = :subject
