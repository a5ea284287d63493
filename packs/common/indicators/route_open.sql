-- To the province: units of provincial level; to the city: the office of the applicant's own city.
SELECT CASE p."to" WHEN 'province' THEN a.provincial_unit
                   WHEN 'city' THEN p.office_city = a.city END AS test, p.record_id
FROM fact_application p JOIN fact_applicant a ON a.subject = p.subject
WHERE p.subject = :subject
