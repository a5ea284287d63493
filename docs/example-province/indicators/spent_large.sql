-- More than 100000 yuan, in fen.
SELECT amount > 10000000 AS test, voucher_no AS label, record_id
FROM fact_spending WHERE subject = :subject
