-- The highest number that a unit has given by a pattern (record/numbered.c): derived from the records, and made again from
-- them where a row is missing.
CREATE TABLE record_last_number (
    owner_unit INTEGER NOT NULL,
    type TEXT NOT NULL,
    pattern TEXT NOT NULL,        -- on its day: YS-26-{n}
    last INTEGER NOT NULL,
    PRIMARY KEY (owner_unit, type, pattern)
) STRICT, WITHOUT ROWID;

-- Provisional days that were counted before the days that the law itself fixes were known: the job `recount` counts each again,
-- whatever its count_by says. A day that was not issued is its timer's alone, and nothing rests on what it says till then.
ALTER TABLE deadline ADD COLUMN count_again INTEGER;
UPDATE deadline SET count_again = 1 WHERE state = 'open' AND count_by IS NOT NULL;
UPDATE flow_timer SET count_by = '2004-01-01' WHERE state = 'running' AND deadline IS NULL AND count_by IS NOT NULL;
