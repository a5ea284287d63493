-- Who numbers the entries of the log: one row. Whoever takes the part raises the epoch, and every
-- step of a sequencer checks its own, so that one that was thought dead writes nothing more.
CREATE TABLE log_sequencer (
    id INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL
) STRICT;
INSERT INTO log_sequencer (id, epoch) VALUES (1, 0);
