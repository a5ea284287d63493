SELECT line IN ('工资', '奖金', '购置车辆') AS test, voucher_no AS label, record_id
FROM fact_spending WHERE subject = :subject
