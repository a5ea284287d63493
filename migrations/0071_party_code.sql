-- Names of applicants and holders under one standard code of Derwent's (four letters, "-C"), which belongs to one company: the
-- landscape counts them as one. Other codes of Derwent's are made of the first letters of a name and are not here.
CREATE TABLE party_code (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (code, name)
) STRICT;
