/* A form of a pack, or the heads of an evaluation, filled with the numbers of a party on a day. Numbers
 * are indicators of the pack and can never be entered. The indicators define their period (the year of
 * the report). */
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
    struct pack_verdict sources; /* of the party's rows */
    struct str as_of;
    const struct report_section *sections;
    size_t section_count;
};

/* `id`: a form or an evaluation of the pack. Facts the subject may not read are unknown, and numbers
 * become ranges. E_NOTFOUND: no such form, or no such party visible to the subject; otherwise as
 * stored_verdict. */
MUST_CHECK err_t report_make(struct report *out, const struct pack *p, struct str id,
                             struct kernel *k, const struct stored_question *q, struct arena *a,
                             struct err *e);

/* Writes one object. A number has `value` (a range if it is not exact), the counts of rows counted,
 * possible and not counted, `empty` if none is counted, and `opens`, the address of the rows. */
void report_json(struct jout *j, const struct report *r, struct arena *a);

/* Totals of several parties' reports of one form and day: items shared by parties count once, by key.
 * Writes one object; `opens` has an address per party. */
void report_together_json(struct jout *j, const struct report *r, size_t count, struct arena *a);
#endif
