-- What the plan of the report's year has of duties: the word names codes of duties between commas. An item that names
-- no duty is of none.
SELECT p.year = CAST(substr(:as_of, 1, 4) AS INTEGER) AND ',' || :word || ',' LIKE '%,' || coalesce(i.duty, 'none') || ',%' AS test,
       i.record_id || i.title AS key, i.count AS amount, i.title AS label, i.record_id
FROM fact_service_plans_items i JOIN fact_service_plans p ON p.subject = i.subject AND p.record_id = i.record_id
WHERE i.subject = :subject
