SELECT CASE recheck WHEN 'fail' THEN 1 WHEN 'pass' THEN 0 END AS test, issued AS key, recheck AS says,
       record_id
FROM fact_rectifications WHERE subject = :subject
