/* Faults of a pack that parsing does not find, and the coverage of its source. */
#ifndef POLICY_LINT_H
#define POLICY_LINT_H
#include "policy/packs.h"

struct process_field;

/* The record types and roles there are (types/), which those know who run them. */
struct record_names {
    /* Whether the type has the field; with an empty field, whether there is the type. */
    bool (*field)(const void *arg, struct str type, struct str field);
    bool (*role)(const void *arg, struct str role);
    const void *arg;
    /* Whether a field, or "state", can hold what a step writes or asks for; a field that there is not
     * can hold all. And what is counted from it. Either may be NULL: not looked at. */
    bool (*takes)(const void *arg, struct str type, struct str field, struct str value);
    enum names_day {
        NAMES_NO_FIELD,
        NAMES_DAY,
        NAMES_YEAR,
        NAMES_NO_DAY
    } (*day)(const void *arg, struct str type, struct str field);
    /* The values that the conditions of a process can meet (process_walk.h), in the arena; NULL:
     * any. */
    size_t (*fields)(const void *arg, const struct process_field **out, const struct process *p,
                     struct arena *a);
    /* The first field that a new record of the type must have, that the effect does not write, and that none of
     * these roles may say; empty: there is none. NULL: not looked at. */
    struct str (*unsaid)(const void *arg, const struct process_effect *f, const struct str *roles,
                         size_t role_count, bool authority);
    /* Whether a case can move such records: not those of a register of parties or people, in which a case
     * would enter another one. NULL: not looked at. */
    bool (*moves)(const void *arg, struct str type);
    /* Whether packs may say more of what its records hold. NULL: not looked at. */
    bool (*asks)(const void *arg, struct str type);
    /* Whether cases wait while such a record is in its first state, which only steps change. NULL:
     * not checked. */
    bool (*waits)(const void *arg, struct str type);
    /* The first sum of money of a record that the effect makes, or changes, which whoever takes the step enters; empty:
     * there is none. NULL: not looked at. */
    struct str (*sum)(const void *arg, const struct process_effect *f);
    /* The field of the type that comes into facts as that sum of money ("award.amount"); empty: none does. */
    struct str (*sum_of)(const void *arg, struct str type, struct str fact);
};

/* All findings of a pack, in the order of its files: of reading it, or, where there are
 * none, of the checks that need the whole (quotes, SQL, references, cases, coverage).
 * names: NULL: fields are looked for in a facts document alone, roles are not looked at. */
MUST_CHECK err_t pack_lint(const struct pack_finding **out, size_t *count, struct packs *packs,
                           struct str id, const struct record_names *names, struct arena *a,
                           struct err *e);

struct uncovered {
    struct str text; /* how it begins */
    int line;        /* of the source; 0: it is not in it */
};

struct share {
    size_t covered, total;
    struct uncovered *missing;
    size_t missing_count;
};

/* Articles: pieces of the source that begin with 第…条, 一、 or （一）; one is covered when a
 * quote of the pack lies in it. Sentences (sentences.h): one is covered when each of its words
 * lies in a quote, or is among the unquoted with a reason; numbers likewise (digits, and
 * Chinese numerals before a unit or in a fraction). Quotes: found in the source, blanks
 * aside. */
struct coverage {
    struct share articles, sentences, quotes, numbers;
};
/* Whether quotes cover every word of the passage, anywhere in the source. */
bool is_quoted(const struct pack *p, struct str passage, struct arena *a);
void pack_coverage(struct coverage *out, const struct pack *p, struct arena *a);

/* Position of `quote` in `text`, both without blanks; text.len: none. */
size_t quote_find(struct str text, struct str quote, struct arena *a);
#endif
