-- Forms as they were handed in are papers too (src/programme/form_paper.h): by the number of their case.
ALTER TABLE case_paper ADD COLUMN form INTEGER NOT NULL DEFAULT 0; -- 1: a form that the party handed in
DROP INDEX case_paper_number;
CREATE UNIQUE INDEX case_paper_number ON case_paper (number) WHERE form = 0;
