-- Import of records aborted and rolled back: its account is notified once.
ALTER TABLE record_import ADD COLUMN untold INTEGER; -- 1: to be notified; NULL: done, or nothing to tell
CREATE INDEX record_import_untold ON record_import (id) WHERE untold IS NOT NULL;
