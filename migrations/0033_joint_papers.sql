-- One paper of several cases (a joint list made public, the decision on it): it is kept with one of them, in
-- case_paper, and is each other's as well (src/programme/case_paper.h).
CREATE TABLE case_paper_joint (
    case_id INTEGER NOT NULL REFERENCES flow_case (id),
    paper INTEGER NOT NULL REFERENCES case_paper (id),
    PRIMARY KEY (case_id, paper)
) STRICT;
