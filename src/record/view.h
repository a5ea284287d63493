/* The part of a type's records that a subject sees, as SQL under construction: the records it may
 * read, and for a field the records in which it may see that field. A condition on a field hidden
 * in a record does not match it, even if negated, and the record sorts as if the field were empty.
 * So filters, orders and counts reveal nothing that a page does not show. */
#ifndef RECORD_VIEW_H
#define RECORD_VIEW_H
#include "record/plan.h"

struct view {
    const struct kernel *kernel;
    const struct type_plan *plan;
    const struct subject *subject;
    struct arena *a;
    struct buf sql;       /* the statement so far; table alias r */
    struct value *values; /* parameter ?n is values[n - 1] */
    size_t value_cap;
    int next_param;
    struct str *shown;    /* by field: its condition once made; "1 = 1": in every record */
    bool reads;           /* some rule gives it records of this type to read */
    bool same_everywhere; /* every rule that reads shows the same fields, unmasked alike */
};

void view_init(struct view *v, const struct kernel *k, const struct type_plan *p,
               const struct subject *s, struct arena *a);
void view_clear(struct view *v);

/* Text and parameters. */
void view_add(struct view *v, const char *text);
int view_value(struct view *v, struct value value); /* its number */

/* "(…)": the records that the subject may read. E_LIMIT as access_where. */
MUST_CHECK err_t view_readable(struct view *v, struct err *e);

/* " FROM table r WHERE …": these, but for those of imports that have not arrived. */
MUST_CHECK err_t view_add_records(struct view *v, struct err *e);

/* …and those of them with which it may do this besides (ACCESS_EXPORT). */
MUST_CHECK err_t view_allowed(struct view *v, enum access_verb verb, struct err *e);

/* *out: the condition under which the field is seen, within the readable records;
 * "1 = 1" where that is always, empty where it is never. `unmasked`: in plain. */
MUST_CHECK err_t view_shown(struct str *out, struct view *v, size_t field, bool unmasked,
                            struct err *e);

/* In which of the readable records the subject sees the field, and for SHOWN_SOMEWHERE the rules
 * by which it does, as a separate policy (in v->a). */
enum shown_where { SHOWN_NEVER, SHOWN_SOMEWHERE, SHOWN_EVERYWHERE };
enum shown_where view_rules(struct access_policy *out, const struct view *v, size_t field,
                            bool unmasked);

/* The system columns except id, version and state, which are visible together: represents a field
 * in view_shown and view_rules. SIZE_MAX: that system column is visible in every readable record.
 */
size_t view_labels(const struct view *v, enum system_column c);

/* May the subject see the field in any record? Unknown names and hidden fields are
 * told in the same words. SIZE_MAX: no. */
size_t view_field(const struct view *v, struct str name);

/* The column of a field's order in its table, or a computed field's SELECT. */
void view_add_column(struct view *v, size_t field);
#endif
