-- The keys by which lists of units and people are sorted (text/pinyin.h); record/ddl_migrate.c fills them.
ALTER TABLE unit ADD COLUMN name_order TEXT;
ALTER TABLE account ADD COLUMN display_name_order TEXT;
