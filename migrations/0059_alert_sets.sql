-- Parts are sets of ids (src/api/alerts.c). Each search is looked at once more; what it finds then, and publications
-- that came before the last look, are no change.
DROP TABLE search_alert_part;
CREATE TABLE search_alert_part (
    type TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    part INTEGER NOT NULL,        -- publication id / PART_IDS
    found TEXT NOT NULL,          -- four hexadecimal digits each, by id: id % PART_IDS, then status | found << 2 | member << 3
    PRIMARY KEY (type, record_id, part)
) STRICT, WITHOUT ROWID;
UPDATE search_alert SET asked = NULL;
