/* Pictures and texts of files, so that the same look is not taken twice: in memory alone, the latest
 * used ones up to a number of bytes. None of a secret file: callers put none in. Shared by threads. */
#ifndef API_LOOKS_KEPT_H
#define API_LOOKS_KEPT_H
#include "base/arena.h"

struct looks_kept;
struct looks_kept *looks_kept_new(void);
void looks_kept_free(struct looks_kept *k); /* accepts NULL */

/* `key`: the digest of the file's content, and how it was looked at. */
struct look_kept {
    struct str bytes; /* a PNG, a text; in the arena */
    int number;       /* of pages; of a text: whether it is whole */
};
bool looks_kept_get(struct look_kept *out, struct looks_kept *k, struct str key, struct arena *a);
void looks_kept_put(struct looks_kept *k, struct str key, struct look_kept value);
#endif
