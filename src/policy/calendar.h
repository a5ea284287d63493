/* Days: working days of China, calendar months and years.
 *
 * Working days follow the State Council's yearly table: those built in from
 * reference/cn_days.csv, and what an instance was given since (a calendar). A year without a
 * table is counted Monday to Friday without the days that the law itself fixes
 * (reference/legal_days.csv), and what is counted in it is provisional: it has to be counted again
 * before that year begins. So is what counts 29 to 31 December while the next year
 * has none: its New Year's holiday may begin there. */
#ifndef POLICY_CALENDAR_H
#define POLICY_CALENDAR_H
#include "base/date.h"
#include "model/due_day.h"
#include "policy/pack.h"

/* A day that differs from the normal week. */
struct calendar_day {
    int32_t day; /* since 1970-01-01 */
    bool works;  /* a Saturday or Sunday that is worked; else a day off */
};

/* The table of one year as it was announced. It may change the last days of the December
 * before: a New Year's holiday begins there. */
struct calendar_year {
    int year;
    struct str source;               /* who announced it, where; never empty */
    const struct calendar_day *days; /* by day, each once */
    size_t count;
};

/* Further years besides the built-in ones; borrowed. Below, NULL means none. */
struct calendar {
    const struct calendar_year *years;
    size_t count;
    int last_year; /* later ones count as having no table, built in or not; 0: none does */
};

bool calendar_has_year(const struct calendar *c, int year);
bool calendar_is_workday(const struct calendar *c, struct date d);
/* Working days after `from`, up to and with `to`. */
int64_t calendar_workdays(const struct calendar *c, struct date from, struct date to);
/* The first and last of the years with a table; there is none missing in between. */
int calendar_first_year(void);
int calendar_last_year(const struct calendar *c);

/* Parses the table of a year in the form of reference/cn_days.csv: lines with # that name the
 * source, the header date,kind,holiday and a row for each day off (rest) and each working weekend
 * day (work). `file`: its name for messages. E_INVALID: with row and reason. */
MUST_CHECK err_t calendar_parse(struct calendar_year *out, struct str text, const char *file,
                                struct arena *a, struct err *e);
/* The canonical text of a calendar, as stored and digested; read by calendar_parse. */
struct str calendar_text(const struct calendar_year *y, struct arena *a);
/* Whether a known year differs from this table; *first: the first such day. */
bool calendar_differs(struct date *first, const struct calendar *c, const struct calendar_year *y);

/* A day that a rule gives. */
struct due {
    enum due_state {
        DUE_UNSAID, /* the text gives no day */
        DUE_KNOWN,
        DUE_RANGED /* an officer chooses a day from `date` to `last` */
    } state;
    struct date date, last;
    bool chosen;          /* no text gives it (deadline_rule.chosen) */
    bool provisional;     /* days were counted of which no table says yet … */
    struct date count_by; /* … but one of the year that begins here: by then it is counted again */
};

/* The form of a known date for messages. */
struct due_day due_day_of(const struct due *due, struct arena *a);

/* The rules for counting days; NULL: the built-in table, and a last day on a day off is not moved.
 */
struct counting {
    const struct calendar *calendar;
    bool carries; /* 民法典 203: the day after the days off takes its place */
};

/* The day of a rule, counted from `from`, which is day 0. E_INVALID: past the year 9999. */
MUST_CHECK err_t due_of(struct due *out, const struct deadline_rule *rule, struct date from,
                        const struct counting *how, struct err *e);

/* The day that an officer chose where a rule leaves it to him: within its range, or after
 * `from` where the text gives none. E_INVALID: outside it, with both ends; or the rule gives the
 * day itself. */
MUST_CHECK err_t due_entered(struct due *out, const struct deadline_rule *rule, struct date from,
                             struct date entered, const struct counting *how, struct err *e);

/* "WD5", "M3..M6": as a pack writes it; kind and numbers of *rule are set. False: no rule. */
MUST_CHECK bool deadline_rule_parse(struct deadline_rule *rule, struct str text);
struct str deadline_rule_text(const struct deadline_rule *rule, struct arena *a);
/* Reads what deadline_rule_text wrote: "M1 carry", "D30 | Y12-31", "M1 > WD5"; further rules in the arena. False:
 * no rule. */
MUST_CHECK bool deadline_rule_read(struct deadline_rule *rule, struct str text, struct arena *a);
/* The term that it gives: Tn, or Y+n-12-31. False: it is no rule of whole years; NULL is none. */
bool deadline_years(struct years *out, const struct deadline_rule *rule);
/* The clauses of the pack and those it extends by which such a rule is counted. */
size_t deadline_counted_by(const struct clause ***out, const struct pack *p,
                           const struct deadline_rule *rule, struct arena *a);
#endif
