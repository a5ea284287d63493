-- What an entry says of itself, as columns: lists of the log choose by them. The line in `body` remains what counts.
ALTER TABLE log_entry ADD COLUMN who INTEGER;       -- account; 0: the program; NULL: nobody signed in
ALTER TABLE log_entry ADD COLUMN unit INTEGER;
ALTER TABLE log_entry ADD COLUMN verb TEXT;          -- with which `do` begins
ALTER TABLE log_entry ADD COLUMN type TEXT;
ALTER TABLE log_entry ADD COLUMN record_id INTEGER;
ALTER TABLE log_entry ADD COLUMN status INTEGER;    -- HTTP status of what was refused
UPDATE log_entry SET who = json_extract(body, '$.who'), unit = json_extract(body, '$.unit'), verb = substr(json_extract(body, '$.do'), 1, instr(replace(json_extract(body, '$.do'), ':', ' ') || ' ', ' ') - 1),
    type = json_extract(body, '$.type'), record_id = json_extract(body, '$.id'), status = json_extract(body, '$.status')
    WHERE json_valid(body);
-- Holds all that a list chooses by: a count reads nothing else.
CREATE INDEX log_entry_list ON log_entry (leaf, at_ms, who, unit, verb, type, record_id, status) WHERE leaf IS NOT NULL;
