-- What saved searches and topic databases found when they were last looked at, and what has changed since
-- (src/api/alerts.c).

CREATE TABLE search_alert (
    type TEXT NOT NULL,           -- record type: saved_search, topic_database
    record_id INTEGER NOT NULL,
    version INTEGER NOT NULL,     -- of the record
    change INTEGER NOT NULL,      -- change.seq up to which its patents were read
    asked TEXT,                   -- query and filters, a line each; NULL: nothing
    found TEXT,                   -- a line each: publication id, status, membership, number
    PRIMARY KEY (type, record_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE search_alert_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,       -- one value for all that were noticed together
    what TEXT NOT NULL,           -- new, status, removed
    publication_id INTEGER NOT NULL,
    number TEXT,
    before TEXT,                  -- patent_status_name()
    after TEXT
) STRICT;
CREATE INDEX search_alert_change_record ON search_alert_change (type, record_id, id);
