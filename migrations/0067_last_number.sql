-- The highest number of a unit's pattern (record/numbered.c). It is derived: a missing row is counted from the records.
CREATE TABLE record_last_number (
    owner_unit INTEGER NOT NULL,
    type TEXT NOT NULL,
    pattern TEXT NOT NULL,        -- on its day: YS-26-{n}
    last INTEGER NOT NULL,
    PRIMARY KEY (owner_unit, type, pattern)
) STRICT, WITHOUT ROWID;
