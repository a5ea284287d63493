-- What duty_evidence counts, of the year before that of the report: the word names codes of duties between commas.
SELECT ',' || :word || ',' LIKE '%,' || duty || ',%' AND CAST(substr(day, 1, 4) AS INTEGER) = CAST(substr(:as_of, 1, 4) AS INTEGER) - 1 AS test,
       key, label, record_id
FROM (SELECT duty, date AS day, record_id AS key, title AS label, record_id FROM fact_services WHERE subject = :subject
      UNION ALL SELECT 'coordination', date, record_id, title, record_id FROM fact_supports WHERE subject = :subject
      UNION ALL SELECT 'coordination', date, record_id, title, record_id FROM fact_activities WHERE subject = :subject
      UNION ALL SELECT CASE kind WHEN 'pool' THEN 'pool' ELSE 'coordination' END, formed, record_id, name, record_id
      FROM fact_consortia WHERE subject = :subject
      UNION ALL SELECT CASE kind WHEN 'exchange' THEN 'exchange' WHEN 'roadshow' THEN 'matching' WHEN 'matching' THEN 'matching'
      ELSE 'none' END, starts, record_id, title, record_id FROM fact_events WHERE subject = :subject
      UNION ALL SELECT CASE WHEN state IN ('signed', 'filed') AND coalesce(accepted, 1) THEN 'matching' ELSE 'none' END, signed,
      'deals ' || contract_no, contract_no, record_id FROM fact_deals WHERE subject = :subject
      UNION ALL SELECT CASE kind WHEN 'industrialisation' THEN 'industrialisation' ELSE 'none' END, started,
      'projects ' || id, id, record_id FROM fact_projects WHERE subject = :subject
      UNION ALL SELECT 'services', date, record_id, title, record_id FROM fact_trainings WHERE subject = :subject)
