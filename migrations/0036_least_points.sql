-- The least that a head of a review must come to, where the document says one: hundredths of a point, and the
-- clause that says so; NULL: none.
ALTER TABLE panel_head ADD COLUMN least INTEGER;
ALTER TABLE panel_head ADD COLUMN least_clause TEXT;
