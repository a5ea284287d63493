-- What the second person of a pair reads (access/pair_shown.h); NULL: a record, a case, whose own page shows it.
ALTER TABLE proposal ADD COLUMN shown TEXT;
-- Of changes of policies that wait: what was proposed before shows the policy's id alone.
UPDATE proposal SET shown = '{"kind": "Policy", "what": "' || CASE WHEN action LIKE 'activate %' THEN
    'make the policy count here' ELSE 'change what was decided by the policy' END || '", "title": "' ||
    replace(replace(action, 'activate ', ''), 'amend ', '') || '", "case": 0, "among": 1, "lines": []}'
    WHERE type = 'pack' AND state = 'open';
