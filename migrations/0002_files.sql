-- Which file states a record, so that a later file of the same source can correct it
-- (src/model/README, "A later file of the same source").

-- Order in which files were begun, from 1; members of one archive share it. 0: imported before
-- this was kept.
ALTER TABLE import_file ADD COLUMN number INTEGER NOT NULL DEFAULT 0;

-- import_file.number of the latest file that states the record; NULL: its files are parts of one
-- whole (an office's data), or it is older than this column.
ALTER TABLE publication_source ADD COLUMN file_number INTEGER;
