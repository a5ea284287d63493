-- The search text covers columns of tables too (types/deal.yaml, consortium.yaml: search). Their rows lie in tables that the
-- types make later, so the words come from the latest version of each record, by JSON functions, which differ by engine.
UPDATE record_text SET text = text || coalesce((
    SELECT lower(group_concat(json_extract(line.value, '$.name'), char(10))) || char(10)
    FROM record_version v, json_each(v.content, CASE v.type WHEN 'deal' THEN '$.sides' ELSE '$.members' END) line
    WHERE v.type = record_text.type AND v.record_id = record_text.record_id AND v.version = (
        SELECT max(n.version) FROM record_version n WHERE n.type = v.type AND n.record_id = v.record_id)), '')
WHERE type IN ('deal', 'consortium');
