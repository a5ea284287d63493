-- The document that a correction was made on: it tells which is meant where its number alone does not any more
-- (src/model/patent_correction.c). NULL: it is gone.
ALTER TABLE patent_correction ADD COLUMN publication_id INTEGER;
UPDATE patent_correction SET publication_id = (SELECT k.publication_id FROM publication_key k
    WHERE k.number_key = patent_correction.number_key);
