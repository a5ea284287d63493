-- Papers that stand in the 待办 of an office, to be issued (src/programme/step_paper.h).
CREATE TABLE case_paper_due (
    assignment INTEGER PRIMARY KEY REFERENCES assignment (id),
    case_id INTEGER NOT NULL REFERENCES flow_case (id),
    unit INTEGER NOT NULL REFERENCES unit (id),
    paper TEXT NOT NULL           -- of the pack; its title, where it stood there before this table
) STRICT;
CREATE INDEX case_paper_due_case ON case_paper_due (case_id);

-- Until here only the note of the assignment said it.
INSERT INTO case_paper_due (assignment, case_id, unit, paper)
SELECT id, record_id, unit, substr(note, 4, length(note) - 4) FROM assignment
WHERE type = 'case' AND kind = 'do' AND unit IS NOT NULL AND substr(note, 1, 3) = '出具“'
AND done_ms IS NULL AND to_ms IS NULL;

-- Why a paper was issued again.
ALTER TABLE case_paper ADD COLUMN reason TEXT; -- NULL: it was issued once
