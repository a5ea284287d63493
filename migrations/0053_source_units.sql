-- Whose statement a record is: that of the unit whose import brought it (src/model/README, "Layers"). NULL: of none.
ALTER TABLE publication_source ADD COLUMN unit INTEGER;
UPDATE publication_source SET unit = (SELECT nullif(i.unit, 0) FROM publication_import i
    WHERE i.id = publication_source.import_number);
