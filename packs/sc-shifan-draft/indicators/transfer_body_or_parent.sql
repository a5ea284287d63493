-- The university or institute itself, or its transfer institution (the other reading of A-21).
SELECT CASE WHEN kind IN ('university', 'institute') THEN parent_in_province
            ELSE kind = 'transfer_org' AND parent_in_province
                 AND CASE WHEN parent_kind IN ('university', 'institute') THEN 1 END END AS test,
       record_id
FROM fact_applicant WHERE subject = :subject
