/* Running an indicator: its SQL on fact_* tables, row by row. */
#include "policy/indicator.h"
#include "base/msg.h"
#include "db/sandbox.h"
#include "policy/head_schema.h"

const struct said_word said_folds[] = {
    {"exists", N_("true when a row holds; no unit")},
    {"count", N_("number of different `key`s; a row without a key may be one more")},
    {"sum", N_("sum of `amount` of different `key`s, in 元 or whole numbers")},
    {"rate", N_("percent of the rows with `base` whose `test` holds")},
    {"every", N_("true when each `grp` keeps its `bound`: each, must")},
    {"value", N_("the `amount` of the rows that hold; none: not known")},
    {NULL, NULL}};

const struct said_word said_parameters[] = {
    {":subject", N_("the judged party; every SELECT on facts must use it")},
    {":as_of", N_("the business date, as text")},
    {":effective", N_("first day of the document")},
    {":expires", N_("its last day")},
    {":word", N_("the indicator's `word`")},
    {":applied", N_("the day by which an application counts: `handed_in`, else as_of")},
    {NULL, NULL}};

#define ROWS_MAX 200000 /* of one subject: a centre's whole life is some thousands */

/* By enum row_column. */
const struct said_word said_columns[] = {
    {"test", N_("1, 0 or NULL: holds, does not, not known; never filter by it")},
    {"key", N_("what counts once")},
    {"amount", N_("fen for 元, else millionths as fact_series.value is")},
    {"base", N_("1 or 0: whether the row is in the base of a rate")},
    {"grp", N_("group of the fold every")},
    {"bound", N_("what the group is compared with")},
    {"share", N_("percent in millionths of a joint claim that is the party's; NULL: the whole")},
    {"says", N_("what a row says, where rows of one key may contradict each other")},
    {"label", N_("what people read for the row")},
    {"record_id", N_("record from which the row is: drill-down")},
    {NULL, NULL}};

/* Which columns a fold cannot do without. */
static bool needs_column(const struct indicator *i, enum row_column c)
{
    switch (c) {
    case ROW_TEST:
        return true;
    case ROW_KEY:
        return i->fold == FOLD_COUNT || i->fold == FOLD_SUM || i->fold == FOLD_RATE;
    case ROW_AMOUNT:
        return i->fold == FOLD_SUM || i->fold == FOLD_VALUE ||
               (i->fold == FOLD_EVERY && i->each == FOLD_SUM);
    case ROW_BASE:
        return i->fold == FOLD_RATE;
    case ROW_GRP:
    case ROW_BOUND:
        return i->fold == FOLD_EVERY;
    case ROW_SHARE:
    case ROW_SAYS:
    case ROW_LABEL:
    case ROW_RECORD:
    case ROW_COLUMNS:
        return false;
    }
    return false;
}

static err_t find_columns(int columns[ROW_COLUMNS], const struct indicator *i, struct stmt *st,
                          struct err *e)
{
    for (int c = 0; c < ROW_COLUMNS; c++)
        columns[c] = -1;
    for (int n = 0; n < sandbox_columns(st); n++) {
        int c = 0;
        while (c < ROW_COLUMNS && strcmp(sandbox_column_name(st, n), said_columns[c].name) != 0)
            c++;
        if (c == ROW_COLUMNS)
            return err_set(e, E_INVALID, "the column \"%s\" is none of an indicator",
                           sandbox_column_name(st, n));
        columns[c] = n;
    }
    for (int c = 0; c < ROW_COLUMNS; c++)
        if (columns[c] < 0 && needs_column(i, (enum row_column)c))
            return err_set(e, E_INVALID, "its fold needs a column \"%s\"", said_columns[c].name);
    return OK;
}

err_t indicator_prepare(struct stmt **out, int columns[ROW_COLUMNS], size_t *at,
                        const struct indicator *i, struct db *db, struct err *e)
{
    *out = NULL;
    err_t rc = sandbox_prepare(out, at, db, i->sql, e);
    if (rc == OK)
        rc = find_columns(columns, i, *out, e);
    return rc;
}

static enum truth truth_of(struct stmt *st, int column)
{
    if (column < 0 || stmt_is_null(st, column))
        return UNKNOWN;
    return stmt_i64(st, column) ? YES : NO;
}

static struct str text_of(struct stmt *st, int column, struct arena *a)
{
    return column < 0 || stmt_is_null(st, column) ? STR_NONE : arena_dup(a, stmt_str(st, column));
}

/* Money is in fen; counts, and sums of what is not money, are whole; the rest is in millionths. */
static wide scale_of(const struct indicator *i, bool bound)
{
    if (str_is(i->unit, "元") || (i->fold == FOLD_EVERY && i->each == FOLD_SUM))
        return MILLION / 100;
    if (i->fold == FOLD_SUM)
        return MILLION;
    return bound && i->fold == FOLD_EVERY ? MILLION : 1;
}

static bool wide_of(wide *out, struct stmt *st, int column, wide scale)
{
    if (column < 0 || stmt_is_null(st, column))
        return false;
    *out = stmt_i64(st, column) * scale;
    return true;
}

static struct fact_row read_row(const struct indicator *i, const int *columns, struct stmt *st,
                                struct arena *a)
{
    struct fact_row r = {.test = truth_of(st, columns[ROW_TEST]),
                         .base = truth_of(st, columns[ROW_BASE]),
                         .key = text_of(st, columns[ROW_KEY], a),
                         .grp = text_of(st, columns[ROW_GRP], a),
                         .says = text_of(st, columns[ROW_SAYS], a),
                         .label = text_of(st, columns[ROW_LABEL], a),
                         .record = text_of(st, columns[ROW_RECORD], a)};
    r.has_amount = wide_of(&r.amount, st, columns[ROW_AMOUNT], scale_of(i, false));
    r.has_share = wide_of(&r.share, st, columns[ROW_SHARE], 1);
    r.has_bound = wide_of(&r.bound, st, columns[ROW_BOUND], scale_of(i, true));
    return r;
}

static err_t bind(struct stmt *st, const struct indicator *i, const struct asked *asked,
                  struct err *e)
{
    const struct str texts[] = {asked->as_of, asked->effective, asked->expires, i->word,
                                asked->applied};
    err_t rc = i->parameters >= 1 ? stmt_bind_i64(st, 1, asked->subject, e) : OK;
    for (int p = 2; rc == OK && p <= i->parameters; p++)
        rc = stmt_bind_str(st, p, texts[p - 2], e);
    return rc;
}

/* Whether a list behind the indicator may hold more than is known. */
static err_t is_open(bool *open, const struct indicator *i, struct db *db, int64_t subject,
                     struct err *e)
{
    err_t rc = OK;
    *open = false;
    for (size_t l = 0; rc == OK && l < i->list_count && !*open; l++) {
        int64_t complete;
        rc =
            db_i64(&complete, db, "SELECT complete FROM fact_list WHERE subject = ?1 AND name = ?2",
                   VALUES(v_i64(subject), v_str(i->lists[l])), e);
        *open = rc == OK && complete == 0;
    }
    return rc;
}

struct row_list {
    VEC(struct fact_row) list;
};

static err_t read_rows(struct row_list *out, const struct indicator *i, struct db *db,
                       const struct asked *asked, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    int columns[ROW_COLUMNS];
    size_t at;
    err_t rc = indicator_prepare(&st, columns, &at, i, db, e);
    if (rc == OK)
        rc = bind(st, i, asked, e);
    while (stmt_row(&rc, st, e)) {
        struct fact_row r = read_row(i, columns, st, a);
        VEC_PUSH(a, &out->list, r);
        if (out->list.len > ROWS_MAX)
            rc = err_set(e, E_LIMIT, "more than %d rows", ROWS_MAX);
    }
    stmt_free(st);
    return rc;
}

err_t indicator_run(struct outcome *out, const struct indicator *i, struct db *db,
                    const struct asked *asked, struct arena *a, struct err *e)
{
    struct row_list rows = {0};
    bool open = false;
    err_t rc = read_rows(&rows, i, db, asked, a, e);
    if (rc == OK)
        rc = is_open(&open, i, db, asked->subject, e);
    if (rc == OK)
        *out = indicator_fold(i, rows.list.ptr, rows.list.len, open);
    else
        err_note(e, "indicator %.*s", STR_ARG(i->id));
    return rc;
}
