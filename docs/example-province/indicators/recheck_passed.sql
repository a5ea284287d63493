SELECT CASE recheck WHEN 'pass' THEN 1 WHEN 'fail' THEN 0 END AS test, record_id
FROM fact_rectifications WHERE subject = :subject
