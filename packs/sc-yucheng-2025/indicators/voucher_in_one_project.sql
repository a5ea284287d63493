-- A row that is equal in every field to an earlier one is that one.
SELECT s.voucher_no AS grp, s.project_no AS key, 1 AS bound, 1 AS test, s.voucher_no AS label, s.record_id
FROM fact_spending s WHERE s.subject = :subject
  AND NOT EXISTS (SELECT 1 FROM fact_spending o WHERE o.subject = s.subject AND o.record_id < s.record_id
                  AND o.voucher_no IS s.voucher_no AND o.line IS s.line AND o.project_no IS s.project_no
                  AND o.amount IS s.amount AND o.date IS s.date)
