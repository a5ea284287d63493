/* The differences between two versions of a record, by their contents. */
#ifndef RECORD_DIFF_H
#define RECORD_DIFF_H
#include "base/arena.h"
#include "text/json.h"

/* Two values, members in any order. */
bool diff_equal(const struct jvalue *x, const struct jvalue *y);
/* Names of the members that differ, in order of their bytes, "_reason" apart. Either
 * may be NULL (no version): then every member of the other differs. Returns how many. */
size_t diff_names(const struct str **out, const struct jvalue *before, const struct jvalue *after,
                  struct arena *a);
#endif
