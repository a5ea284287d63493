-- What the evidence log says of imported publications (docs/evidence-log.md, `batch`).

-- The batch that brought the record: number of the first change of its transaction. NULL: it was
-- imported before this was kept.
ALTER TABLE publication_source ADD COLUMN batch INTEGER;
CREATE INDEX publication_source_batch ON publication_source (batch);

-- Which entry a change belongs to: changes first_change … last_change were made by one batch.
CREATE TABLE import_batch (
    first_change INTEGER NOT NULL PRIMARY KEY,
    last_change INTEGER NOT NULL,
    entry TEXT NOT NULL           -- log_entry.uid
) STRICT;
