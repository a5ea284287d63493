-- Days by which records want something done (types/*.yaml, dues): an index of the records, made again by `zhiyun reindex`.
CREATE TABLE record_due (
    type TEXT NOT NULL,
    record_id INTEGER NOT NULL,
    due TEXT NOT NULL,            -- its name in the type
    row INTEGER NOT NULL,         -- of the table whose rows have one each, from 0
    due_date TEXT NOT NULL,
    owner_unit INTEGER NOT NULL,
    unit INTEGER,                 -- whom it concerns; with account NULL too: who handles the record
    account INTEGER,
    next_ms INTEGER,              -- when it is told next; NULL: not any more
    import_id INTEGER,            -- that wrote it last, until it was told
    PRIMARY KEY (type, record_id, due, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_due_owner ON record_due (owner_unit, due_date);
CREATE INDEX record_due_unit ON record_due (unit, due_date) WHERE unit IS NOT NULL;
CREATE INDEX record_due_account ON record_due (account, due_date) WHERE account IS NOT NULL;
CREATE INDEX record_due_next ON record_due (next_ms) WHERE next_ms IS NOT NULL;
