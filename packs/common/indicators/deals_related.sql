SELECT state IN ('signed', 'filed') AND signed <= :as_of AND related_party AS test,
       contract_no AS label, record_id
FROM fact_deals WHERE subject = :subject
