-- Twins among claims are known by what records say and by digests of files, not by their content.
DROP TABLE file_print;
