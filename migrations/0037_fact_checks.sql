-- What of a party's own word an office has checked in a step (src/programme/confirm.h); the step says who and when.
CREATE TABLE fact_check (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES flow_case (id),
    step_id INTEGER NOT NULL REFERENCES flow_step (id),
    record TEXT NOT NULL,         -- of a facts document: staff, applicant
    digest TEXT NOT NULL          -- SHA-256 of what the party said in it (policy/facts.h, facts_said_digest)
) STRICT;
CREATE INDEX fact_check_case ON fact_check (case_id, id);
