/* What was erased by law (docs/security.md): kept beside backups, so that an older one that
 * is restored is brought to the same state. The list names records and fields, never a
 * value; it may be made as often as one likes, and the newest one holds all before it.
 *
 * One JSON object: {"format":1,"product":"zhiyun-erasures","log":origin,"made_ms":n,
 * "entries":n (numbered or not),"head":signed head,"erased":[{"type","id","field","at_ms"}…]}. */
#ifndef BACKUP_ERASURES_H
#define BACKUP_ERASURES_H
#include "base/fs.h"
#include "record/record.h"

/* Writes the list as it stands, over an older one. *count: fields. */
MUST_CHECK err_t erasures_write(uint64_t *count, struct store *store, const struct log_suite *suite,
                                const struct clock *clock, const struct fs *fs, const char *path,
                                struct arena *a, struct err *e);

/* Erases again what the list names and the store still has; each record leaves its entry.
 * *records: of how many something was erased. E_INVALID: it is no such list, of another
 * log, not signed by it, or older than the `entries` that the store had, numbered or not. */
MUST_CHECK err_t erasures_replay(uint64_t *records, struct kernel *k, const struct fs *fs,
                                 const char *path, uint64_t entries, struct arena *a,
                                 struct err *e);
#endif
