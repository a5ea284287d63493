/* The authoriser, the step counter and the functions of db/sandbox.h. */
#include "db/sandbox.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/vec.h"
#include "db/db_priv.h"
#include <sqlite3.h>
#include <stdlib.h>

#define STEPS_BETWEEN_LOOKS 1000
#define ARGUMENTS_MAX 4
#define READS_MAX 64 /* columns of one statement that are remembered: more than any record has */

/* SQLite's own that such SQL may call: of one row each, but sum, min and max, which
 * inner SELECTs need for a bound. */
const char *const sandbox_functions[] = {
    "abs",    "coalesce", "ifnull", "iif",       "length", "like", "lower", "max", "min",
    "nullif", "round",    "substr", "substring", "sum",    "trim", "upper", NULL};

struct reads { /* of one statement */
    const char *sql;
    const struct sandbox_column *columns;
    size_t count;
};

struct confinement {
    const struct sandbox *rules;
    bool paused;
    int64_t steps_left;
    struct sandbox_column reads[READS_MAX]; /* while a statement is prepared */
    size_t read_count;
    struct arena *arena;
    VEC(struct reads) known;
    struct reads last; /* of the statement that was prepared last */
};

static void note_read(struct confinement *c, const char *table, const char *column)
{
    if (c->read_count == READS_MAX || strlen(table) >= sizeof(c->reads->table) ||
        strlen(column) >= sizeof(c->reads->column))
        return;
    for (size_t i = 0; i < c->read_count; i++)
        if (strcmp(c->reads[i].table, table) == 0 && strcmp(c->reads[i].column, column) == 0)
            return;
    struct sandbox_column *to = &c->reads[c->read_count++];
    memcpy(to->table, table, strlen(table) + 1);
    memcpy(to->column, column, strlen(column) + 1);
}

static bool is_harmless(const struct sandbox *s, const char *name)
{
    for (size_t i = 0; sandbox_functions[i]; i++)
        if (strcmp(name, sandbox_functions[i]) == 0)
            return true;
    for (size_t i = 0; i < s->function_count; i++)
        if (strcmp(name, s->functions[i].name) == 0)
            return true;
    return false;
}

/* A table of an inner SELECT has no name, or the one it was given there. */
static int authorise(void *arg, int action, const char *one, const char *two, const char *base,
                     const char *trigger)
{
    const struct sandbox *s = ((struct confinement *)arg)->rules;
    (void)trigger;
    if (((struct confinement *)arg)->paused)
        return SQLITE_OK;
    if (action == SQLITE_READ && one && two)
        note_read(arg, one, two);
    switch (action) {
    case SQLITE_SELECT:
        return SQLITE_OK;
    case SQLITE_READ:
        return !base || str_starts(str_of(one), str_of(s->table_prefix)) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:
        return two && is_harmless(s, two) ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

static int count_steps(void *arg)
{
    struct confinement *c = arg;
    return !c->paused && (c->steps_left -= STEPS_BETWEEN_LOOKS) < 0;
}

static struct value value_of(sqlite3_value *v)
{
    switch (sqlite3_value_type(v)) {
    case SQLITE_NULL:
        return (struct value){.type = VALUE_NULL};
    case SQLITE_INTEGER:
        return v_i64(sqlite3_value_int64(v));
    default: {
        const char *text = (const char *)sqlite3_value_text(v);
        return v_str((struct str){text, (size_t)sqlite3_value_bytes(v)});
    }
    }
}

struct callee { /* one function of one connection; SQLite frees it */
    const struct sandbox_function *function;
    void *state;
};

static void call(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct callee *c = sqlite3_user_data(context);
    struct value arguments[ARGUMENTS_MAX], out = {.type = VALUE_NULL};
    for (int i = 0; i < count; i++)
        arguments[i] = value_of(values[i]);
    c->function->call(&out, arguments, c->state);
    if (out.type == VALUE_I64)
        sqlite3_result_int64(context, out.i64);
    else if (out.type == VALUE_STR)
        sqlite3_result_text(context, (const char *)out.bytes.ptr, (int)out.bytes.len,
                            SQLITE_TRANSIENT);
    else
        sqlite3_result_null(context);
}

err_t sandbox_open(struct db **out, struct err *e)
{
    static const struct db_options options = {0};
    err_t rc = db_open(out, "sqlite::memory:", &options, e);
    if (rc == OK)
        (*out)->own = true;
    return rc;
}

err_t sandbox_confine(struct db *db, const struct sandbox *s, struct err *e)
{
    sqlite3 *handle = sqlite_handle(db);
    sqlite3_set_authorizer(handle, NULL, NULL); /* of another confinement, which goes */
    sqlite3_progress_handler(handle, 0, NULL, NULL);
    struct arena *a = arena_new();
    struct confinement *c = arena_alloc(a, sizeof(*c));
    *c = (struct confinement){.rules = s, .steps_left = s->steps_max, .arena = a};
    sqlite_keep(db, c, a); /* freed with the connection, or by the next confinement */
    for (size_t i = 0; i < s->function_count; i++) {
        struct callee *f = mem_zalloc(sizeof(*f));
        *f = (struct callee){&s->functions[i], s->state};
        if (sqlite3_create_function_v2(handle, f->function->name, f->function->arguments,
                                       SQLITE_UTF8 | SQLITE_DETERMINISTIC, f, call, NULL, NULL,
                                       free) != SQLITE_OK)
            return err_set(e, E_INTERNAL, "the function %s cannot be made", s->functions[i].name);
    }
    sqlite3_set_authorizer(handle, authorise, c);
    sqlite3_progress_handler(handle, STEPS_BETWEEN_LOOKS, count_steps, c);
    return OK;
}

/* A new authoriser would have every statement prepared again. */
void sandbox_pause(struct db *db, bool paused)
{
    struct confinement *c = sqlite_kept(db);
    c->paused = paused;
}

/* A second statement behind the first would be left out without a word. */
static bool is_one_statement(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *st = NULL;
    const char *rest = NULL;
    bool one = sqlite3_prepare_v2(handle, sql, -1, &st, &rest) == SQLITE_OK && st;
    sqlite3_finalize(st);
    if (one) { /* blanks and remarks behind it make no statement */
        one = sqlite3_prepare_v2(handle, rest, -1, &st, NULL) == SQLITE_OK && !st;
        sqlite3_finalize(st);
    }
    return one;
}

/* A statement that the connection has kept tells nothing when it is taken again. */
static void tell_reads(struct confinement *c, const char *sql)
{
    for (size_t i = 0; i < c->known.len; i++)
        if (c->known.ptr[i].sql == sql) {
            c->last = c->known.ptr[i];
            return;
        }
    struct sandbox_column *columns = arena_array(c->arena, c->read_count + 1, sizeof(*columns));
    memcpy(columns, c->reads, c->read_count * sizeof(*columns));
    c->last = (struct reads){sql, columns, c->read_count};
    VEC_PUSH(c->arena, &c->known, c->last);
}

err_t sandbox_prepare(struct stmt **out, size_t *at, struct db *db, const char *sql, struct err *e)
{
    struct confinement *c = sqlite_kept(db);
    sqlite3 *handle = sqlite_handle(db);
    *at = 0;
    if (c) {
        c->steps_left = c->rules->steps_max;
        c->read_count = 0;
        c->last = (struct reads){0};
    }
    if (db_prepare(out, db, sql, NULL) == OK) {
        if (c)
            tell_reads(c, sql);
        return OK;
    }
    if (sqlite3_errcode(handle) == SQLITE_OK) /* blank, or a comment alone */
        return err_set(e, E_INVALID, "one SELECT is expected");
    int offset = sqlite3_error_offset(handle);
    *at = offset > 0 ? (size_t)offset : 0;
    return err_set(e, E_INVALID, "%s", sqlite3_errmsg(handle));
}

size_t sandbox_reads(const struct sandbox_column **out, struct db *db)
{
    const struct confinement *c = sqlite_kept(db);
    *out = c ? c->last.columns : NULL;
    return c ? c->last.count : 0;
}

bool sandbox_is_one_statement(struct db *db, const char *sql)
{
    return is_one_statement(sqlite_handle(db), sql);
}

int sandbox_columns(struct stmt *st)
{
    return sqlite3_column_count(sqlite_statement(st));
}

const char *sandbox_column_name(struct stmt *st, int column)
{
    return sqlite3_column_name(sqlite_statement(st), column);
}
