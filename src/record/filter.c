/* A recursive-descent parser that writes SQL as it goes. Negation is carried down to
 * the single conditions, because a field's visibility must hold beside each of them
 * whichever way it is asked. */
#include "record/filter.h"
#include "base/limits.h"
#include "base/msg.h"
#include "base/utf8.h"
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

/* The ASCII sign that a code point stands for. */
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
    struct buf text;
    bool closed = false;
    buf_init(&text, 0);
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
    p->token.text = arena_dup(p->v->a, buf_str(&text));
    buf_clear(&text);
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
        return take(p, '=') ? OK : bad(p, p->token.at, N_("! stands before = alone"));
    default:
        return scan_quoted(p);
    }
}

static bool is_word(const struct parser *p, const char *word)
{
    return p->token.kind == T_WORD && str_eq_nocase(p->token.text, str_of(word));
}

/* --- what a name stands for ------------------------------------------------------------------ */

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

struct target {
    const struct field *field;            /* how operands are read */
    struct str column[VALUE_COLUMNS_MAX]; /* SQL of its columns */
    struct str child; /* its values lie in this table; empty: in the record's row */
    struct str shown; /* condition under which it is seen */
    bool sealed;
};

/* A state's label serves as well as its name: both are what people see. */
static struct str state_named(const struct record_type *t, struct str text)
{
    for (size_t i = 0; i < t->state_count; i++)
        if (str_eq(t->states[i].label.zh, text) || str_eq_nocase(t->states[i].label.en, text))
            return t->states[i].name;
    return text;
}

static void target_columns(struct target *out, const struct field *f, const char *alias,
                           struct arena *a)
{
    struct column columns[VALUE_COLUMNS_MAX];
    size_t n = value_columns(columns, f, a);
    for (size_t i = 0; i < n; i++)
        out->column[i] = arena_printf(a, "%s.%.*s", alias, STR_ARG(columns[i].name));
}

static err_t find_target(struct target *out, struct parser *p, struct str name, size_t at)
{
    struct view *v = p->v;
    struct str part = name;
    struct str first = str_split(&part, STR("."));
    *out = (struct target){.shown = STR("1 = 1")};
    for (size_t i = 0; i < ARRAY_LEN(system_fields); i++)
        if (str_eq(system_fields[i].name, name)) {
            out->field = &system_fields[i];
            out->column[0] = out->column[1] = arena_printf(v->a, "r.%.*s", STR_ARG(name));
            return OK;
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
        out->column[0] = out->column[1] = v->plan->fields[field].computed;
    } else {
        target_columns(out, out->field, "r", v->a);
    }
    out->sealed = value_order(out->field) == ORDER_BLIND;
    err_t rc = view_shown(&out->shown, v, field, out->sealed, p->e);
    if (rc == OK && out->shown.len == 0)
        return bad_with(p, at, N_("there is no field %.*s to filter by"), name);
    return rc;
}

/* --- single conditions -------------------------------------------------------------------------- */

static err_t operand(struct value *low, struct value *high, struct parser *p,
                     const struct target *t, struct str text, size_t at)
{
    struct fault_list faults = {.a = p->v->a};
    struct value_reader r = {
        .a = p->v->a, .today = p->v->subject->today, .keys = p->v->kernel->keys, .faults = &faults};
    static const char *const levels[] = {"open", "internal", "secret"};
    if (t->field == &system_fields[SYS_SECRECY]) {
        for (size_t i = 0; i < ARRAY_LEN(levels); i++)
            if (str_is(text, levels[i])) {
                *low = *high = v_i64((int64_t)i);
                return OK;
            }
        return bad(p, at, N_("the levels of secrecy are open, internal and secret"));
    }
    if (t->field == &system_fields[SYS_STATE]) {
        text = state_named(p->v->plan->type, text);
        if (!record_state(p->v->plan->type, text))
            return bad_with(p, at, N_("there is no state %.*s"), text);
    }
    if (value_operand(low, high, &r, t->field, text) && low->type != VALUE_NULL)
        return OK;
    struct str why = faults.len == 0         ? str_of(msg(N_("a value is missing")))
                     : msg_lang() == LANG_ZH ? faults.ptr[0].message_zh
                                             : faults.ptr[0].message_en;
    return err_set(p->e, E_INVALID, "filter: at character %zu: %.*s: %.*s", at, STR_ARG(text),
                   STR_ARG(why));
}

static void add_str(struct parser *p, struct str s)
{
    buf_add(&p->v->sql, s);
}

/* column op ?n */
static void compare(struct parser *p, struct str column, const char *op, struct value value)
{
    int n = view_value(p->v, value);
    add_str(p, column);
    buf_addf(&p->v->sql, " %s ?%d", op, n);
}

static struct str order_column(const struct target *t)
{
    return t->column[value_order_column(t->field)];
}

/* Days that are known not to be are no days. */
static void add_known(struct parser *p, const struct target *t)
{
    if (t->field->type == FIELD_KNOWN_DATE)
        buf_addf(&p->v->sql, " AND %.*s <> 'no'", STR_ARG(order_column(t)));
}

/* From low to high, both included; either may be open (VALUE_NULL). */
static void add_between(struct parser *p, const struct target *t, const struct value *low,
                        const struct value *high)
{
    bool period = value_order(t->field) == ORDER_PERIOD;
    struct str from = period ? t->column[1] : order_column(t); /* the period's end */
    struct str to = period ? t->column[0] : order_column(t);   /* the period's beginning */
    view_add(p->v, "(");
    if (period) { /* an open end is for ever */
        buf_addf(&p->v->sql, "(%.*s IS NOT NULL OR %.*s IS NOT NULL)", STR_ARG(from), STR_ARG(to));
        if (low->type != VALUE_NULL) {
            buf_addf(&p->v->sql, " AND (%.*s IS NULL OR ", STR_ARG(from));
            compare(p, from, ">=", *low);
            view_add(p->v, ")");
        }
        if (high->type != VALUE_NULL) {
            buf_addf(&p->v->sql, " AND (%.*s IS NULL OR ", STR_ARG(to));
            compare(p, to, "<=", *high);
            view_add(p->v, ")");
        }
        view_add(p->v, ")");
        return;
    }
    if (low->type != VALUE_NULL)
        compare(p, from, ">=", *low);
    if (low->type != VALUE_NULL && high->type != VALUE_NULL)
        view_add(p->v, " AND ");
    if (high->type != VALUE_NULL)
        compare(p, to, "<=", *high);
    add_known(p, t);
    view_add(p->v, ")");
}

static bool is_textual(const struct target *t)
{
    return value_order(t->field) == ORDER_TEXT && t->field != &system_fields[SYS_STATE] &&
           t->field != &system_fields[SYS_SECRECY];
}

/* "51*" */
static err_t add_prefix(struct parser *p, const struct target *t, struct str text, size_t at)
{
    if (!is_textual(t))
        return bad(p, at, N_("* stands at the end of texts and codes alone"));
    int n = view_value(p->v, v_str(text));
    buf_addf(&p->v->sql, "substr(%.*s, 1, %zu) = ?%d", STR_ARG(order_column(t)), utf8_length(text),
             n);
    return OK;
}

/* %text% with the signs of LIKE escaped, ASCII letters small. */
static struct str pattern_of(struct str text, struct arena *a)
{
    char *to = arena_alloc(a, 2 * text.len + 2), *at = to;
    *at++ = '%';
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%' || c == '_' || c == '\\')
            *at++ = '\\';
        *at++ = (char)((unsigned)(c - 'A') < 26u ? c + 32 : c);
    }
    *at++ = '%';
    return str_range(to, at);
}

static err_t add_like(struct parser *p, const struct target *t, struct str text, size_t at)
{
    struct str column = t->field->type == FIELD_PATENT || t->field->type == FIELD_PATENTS
                            ? t->column[0]
                            : order_column(t);
    if (!is_textual(t))
        return bad(p, at, N_("~ asks texts and codes alone"));
    text = value_clean(text, p->v->a);
    if (text.len == 0)
        return bad(p, at, N_("a value is missing"));
    int n = view_value(p->v, v_str(pattern_of(text, p->v->a)));
    buf_addf(&p->v->sql, "lower(%.*s) LIKE ?%d ESCAPE '\\'", STR_ARG(column), n);
    return OK;
}

/* One value of "=": a range, a prefix, or the thing itself. */
static err_t add_equal(struct parser *p, const struct target *t, const struct token *x)
{
    struct value low = {.type = VALUE_NULL}, high = {.type = VALUE_NULL}, spare;
    struct str rest = x->text;
    enum value_order order = value_order(t->field);
    size_t dots = x->kind == T_WORD ? str_find(x->text, STR(".."), 0) : x->text.len;
    err_t rc = OK;
    if (dots < x->text.len && order != ORDER_TEXT) {
        struct str from = str_split(&rest, STR(".."));
        if (order == ORDER_CODE || order == ORDER_BLIND || (from.len == 0 && rest.len == 0))
            return bad(p, x->at, N_("a range has no meaning here"));
        if (from.len > 0)
            rc = operand(&low, &spare, p, t, from, x->at);
        if (rc == OK && rest.len > 0)
            rc = operand(&spare, &high, p, t, rest, x->at);
        if (rc == OK)
            add_between(p, t, &low, &high);
        return rc;
    }
    if (x->kind == T_WORD && x->text.len > 1 && x->text.ptr[x->text.len - 1] == '*')
        return add_prefix(p, t, (struct str){x->text.ptr, x->text.len - 1}, x->at);
    if ((rc = operand(&low, &high, p, t, x->text, x->at)) != OK)
        return rc;
    bool is_no = low.type == VALUE_STR && str_is(bytes_str(low.bytes), "no");
    if (!is_no && (order == ORDER_DATE || order == ORDER_INSTANT || order == ORDER_PERIOD))
        add_between(p, t, &low, &high);
    else
        compare(p, order_column(t), "=", low);
    return OK;
}

static err_t add_ordered(struct parser *p, const struct target *t, enum token_kind op,
                         const struct token *x)
{
    struct value low, high;
    enum value_order order = value_order(t->field);
    bool up = op == T_GT || op == T_GE;
    if (order == ORDER_CODE || order == ORDER_BLIND || order == ORDER_TEXT)
        return bad(p, x->at, N_("only numbers and dates are more or less than others"));
    err_t rc = operand(&low, &high, p, t, x->text, x->at);
    if (rc != OK)
        return rc;
    if (low.type == VALUE_STR && str_is(bytes_str(low.bytes), "no"))
        return bad(p, x->at, N_("only numbers and dates are more or less than others"));
    /* after 2024 is after its last day, from 2024 on is from its first */
    struct str column = order == ORDER_PERIOD ? t->column[!up] : order_column(t);
    view_add(p->v, "(");
    compare(p, column,
            op == T_GT   ? ">"
            : op == T_GE ? ">="
            : op == T_LT ? "<"
                         : "<=",
            op == T_GT || op == T_LE ? high : low);
    add_known(p, t);
    view_add(p->v, ")");
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
static err_t add_any(struct parser *p, const struct target *t)
{
    struct token x;
    err_t rc;
    view_add(p->v, "(");
    for (;;) {
        if ((rc = next_value(p, &x)) != OK || (rc = add_equal(p, t, &x)) != OK)
            return rc;
        if (p->token.kind != T_COMMA)
            break;
        view_add(p->v, " OR ");
        if ((rc = scan(p)) != OK)
            return rc;
    }
    view_add(p->v, ")");
    return OK;
}

static err_t add_operator(struct parser *p, const struct target *t, enum token_kind op)
{
    struct token x;
    err_t rc;
    if (op == T_EQ || op == T_NE)
        return add_any(p, t);
    if ((rc = next_value(p, &x)) != OK)
        return rc;
    return op == T_LIKE ? add_like(p, t, x.text, x.at) : add_ordered(p, t, op, &x);
}

/* "is [not] empty", after "is". */
static err_t add_empty(struct parser *p, const struct target *t, bool negate)
{
    err_t rc = scan(p);
    if (rc == OK && is_word(p, "not")) {
        negate = !negate;
        rc = scan(p);
    }
    if (rc != OK)
        return rc;
    if (!is_word(p, "empty"))
        return bad(p, p->token.at, N_("after is comes empty or not empty"));
    if (t->child.len > 0) {
        buf_addf(&p->v->sql, "%sEXISTS (SELECT 1 FROM %.*s c WHERE c.record_id = r.id)",
                 negate ? "" : "NOT ", STR_ARG(t->child));
    } else if (value_order(t->field) == ORDER_PERIOD) {
        buf_addf(&p->v->sql, "%s(%.*s IS NULL AND %.*s IS NULL)", negate ? "NOT " : "",
                 STR_ARG(t->column[0]), STR_ARG(t->column[1]));
    } else {
        buf_addf(&p->v->sql, "%.*s IS %sNULL", STR_ARG(order_column(t)), negate ? "NOT " : "");
    }
    return scan(p);
}

static err_t parse_condition(struct parser *p, bool negate)
{
    struct token name = p->token;
    struct target t;
    err_t rc;
    if (name.kind != T_WORD)
        return bad(p, name.at, N_("a field is expected here"));
    if ((rc = find_target(&t, p, name.text, name.at)) != OK || (rc = scan(p)) != OK)
        return rc;
    view_add(p->v, "(");
    add_str(p, t.shown);
    view_add(p->v, " AND ");
    if (is_word(p, "is")) {
        rc = add_empty(p, &t, negate);
        view_add(p->v, ")");
        return rc;
    }
    enum token_kind op = p->token.kind;
    if (op < T_EQ)
        return bad(p, p->token.at, N_("an operator is missing: = != < <= > >= ~ or is empty"));
    if ((rc = scan(p)) != OK)
        return rc;
    bool other = negate != (op == T_NE); /* for a list: none of its values */
    view_add(p->v, other ? "NOT " : "");
    view_add(p->v, "(");
    if (t.child.len > 0)
        buf_addf(&p->v->sql, "EXISTS (SELECT 1 FROM %.*s c WHERE c.record_id = r.id AND ",
                 STR_ARG(t.child));
    rc = add_operator(p, &t, op);
    if (t.child.len > 0)
        view_add(p->v, ")");
    view_add(p->v, "))");
    return rc;
}

/* --- and, or, not --------------------------------------------------------------------------------------- */

static err_t parse_or(struct parser *p, bool negate);

static err_t parse_not(struct parser *p, bool negate)
{
    err_t rc;
    if (++p->depth > FILTER_DEPTH_MAX)
        return err_set(p->e, E_LIMIT, "filter: it is nested deeper than %d brackets",
                       FILTER_DEPTH_MAX);
    if (is_word(p, "not")) {
        if ((rc = scan(p)) == OK)
            rc = parse_not(p, !negate);
    } else if (p->token.kind == T_OPEN) {
        size_t at = p->token.at;
        if ((rc = scan(p)) == OK)
            rc = parse_or(p, negate);
        if (rc == OK && p->token.kind != T_CLOSE)
            rc = bad(p, at, N_("the bracket that opens here is not closed"));
        if (rc == OK)
            rc = scan(p);
    } else {
        rc = parse_condition(p, negate);
    }
    p->depth--;
    return rc;
}

static err_t parse_list(struct parser *p, bool negate, const char *word, const char *sql,
                        const char *negated, err_t (*part)(struct parser *p, bool negate))
{
    err_t rc;
    view_add(p->v, "(");
    if ((rc = part(p, negate)) != OK)
        return rc;
    while (is_word(p, word)) {
        view_add(p->v, negate ? negated : sql);
        if ((rc = scan(p)) != OK || (rc = part(p, negate)) != OK)
            return rc;
    }
    view_add(p->v, ")");
    return OK;
}

static err_t parse_and(struct parser *p, bool negate)
{
    return parse_list(p, negate, "and", " AND ", " OR ", parse_not);
}

static err_t parse_or(struct parser *p, bool negate)
{
    return parse_list(p, negate, "or", " OR ", " AND ", parse_and);
}

err_t filter_add(struct view *v, struct str text, struct err *e)
{
    struct parser p = {.v = v, .text = text, .at = 1, .e = e};
    err_t rc;
    if (text.len > FILTER_BYTES_MAX)
        return err_set(e, E_LIMIT, "filter: it is longer than %d bytes", FILTER_BYTES_MAX);
    if (utf8_check(text) < text.len || memchr(text.ptr, '\0', text.len))
        return err_set(e, E_INVALID, "filter: it is not valid UTF-8");
    if ((rc = scan(&p)) != OK || (rc = parse_or(&p, false)) != OK)
        return rc;
    return p.token.kind == T_END
               ? OK
               : bad(&p, p.token.at, N_("and or or is expected here, or the end"));
}
