-- What a record asks of another unit or person (types/*.yaml, asks), who answers on a page of its own and reads nothing else
-- of the record. An ask is an assignment without the rights of one.
ALTER TABLE assignment ADD COLUMN ask TEXT;           -- its name in the type; NULL: an assignment
ALTER TABLE assignment ADD COLUMN answer TEXT;        -- given refused; NULL: none yet, or withdrawn
ALTER TABLE assignment ADD COLUMN seen TEXT;          -- JSON: what was shown when it was answered
ALTER TABLE assignment ADD COLUMN link TEXT;          -- digest of the link by which anybody answers it; NULL: none
ALTER TABLE assignment ADD COLUMN link_until INTEGER; -- ms
CREATE UNIQUE INDEX assignment_link ON assignment (link) WHERE link IS NOT NULL;
