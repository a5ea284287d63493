-- The highest number that a unit has given by a pattern (record/numbered.c): derived from the records, and made again from
-- them where a row is missing.
CREATE TABLE record_last_number (
    owner_unit INTEGER NOT NULL,
    type TEXT NOT NULL,
    pattern TEXT NOT NULL,        -- on its day: YS-26-{n}
    last INTEGER NOT NULL,
    PRIMARY KEY (owner_unit, type, pattern)
) STRICT, WITHOUT ROWID;
