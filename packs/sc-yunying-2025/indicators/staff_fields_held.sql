-- Each of the six fields, held by a counted person. One row for each field and person.
SELECT f.column1 AS grp, s.id_number AS key, 1 AS bound, s.name AS label, s.record_id,
       coalesce(s.record_id IS NOT NULL, 0)
       AND s."from" <= :as_of AND :as_of <= s."to" AND (s.social_security OR s.labour_contract)
       AND CASE WHEN EXISTS (SELECT 1 FROM fact_staff_fields x WHERE x.subject = s.subject
                             AND x.record_id = s.record_id AND x.value = f.column1) THEN 1
                WHEN s.fields = 1 THEN 0 END AS test
FROM (VALUES ('industry'), ('filing'), ('navigation'), ('review'), ('finance'), ('legal')) f
LEFT JOIN fact_staff s ON s.subject = :subject
