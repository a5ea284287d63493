-- What is kept of uploaded files so that twins among them are found (src/integrity/print.h).
-- Derived: rows can be removed at any time and are made again. None of a secret file; a row goes
-- at the next check after its file.
CREATE TABLE file_print (
    digest TEXT PRIMARY KEY,      -- as file.digest
    method INTEGER NOT NULL,      -- by which version of the program's methods it was made
    sketch BLOB,                  -- of its text: hashes, 4 bytes each, little endian; NULL: no text
    whole INTEGER NOT NULL,       -- 1: the sketch holds every piece of the text
    pages BLOB                    -- its first pages, PAGE_BYTES each; NULL: none that can be seen
) STRICT, WITHOUT ROWID;
