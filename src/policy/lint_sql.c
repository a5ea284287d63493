/* Constants in the SQL of indicators: a code is one of its column's, a number that something is compared
 * with stands in the words of what uses the indicator. */
#include "base/buf.h"
#include "base/msg.h"
#include "policy/facts_priv.h"
#include "policy/lint_priv.h"
#include "policy/quantity.h"
#include "policy/sentences.h"

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
    struct str words;   /* of the criteria that use it; empty: none does */
    struct str flagged; /* and of the flags */
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
            for (size_t k = 0; str_is(column, c->name) && c->words && c->words[k]; k++)
                if (str_is(value, c->words[k]))
                    return true;
            coded |= str_is(column, c->name) && c->words != NULL;
        }
    return !coded;
}

/* The words that the pack itself has for the code: an entry of a dictionary, a prohibition's ground. */
static bool pack_says(const struct sql_reading *r, struct str record, struct str column,
                      struct str code)
{
    const struct part_list *dictionaries = &r->l->pack->parts[PART_DICTIONARIES],
                           *prohibitions = &r->l->pack->parts[PART_PROHIBITIONS];
    struct str field = arena_printf(r->l->arena, "%.*s.%.*s", STR_ARG(record), STR_ARG(column));
    for (size_t i = 0; i < dictionaries->list.len; i++) {
        const struct part *d = &dictionaries->list.ptr[i];
        const struct part_value *entries = part_value(d, "entries");
        for (size_t k = 0; str_eq(part_text(d, "of"), field) && k < entries->item_count; k++) {
            const struct part_value *codes = part_value(&entries->items[k], "codes");
            if (str_among(code, codes->words, codes->word_count) &&
                lint_shares_words(part_text(&entries->items[k], "word"), r->words))
                return true;
        }
    }
    for (size_t i = 0; str_is(field, "findings.ground") && i < prohibitions->list.len; i++) {
        const struct part_value *grounds = part_value(&prohibitions->list.ptr[i], "grounds");
        if (str_among(code, grounds->words, grounds->word_count) &&
            lint_shares_words(part_text(&prohibitions->list.ptr[i], "label"), r->words))
            return true;
    }
    return false;
}

static bool is_asked(const struct sql_reading *r, struct str code)
{
    for (size_t i = 0; i < r->tokens.len; i++)
        if (r->tokens.ptr[i].kind == TOKEN_TEXT && str_eq(r->tokens.ptr[i].text, code))
            return true;
    return false;
}

/* All that the words say of the code they say of another of the column, and more, and the SQL does not ask
 * for that one: 服务机构 for 转移机构. */
static void check_nearest(struct sql_reading *r, struct str column, struct str value,
                          struct str called, size_t at)
{
    const struct record_names *names = r->l->names;
    for (const struct fact_record *f = fact_records; f->name; f++)
        for (const struct fact_column *c = f->columns; c->name && reads(r, f->name); c++)
            for (size_t k = 0; str_is(column, c->name) && c->words && c->words[k]; k++) {
                struct str code = str_of(c->words[k]);
                struct str other = names->word(names->arg, str_of(f->name), column, code);
                if (str_eq(code, value) || is_asked(r, code) ||
                    !lint_says_more(other, called, r->words))
                    continue;
                fault(r, at,
                      N_("the words of what uses this indicator say more of \"%.*s\" than of "
                         "\"%.*s\": take the code of what they say, or name the ambiguity by whose "
                         "reading this one counts"),
                      code, value);
                return;
            }
}

/* What the code is called has words of what uses the indicator, or of the indicator's label. */
static void trace_code(struct sql_reading *r, struct str column, struct str value, size_t at)
{
    const struct record_names *names = r->l->names;
    bool called = false, said = false, own = false;
    struct str word = STR_NONE;
    for (const struct fact_record *f = fact_records; f->name && names && names->word; f++) {
        if (!reads(r, f->name))
            continue;
        struct str one = names->word(names->arg, str_of(f->name), column, value);
        called |= one.len > 0;
        if (one.len)
            word = one;
        own |= pack_says(r, str_of(f->name), column, value);
        said |= own || lint_shares_words(one, r->words);
    }
    if (said && !own)
        check_nearest(r, column, value, word, at);
    if (called && !said)
        fault(
            r, at,
            N_("\"%.*s\" is %.*s, of which the words of what uses this indicator say nothing: take "
               "the code "
               "of what they say, or name the ambiguity by whose reading it counts"),
            value, word);
}

/* `asked`: it is asked for; what is left out (<>) needs no words. */
static void check_code(struct sql_reading *r, struct str column, struct str value, bool asked,
                       size_t at)
{
    if (asked && r->words.len && is_code(r, column, value))
        trace_code(r, column, value, at);
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

static void check_list(struct sql_reading *r, struct str column, bool asked, size_t i)
{
    for (; token_at(r, i)->kind == TOKEN_TEXT; i += 2) {
        check_code(r, column, token_at(r, i)->text, asked, token_at(r, i)->at);
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
            check_code(r, column, token_at(r, i + 1)->text, false, token_at(r, i + 1)->at);
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
            check_code(r, column, value->text, str_starts(next->text, STR("=")), value->at);
        if (is_equality(next) && value->kind == TOKEN_PARAMETER && str_is(value->text, "?5"))
            check_parameter(r, column);
        if (is_word(next, "IN") && str_is(value->text, "("))
            check_list(r, column, true, i + 3);
        if (is_word(next, "NOT") && is_word(value, "IN") && str_is(token_at(r, i + 3)->text, "("))
            check_list(r, column, false, i + 4);
        bool joined = i >= 2 && str_is(token_at(r, i - 1)->text, "||") &&
                      str_is(token_at(r, i - 2)->text, "%,");
        if (joined && str_is(next->text, "||"))
            check_parameter(r, column);
        if (is_word(next, "WHEN") && i && is_word(token_at(r, i - 1), "CASE"))
            check_case(r, column, i + 1);
    }
}

/* --- numbers --------------------------------------------------------------------------------- */

static bool uses(const struct expr *x, size_t indicator)
{
    if (!x)
        return false;
    for (size_t i = 0; i < x->count; i++)
        if (uses(&x->children[i], indicator))
            return true;
    return x->kind == EX_INDICATOR && x->index == indicator;
}

static bool criterion_uses(const struct criterion *c, size_t indicator)
{
    bool found = uses(c->test.tree, indicator) || uses(c->applies.tree, indicator) ||
                 uses(c->reason.tree, indicator);
    for (size_t i = 0; i < c->readings.len; i++)
        found |= uses(c->readings.ptr[i].test.tree, indicator);
    return found;
}

static void add_words(struct buf *b, struct str words, struct arena *a)
{
    if (words.len)
        buf_addf(b, "%.*s。", STR_ARG(without_blanks(words, a)));
}

/* "-- own: …": what of it the document does not say. */
static void add_own(struct buf *b, const struct sql_reading *r)
{
    struct str mark = STR("-- own:");
    for (size_t at = str_find(r->sql, mark, 0); at < r->sql.len;
         at = str_find(r->sql, mark, at + 1)) {
        size_t from = at + mark.len, end = str_find(r->sql, STR("\n"), from);
        add_words(b, (struct str){r->sql.ptr + from, end - from}, r->l->arena);
    }
}

/* Of the quotes of all criteria that use it, of the doubts that they name, and of flags. */
static struct str words_for(const struct sql_reading *r, size_t indicator)
{
    const struct pack *p = r->l->pack;
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < p->criteria.len; i++) {
        const struct criterion *c = &p->criteria.ptr[i];
        if (!criterion_uses(c, indicator))
            continue;
        add_words(&b, c->citation.quote, r->l->arena);
        add_words(&b, c->own, r->l->arena);
        for (size_t k = 0; k < c->ambiguity_count; k++) {
            const struct ambiguity *m = pack_ambiguity(p, c->ambiguities[k]);
            for (size_t o = 0; m && o < m->others.len; o++)
                add_words(&b, m->others.ptr[o].reading, r->l->arena);
            add_words(&b, m ? m->reading : STR_NONE, r->l->arena);
        }
    }
    if (b.len)
        add_own(&b, r);
    return buf_take(&b, r->l->arena);
}

static struct str flag_words(const struct sql_reading *r, size_t indicator)
{
    const struct pack *p = r->l->pack;
    struct buf b;
    buf_init(&b, 0);
    add_words(&b, r->words, r->l->arena);
    for (size_t i = 0; i < p->flags.len; i++)
        if (p->flags.ptr[i].indicator == indicator)
            add_words(&b, p->flags.ptr[i].text, r->l->arena);
    return buf_take(&b, r->l->arena);
}

static bool is_comparison(const struct token *t)
{
    enum compare c;
    return t->kind == TOKEN_SIGN &&
           (compare_read(&c, t->text) || str_is(t->text, "<>") || str_is(t->text, "-"));
}

static void check_numbers(struct sql_reading *r)
{
    const struct quantity *q;
    size_t count = quantities(&q, r->flagged, r->l->arena);
    for (size_t i = 0; r->flagged.len && i + 1 < r->tokens.len; i++) {
        uint64_t n;
        const struct token *t = token_at(r, i + 1);
        if (!is_comparison(token_at(r, i)) || t->kind != TOKEN_NUMBER || !str_to_u64(&n, t->text) ||
            n < 2)
            continue;
        bool said = false;
        for (size_t k = 0; k < count; k++)
            said |= q[k].number == (wide)n * MILLION || q[k].number == (wide)n * (MILLION / 100) ||
                    q[k].number == (wide)n; /* of money fen, of other quantities millionths */
        if (!said)
            fault(
                r, t->at,
                N_("the words of what uses \"%.*s\" do not have the number %.*s: take that of the "
                   "text, or "
                   "name the ambiguity by whose reading it counts"),
                r->indicator->id, t->text);
    }
}

void lint_constants(struct linting *l)
{
    for (size_t i = 0; i < l->pack->indicators.len; i++) {
        struct sql_reading r = {.l = l, .indicator = &l->pack->indicators.ptr[i]};
        if (r.indicator->from != l->pack)
            continue;
        r.sql = str_of(r.indicator->sql);
        read_tokens(&r);
        if (l->pack->source.len && l->pack->document.standing != PACK_LIBRARY)
            r.words = words_for(&r, i);
        r.flagged = r.l->pack->source.len ? flag_words(&r, i) : STR_NONE;
        check_codes(&r);
        check_numbers(&r);
    }
}
