-- Which papers are certificates: the number that is printed on them (src/programme/certificate.h).
ALTER TABLE case_paper ADD COLUMN certificate TEXT; -- recognition.recognition_no; NULL: it is none
CREATE INDEX case_paper_certificate ON case_paper (certificate);
