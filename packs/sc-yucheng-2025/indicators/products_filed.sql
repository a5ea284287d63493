SELECT date <= :as_of AS test, filing_no AS key, filing_no AS label, record_id
FROM fact_product_filings WHERE subject = :subject
