SELECT line = '人员培训' AND date <= :as_of AS test, voucher_no AS key, amount,
       voucher_no AS label, record_id
FROM fact_spending WHERE subject = :subject
