-- An import of records that was taken back because it came to no end: whoever began it is told once.
ALTER TABLE record_import ADD COLUMN untold INTEGER; -- 1: its account is to be told; NULL: it was, or there is nothing to tell
CREATE INDEX record_import_untold ON record_import (id) WHERE untold IS NOT NULL;
