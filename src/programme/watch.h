/* Conditions of recognition that are watched afterwards (`watch` of a prohibition): judged anew on the
 * facts of the day for who is in the register. One that is no longer met is shown to who evaluates and
 * given to the office as a flag; it is no verdict, and nothing follows from it by itself. */
#ifndef PROGRAMME_WATCH_H
#define PROGRAMME_WATCH_H
#include "programme/programme_priv.h"

struct watched {
    const struct part *by; /* the prohibition */
    struct criterion_result result;
};

/* All that the pack watches, of the party with that code on that day; none: the pack watches nothing. */
MUST_CHECK err_t watch_party(const struct watched **out, size_t *count, const struct pack *pack,
                             struct kernel *k, struct str code, struct str today, struct arena *a,
                             struct err *e);
/* Whether the pack watches anything. */
bool watch_any(const struct pack *pack);

/* "watch" into the open object, for an office that looks at a case in which what was found may be ordered:
 * of a process that is a consequence, or starts one. Holds no reader. */
MUST_CHECK err_t watch_json(struct jout *j, struct flow_call *x, struct programme *p,
                            struct err *e);

/* Gives the office of the pack's province a flag for each party of its register that no longer meets
 * something; what was given or settled before is not given again in the same year with the same numbers.
 * Under a draft nobody is evaluated but in trial: no conditions are looked at. Flags of the pack with
 * `watch` are given to the office that guides, under a draft as well, each once for the row that raises it. */
MUST_CHECK err_t watch_raise(struct programme *p, struct str today, struct err *e);
#endif
