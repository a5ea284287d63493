/* The day of a step of a process, from what records say: for cases (matter/day.c) and for the short lives
 * of a pack's cases (life.c) alike. */
#ifndef POLICY_STEP_DAY_H
#define POLICY_STEP_DAY_H
#include "model/reading.h"
#include "policy/calendar.h"

struct step_count {
    bool has_from, has_entered;
    struct date
        from; /* from which it is counted; step_day sets it to the beginning of the period meant */
    struct date entered; /* by an officer, where the rule leaves the day to him */
    int year; /* of which the matter is, where its day is counted from a date of the party again and again
                 (综合评价 every three years): the period that ends in that year; 0: it is of none */
};

/* Reads a date, or a year (its first day), from a record. False: neither. */
bool step_day_read(struct date *out, struct str said);
/* Whether an officer enters the day of such a rule: in the field `due` of the record it is counted from. */
bool step_day_is_entered(const struct deadline_rule *rule);
/* The beginning of the kth period (from 0) of a rule that is counted again and again from a date.
 * False: the rule is no length of time, or past the year 9999. */
bool step_day_cycle(struct date *from, const struct deadline_rule *rule, int k);
/* *known false: not yet. E_INVALID: the day entered does not fit (due_entered). */
MUST_CHECK err_t step_day(struct due *out, bool *known, const struct deadline_rule *rule,
                          struct step_count *c, const struct counting *how, struct err *e);

/* The rules for counting days in cases of a pack: its calendar, and the chosen reading of
 * ambiguities with `carries` (such as A-40). */
struct counting pack_counting(const struct pack *p, const struct calendar *calendar,
                              const struct reading *chosen, size_t count);
#endif
