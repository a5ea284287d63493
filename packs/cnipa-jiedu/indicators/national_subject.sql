SELECT CASE WHEN kind IS NULL THEN NULL
            WHEN kind = 'enterprise' THEN leading
            WHEN kind = 'park' THEN park_level = 'national'
            WHEN kind = 'association' THEN association_scope = 'national'
            ELSE kind = 'institute' END AS test, name AS label, record_id
FROM fact_applicant WHERE subject = :subject
