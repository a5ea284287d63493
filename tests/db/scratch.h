/* A fresh folder and a fresh store for a test, removed with everything in them.
 *
 * $DB says which engine the stores of this run are: sqlite (the default), or
 * postgres, where $ZHIYUN_POSTGRES is the address of a database in which each
 * store is a schema of its own, by whose name its connections call themselves
 * (tools/pg.py sets both); one that is copied, and a copy, is a database of the
 * same server. */
#ifndef DB_SCRATCH_H
#define DB_SCRATCH_H
#include "base/arena.h"

/* Path of a new folder under $TMPDIR or /tmp, in the arena; its whole content
 * goes when the arena does. */
const char *scratch_dir(struct arena *a);

/* Address of a store that does not exist yet; the same for the same dir and
 * name. dir: from scratch_dir or another folder of this test alone. */
const char *scratch_url(struct arena *a, const char *dir, const char *name);

/* As scratch_url, of a store to be copied: making a hundred tables takes longer than copying them. */
const char *scratch_original(struct arena *a, const char *dir, const char *name);
/* As scratch_url, of a store that begins as the original of this dir and name is, which nobody has open. */
const char *scratch_copy(struct arena *a, const char *dir, const char *original_dir,
                         const char *name);

/* As scratch_url, for a test that opens one connection only: in memory where
 * the engine can. */
const char *scratch_memory(struct arena *a);

bool scratch_is_postgres(void);
#endif
