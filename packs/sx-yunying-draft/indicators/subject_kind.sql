-- 等 aside: leading enterprises, universities and institutes, associations, parks of the province or above.
SELECT CASE WHEN kind IS NULL THEN NULL
            WHEN kind = 'enterprise' THEN leading
            WHEN kind = 'park' THEN park_level <> 'city'
            ELSE kind IN ('university', 'institute', 'association') END AS test,
       name AS label, record_id
FROM fact_applicant WHERE subject = :subject
