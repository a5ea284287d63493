/* Where those in an office's register lie. A record that was written before its place was kept says none,
 * so no city has it among its own. */
#ifndef PROGRAMME_PLACE_H
#define PROGRAMME_PLACE_H
#include "programme/programme_priv.h"

/* Fills the city of each record of an office's register that says none and can still be changed, as the
 * register of organisations has it, by a version of its own; of a party that is not registered, or lies in
 * no city, it stays not known. */
MUST_CHECK err_t place_fill(struct kernel *k, struct str today, struct arena *a, struct err *e);
#endif
