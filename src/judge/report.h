/* A form of a pack, or the heads of an evaluation, filled with the numbers of one party on one
 * day. A number is an indicator of the pack: nothing here, and no call of the API, takes one.
 * Which days count (the year of the report) is said by the indicators themselves. */
#ifndef JUDGE_REPORT_H
#define JUDGE_REPORT_H
#include "judge/stored.h"

struct report_cell {
    struct str label;
    const struct part *cell; /* of the form; NULL: of a head, whose label is the indicator's */
    const struct indicator *number; /* NULL: the cell is no number */
    const struct outcome *outcome;  /* where it is one */
};

struct report_section {
    struct str id, label;
    struct report_cell *cells;
    size_t cell_count;
};

struct report {
    const struct pack *pack;
    const struct part *of; /* the form or the evaluation */
    struct party_facts party;
    struct str as_of;
    const struct report_section *sections;
    size_t section_count;
};

/* `id` names a form or an evaluation of the pack. What who asks may not read is not known: a
 * number is then a range. E_NOTFOUND: no such form, or no such party for who asks; else as
 * stored_verdict. */
MUST_CHECK err_t report_make(struct report *out, const struct pack *p, struct str id,
                             struct kernel *k, const struct stored_question *q, struct arena *a,
                             struct err *e);

/* One object. A number: `value` (a range where it is not known exactly), how many rows are
 * counted, possible and not, `empty` where none is counted, and `opens`, the address of them. */
void report_json(struct jout *j, const struct report *r, struct arena *a);

/* The numbers of reports of one form and day, of several parties together: one thing counts once,
 * by its key, however many of them have it. One object; `opens` has an address for each party. */
void report_together_json(struct jout *j, const struct report *r, size_t count, struct arena *a);
#endif
