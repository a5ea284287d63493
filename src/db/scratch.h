/* A fresh folder for a test, removed with everything in it. */
#ifndef DB_SCRATCH_H
#define DB_SCRATCH_H
#include "base/arena.h"

/* Path of a new folder under $TMPDIR or /tmp, in the arena; its whole content
 * goes when the arena does. */
const char *scratch_dir(struct arena *a);

/* "sqlite:DIR/name" */
const char *scratch_url(struct arena *a, const char *dir, const char *name);
#endif
