-- The way on which a case came to its stage (推荐, 自荐), where its process tells several apart.
ALTER TABLE flow_case ADD COLUMN stream TEXT;
