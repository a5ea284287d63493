SELECT voucher_no AS grp, project_no AS key, 1 AS bound, 1 AS test, voucher_no AS label, record_id
FROM fact_spending WHERE subject = :subject
