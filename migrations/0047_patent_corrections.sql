-- What a unit corrects of a publication for itself: nobody else sees it (src/model/patent_correction.h).
CREATE TABLE patent_correction (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    unit INTEGER NOT NULL REFERENCES unit (id),
    number_key TEXT NOT NULL,     -- of the publication: its id may go and come with imports
    content TEXT,                 -- canonical JSON of what it states; NULL: taken back
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL   -- account
) STRICT;
CREATE UNIQUE INDEX patent_correction_unit ON patent_correction (unit, number_key);
