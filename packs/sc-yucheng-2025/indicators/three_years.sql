SELECT "end" = deadline('project-term', start) AS test, record_id
FROM fact_project WHERE subject = :subject
