/* Resident identity numbers: stored sealed, found by a keyed index. The plain number is in no
 * column, log, version or index. */
#ifndef RECORD_VALUE_PERSON_H
#define RECORD_VALUE_PERSON_H
#include "base/arena.h"
#include "base/err.h"

#define PERSON_LEN 18 /* characters of GB 11643 */

struct seal_key;

/* Sealed afresh at each call: two seals of one number differ. */
struct str person_seal(const struct seal_key *keys, struct str number, struct arena *a);
/* Equal for equal numbers, under the key of this instance. */
struct str person_index(const struct seal_key *keys, struct str number, struct arena *a);
/* The number, whatever its length. E_CORRUPT: not sealed with this key, or damaged. */
MUST_CHECK err_t person_text(struct str *out, const struct seal_key *keys, struct str sealed,
                             struct arena *a, struct err *e);
/* E_CORRUPT: likewise, or no number of that length. */
MUST_CHECK err_t person_open(char number[PERSON_LEN + 1], const struct seal_key *keys,
                             struct str sealed, struct err *e);
#endif
