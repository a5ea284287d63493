-- Which paper an entry printed: asked by GET /receipts/{uid} (src/api/resources/case_papers.c).
CREATE INDEX case_paper_entry ON case_paper (entry);
