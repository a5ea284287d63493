/* Codes in the SQL of indicators are those of their columns. */
#include "base/msg.h"
#include "policy/choices.h"
#include "policy/facts_priv.h"
#include "policy/lint_priv.h"

enum token_kind { TOKEN_NAME, TOKEN_TEXT, TOKEN_NUMBER, TOKEN_PARAMETER, TOKEN_SIGN };

struct token {
    enum token_kind kind;
    struct str text; /* of a name or text what is in the quotes */
    size_t at;
};

struct sql_reading {
    struct linting *l;
    const struct indicator *indicator;
    struct str sql;
    VEC(struct token) tokens;
};

/* --- tokens ---------------------------------------------------------------------------- */

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static size_t quoted_end(struct str s, size_t at)
{
    size_t end = at + 1;
    while (end < s.len && s.ptr[end] != s.ptr[at])
        end++;
    return end < s.len ? end + 1 : s.len;
}

static size_t sign_len(struct str s, size_t at)
{
    static const char *const two[] = {"<=", ">=", "<>", "!=", "||", "=="};
    for (size_t i = 0; i < ARRAY_LEN(two); i++)
        if (str_starts((struct str){s.ptr + at, s.len - at}, str_of(two[i])))
            return 2;
    return 1;
}

static struct token next_token(struct str s, size_t *at)
{
    size_t from = *at, end = from;
    char c = s.ptr[from];
    struct token t = {.kind = TOKEN_SIGN, .at = from};
    if (c == '\'' || c == '"') {
        end = quoted_end(s, from);
        t.kind = c == '"' ? TOKEN_NAME : TOKEN_TEXT;
        t.text = (struct str){s.ptr + from + 1, end > from + 1 ? end - from - 2 : 0};
        *at = end;
        return t;
    }
    if (c == '?') {
        t.kind = TOKEN_PARAMETER;
        end++;
    } else if (is_name_byte(c)) {
        t.kind = c >= '0' && c <= '9' ? TOKEN_NUMBER : TOKEN_NAME;
    }
    while (t.kind != TOKEN_SIGN && end < s.len && is_name_byte(s.ptr[end]))
        end++;
    if (t.kind == TOKEN_SIGN)
        end = from + sign_len(s, from);
    t.text = (struct str){s.ptr + from, end - from};
    *at = end;
    return t;
}

static void read_tokens(struct sql_reading *r)
{
    for (size_t at = 0; at < r->sql.len;) {
        struct str rest = {r->sql.ptr + at, r->sql.len - at};
        if (str_starts(rest, STR("--")))
            at = str_find(r->sql, STR("\n"), at);
        else if (r->sql.ptr[at] <= ' ' && r->sql.ptr[at] >= 0)
            at++;
        else
            VEC_PUSH(r->l->arena, &r->tokens, next_token(r->sql, &at));
    }
}

/* Beyond the last: an empty sign. */
static const struct token *token_at(const struct sql_reading *r, size_t i)
{
    static const struct token none = {.kind = TOKEN_SIGN};
    return i < r->tokens.len ? &r->tokens.ptr[i] : &none;
}

static bool is_word(const struct token *t, const char *word)
{
    return t->kind == TOKEN_NAME && str_eq_nocase(t->text, str_of(word));
}

static void fault(struct sql_reading *r, size_t at, const char *fmt, struct str a, struct str b)
{
    int line = 1;
    for (size_t i = 0; i < at; i++)
        line += r->sql.ptr[i] == '\n';
    pack_fault_at(&r->l->reader, r->indicator->file, line, 0, fmt, STR_ARG(a), STR_ARG(b));
}

/* --- codes -------------------------------------------------------------------------------- */

static bool reads(const struct sql_reading *r, const char *record)
{
    for (size_t i = 0; i < r->tokens.len; i++) {
        const struct token *t = &r->tokens.ptr[i];
        if (t->kind == TOKEN_NAME && str_starts(t->text, STR("fact_")) &&
            str_starts((struct str){t->text.ptr + 5, t->text.len - 5}, str_of(record)))
            return true;
    }
    return false;
}

/* Whether a column of that name of a table that is read has the code, or has none at all. */
static bool is_code(const struct sql_reading *r, struct str column, struct str value)
{
    bool coded = false;
    for (const struct fact_record *f = fact_records; f->name; f++)
        for (const struct fact_column *c = f->columns; c->name && reads(r, f->name); c++) {
            if (!str_is(column, c->name))
                continue;
            for (size_t k = 0; c->words && c->words[k]; k++)
                if (str_is(value, c->words[k]))
                    return true;
            struct enum_values all = {0};
            struct str fact = arena_printf(r->l->arena, "%s.%s", f->name, c->name);
            if (dictionary_word(r->l->pack, fact, value, r->l->arena).len)
                return true;
            coded |= c->words || dictionary_words(&all, r->l->pack, fact, r->l->arena);
        }
    return !coded;
}

static void check_code(struct sql_reading *r, struct str column, struct str value, size_t at)
{
    if (!is_code(r, column, value))
        fault(r, at, N_("\"%.*s\" is no code of \"%.*s\" (facts.md): it is never met"), value,
              column);
}

/* The codes of :word, between commas; a word may also be one that the SQL itself asks for. */
static void check_parameter(struct sql_reading *r, struct str column)
{
    for (struct str rest = r->indicator->word; rest.ptr && rest.len;) {
        struct str one = str_split(&rest, STR(","));
        if (!is_code(r, column, one))
            LINT(r->l, "indicators", r->indicator->line,
                 "\"%.*s\" is no code of \"%.*s\" (facts.md)", STR_ARG(one), STR_ARG(column));
    }
}

static bool is_equality(const struct token *t)
{
    return t->kind == TOKEN_SIGN && (str_is(t->text, "=") || str_is(t->text, "==") ||
                                     str_is(t->text, "<>") || str_is(t->text, "!="));
}

static void check_list(struct sql_reading *r, struct str column, size_t i)
{
    for (; token_at(r, i)->kind == TOKEN_TEXT; i += 2) {
        check_code(r, column, token_at(r, i)->text, token_at(r, i)->at);
        if (!str_is(token_at(r, i + 1)->text, ","))
            return;
    }
}

/* CASE kind WHEN 'pool' … END */
static void check_case(struct sql_reading *r, struct str column, size_t i)
{
    int depth = 0;
    for (; i < r->tokens.len; i++) {
        if (is_word(token_at(r, i), "CASE"))
            depth++;
        if (is_word(token_at(r, i), "END") && depth-- == 0)
            return;
        if (depth == 0 && is_word(token_at(r, i), "WHEN") && token_at(r, i + 1)->kind == TOKEN_TEXT)
            check_code(r, column, token_at(r, i + 1)->text, token_at(r, i + 1)->at);
    }
}

static void check_codes(struct sql_reading *r)
{
    for (size_t i = 0; i < r->tokens.len; i++) {
        const struct token *t = token_at(r, i), *next = token_at(r, i + 1);
        const struct token *value = token_at(r, i + 2);
        struct str column = t->text;
        if (t->kind != TOKEN_NAME)
            continue;
        if (is_equality(next) && value->kind == TOKEN_TEXT)
            check_code(r, column, value->text, value->at);
        if (is_equality(next) && value->kind == TOKEN_PARAMETER && str_is(value->text, "?5"))
            check_parameter(r, column);
        if (is_word(next, "IN") && str_is(value->text, "("))
            check_list(r, column, i + 3);
        if (is_word(next, "NOT") && is_word(value, "IN") && str_is(token_at(r, i + 3)->text, "("))
            check_list(r, column, i + 4);
        bool joined = i >= 2 && str_is(token_at(r, i - 1)->text, "||") &&
                      str_is(token_at(r, i - 2)->text, "%,");
        if (joined && str_is(next->text, "||"))
            check_parameter(r, column);
        if (is_word(next, "WHEN") && i && is_word(token_at(r, i - 1), "CASE"))
            check_case(r, column, i + 1);
    }
}

void lint_codes(struct linting *l)
{
    for (size_t i = 0; i < l->pack->indicators.len; i++) {
        struct sql_reading r = {.l = l, .indicator = &l->pack->indicators.ptr[i]};
        if (r.indicator->from != l->pack)
            continue;
        r.sql = str_of(r.indicator->sql);
        read_tokens(&r);
        check_codes(&r);
    }
}
