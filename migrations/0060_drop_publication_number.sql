-- Nothing reads it: the index finds publications by their numbers.
DROP TABLE publication_number;
