-- By when the experts of a panel hand in their sheets (NULL: no day is set); 1: points are given out of the weight of
-- their head, as 26 of 30; what an expert says to one head. A head with a reason and no points yet has -1.
ALTER TABLE panel ADD COLUMN due_on TEXT;
ALTER TABLE panel ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE panel_score ADD COLUMN reason TEXT;
