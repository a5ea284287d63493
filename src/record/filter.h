/* The filter language of lists:
 *
 *   amount>=1000 and state=signed and title~"波导"
 *   signed=2024..2026 or not (kind=pledge,licence)
 *   shares.percent>50 and place=51* and filed is empty
 *
 *   name op value   op is = != < <= > >= ~ (contains); names are fields, parts of
 *                   table fields (shares.percent), and system columns
 *   a,b,c           with = and !=: any of them, none of them
 *   a..b  a..  ..b  with = and !=: from a to b, both included; either end open
 *   51*             with texts and codes: begins with
 *   2024  2024-05   with dates: all days of the year, of the month; today
 *   is empty, is not empty
 *   and or not ( )  not binds closest, then and, then or; small or capital letters
 *
 * Values are words without blanks, brackets and commas, or "quoted", where \" and \\
 * stand for themselves. Full-width signs count as their ASCII ones. A comparison
 * holds only where the field has a value, negated ones too: neither amount>5 nor not
 * amount>5 finds a record without amount. A condition on a list or table field holds
 * when one of its values meets it, != when none does. A period meets a day or range
 * when both overlap. A personal number is found by = alone, by who may see it
 * unmasked. */
#ifndef RECORD_FILTER_H
#define RECORD_FILTER_H
#include "record/view.h"

/* A value given for a field may be a code or a label in either language; if one value's label is
 * another's code, the code is meant. */

enum filter_op { FILTER_AND, FILTER_OR, FILTER_IS };

enum filter_test_op {
    TEST_EQUAL,
    TEST_BETWEEN, /* low … high, both included; either may be VALUE_NULL: open */
    TEST_LESS,
    TEST_AT_MOST,
    TEST_MORE,
    TEST_AT_LEAST,
    TEST_BEGINS,
    TEST_CONTAINS /* letters A to Z as a to z */
};

/* All but TEST_EQUAL and the two of texts leave out days that are known not to be. */
struct filter_test {
    enum filter_test_op op;
    size_t column;          /* of the target's */
    struct value low, high; /* high: TEST_BETWEEN alone */
};

/* The target of a name. A field that is hidden in some records matches none of them, even if the
 * condition is negated: view_rules(shown_by, sealed). */
struct filter_target {
    const struct field *field;            /* how operands are read */
    size_t at;                            /* of the plan; SIZE_MAX: a system column */
    size_t shown_by;                      /* at, or view_labels; SIZE_MAX: it is seen everywhere */
    struct str column[VALUE_COLUMNS_MAX]; /* SQL of its columns, over r, or c of its child */
    struct str name[VALUE_COLUMNS_MAX];   /* their names in the table; empty: computed */
    struct str child; /* its values lie in this table; empty: in the record's row */
    bool sealed;
};

/* A filter as it was read. FILTER_IS holds where the field is shown and one of the tests
 * holds (of a list: of one of its values), or, with `negate`, none does and there is a
 * value (of a list or a period: or there is none); `empty`: where there is none. */
struct filter {
    enum filter_op op;
    const struct filter *parts; /* FILTER_AND, FILTER_OR */
    size_t part_count;
    struct filter_target target;
    bool negate, empty;
    struct filter_test *tests;
    size_t test_count;
};

/* In v->a. E_INVALID: "at character N: …"; a field that the subject may not see is as one
 * that does not exist. E_LIMIT: too long. */
MUST_CHECK err_t filter_read(struct filter *out, struct view *v, struct str text, struct err *e);
/* Reads it, and appends it as a condition in brackets to v->sql. */
MUST_CHECK err_t filter_add(struct view *v, struct str text, struct err *e);
#endif
