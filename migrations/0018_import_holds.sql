-- Who is at an import of a workbook, and until when that counts: a random name, renewed while its
-- process lives. What a process leaves behind when it is killed is found by it, and removed or gone on
-- with. State `removing` joins the others: what was written is being taken back, and as hidden as
-- while it is `running`; `broken`: it was.
ALTER TABLE record_import ADD COLUMN holder TEXT;           -- NULL: it is over
ALTER TABLE record_import ADD COLUMN held_until_ms INTEGER; -- NULL: it is over
ALTER TABLE record_import ADD COLUMN job INTEGER;           -- the job that does it; NULL: a request
ALTER TABLE record_import_row ADD COLUMN undone INTEGER;    -- the version that put it back
UPDATE record_import SET held_until_ms = 0 WHERE state = 'running';
CREATE INDEX record_import_held ON record_import (held_until_ms);
CREATE INDEX record_import_job ON record_import (job);
