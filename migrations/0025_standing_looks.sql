-- What the program does by itself once a day or once for ever (src/programme/year_job.c).
CREATE TABLE programme_told (
    what TEXT PRIMARY KEY,        -- look; "lapse PACK VERSION 180", "days 2027-11": who should know was told
    day TEXT NOT NULL             -- business date, of the look the latest
) STRICT, WITHOUT ROWID;
