-- What 待办 says of a step that leads on, beside its name: on what it rests, whose it is, whether its
-- period has to be over first. Cases that stand where they stood before say it from their next step on.
ALTER TABLE flow_open ADD COLUMN clause TEXT;
ALTER TABLE flow_open ADD COLUMN conditions TEXT; -- "application.to=city", one on a line; "!=": anything but
ALTER TABLE flow_open ADD COLUMN opens INTEGER NOT NULL DEFAULT 0; -- 1: open when its day is over
