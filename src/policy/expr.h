/* Tests of criteria: text to a typed tree (docs/policy-packs.md, "Tests").
 *
 * The tree is plain and is never changed; in a copy of its pack (pack_copy.h) a number, a
 * comparison, all or any can be, and the next evaluation of that copy follows. Names are looked up
 * when it is read, so it belongs to one pack. Whether units agree is found while reading, not while evaluating. */
#ifndef POLICY_EXPR_H
#define POLICY_EXPR_H
#include "base/arena.h"
#include "base/err.h"

/* Every quantity is an integer of millionths of its unit: money of 10^15 yuan is
 * 10^21, far below 2^127; a product of two is made only of values below 10^18. */
typedef __int128 wide;
#define MILLION 1000000

enum expr_kind {
    EX_ALL,       /* Kleene's and of the children */
    EX_ANY,       /* Kleene's or */
    EX_AT_LEAST,  /* `count` of the children */
    EX_NOT,       /* of one child */
    EX_COMPARE,   /* of two quantities */
    EX_INDICATOR, /* a truth or a quantity, as its fold says */
    EX_CRITERION, /* what another criterion of the pack comes to */
    EX_NUMBER,    /* in `unit` */
    EX_TIMES,     /* a whole number times a quantity */
    EX_RATIO,     /* of two values */
    EX_GROWTH     /* mean yearly growth: base, end, years; only compared with a number of % */
};

enum compare { CMP_GE, CMP_GT, CMP_LE, CMP_LT, CMP_EQ, CMP_NE };

struct expr {
    enum expr_kind kind;
    int line, column; /* in the pack's file */
    const struct expr *children;
    size_t count;
    int at_least;         /* EX_AT_LEAST */
    enum compare compare; /* EX_COMPARE */
    wide number;          /* EX_NUMBER; EX_TIMES: the whole number itself */
    struct str unit;      /* of a quantity; empty: none, or a truth */
    struct str name;      /* EX_INDICATOR, EX_CRITERION */
    size_t index;         /* of it in the pack */
};

/* Lookups of the parser in the pack. */
struct expr_names {
    const void *pack;
    /* *is_truth: it is true or false, else a quantity in *unit. False: no such name. */
    bool (*indicator)(size_t *index, bool *is_truth, struct str *unit, const void *pack,
                      struct str name);
    bool (*criterion)(size_t *index, const void *pack, struct str name);
};

/* Parses one test. E_INVALID: *column is the position of the error (in characters of `text`, from
 * 1), *e the message. `line`, `column0`: the position of `text` in the file. */
MUST_CHECK err_t expr_parse(struct expr **out, int *column, struct str text, int line, int column0,
                            const struct expr_names *names, struct arena *a, struct err *e);

/* ">=" … */
const char *compare_text(enum compare c);
bool compare_read(enum compare *out, struct str text);

/* Millionths as a decimal without needless zeros: "5", "2.5". */
struct str wide_text(wide n, struct arena *a);
/* Fen (ten thousand millionths) with two decimals. */
struct str money_text(wide n, struct arena *a);
#endif
