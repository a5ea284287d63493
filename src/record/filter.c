/* A recursive-descent parser that makes a tree, and the tree as SQL. Negation is carried
 * down to the single conditions, because a field's visibility must hold beside each of
 * them whichever way it is asked. */
#include "record/filter.h"
#include "base/limits.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "record/faults.h"

enum token_kind {
    T_END,
    T_WORD,
    T_QUOTED,
    T_OPEN,
    T_CLOSE,
    T_COMMA,
    T_EQ,
    T_NE,
    T_LT,
    T_LE,
    T_GT,
    T_GE,
    T_LIKE
};

struct token {
    enum token_kind kind;
    struct str text; /* T_WORD as written, T_QUOTED without quotes and escapes */
    size_t at;       /* code points from 1 */
};

struct parser {
    struct view *v;
    struct str text;
    size_t pos, at; /* byte and code point of what comes next */
    struct token token;
    size_t depth, terms;
    struct err *e;
};

/* --- scanner ----------------------------------------------------------------------------- */

#define NOT_EQUAL 0x2260 /* ≠ */
#define AT_MOST 0x2264   /* ≤ */
#define AT_LEAST 0x2265  /* ≥ */

/* The ASCII form of a code point. */
static uint32_t meaning(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        return c - 0xFEE0;
    switch (c) {
    case '\t':
    case '\n':
    case '\r':
    case 0xA0:
    case 0x3000:
        return ' ';
    case 0x201C:
    case 0x201D:
        return '"';
    case 0x3001:
        return ',';
    default:
        return c;
    }
}

static uint32_t peek(const struct parser *p, size_t *next)
{
    *next = p->pos;
    return p->pos < p->text.len ? meaning(utf8_next(p->text, next)) : 0;
}

static void step(struct parser *p)
{
    size_t next;
    (void)peek(p, &next);
    p->pos = next;
    p->at++;
}

static bool take(struct parser *p, uint32_t c)
{
    size_t next;
    if (p->pos >= p->text.len || peek(p, &next) != c)
        return false;
    step(p);
    return true;
}

static err_t bad(const struct parser *p, size_t at, const char *why)
{
    return err_set(p->e, E_INVALID, "filter: at character %zu: %s", at, msg(why));
}

static err_t bad_with(const struct parser *p, size_t at, const char *why, struct str what)
{
    char text[256];
    what = utf8_cut(what, 80);
    (void)snprintf(text, sizeof(text), msg(why), STR_ARG(what));
    return err_set(p->e, E_INVALID, "filter: at character %zu: %s", at, text);
}

static err_t scan_quoted(struct parser *p)
{
    struct buf text = {0};
    bool closed = false;
    while (p->pos < p->text.len) {
        size_t from = p->pos, next;
        uint32_t c = peek(p, &next);
        step(p);
        if (c == '"') {
            closed = true;
            break;
        }
        if (c == '\\' && p->pos < p->text.len) {
            from = p->pos;
            step(p);
        }
        buf_add(&text, (struct str){p->text.ptr + from, p->pos - from});
    }
    p->token.kind = T_QUOTED;
    p->token.text = buf_take(&text, p->v->a);
    return closed ? OK : bad(p, p->token.at, N_("the quote that opens here is not closed"));
}

static bool ends_word(uint32_t c)
{
    return c == ' ' || c == '(' || c == ')' || c == ',' || c == '"' || c == '=' || c == '<' ||
           c == '>' || c == '~' || c == '!' || c == NOT_EQUAL || c == AT_MOST || c == AT_LEAST;
}

static err_t scan(struct parser *p)
{
    while (take(p, ' ')) {
        /* on */
    }
    p->token = (struct token){.at = p->at};
    size_t from = p->pos, next;
    if (p->pos >= p->text.len)
        return OK;
    uint32_t c = peek(p, &next);
    if (!ends_word(c)) {
        while (p->pos < p->text.len && !ends_word(peek(p, &next)))
            step(p);
        p->token.kind = T_WORD;
        p->token.text = (struct str){p->text.ptr + from, p->pos - from};
        return OK;
    }
    step(p);
    switch (c) {
    case '(':
        p->token.kind = T_OPEN;
        return OK;
    case ')':
        p->token.kind = T_CLOSE;
        return OK;
    case ',':
        p->token.kind = T_COMMA;
        return OK;
    case '~':
        p->token.kind = T_LIKE;
        return OK;
    case '=':
        p->token.kind = T_EQ;
        return OK;
    case NOT_EQUAL:
        p->token.kind = T_NE;
        return OK;
    case AT_MOST:
        p->token.kind = T_LE;
        return OK;
    case AT_LEAST:
        p->token.kind = T_GE;
        return OK;
    case '<':
        p->token.kind = take(p, '=') ? T_LE : take(p, '>') ? T_NE : T_LT;
        return OK;
    case '>':
        p->token.kind = take(p, '=') ? T_GE : T_GT;
        return OK;
    case '!':
        p->token.kind = T_NE;
        return take(p, '=') ? OK : bad(p, p->token.at, N_("! is only allowed before ="));
    default:
        return scan_quoted(p);
    }
}

static bool is_word(const struct parser *p, const char *word)
{
    return p->token.kind == T_WORD && str_eq_nocase(p->token.text, str_of(word));
}

/* --- targets of names ------------------------------------------------------------------------ */

/* A system column as a field, so that its operands are read like any. */
static const struct field system_fields[] = {
    {.name = {"id", 2}, .type = FIELD_INT},
    {.name = {"version", 7}, .type = FIELD_INT},
    {.name = {"state", 5}, .type = FIELD_TEXT},
    {.name = {"owner_unit", 10}, .type = FIELD_INT},
    {.name = {"owner_city", 10}, .type = FIELD_TEXT},
    {.name = {"owner_province", 14}, .type = FIELD_TEXT},
    {.name = {"secrecy", 7}, .type = FIELD_TEXT},
    {.name = {"published", 9}, .type = FIELD_BOOL},
    {.name = {"created_ms", 10}, .type = FIELD_DATETIME},
    {.name = {"created_by", 10}, .type = FIELD_INT},
    {.name = {"changed_ms", 10}, .type = FIELD_DATETIME},
    {.name = {"changed_by", 10}, .type = FIELD_INT},
    {.name = {"ended_ms", 8}, .type = FIELD_DATETIME},
    {.name = {"import_id", 9}, .type = FIELD_INT},
};

/* A state's label serves as well as its name: both are what people see. */
static struct str state_named(const struct record_type *t, struct str text)
{
    for (size_t i = 0; i < t->state_count; i++)
        if (str_eq(t->states[i].label.zh, text) || str_eq_nocase(t->states[i].label.en, text))
            return t->states[i].name;
    return text;
}

static void target_columns(struct filter_target *out, const struct field *f, const char *alias,
                           struct arena *a)
{
    struct column columns[VALUE_COLUMNS_MAX];
    size_t n = value_columns(columns, f, a);
    for (size_t i = 0; i < n; i++) {
        out->name[i] = columns[i].name;
        out->column[i] = arena_printf(a, "%s.%.*s", alias, STR_ARG(columns[i].name));
    }
}

static err_t find_target(struct filter_target *out, struct parser *p, struct str name, size_t at)
{
    struct view *v = p->v;
    struct str part = name;
    struct str first = str_split(&part, STR("."));
    struct access_policy spare;
    *out = (struct filter_target){.at = SIZE_MAX};
    for (size_t i = 0; i < ARRAY_LEN(system_fields); i++)
        if (str_eq(system_fields[i].name, name)) {
            out->field = &system_fields[i];
            out->name[0] = out->name[1] = out->field->name;
            out->column[0] = out->column[1] = arena_printf(v->a, "r.%.*s", STR_ARG(name));
            out->shown_by = view_labels(v, (enum system_column)i);
            return out->shown_by != SIZE_MAX &&
                           view_rules(&spare, v, out->shown_by, false) == SHOWN_NEVER
                       ? bad_with(p, at, N_("there is no field %.*s to filter by"), name)
                       : OK;
        }
    size_t field = view_field(v, first);
    const struct field *f = field == SIZE_MAX ? NULL : v->plan->fields[field].field;
    if (f && part.ptr)
        out->field = f->type == FIELD_TABLE ? record_row_field(f, part) : NULL;
    else
        out->field = f && f->type == FIELD_TABLE ? NULL : f;
    if (!out->field)
        return bad_with(p, at, N_("there is no field %.*s to filter by"), name);
    if (v->plan->fields[field].child) {
        out->child = f->child;
        target_columns(out, out->field, "c", v->a);
    } else if (f->type == FIELD_COMPUTED) {
        out->column[0] = out->column[1] = v->plan->fields[field].shown;
    } else {
        target_columns(out, out->field, "r", v->a);
    }
    out->at = out->shown_by = field;
    out->sealed = value_order(out->field) == ORDER_BLIND;
    if (view_rules(&spare, v, field, out->sealed) == SHOWN_NEVER)
        return bad_with(p, at, N_("there is no field %.*s to filter by"), name);
    return OK;
}

/* --- single conditions -------------------------------------------------------------------------- */

static err_t operand(struct value *low, struct value *high, struct parser *p,
                     const struct filter_target *t, struct token x)
{
    struct fault_list faults = {.a = p->v->a};
    struct value_reader r = {
        .a = p->v->a, .today = p->v->subject->today, .keys = p->v->kernel->keys, .faults = &faults};
    if (t->field == &system_fields[SYS_SECRECY]) {
        size_t level = word_index(x.text, secrecy_names, SECRECY_SECRET + 1);
        *low = *high = v_i64((int64_t)level);
        return level <= SECRECY_SECRET
                   ? OK
                   : bad(p, x.at, N_("the levels of secrecy are open, internal and secret"));
    }
    if (t->field == &system_fields[SYS_STATE]) {
        x.text = state_named(p->v->plan->type, x.text);
        if (!record_state(p->v->plan->type, x.text))
            return bad_with(p, x.at, N_("there is no state %.*s"), x.text);
    }
    if (t->field->value_count || t->field->choices) {
        const struct subject *s = p->v->subject;
        const struct choice_for who = {s->unit, s->province, STR_NONE};
        const struct field of = field_offered(t->field, p->v->kernel->choices, &who, p->v->a);
        x.text = field_code(&of, x.text);
    }
    if (value_operand(low, high, &r, t->field, x.text) && low->type != VALUE_NULL)
        return OK;
    struct str why = faults.len == 0         ? str_of(msg(N_("a value is missing")))
                     : msg_lang() == LANG_ZH ? faults.ptr[0].message_zh
                                             : faults.ptr[0].message_en;
    return err_set(p->e, E_INVALID, "filter: at character %zu: %.*s: %.*s", x.at, STR_ARG(x.text),
                   STR_ARG(why));
}

static size_t order_column(const struct filter_target *t)
{
    return value_order_column(t->field);
}

static void add_test(struct parser *p, struct filter *f, struct filter_test test)
{
    struct filter_test *all =
        arena_regrow(p->v->a, f->tests, f->test_count, f->test_count + 1, sizeof(*all));
    all[f->test_count++] = test;
    f->tests = all;
}

static bool is_textual(const struct filter_target *t)
{
    return value_order(t->field) == ORDER_TEXT && t->field != &system_fields[SYS_STATE] &&
           t->field != &system_fields[SYS_SECRECY];
}

static const struct value no_value = {.type = VALUE_NULL};

/* "51*" */
static err_t add_prefix(struct parser *p, struct filter *f, struct str text, size_t at)
{
    if (!is_textual(&f->target))
        return bad(p, at, N_("* is only allowed at the end of texts and codes"));
    add_test(p, f,
             (struct filter_test){TEST_BEGINS, order_column(&f->target), v_str(text), no_value});
    return OK;
}

static err_t add_contains(struct parser *p, struct filter *f, struct str text, size_t at)
{
    enum field_type type = f->target.field->type;
    if (!is_textual(&f->target))
        return bad(p, at, N_("~ asks texts and codes alone"));
    text = value_clean(text, p->v->a);
    if (text.len == 0)
        return bad(p, at, N_("a value is missing"));
    bool patents = type == FIELD_PATENT || type == FIELD_PATENTS;
    add_test(p, f,
             (struct filter_test){TEST_CONTAINS, patents ? 0 : order_column(&f->target),
                                  v_str(text), no_value});
    return OK;
}

/* One value of "=": a range, a prefix, or the thing itself. */
static err_t add_equal(struct parser *p, struct filter *f, const struct token *x)
{
    const struct filter_target *t = &f->target;
    struct value low = no_value, high = no_value, spare;
    struct str rest = x->text;
    enum value_order order = value_order(t->field);
    size_t dots = x->kind == T_WORD ? str_find(x->text, STR(".."), 0) : x->text.len;
    err_t rc = OK;
    if (dots < x->text.len && order != ORDER_TEXT) {
        struct str from = str_split(&rest, STR(".."));
        if (order == ORDER_CODE || order == ORDER_BLIND || (from.len == 0 && rest.len == 0))
            return bad(p, x->at, N_("a range has no meaning here"));
        if (from.len > 0)
            rc = operand(&low, &spare, p, t, (struct token){.text = from, .at = x->at});
        if (rc == OK && rest.len > 0)
            rc = operand(&spare, &high, p, t, (struct token){.text = rest, .at = x->at});
        if (rc == OK)
            add_test(p, f, (struct filter_test){TEST_BETWEEN, order_column(t), low, high});
        return rc;
    }
    if (x->kind == T_WORD && x->text.len > 1 && x->text.ptr[x->text.len - 1] == '*')
        return add_prefix(p, f, (struct str){x->text.ptr, x->text.len - 1}, x->at);
    if ((rc = operand(&low, &high, p, t, *x)) != OK)
        return rc;
    bool is_no = low.type == VALUE_STR && str_is(bytes_str(low.bytes), "no");
    if (!is_no && (order == ORDER_DATE || order == ORDER_INSTANT || order == ORDER_PERIOD))
        add_test(p, f, (struct filter_test){TEST_BETWEEN, order_column(t), low, high});
    else
        add_test(p, f, (struct filter_test){TEST_EQUAL, order_column(t), low, no_value});
    return OK;
}

static enum filter_test_op ordered_op(enum token_kind op)
{
    return op == T_GT   ? TEST_MORE
           : op == T_GE ? TEST_AT_LEAST
           : op == T_LT ? TEST_LESS
                        : TEST_AT_MOST;
}

static err_t add_ordered(struct parser *p, struct filter *f, enum token_kind op,
                         const struct token *x)
{
    struct value low = no_value, high = no_value;
    enum value_order order = value_order(f->target.field);
    bool up = op == T_GT || op == T_GE;
    if (order == ORDER_CODE || order == ORDER_BLIND || order == ORDER_TEXT)
        return bad(p, x->at, N_("only numbers and dates are more or less than others"));
    err_t rc = operand(&low, &high, p, &f->target, *x);
    if (rc != OK)
        return rc;
    if (low.type == VALUE_STR && str_is(bytes_str(low.bytes), "no"))
        return bad(p, x->at, N_("only numbers and dates are more or less than others"));
    /* after 2024 is after its last day, from 2024 on is from its first */
    size_t column = order == ORDER_PERIOD ? (size_t)!up : order_column(&f->target);
    add_test(p, f,
             (struct filter_test){ordered_op(op), column, op == T_GT || op == T_LE ? high : low,
                                  no_value});
    return OK;
}

/* --- name op value ----------------------------------------------------------------------------------- */

static err_t next_value(struct parser *p, struct token *out)
{
    if (p->token.kind != T_WORD && p->token.kind != T_QUOTED)
        return bad(p, p->token.at, N_("a value is missing"));
    *out = p->token;
    if (++p->terms > FILTER_TERMS_MAX)
        return err_set(p->e, E_LIMIT, "filter: it has more than %d conditions", FILTER_TERMS_MAX);
    return scan(p);
}

/* v1,v2,v3 after = or != */
static err_t add_any(struct parser *p, struct filter *f)
{
    struct token x;
    err_t rc;
    for (;;) {
        if ((rc = next_value(p, &x)) != OK || (rc = add_equal(p, f, &x)) != OK)
            return rc;
        if (p->token.kind != T_COMMA)
            return OK;
        if ((rc = scan(p)) != OK)
            return rc;
    }
}

static err_t add_operator(struct parser *p, struct filter *f, enum token_kind op)
{
    struct token x;
    err_t rc;
    if (op == T_EQ || op == T_NE)
        return add_any(p, f);
    if ((rc = next_value(p, &x)) != OK)
        return rc;
    return op == T_LIKE ? add_contains(p, f, x.text, x.at) : add_ordered(p, f, op, &x);
}

/* "is [not] empty", after "is". */
static err_t read_empty(struct parser *p, struct filter *f)
{
    err_t rc = scan(p);
    f->empty = true;
    if (rc == OK && is_word(p, "not")) {
        f->negate = !f->negate;
        rc = scan(p);
    }
    if (rc != OK)
        return rc;
    if (!is_word(p, "empty"))
        return bad(p, p->token.at, N_("after is comes empty or not empty"));
    return scan(p);
}

static err_t parse_condition(struct filter *out, struct parser *p, bool negate)
{
    struct token name = p->token;
    err_t rc;
    *out = (struct filter){.op = FILTER_IS, .negate = negate};
    if (name.kind != T_WORD)
        return bad(p, name.at, N_("a field is expected here"));
    if ((rc = find_target(&out->target, p, name.text, name.at)) != OK || (rc = scan(p)) != OK)
        return rc;
    if (is_word(p, "is"))
        return read_empty(p, out);
    enum token_kind op = p->token.kind;
    if (op < T_EQ)
        return bad(p, p->token.at, N_("an operator is missing: = != < <= > >= ~ or is empty"));
    if ((rc = scan(p)) != OK)
        return rc;
    out->negate = negate != (op == T_NE); /* for a list: none of its values */
    return add_operator(p, out, op);
}

/* --- and, or, not --------------------------------------------------------------------------------------- */

static err_t parse_or(struct filter *out, struct parser *p, bool negate);

static err_t parse_not(struct filter *out, struct parser *p, bool negate)
{
    err_t rc;
    if (++p->depth > FILTER_DEPTH_MAX)
        return err_set(p->e, E_LIMIT, "filter: it is nested deeper than %d brackets",
                       FILTER_DEPTH_MAX);
    if (is_word(p, "not")) {
        if ((rc = scan(p)) == OK)
            rc = parse_not(out, p, !negate);
    } else if (p->token.kind == T_OPEN) {
        size_t at = p->token.at;
        if ((rc = scan(p)) == OK)
            rc = parse_or(out, p, negate);
        if (rc == OK && p->token.kind != T_CLOSE)
            rc = bad(p, at, N_("the bracket that opens here is not closed"));
        if (rc == OK)
            rc = scan(p);
    } else {
        rc = parse_condition(out, p, negate);
    }
    p->depth--;
    return rc;
}

static err_t parse_list(struct filter *out, struct parser *p, bool negate, const char *word,
                        enum filter_op op,
                        err_t (*part)(struct filter *out, struct parser *p, bool negate))
{
    VEC(struct filter) parts = {0};
    struct filter one;
    err_t rc;
    if ((rc = part(&one, p, negate)) != OK)
        return rc;
    VEC_PUSH(p->v->a, &parts, one);
    while (is_word(p, word)) {
        if ((rc = scan(p)) != OK || (rc = part(&one, p, negate)) != OK)
            return rc;
        VEC_PUSH(p->v->a, &parts, one);
    }
    *out = parts.len == 1 ? parts.ptr[0]
                          : (struct filter){.op = op, .parts = parts.ptr, .part_count = parts.len};
    return OK;
}

static err_t parse_and(struct filter *out, struct parser *p, bool negate)
{
    return parse_list(out, p, negate, "and", negate ? FILTER_OR : FILTER_AND, parse_not);
}

static err_t parse_or(struct filter *out, struct parser *p, bool negate)
{
    return parse_list(out, p, negate, "or", negate ? FILTER_AND : FILTER_OR, parse_and);
}

err_t filter_read(struct filter *out, struct view *v, struct str text, struct err *e)
{
    struct parser p = {.v = v, .text = text, .at = 1, .e = e};
    err_t rc;
    if (text.len > FILTER_BYTES_MAX)
        return err_set(e, E_LIMIT, "filter: it is longer than %d bytes", FILTER_BYTES_MAX);
    if (utf8_check(text) < text.len || memchr(text.ptr, '\0', text.len))
        return err_set(e, E_INVALID, "filter: it is not valid UTF-8");
    if ((rc = scan(&p)) != OK || (rc = parse_or(out, &p, false)) != OK)
        return rc;
    return p.token.kind == T_END
               ? OK
               : bad(&p, p.token.at, N_("and or or is expected here, or the end"));
}

/* --- as SQL --------------------------------------------------------------------------------------------- */

/* column op ?n */
static void compare(struct view *v, struct str column, const char *op, struct value value)
{
    int n = view_value(v, value);
    buf_addf(&v->sql, "%.*s %s ?%d", STR_ARG(column), op, n);
}

/* Days that are known not to be are no days. */
static void add_known(struct view *v, const struct filter_target *t)
{
    if (t->field->type == FIELD_KNOWN_DATE)
        buf_addf(&v->sql, " AND %.*s <> 'no'", STR_ARG(t->column[order_column(t)]));
}

/* A period that overlaps with what is from low to high; an open end is for ever. */
static void add_overlap(struct view *v, const struct filter_target *t, const struct filter_test *x)
{
    struct str begin = t->column[0], end = t->column[1];
    buf_addf(&v->sql, "((%.*s IS NOT NULL OR %.*s IS NOT NULL)", STR_ARG(end), STR_ARG(begin));
    if (x->low.type != VALUE_NULL) {
        buf_addf(&v->sql, " AND (%.*s IS NULL OR ", STR_ARG(end));
        compare(v, end, ">=", x->low);
        view_add(v, ")");
    }
    if (x->high.type != VALUE_NULL) {
        buf_addf(&v->sql, " AND (%.*s IS NULL OR ", STR_ARG(begin));
        compare(v, begin, "<=", x->high);
        view_add(v, ")");
    }
    view_add(v, ")");
}

/* From low to high, both included; either may be open (VALUE_NULL). */
static void add_between(struct view *v, const struct filter_target *t, const struct filter_test *x)
{
    struct str column = t->column[x->column];
    if (value_order(t->field) == ORDER_PERIOD) {
        add_overlap(v, t, x);
        return;
    }
    view_add(v, "(");
    if (x->low.type != VALUE_NULL)
        compare(v, column, ">=", x->low);
    if (x->low.type != VALUE_NULL && x->high.type != VALUE_NULL)
        view_add(v, " AND ");
    if (x->high.type != VALUE_NULL)
        compare(v, column, "<=", x->high);
    add_known(v, t);
    view_add(v, ")");
}

/* A LIKE pattern that contains the text, with ASCII letters in lower case. */
static struct str pattern_of(struct str text, struct arena *a)
{
    char *to = arena_alloc(a, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        to[i] = (char)((unsigned)(text.ptr[i] - 'A') < 26u ? text.ptr[i] + 32 : text.ptr[i]);
    return db_like((struct str){to, text.len}, true, a);
}

static void test_sql(struct view *v, const struct filter_target *t, const struct filter_test *x)
{
    static const char *const signs[] = {
        [TEST_LESS] = "<", [TEST_AT_MOST] = "<=", [TEST_MORE] = ">", [TEST_AT_LEAST] = ">="};
    struct str column = t->column[x->column], text = bytes_str(x->low.bytes);
    switch (x->op) {
    case TEST_EQUAL:
        compare(v, column, "=", x->low);
        break;
    case TEST_BETWEEN:
        add_between(v, t, x);
        break;
    case TEST_LESS:
    case TEST_AT_MOST:
    case TEST_MORE:
    case TEST_AT_LEAST:
        view_add(v, "(");
        compare(v, column, signs[x->op], x->low);
        add_known(v, t);
        view_add(v, ")");
        break;
    case TEST_BEGINS: {
        int n = view_value(v, x->low);
        buf_addf(&v->sql, "substr(%.*s, 1, %zu) = ?%d", STR_ARG(column), utf8_length(text), n);
        break;
    }
    case TEST_CONTAINS: {
        int n = view_value(v, v_str(pattern_of(text, v->a)));
        buf_addf(&v->sql, "lower(%.*s) LIKE ?%d ESCAPE '\\'", STR_ARG(column), n);
        break;
    }
    }
}

static void empty_sql(struct view *v, const struct filter *f)
{
    const struct filter_target *t = &f->target;
    if (t->child.len > 0) {
        buf_addf(&v->sql, "%sEXISTS (SELECT 1 FROM %.*s c WHERE c.record_id = r.id)",
                 f->negate ? "" : "NOT ", STR_ARG(t->child));
    } else if (value_order(t->field) == ORDER_PERIOD) {
        buf_addf(&v->sql, "%s(%.*s IS NULL AND %.*s IS NULL)", f->negate ? "NOT " : "",
                 STR_ARG(t->column[0]), STR_ARG(t->column[1]));
    } else {
        buf_addf(&v->sql, "%.*s IS %sNULL", STR_ARG(t->column[order_column(t)]),
                 f->negate ? "NOT " : "");
    }
}

static err_t condition_sql(struct view *v, const struct filter *f, struct err *e)
{
    const struct filter_target *t = &f->target;
    struct str shown = STR("1 = 1");
    err_t rc = t->shown_by == SIZE_MAX ? OK : view_shown(&shown, v, t->shown_by, t->sealed, e);
    buf_addf(&v->sql, "(%.*s AND ", STR_ARG(shown));
    if (f->empty) {
        empty_sql(v, f);
    } else {
        view_add(v, f->negate ? "NOT (" : "(");
        if (t->child.len > 0)
            buf_addf(&v->sql, "EXISTS (SELECT 1 FROM %.*s c WHERE c.record_id = r.id AND ",
                     STR_ARG(t->child));
        view_add(v, "(");
        for (size_t i = 0; i < f->test_count; i++) {
            view_add(v, i > 0 ? " OR " : "");
            test_sql(v, t, &f->tests[i]);
        }
        view_add(v, t->child.len > 0 ? ")))" : "))");
    }
    view_add(v, ")");
    return rc;
}

/* Append it as a condition in brackets to v->sql. */
static err_t filter_sql(struct view *v, const struct filter *f, struct err *e)
{
    if (f->op == FILTER_IS)
        return condition_sql(v, f, e);
    err_t rc = OK;
    view_add(v, "(");
    for (size_t i = 0; rc == OK && i < f->part_count; i++) {
        view_add(v, i == 0 ? "" : f->op == FILTER_AND ? " AND " : " OR ");
        rc = filter_sql(v, &f->parts[i], e);
    }
    view_add(v, ")");
    return rc;
}

err_t filter_add(struct view *v, struct str text, struct err *e)
{
    struct filter f;
    err_t rc = filter_read(&f, v, text, e);
    return rc == OK ? filter_sql(v, &f, e) : rc;
}
