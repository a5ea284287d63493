-- Imports that are being taken back are looked for once a second (src/ingest/import_undo.c).
CREATE INDEX publication_import_undoing ON publication_import (id) WHERE state = 'undoing';
-- The files of an import, of which a list tells how much was read.
CREATE INDEX import_file_number ON import_file (number);
