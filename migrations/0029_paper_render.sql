-- The PDF of an issued paper is made by a job (src/programme/paper_job.h), which logs its digest.
ALTER TABLE case_paper ADD COLUMN render_ms INTEGER;  -- when it is tried next; NULL: it was made
ALTER TABLE case_paper ADD COLUMN render_tries INTEGER NOT NULL DEFAULT 0; -- that failed
ALTER TABLE case_paper ADD COLUMN render_error TEXT;  -- why the last one failed; NULL: none did
CREATE INDEX case_paper_render ON case_paper (render_ms) WHERE render_ms IS NOT NULL;
UPDATE case_paper SET render_ms = issued_ms WHERE file_digest IS NULL;
