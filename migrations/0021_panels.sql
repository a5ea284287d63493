-- Panels of experts: who was drawn and how, what they said of conflicts, how they scored (src/panel).

ALTER TABLE unit ADD COLUMN group_code TEXT; -- 统一社会信用代码 of the group it belongs to; NULL: not known

CREATE TABLE panel (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,          -- draft, frozen, drawn, closed
    owner_unit INTEGER NOT NULL REFERENCES unit (id), -- the office that formed it
    owner_province TEXT NOT NULL,
    title TEXT NOT NULL,
    pack TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    evaluation TEXT NOT NULL,     -- id of the pack's evaluation: what it judges
    basis TEXT NOT NULL,          -- by what the office lets it work so: its own rule of panels
    mode TEXT NOT NULL,           -- blind, open
    outlier INTEGER NOT NULL,     -- hundredths of a point: a total farther from the others' mean is marked
    year INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    created_by INTEGER NOT NULL REFERENCES account (id),
    closed_ms INTEGER,
    closed_by INTEGER REFERENCES account (id),
    report TEXT,                  -- JSON, as it stood when the panel was closed
    report_digest TEXT            -- SHA-256 of it
) STRICT;
CREATE INDEX panel_owner ON panel (owner_unit, id);
CREATE INDEX panel_pack ON panel (pack, evaluation, year);

-- How many experts of which field.
CREATE TABLE panel_field (
    panel INTEGER NOT NULL REFERENCES panel (id),
    position INTEGER NOT NULL,    -- from 0: the order in which fields are filled
    field TEXT NOT NULL,          -- code of the dictionary `expertise`
    seats INTEGER NOT NULL,
    PRIMARY KEY (panel, position)
) STRICT, WITHOUT ROWID;

-- What is scored, with which weight.
CREATE TABLE panel_head (
    panel INTEGER NOT NULL REFERENCES panel (id),
    position INTEGER NOT NULL,
    head TEXT NOT NULL,
    label TEXT NOT NULL,
    weight INTEGER NOT NULL,      -- hundredths of a percent; all together 10000
    from_pack INTEGER NOT NULL,   -- 0, 1: the document names the head; 0: the office does, by its basis
    weight_from_pack INTEGER NOT NULL, -- 0, 1: the document gives the weight
    PRIMARY KEY (panel, position)
) STRICT, WITHOUT ROWID;

-- What is judged, and whose it is.
CREATE TABLE panel_case (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    panel INTEGER NOT NULL REFERENCES panel (id),
    position INTEGER NOT NULL,    -- from 0; what a blind panel calls it
    case_id INTEGER NOT NULL,     -- flow_case.id
    number TEXT NOT NULL,
    unit INTEGER NOT NULL REFERENCES unit (id), -- the party
    result TEXT,                  -- pass, fail: what the panel came to, said when it is closed; NULL: not said
    result_reason TEXT
) STRICT;
CREATE UNIQUE INDEX panel_case_once ON panel_case (panel, case_id);
CREATE INDEX panel_case_case ON panel_case (case_id);
CREATE INDEX panel_case_unit ON panel_case (unit);

-- Experts whom an officer leaves out by hand, with the reason.
CREATE TABLE panel_left_out (
    panel INTEGER NOT NULL REFERENCES panel (id),
    expert INTEGER NOT NULL,      -- record_expert.id
    reason TEXT NOT NULL,
    by_account INTEGER NOT NULL REFERENCES account (id),
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (panel, expert)
) STRICT, WITHOUT ROWID;

-- A pool frozen, and what became of it.
CREATE TABLE panel_draw (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    panel INTEGER NOT NULL REFERENCES panel (id),
    round INTEGER NOT NULL,       -- from 1
    state TEXT NOT NULL,          -- frozen, drawn, failed
    frozen TEXT NOT NULL,         -- canonical JSON: pool, fields, exclusions
    digest TEXT NOT NULL,         -- SHA-256 of it
    entry TEXT NOT NULL,          -- log_entry.uid of its version
    frozen_ms INTEGER NOT NULL,
    frozen_by INTEGER NOT NULL REFERENCES account (id),
    head_size INTEGER,            -- the head whose root is part of the seed; NULL: nothing was revealed yet
    head_root TEXT,               -- hex
    seed TEXT,                    -- hex; NULL: not all is revealed
    fault TEXT,                   -- why it failed
    fault_of INTEGER REFERENCES account (id) -- whose value was wrong or not revealed
) STRICT;
CREATE UNIQUE INDEX panel_draw_round ON panel_draw (panel, round);
CREATE UNIQUE INDEX panel_draw_open ON panel_draw (panel) WHERE state = 'frozen';

-- Conflicts found when the pool was frozen: such an expert is not drawn, and never sees the case.
CREATE TABLE panel_conflict (
    draw INTEGER NOT NULL REFERENCES panel_draw (id),
    expert INTEGER NOT NULL,      -- record_expert.id
    panel_case INTEGER NOT NULL REFERENCES panel_case (id),
    reason TEXT NOT NULL,         -- panel/conflict.h
    PRIMARY KEY (draw, expert, panel_case, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE panel_commitment (
    draw INTEGER NOT NULL REFERENCES panel_draw (id),
    part INTEGER NOT NULL,        -- 1: s, 2: t
    account INTEGER NOT NULL REFERENCES account (id),
    commitment TEXT NOT NULL,     -- SHA-256 of the value, hex
    entry TEXT NOT NULL,          -- log_entry.uid
    at_ms INTEGER NOT NULL,
    value TEXT,                   -- hex; NULL: not revealed yet
    revealed_ms INTEGER,
    PRIMARY KEY (draw, part)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX panel_commitment_person ON panel_commitment (draw, account);

-- Who was drawn, in the order of the permutation.
CREATE TABLE panel_member (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    panel INTEGER NOT NULL REFERENCES panel (id),
    draw INTEGER NOT NULL REFERENCES panel_draw (id),
    field TEXT NOT NULL,
    place INTEGER NOT NULL,       -- in the permutation of the field, from 0
    expert INTEGER NOT NULL,      -- record_expert.id
    account INTEGER REFERENCES account (id), -- NULL: he has none any more
    name TEXT NOT NULL,           -- as it stood when he was drawn
    state TEXT NOT NULL,          -- invited, accepted, refused, absent
    reason TEXT,
    invited_ms INTEGER NOT NULL,
    answered_ms INTEGER,
    stated_ms INTEGER             -- when he said with whom he has no conflict; NULL: not yet
) STRICT;
CREATE UNIQUE INDEX panel_member_expert ON panel_member (draw, expert);
CREATE INDEX panel_member_panel ON panel_member (panel);
CREATE INDEX panel_member_account ON panel_member (account);

-- Cases that a member may not see or score any more, since he said so or a record shows it.
CREATE TABLE panel_recusal (
    member INTEGER NOT NULL REFERENCES panel_member (id),
    panel_case INTEGER NOT NULL REFERENCES panel_case (id),
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (member, panel_case)
) STRICT, WITHOUT ROWID;

CREATE TABLE panel_sheet (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,          -- draft, locked
    panel INTEGER NOT NULL REFERENCES panel (id),
    panel_case INTEGER NOT NULL REFERENCES panel_case (id),
    member INTEGER NOT NULL REFERENCES panel_member (id),
    opinion TEXT,
    result TEXT,                  -- pass, fail; NULL: not said
    changed_ms INTEGER NOT NULL,
    locked_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX panel_sheet_once ON panel_sheet (member, panel_case);
CREATE INDEX panel_sheet_case ON panel_sheet (panel_case);

CREATE TABLE panel_score (
    sheet INTEGER NOT NULL REFERENCES panel_sheet (id),
    position INTEGER NOT NULL,    -- panel_head.position
    points INTEGER NOT NULL,      -- hundredths, 0 … 10000
    PRIMARY KEY (sheet, position)
) STRICT, WITHOUT ROWID;
