-- Experts whom the office chose, and reviews held as a meeting (src/panel/chosen.h). A choice is a row of panel_draw in
-- the state `chosen`: its text says who was chosen and which conflicts were found; nothing is committed to or revealed.
ALTER TABLE panel ADD COLUMN held_on TEXT;     -- day of the meeting that the office recorded; NULL: scored online
ALTER TABLE panel_member ADD COLUMN file TEXT; -- SHA-256 of the file of the sheets that he signed at it; NULL: none
