-- What a search found, in parts of PART_IDS publication ids (src/api/alerts.c): an import writes those parts
-- again in which it changed something. What was found before stands in part 0 until then.
CREATE TABLE search_alert_part (
    type TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    part INTEGER NOT NULL,        -- publication id / PART_IDS
    found TEXT NOT NULL,          -- a line each: publication id, status, membership, number
    PRIMARY KEY (type, record_id, part)
) STRICT, WITHOUT ROWID;
INSERT INTO search_alert_part (type, record_id, part, found)
    SELECT type, record_id, 0, found FROM search_alert WHERE found IS NOT NULL;
ALTER TABLE search_alert DROP COLUMN found;
