-- Stock patents that had come to this step by the day: the word names it.
SELECT CASE :word WHEN 'surveyed' THEN surveyed WHEN 'listed' THEN listed WHEN 'assessed' THEN assessed
       WHEN 'matched' THEN matched WHEN 'converted' THEN converted END <= :as_of AS test,
       number AS key, number AS label, record_id
FROM fact_stock_patents WHERE subject = :subject
