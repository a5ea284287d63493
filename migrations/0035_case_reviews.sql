-- What was so of a party when somebody else reviewed its case (src/programme/review.h): later steps are
-- held against it.
CREATE TABLE case_review (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES flow_case (id),
    step_id INTEGER NOT NULL REFERENCES flow_step (id), -- by which it was reviewed, or the review was said to stand
    at_ms INTEGER NOT NULL,
    facts TEXT NOT NULL,          -- the facts document in its one spelling
    facts_digest TEXT NOT NULL    -- SHA-256 of it
) STRICT;
CREATE INDEX case_review_case ON case_review (case_id, id);
