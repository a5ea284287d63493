-- What shows in the year of the report that duties were performed: the word names codes of duties
-- between commas. Service records say their duty; of the other records the clauses of the duties
-- themselves name the kind (SCYY 四1 support, consortia; 四2 exchange; 四3 roadshows, matching, deals;
-- 四4 industrialisation; 四8 pools, training).
SELECT ',' || :word || ',' LIKE '%,' || duty || ',%' AND substr(date, 1, 4) = substr(:as_of, 1, 4) AND date <= :as_of AS test,
       record_id AS key, title AS label, record_id FROM fact_services WHERE subject = :subject
UNION ALL
SELECT ',' || :word || ',' LIKE '%,' || 'coordination' || ',%' AND substr(date, 1, 4) = substr(:as_of, 1, 4) AND date <= :as_of AS test,
       record_id AS key, title AS label, record_id FROM fact_supports WHERE subject = :subject
UNION ALL
SELECT ',' || :word || ',' LIKE '%,' || 'coordination' || ',%' AND substr(date, 1, 4) = substr(:as_of, 1, 4) AND date <= :as_of AS test,
       record_id AS key, title AS label, record_id FROM fact_activities WHERE subject = :subject
UNION ALL
SELECT ',' || :word || ',' LIKE '%,' || (CASE kind WHEN 'pool' THEN 'pool' ELSE 'coordination' END) || ',%' AND substr(formed, 1, 4) = substr(:as_of, 1, 4) AND formed <= :as_of AS test,
       record_id AS key, name AS label, record_id FROM fact_consortia WHERE subject = :subject
UNION ALL
SELECT ',' || :word || ',' LIKE '%,' || (CASE kind WHEN 'exchange' THEN 'exchange' WHEN 'roadshow' THEN 'matching'
       WHEN 'matching' THEN 'matching' ELSE 'none' END) || ',%' AND substr(starts, 1, 4) = substr(:as_of, 1, 4) AND substr(starts, 1, 10) <= :as_of AS test,
       record_id AS key, title AS label, record_id FROM fact_events WHERE subject = :subject
UNION ALL
SELECT ',' || :word || ',' LIKE '%,' || 'matching' || ',%' AND state IN ('signed', 'filed') AND substr(signed, 1, 4) = substr(:as_of, 1, 4) AND signed <= :as_of AND coalesce(accepted, 1) AS test,
       'deals ' || contract_no AS key, contract_no AS label, record_id FROM fact_deals WHERE subject = :subject
UNION ALL
SELECT ',' || :word || ',' LIKE '%,' || 'industrialisation' || ',%' AND kind = 'industrialisation' AND substr(started, 1, 4) = substr(:as_of, 1, 4) AND started <= :as_of AS test,
       'projects ' || id AS key, id AS label, record_id FROM fact_projects WHERE subject = :subject
UNION ALL
SELECT ',' || :word || ',' LIKE '%,' || 'services' || ',%' AND substr(date, 1, 4) = substr(:as_of, 1, 4) AND date <= :as_of AS test,
       record_id AS key, title AS label, record_id FROM fact_trainings WHERE subject = :subject
