-- 1: something is to be done by it: it leads on and is its holder's or the party's chance, or what it rests on
-- (an objection that is open, a filing that is due) calls for it. Cases that stand where they stood before say it from
-- their next step on.
ALTER TABLE flow_open ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;
UPDATE flow_open SET calls = holds;
-- Who waits beside the holder: the assignment that the process gave.
CREATE TABLE flow_wait (
    assignment INTEGER PRIMARY KEY REFERENCES assignment (id),
    case_id INTEGER NOT NULL REFERENCES flow_case (id)
) STRICT;
CREATE INDEX flow_wait_case ON flow_wait (case_id);
-- 1: no text gives the day; people are reminded on it, and nothing is late by it.
ALTER TABLE flow_timer ADD COLUMN chosen INTEGER NOT NULL DEFAULT 0;
-- What is told of many at once is one message while it is unread: what they have in common, and of how many it is.
ALTER TABLE notification ADD COLUMN gather TEXT; -- NULL: it stands alone
ALTER TABLE notification ADD COLUMN gathered INTEGER NOT NULL DEFAULT 1;
