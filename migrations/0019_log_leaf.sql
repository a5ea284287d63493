-- An entry enters the index by leaf when it is sequenced, not before: it was written there twice.
DROP INDEX log_entry_leaf;
CREATE UNIQUE INDEX log_entry_leaf ON log_entry (leaf) WHERE leaf IS NOT NULL;
