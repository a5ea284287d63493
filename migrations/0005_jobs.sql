-- Long work: what waits, what runs, what came of it (src/model/job.h).
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,     -- counts every change of the row
    state TEXT NOT NULL,          -- queued running done failed cancelled
    kind TEXT NOT NULL,
    arguments TEXT NOT NULL,      -- JSON object
    owner INTEGER NOT NULL,       -- account; 0: the program itself
    open_key TEXT,                -- at most one job of this key is queued or running; NULL: any number
    done INTEGER NOT NULL,        -- progress: so many …
    total INTEGER NOT NULL,       -- … of so many; 0: not known
    note TEXT,                    -- what it is at, for people
    saved TEXT,                   -- JSON: where a job that was cut off goes on
    cancel INTEGER NOT NULL,      -- 0, 1: its owner asked that it ends
    attempts INTEGER NOT NULL,    -- begun so many times
    attempts_max INTEGER NOT NULL,
    lease TEXT,                   -- running: random name of the one run that may write
    due_ms INTEGER,               -- queued: not before; running: end of the lease; NULL: over
    result TEXT,                  -- JSON object; {"file": digest, "name": …} where it made a file
    error TEXT,                   -- why it failed, or failed last
    created_ms INTEGER NOT NULL,
    started_ms INTEGER,
    changed_ms INTEGER NOT NULL,
    ended_ms INTEGER
) STRICT;
CREATE INDEX job_due ON job (kind, due_ms) WHERE due_ms IS NOT NULL;
CREATE UNIQUE INDEX job_open_key ON job (open_key) WHERE due_ms IS NOT NULL;
CREATE INDEX job_owner ON job (owner, id);
CREATE INDEX job_changed ON job (changed_ms);
CREATE INDEX job_ended ON job (ended_ms) WHERE ended_ms IS NOT NULL;
