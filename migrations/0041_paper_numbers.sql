-- A corrected version keeps the number of the paper: one decision has one (document_number.h keeps it from others).
DROP INDEX case_paper_number;
CREATE INDEX case_paper_number ON case_paper (number) WHERE form = 0;
