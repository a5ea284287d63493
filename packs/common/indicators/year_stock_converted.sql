SELECT substr(converted, 1, 4) = substr(:as_of, 1, 4) AND converted <= :as_of AS test, number AS key, number AS label, record_id
FROM fact_stock_patents WHERE subject = :subject
