-- What was given to whom, why and by when (src/access/assignment.h), and who is yet to be told.
ALTER TABLE assignment ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE assignment ADD COLUMN kind TEXT NOT NULL DEFAULT 'do'; -- do read copy
ALTER TABLE assignment ADD COLUMN given_by INTEGER;   -- account; NULL: the program
ALTER TABLE assignment ADD COLUMN note TEXT;
ALTER TABLE assignment ADD COLUMN due_date TEXT;
ALTER TABLE assignment ADD COLUMN done_ms INTEGER;    -- read; or done, as the receiver said
ALTER TABLE assignment ADD COLUMN done_by INTEGER;
ALTER TABLE assignment ADD COLUMN untold INTEGER;     -- the receivers from this account on are to be told; NULL: all were
ALTER TABLE assignment ADD COLUMN remind_ms INTEGER;  -- the next reminder; NULL: none
ALTER TABLE assignment ADD COLUMN remind_next INTEGER;   -- …goes on with this account; NULL: with the first
CREATE INDEX assignment_given ON assignment (given_by);
CREATE INDEX assignment_untold ON assignment (id) WHERE untold IS NOT NULL;
CREATE INDEX assignment_remind ON assignment (remind_ms) WHERE remind_ms IS NOT NULL;

ALTER TABLE proposal ADD COLUMN untold INTEGER;       -- who may confirm it is to be told, from this account on
CREATE INDEX proposal_untold ON proposal (id) WHERE untold IS NOT NULL;
CREATE INDEX proposal_by ON proposal (proposed_by);
CREATE INDEX proposal_decided ON proposal (decided_by);

ALTER TABLE job ADD COLUMN untold INTEGER;            -- 1: its owner is to be told that it ended
CREATE INDEX job_untold ON job (id) WHERE untold IS NOT NULL;
