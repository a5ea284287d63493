-- Cases (src/flow): what moves through the states of a policy's process.

-- One matter: an application, an evaluation, a rectification …; system columns as of a record.
CREATE TABLE flow_case (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,          -- running, over
    owner_unit INTEGER NOT NULL REFERENCES unit (id), -- the party whose matter it is
    owner_city TEXT,
    owner_province TEXT NOT NULL,
    secrecy INTEGER NOT NULL,
    published INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by INTEGER NOT NULL,
    ended_ms INTEGER,
    import_id INTEGER,
    number TEXT,                  -- 事项编号 "2026-000012", after its id; never NULL once it is there
    title TEXT NOT NULL,
    programme TEXT NOT NULL,      -- the pack it began under, in this version
    pack_version TEXT NOT NULL,
    pack_digest TEXT NOT NULL,
    process TEXT NOT NULL,
    stage TEXT NOT NULL,          -- state of the process
    stage_label TEXT NOT NULL,
    stage_on TEXT NOT NULL,       -- business date on which it came there
    trial INTEGER NOT NULL,       -- 1: the document is a draft; nothing binds (征求意见稿·试运行)
    call INTEGER,                 -- record of type call; NULL: none
    record_type TEXT NOT NULL,    -- its subject record
    record_id INTEGER NOT NULL,
    parent INTEGER REFERENCES flow_case (id), -- whose step began it; NULL: none
    due_date TEXT,                -- the nearest open deadline
    closed_on TEXT,
    holder_assignment INTEGER REFERENCES assignment (id) -- to the unit that holds it; NULL: none does
) STRICT;
CREATE UNIQUE INDEX flow_case_number ON flow_case (number);
CREATE INDEX flow_case_owner ON flow_case (owner_unit, id);
CREATE INDEX flow_case_province ON flow_case (owner_province, id);
CREATE INDEX flow_case_record ON flow_case (record_type, record_id);
CREATE INDEX flow_case_call ON flow_case (call);

-- What was done, in order; never changed. Each is a version of its case with its entry.
CREATE TABLE flow_step (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES flow_case (id),
    version INTEGER NOT NULL,     -- of the case, by it
    kind TEXT NOT NULL,           -- open step back opinion forward urge; propose withdraw refuse
    step TEXT NOT NULL,           -- of the process; empty is never held: the kind where it is none
    label TEXT NOT NULL,
    from_stage TEXT,              -- NULL: it began
    to_stage TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    date TEXT NOT NULL,           -- business date
    account INTEGER NOT NULL,     -- 0: the program
    on_behalf_of INTEGER,
    role TEXT,
    unit INTEGER,
    reason TEXT,
    basis TEXT,                   -- what an officer rests it on, where the document does not say the step
    arguments TEXT,               -- JSON
    result TEXT,                  -- JSON: what came of it (records, decisions, name …)
    clause TEXT,
    late INTEGER NOT NULL,        -- 1: after its deadline
    entry TEXT NOT NULL           -- log_entry.uid
) STRICT;
CREATE INDEX flow_step_case ON flow_step (case_id, id);
CREATE INDEX flow_step_account ON flow_step (account, id);

-- Steps that lead on from where the case stands, as its version of the policy has them.
CREATE TABLE flow_open (
    case_id INTEGER NOT NULL REFERENCES flow_case (id),
    position INTEGER NOT NULL,
    step TEXT NOT NULL,
    label TEXT NOT NULL,
    roles TEXT NOT NULL,          -- "city_officer city_leader"
    holds INTEGER NOT NULL,       -- 1: who may take it holds the case (待办)
    PRIMARY KEY (case_id, position)
) STRICT, WITHOUT ROWID;

-- Days by which, or after which, a step is to be taken; reminders before them.
CREATE TABLE flow_timer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES flow_case (id),
    state TEXT NOT NULL,          -- running, over
    step TEXT NOT NULL,
    label TEXT NOT NULL,
    due_date TEXT NOT NULL,
    opens INTEGER NOT NULL,       -- 1: the step opens when the day is over (公示期满)
    count_by TEXT,                -- provisional: by then it is counted again
    deadline INTEGER,             -- deadline.id; NULL: trial, nothing was issued
    remind TEXT,                  -- days before it, falling: "60 30 7 1"; NULL: none
    next_ms INTEGER               -- the next moment to tell somebody; NULL: none is left
) STRICT;
CREATE INDEX flow_timer_case ON flow_timer (case_id);
CREATE INDEX flow_timer_next ON flow_timer (next_ms) WHERE state = 'running' AND next_ms IS NOT NULL;

-- Opinions that were asked of others (会签, 加签); its steps wait for them.
CREATE TABLE flow_opinion (
    assignment INTEGER PRIMARY KEY REFERENCES assignment (id),
    case_id INTEGER NOT NULL REFERENCES flow_case (id),
    stage TEXT NOT NULL,
    state TEXT NOT NULL           -- asked, given, released
) STRICT;
CREATE INDEX flow_opinion_case ON flow_opinion (case_id);
