UPDATE record_text SET text = text || coalesce((
    SELECT lower(string_agg(line.value ->> 'name', chr(10))) || chr(10)
    FROM record_version v, jsonb_array_elements(coalesce(v.content::jsonb -> CASE v.type WHEN 'deal' THEN 'sides' ELSE 'members' END, '[]')) line
    WHERE v.type = record_text.type AND v.record_id = record_text.record_id AND v.version = (
        SELECT max(n.version) FROM record_version n WHERE n.type = v.type AND n.record_id = v.record_id)), '')
WHERE type IN ('deal', 'consortium');
