-- What the document says of the total of a panel: how many of the highest and of the lowest are left out of its
-- mean (去掉一个最高分和一个最低分: 1), and the least mean of who passes, in hundredths of a point; NULL: it says none.
ALTER TABLE panel ADD COLUMN trimmed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE panel ADD COLUMN least INTEGER;
ALTER TABLE panel ADD COLUMN least_clause TEXT;
