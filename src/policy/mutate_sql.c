/* The mutants of an indicator's SELECT: its text with one sign, constant or key changed. One that can
 * be run no more is none. */
#include "base/attr.h"
#include "base/msg.h"
#include "policy/indicator.h"
#include "policy/mutate_priv.h"

struct swap {
    const char *from, *to;
};

/* Longer signs first: "<=" is not "<" and "=". */
static const struct swap swaps[] = {{"<=", "< "},      {">=", "> "},      {"<>", "= "},
                                    {"<", "<="},       {">", ">="},       {"=", "<>"},
                                    {" AND ", " OR "}, {" OR ", " AND "}, {"DISTINCT ", ""}};

static size_t line_at(const char *sql, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += sql[i] == '\n';
    return line;
}

static bool can_run(const struct mutating *m, const struct indicator *i)
{
    int columns[ROW_COLUMNS];
    struct stmt *st = NULL;
    size_t at;
    bool can = indicator_prepare(&st, columns, &at, i, m->db, NULL) == OK;
    stmt_free(st);
    return can;
}

/* `len` bytes at `at` become `to`. */
static void replace(struct mutating *m, struct indicator *i, size_t at, size_t len, struct str to)
{
    const char *was = i->sql;
    i->sql = arena_printf(m->arena, "%.*s%.*s%s", (int)at, was, STR_ARG(to), was + at + len).ptr;
    m->file = i->file;
    m->line = (int)line_at(was, at);
    if (can_run(m, i))
        mutant_tell(m, arena_printf(m->arena, msg("%.*s becomes %.*s"), (int)len, was + at,
                                    STR_ARG(to.len ? to : str_of(msg("nothing"))))
                           .ptr);
    i->sql = was;
}

/* --- constants ---------------------------------------------------------------------------- */

static size_t quoted_len(struct str s, size_t at)
{
    size_t end = str_find(s, (struct str){s.ptr + at, 1}, at + 1);
    return (end < s.len ? end + 1 : s.len) - at;
}

/* deadline('x', …): which rule it is, its deadline's mutants say. */
static bool names_rule(struct str s, size_t at)
{
    struct str before = {s.ptr, at};
    return str_ends(before, STR("deadline(")) || str_ends(before, STR("provisional(")) ||
           str_ends(before, STR("last_due("));
}

static size_t mutate_text(struct mutating *m, struct indicator *i, struct str s, size_t at)
{
    size_t len = quoted_len(s, at);
    if (s.ptr[at] == '\'' && !names_rule(s, at))
        replace(m, i, at, len, arena_printf(m->arena, "%.*s~'", (int)len - 1, s.ptr + at));
    return at + len;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '?' || c == '.';
}

/* substr(day, 1, 4): where in a text something stands is no number of the policy. */
static bool places_in_text(struct str s, size_t at)
{
    int depth = 0;
    while (at > 0 && depth <= 0) {
        char c = s.ptr[--at];
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    return depth > 0 && str_ends((struct str){s.ptr, at}, STR("substr"));
}

static size_t mutate_digits(struct mutating *m, struct indicator *i, struct str s, size_t at)
{
    size_t end = at;
    uint64_t n;
    while (end < s.len && s.ptr[end] >= '0' && s.ptr[end] <= '9')
        end++;
    if (places_in_text(s, at) || !str_to_u64(&n, (struct str){s.ptr + at, end - at}))
        return end;
    replace(m, i, at, end - at, arena_printf(m->arena, "%llu", (unsigned long long)n + 1));
    if (n > 0)
        replace(m, i, at, end - at, arena_printf(m->arena, "%llu", (unsigned long long)n - 1));
    return end;
}

/* --- signs ---------------------------------------------------------------------------------- */

/* Joins of one record to another are no tests of the policy. */
static bool joins(struct str s, size_t at)
{
    size_t line = at;
    while (line > 0 && s.ptr[line - 1] != '\n')
        line--;
    struct str before = {s.ptr + line, at - line}, after = {s.ptr + at, s.len - at};
    bool of_subject = str_ends(before, STR("subject ")) || str_ends(before, STR("record_id "));
    return of_subject ||
           (str_contains(before, STR("WHERE")) && str_starts(after, STR(" AND ")) &&
            str_contains(before, STR("subject")) && !str_contains(before, STR("CASE")));
}

static size_t mutate_sign(struct mutating *m, struct indicator *i, struct str s, size_t at)
{
    struct str rest = {s.ptr + at, s.len - at};
    for (size_t k = 0; k < ARRAY_LEN(swaps); k++) {
        struct str from = str_of(swaps[k].from);
        if (!str_starts(rest, from))
            continue;
        if (!joins(s, at))
            replace(m, i, at, from.len, str_of(swaps[k].to));
        return at + from.len - (*swaps[k].from == ' '); /* the blank may begin the next */
    }
    return at + 1;
}

/* --- by what rows are one ------------------------------------------------------------------- */

/* Where the expression before `at` begins: behind a comma or SELECT of its own depth. */
static size_t expression_before(struct str s, size_t at)
{
    int depth = 0;
    for (size_t i = at; i > 0; i--) {
        struct str before = {s.ptr, i};
        char c = s.ptr[i - 1];
        depth += c == ')' ? 1 : c == '(' ? -1 : 0;
        if (depth < 0 || (depth == 0 && (c == ',' || str_ends(before, STR("SELECT ")) ||
                                         str_ends(before, STR("DISTINCT ")))))
            return i;
    }
    return 0;
}

/* All rows are one, none is the same as another, none has a key. */
static void mutate_key(struct mutating *m, struct indicator *i, struct str s, const char *as)
{
    size_t at = str_find(s, str_of(as), 0);
    if (at == s.len)
        return;
    size_t from = expression_before(s, at);
    struct str was = str_trim((struct str){s.ptr + from, at - from});
    if (was.len == 0 || str_is(was, "NULL"))
        return;
    from = (size_t)(was.ptr - s.ptr);
    replace(m, i, from, was.len, STR("'one'"));
    replace(m, i, from, was.len, arena_printf(m->arena, "(%.*s || record_id)", STR_ARG(was)));
    replace(m, i, from, was.len, STR("NULL"));
}

static void mutate_group(struct mutating *m, struct indicator *i, struct str s)
{
    size_t at = str_find(s, STR("GROUP BY "), 0), end = at;
    int depth = 0;
    if (at == s.len)
        return;
    for (; end < s.len && depth >= 0; end++) {
        struct str rest = {s.ptr + end, s.len - end};
        depth += s.ptr[end] == '(' ? 1 : s.ptr[end] == ')' ? -1 : 0;
        if (depth < 0 || str_starts(rest, STR("HAVING")) || str_starts(rest, STR("ORDER")) ||
            str_starts(rest, STR("UNION")))
            break;
    }
    replace(m, i, at, end - at, STR("GROUP BY 'one' "));
}

void mutate_sql(struct mutating *m, struct indicator *i)
{
    struct str sql = str_of(i->sql);
    for (size_t at = 0; at < sql.len;) {
        char c = sql.ptr[at];
        if (c == '\'' || c == '"')
            at = mutate_text(m, i, sql, at);
        else if (str_starts((struct str){sql.ptr + at, sql.len - at}, STR("--")))
            at = str_find(sql, STR("\n"), at);
        else if (c >= '0' && c <= '9' && (at == 0 || !is_word(sql.ptr[at - 1])))
            at = mutate_digits(m, i, sql, at);
        else
            at = mutate_sign(m, i, sql, at);
    }
    mutate_key(m, i, sql, " AS key");
    mutate_key(m, i, sql, " AS grp");
    mutate_group(m, i, sql);
}
