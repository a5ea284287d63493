/* What may have been meant by an unknown word: try every known one, then ask for
 * " (did you mean "x"?)", empty when none is near. */
#ifndef TEXT_NEAREST_H
#define TEXT_NEAREST_H
#include "base/arena.h"

struct nearest {
    struct str word, best;
    size_t distance;
};
struct nearest nearest_of(struct str word);
void nearest_try(struct nearest *n, struct str known);
struct str nearest_text(const struct nearest *n, struct arena *a);
#endif
