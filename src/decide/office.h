/* Who may change what counts here: the office that a pack names, in person, and two of them
 * for what is not taken back. */
#ifndef DECIDE_OFFICE_H
#define DECIDE_OFFICE_H
#include "access/deed.h"
#include "access/pair_shown.h"
#include "policy/packs.h"

/* An officer or leader of the province that the pack is for (a national one: of any), in his own
 * right. */
bool office_of_pack(const struct subject *s, const struct pack *p);

/* His unit, of the pack's own province, holds this function (recognise, interpret …) of the pack on that day, within its
 * own region: rows of `authority`. */
MUST_CHECK err_t office_has_function(bool *out, struct db *db, const struct subject *s,
                                     const struct pack *p, struct str function, struct err *e);

struct pair_change {
    const struct pack *pack;
    const char *action;   /* "activate" */
    struct str arguments; /* JSON: all that both persons see, beside the reason */
    const char *what;     /* a sentence of N_(): what is to be done */
    const struct pair_line *lines;
    size_t line_count;
};

/* Inside a store step. *go: another of the office proposed the same; do it now. Else it is
 * proposed, with an entry (*waits: its number). first: who proposed it. E_DENIED: not of the
 * office, a program, or nobody signed in; E_CONFLICT: the same person proposed it, something else
 * waits, or who proposed it may not any more; E_INVALID: no reason. */
MUST_CHECK err_t pair_change(bool *go, int64_t *waits, int64_t *first, struct db *db,
                             const struct deed *d, const struct pair_change *c, struct err *e);
/* Takes back what one proposed himself, refuses what another did. E_NOTFOUND: nothing waits. */
MUST_CHECK err_t pair_end(struct db *db, const struct deed *d, const struct pack *p,
                          const char *action, struct err *e);
#endif
