-- The transfer institution of a university or institute in Sichuan (A-21); 等 leaves another parent open.
SELECT kind = 'transfer_org' AND parent_in_province
       AND CASE WHEN parent_kind IN ('university', 'institute') THEN 1 END AS test, record_id
FROM fact_applicant WHERE subject = :subject
