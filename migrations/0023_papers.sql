-- Papers of cases as they were issued (src/programme/case_paper.h).
CREATE TABLE case_paper (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES flow_case (id),
    paper TEXT NOT NULL,          -- of the pack that the case began under
    version INTEGER NOT NULL,     -- of this paper in this case, from 1
    title TEXT NOT NULL,
    step TEXT,                    -- of the process, at which it was drawn up; NULL: at none
    number TEXT,                  -- 文号; NULL: it has none
    code TEXT NOT NULL,           -- random: by it anybody can check the paper
    content TEXT NOT NULL,        -- paper/paper.h: paper_canonical
    digest TEXT NOT NULL,         -- SHA-256 of it
    entry TEXT NOT NULL,          -- log_entry.uid of the digest; the paper prints it
    file_digest TEXT,             -- SHA-256 of the PDF as first rendered; NULL: none could be made
    issued_ms INTEGER NOT NULL,
    issued_by INTEGER NOT NULL REFERENCES account (id)
) STRICT;
CREATE UNIQUE INDEX case_paper_version ON case_paper (case_id, paper, version);
CREATE UNIQUE INDEX case_paper_number ON case_paper (number);
CREATE UNIQUE INDEX case_paper_code ON case_paper (code);
