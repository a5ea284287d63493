/* Checks that need a database: the SQL of computed fields and rules, and the columns of
 * core tables. Both run on databases in memory, so that a type's file can be
 * checked without an instance.
 *
 * The SQL of a computed field, and of a rule, is one SELECT of one value that only reads: it is
 * prepared as `SELECT (sql)`, where nothing else fits, over tables made from the
 * types alone, so that no other table of the store can be named. Its words are
 * looked at before: what closes our bracket, other parameters, and functions
 * that SQLite and PostgreSQL do not share. */
#include "db/store.h"
#include "record/ddl.h"
#include "record/lint.h"
#include "record/value.h"

struct sql_bench {
    struct db *declared; /* the tables as the types say */
    struct db *core;     /* the tables of migrations/ */
    struct arena *arena;
};

/* --- words of SQL ---------------------------------------------------------------- */

/* Functions that mean the same in both, and words that a bracket may follow. */
static const char *const before_bracket[] = {
    "abs",        "all",         "and",    "as",         "between",  "by",        "case",
    "cast",       "coalesce",    "count",  "dense_rank", "distinct", "else",      "except",
    "exists",     "first_value", "from",   "having",     "in",       "intersect", "join",
    "lag",        "last_value",  "lead",   "length",     "like",     "lower",     "max",
    "min",        "not",         "nullif", "on",         "or",       "over",      "rank",
    "row_number", "select",      "substr", "sum",        "then",     "trim",      "union",
    "upper",      "using",       "values", "when",       "where"};

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool may_stand_before_bracket(struct str word)
{
    for (size_t i = 0; i < ARRAY_LEN(before_bracket); i++)
        if (str_eq_nocase(word, str_of(before_bracket[i])))
            return true;
    return false;
}

struct sql_reading {
    struct type_findings *to;
    struct str file, sql;
    int line;
    size_t at;
    int depth;
    bool has_id, bad;
};

static void sql_fault(struct sql_reading *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void sql_fault(struct sql_reading *s, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    finding_va(s->to, s->file, s->line, fmt, args);
    va_end(args);
    s->bad = true;
}

/* min(a, b) is a function of SQLite alone. */
static bool has_two_arguments(struct str sql, size_t bracket)
{
    int depth = 0;
    for (size_t i = bracket; i < sql.len; i++) {
        depth += sql.ptr[i] == '(';
        depth -= sql.ptr[i] == ')';
        if (depth == 0)
            return false;
        if (depth == 1 && sql.ptr[i] == ',')
            return true;
    }
    return false;
}

static void read_word(struct sql_reading *s)
{
    size_t from = s->at, next;
    while (s->at < s->sql.len && is_word(s->sql.ptr[s->at]))
        s->at++;
    struct str word = {s->sql.ptr + from, s->at - from};
    for (next = s->at; next < s->sql.len && strchr(" \n\t", s->sql.ptr[next]);)
        next++;
    if (str_eq_nocase(word, STR("r")))
        sql_fault(s, "sql: \"r\" is the record itself where lists work the field out; take another "
                     "name for a table");
    if (str_starts(word, STR("sqlite_")) || str_starts(word, STR("pragma_")))
        sql_fault(s, "sql: %.*s is the database's own", STR_ARG(word));
    if (next == s->sql.len || s->sql.ptr[next] != '(' || (word.ptr[0] >= '0' && word.ptr[0] <= '9'))
        return;
    if (!may_stand_before_bracket(word))
        sql_fault(s,
                  "sql: \"%.*s(\" does not mean the same in every database; use count sum min max "
                  "abs coalesce nullif length lower upper substr trim",
                  STR_ARG(word));
    else if ((str_eq_nocase(word, STR("min")) || str_eq_nocase(word, STR("max"))) &&
             has_two_arguments(s->sql, next))
        sql_fault(s, "sql: %.*s takes one argument; use CASE to choose between two", STR_ARG(word));
}

static void read_literal(struct sql_reading *s)
{
    size_t from = s->at++;
    while (s->at < s->sql.len && s->sql.ptr[s->at] != '\'')
        s->at++;
    if (s->at == s->sql.len)
        sql_fault(s, "sql: the text %.*s is not closed", (int)(s->sql.len - from),
                  s->sql.ptr + from);
    else
        s->at++;
}

static void read_parameter(struct sql_reading *s)
{
    size_t from = s->at++;
    while (s->at < s->sql.len && is_word(s->sql.ptr[s->at]))
        s->at++;
    struct str parameter = {s->sql.ptr + from, s->at - from};
    s->has_id |= str_is(parameter, "?1");
    if (!str_is(parameter, "?1"))
        sql_fault(s, "sql: the parameter %.*s is not known; ?1 is the record's id",
                  STR_ARG(parameter));
}

static bool opens_comment(struct str s)
{
    return s.len > 1 &&
           ((s.ptr[0] == '-' && s.ptr[1] == '-') || (s.ptr[0] == '/' && s.ptr[1] == '*'));
}

/* False, with findings, where the text cannot be one value's SELECT. */
static bool check_words(struct sql_reading *s)
{
    while (s->at < s->sql.len && !s->bad) {
        struct str rest = {s->sql.ptr + s->at, s->sql.len - s->at};
        char c = s->sql.ptr[s->at];
        if (is_word(c)) {
            read_word(s);
        } else if (c == '\'') {
            read_literal(s);
        } else if (c == '?') {
            read_parameter(s);
        } else if (strchr(";\"`[]{}:@$#", c) || opens_comment(rest)) {
            sql_fault(s, "sql: \"%.*s\" does not stand in the SELECT of one value",
                      c == '-' || c == '/' ? 2 : 1, rest.ptr);
        } else {
            s->depth += (c == '(') - (c == ')');
            if (s->depth < 0)
                sql_fault(s, "sql: a bracket is closed that was not opened: %.*s", STR_ARG(rest));
            s->at++;
        }
    }
    if (!s->bad && !s->has_id)
        sql_fault(s, "sql: ?1, the record's id, does not stand in it: every record would show the "
                     "same");
    return !s->bad;
}

/* What the database says, without "store :memory:: ". */
static struct str reason_of(const struct err *e)
{
    struct str text = str_of(e->text), mark = STR(":memory:: ");
    size_t at = str_find(text, mark, 0);
    return at == text.len ? text : (struct str){text.ptr + at + mark.len, text.len - at - mark.len};
}

/* `what` the SQL is of: a computed field, a rule. */
/* `whole`: the text, in the statement that it stands in. */
static void check_select(const struct record_type *t, struct str what, struct str text,
                         struct str whole, int line, struct sql_bench *b, struct type_findings *to)
{
    struct sql_reading s = {.to = to, .file = t->file, .sql = text, .line = line};
    struct stmt *st = NULL;
    struct err e;
    if (text.len == 0 || !check_words(&s))
        return;
    if (db_query_once(&st, b->declared, whole.ptr, NULL, 0, &e) != OK)
        finding(to, t->file, line, "sql of \"%.*s\": %.*s", STR_ARG(what), STR_ARG(reason_of(&e)));
    stmt_free(st);
}

static void check_sql(const struct record_type *t, const struct field *f, struct sql_bench *b,
                      struct type_findings *to)
{
    struct str whole = arena_printf(b->arena, "SELECT (%.*s)", STR_ARG(f->sql));
    check_select(t, f->name, f->sql, whole, f->line, b, to);
}

static int most_said(struct str message)
{
    int most = 0;
    for (size_t i = 0; i + 2 < message.len; i++)
        if (message.ptr[i] == '{' && message.ptr[i + 2] == '}' && message.ptr[i + 1] > '0' + most &&
            message.ptr[i + 1] <= '9')
            most = message.ptr[i + 1] - '0';
    return most;
}

/* It gives 1, and what its message says of the row: {1} {2} … */
static void check_never(const struct record_type *t, const struct constraint *c,
                        struct sql_bench *b, struct type_findings *to)
{
    static const char *const columns = "c0, c1, c2, c3, c4, c5, c6, c7, c8, c9";
    int zh = most_said(c->message.zh), en = most_said(c->message.en);
    if (zh != en)
        finding(to, t->file, c->line, "the message says {%d} in Chinese and {%d} in English", zh,
                en);
    struct str whole = arena_printf(b->arena, "WITH x(%.*s) AS (%.*s) SELECT 1 FROM x", 2 + 4 * zh,
                                    columns, STR_ARG(c->sql));
    check_select(t, STR("never"), c->sql, whole, c->line, b, to);
}

/* --- core tables ----------------------------------------------------------------------- */

static err_t check_core(const struct record_type *t, struct sql_bench *b, struct type_findings *to,
                        struct err *e)
{
    const struct table_column *have;
    size_t have_count;
    int line = type_line(t, LINE_CORE);
    err_t rc =
        db_table_columns(&have, &have_count, b->core, arena_cstr(b->arena, t->table), b->arena, e);
    if (rc != OK)
        return rc;
    if (have_count == 0) {
        finding(to, t->file, line, "there is no core table %.*s", STR_ARG(t->table));
        return OK;
    }
    if (t->where_column.len && !FIND_BY(have, have_count, name, t->where_column))
        finding(to, t->file, line, "the core table %.*s has no column %.*s", STR_ARG(t->table),
                STR_ARG(t->where_column));
    for (size_t i = 0; i < t->field_count; i++) {
        struct column columns[VALUE_COLUMNS_MAX];
        const struct field *f = &t->fields[i];
        size_t count = f->column.len ? value_columns(columns, f, b->arena) : 0;
        for (size_t k = 0; k < count; k++)
            if (!FIND_BY(have, have_count, name, columns[k].name))
                finding(to, t->file, f->line, "the core table %.*s has no column %.*s",
                        STR_ARG(t->table), STR_ARG(columns[k].name));
    }
    return OK;
}

/* A type named version would take record_version. */
static err_t check_own_table(const struct record_type *t, struct sql_bench *b,
                             struct type_findings *to, struct err *e)
{
    bool there = false;
    err_t rc = db_has_table(&there, b->core, t->table.ptr, e);
    if (rc == OK && there)
        finding(to, t->file, 1, "the table %.*s is the program's own; take another name",
                STR_ARG(t->table));
    return rc;
}

/* --- the databases ------------------------------------------------------------------------ */

/* Columns of core types that share a table are put together. */
static err_t declare_core(struct sql_bench *b, const struct record_type *t, struct err *e)
{
    const struct table_column *have;
    size_t have_count;
    struct buf sql = {0};
    err_t rc = db_table_columns(&have, &have_count, b->declared, t->table.ptr, b->arena, e);
    if (rc == OK && have_count == 0)
        ddl_system_table(&sql, t->table);
    for (size_t i = 0; rc == OK && i < t->field_count; i++) {
        struct column columns[VALUE_COLUMNS_MAX];
        const struct field *f = &t->fields[i];
        size_t count = f->column.len ? value_columns(columns, f, b->arena) : 0;
        for (size_t k = 0; k < count; k++)
            if (!FIND_BY(have, have_count, name, columns[k].name))
                ddl_add_column(&sql, t->table, &columns[k]);
    }
    buf_addc(&sql, '\0');
    if (rc == OK)
        rc = db_exec(b->declared, sql.ptr, e);
    buf_clear(&sql);
    return rc;
}

static err_t declare(struct sql_bench *b, const struct record_type *t, struct err *e)
{
    struct buf sql = {0};
    if (t->core)
        return declare_core(b, t, e);
    ddl_tables(&sql, t, b->arena);
    buf_addc(&sql, '\0');
    err_t rc = db_exec(b->declared, sql.ptr, e);
    buf_clear(&sql);
    if (rc != OK)
        err_note(e, "tables of %.*s", STR_ARG(t->name));
    return rc;
}

static void close_bench(struct sql_bench *b)
{
    db_close(b->declared);
    db_close(b->core);
    arena_free(b->arena);
}

static err_t open_bench(struct sql_bench *b, const struct record_types *set, struct err *e)
{
    const struct db_options plain = {0};
    err_t rc;
    *b = (struct sql_bench){.arena = arena_new()};
    if ((rc = db_open(&b->declared, "sqlite::memory:", &plain, e)) != OK ||
        (rc = db_open(&b->core, "sqlite::memory:", &plain, e)) != OK ||
        (rc = migrate(b->core, migrations, migration_count, e)) != OK)
        return rc;
    for (size_t i = 0; rc == OK && i < set->types.len; i++)
        rc = declare(b, set->types.ptr[i], e);
    if (rc == OK)
        rc = db_exec(b->declared,
                     "CREATE TABLE record_due (type, record_id, due, due_date, amount)", e);
    return rc;
}

err_t lint_sql(const struct record_types *set, const struct record_type *only,
               struct type_findings *to, struct err *e)
{
    struct sql_bench b;
    err_t rc = open_bench(&b, set, e);
    for (size_t i = 0; rc == OK && i < set->types.len; i++) {
        const struct record_type *t = set->types.ptr[i];
        if (only && t != only)
            continue;
        rc = t->core ? check_core(t, &b, to, e) : check_own_table(t, &b, to, e);
        for (size_t k = 0; rc == OK && k < t->field_count; k++)
            if (t->fields[k].type == FIELD_COMPUTED)
                check_sql(t, &t->fields[k], &b, to);
        for (size_t k = 0; rc == OK && k < t->constraint_count; k++)
            if (t->constraints[k].kind == CONSTRAINT_NEVER)
                check_never(t, &t->constraints[k], &b, to);
    }
    close_bench(&b);
    return rc;
}
