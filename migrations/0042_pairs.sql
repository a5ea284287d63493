-- What the second person of a pair reads (access/pair_shown.h); NULL: a record, a case, whose own page shows it.
ALTER TABLE proposal ADD COLUMN shown TEXT;
-- Of changes of policies that wait: what was proposed before shows their name alone.
UPDATE proposal SET shown = '{"kind": "Policy", "what": "what two persons decide of a policy", "title": "' || action ||
    '", "case": 0, "among": 1, "lines": []}' WHERE type = 'pack' AND state = 'open';
