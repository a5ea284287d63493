-- Whether the clock can be believed (audit/clock_state.h).
CREATE TABLE clock_state (
    id INTEGER PRIMARY KEY,       -- 1
    seen_ms INTEGER,              -- the latest time that a server kept while nobody doubted it; NULL: none ran yet
    doubt TEXT,                   -- jump, behind, ahead; NULL: there is none
    due_ms INTEGER,               -- in doubt: what time it should have been …
    shown_ms INTEGER,             -- … and what the clock showed
    signed_until_ms INTEGER       -- heads up to here were signed in a wrong time: the next repeat it
) STRICT;
INSERT INTO clock_state (id) VALUES (1);
