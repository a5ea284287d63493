/* The rules that turn members into cells; which codes have words is list_word.c's. */
#include "api/list_row.h"
#include "access/subject.h"
#include "api/list_label.h"
#include "base/msg.h"
#include "text/typography.h"
#include <ctype.h>
#include <string.h>

static bool is_scalar(const struct jvalue *v)
{
    return v->type != J_OBJECT && v->type != J_ARRAY;
}

/* {"zh","en"}: one text in two languages. */
static bool is_label(const struct jvalue *v)
{
    return v->type == J_OBJECT && v->count == 2 && jin_get(v, "zh") && jin_get(v, "en");
}

static bool is_date(struct str s)
{
    bool so = s.len == 10 && s.ptr[4] == '-' && s.ptr[7] == '-';
    for (size_t i = 0; so && i < s.len; i++)
        so = i == 4 || i == 7 || isdigit((unsigned char)s.ptr[i]);
    return so;
}

/* Whether `of` says in words what the member says in a code. */
static bool is_said(const struct jvalue *of, struct str name, struct arena *a)
{
    static const char *const by[][2] = {
        {"action", "label"},    {"name", "label"},   {"head", "label"},
        {"paper", "title"},     {"code", "message"}, {"field", "message"},
        {"missing", "message"}, {"to_stage", "to"},  {"kind", "label"},
    };
    const struct jvalue *label = jin_get(of, arena_printf(a, "%.*s_label", STR_ARG(name)).ptr);
    bool said = label && label->type != J_NULL;
    for (size_t i = 0; i < ARRAY_LEN(by); i++)
        said |= str_is(name, by[i][0]) && jin_get(of, by[i][1]);
    return said;
}

/* Members that count people by their numbers. */
static bool is_account(struct str name)
{
    static const char *const names[] = {"by",      "signer",   "proposed_by", "confirmed_by",
                                        "account", "fault_of", "who"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

static struct xlsx_cell scalar_cell(struct list_words *w, const struct jvalue *v, struct str name)
{
    int64_t ms;
    struct str person;
    switch (v->type) {
    case J_TRUE:
        return (struct xlsx_cell){XLSX_TEXT, str_of(msg(N_("yes")))};
    case J_FALSE:
        return (struct xlsx_cell){XLSX_TEXT, str_of(msg(N_("no")))};
    case J_NUMBER:
        if (str_ends(name, STR("_ms")) && str_to_i64(&ms, v->text) && ms > 0)
            return (struct xlsx_cell){XLSX_TIME, business_time(ms, w->request->arena)};
        if (is_account(name) && (person = list_account(w, v->text)).len)
            return (struct xlsx_cell){XLSX_TEXT, person};
        return (struct xlsx_cell){XLSX_NUMBER, v->text};
    case J_STRING:
        if (is_date(v->text))
            return (struct xlsx_cell){XLSX_DATE, v->text};
        if (str_is(name, "title") &&
            str_starts(v->text, STR("《"))) /* it begins with a document's, as papers print it */
            return (struct xlsx_cell){XLSX_TEXT, typography_mended(v->text, w->request->arena)};
        return (struct xlsx_cell){XLSX_TEXT, list_word(w, name, v->text)};
    case J_NULL:
    case J_OBJECT:
    case J_ARRAY:
        break;
    }
    return (struct xlsx_cell){XLSX_TEXT, STR_NONE};
}

/* --- what is nested ----------------------------------------------------------------------------------- */

static void add_nested(struct buf *to, struct list_words *w, const struct jvalue *v,
                       struct str name);

/* The member that names the whole: said first and without its own name. */
static const struct jvalue *name_of(const struct jvalue *of)
{
    static const char *const names[] = {"message", "label", "title"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct jvalue *v = jin_get(of, names[i]);
        if (v && v->type != J_NULL)
            return v;
    }
    return NULL;
}

static void add_object(struct buf *to, struct list_words *w, const struct jvalue *v)
{
    const struct jvalue *first = name_of(v);
    size_t before = to->len;
    if (first)
        add_nested(to, w, first, STR_NONE);
    for (size_t i = 0; i < v->count; i++) {
        const struct jvalue *m = &v->items[i];
        struct str name = v->names[i];
        bool empty = m->type == J_NULL || m->type == J_FALSE || (!is_scalar(m) && m->count == 0);
        if (m == first || empty || is_said(v, name, w->request->arena))
            continue;
        if (str_ends(name, STR("_label")))
            name.len -= strlen("_label");
        buf_addf(to, "%s%.*s%s", to->len > before ? msg(N_("; ")) : "", STR_ARG(list_label(name)),
                 msg(N_(": ")));
        add_nested(to, w, m, name);
    }
}

/* Objects line by line, words in one line. */
static void add_list(struct buf *to, struct list_words *w, const struct jvalue *v, struct str name)
{
    for (size_t i = 0; i < v->count; i++) {
        bool lines = !is_scalar(&v->items[i]);
        buf_addz(to, lines && to->len ? "\n" : i == 0 ? "" : msg(N_(", ")));
        add_nested(to, w, &v->items[i], name);
    }
}

static void add_nested(struct buf *to, struct list_words *w, const struct jvalue *v,
                       struct str name)
{
    if (is_label(v))
        buf_add(to, list_word(w, name, jin_text(v, msg_lang() == LANG_EN ? "en" : "zh")));
    else if (v->type == J_OBJECT)
        add_object(to, w, v);
    else if (v->type == J_ARRAY)
        add_list(to, w, v, name);
    else
        buf_add(to, scalar_cell(w, v, name).text);
}

static struct xlsx_cell nested_cell(struct list_words *w, const struct jvalue *v, struct str name)
{
    struct buf b;
    buf_init(&b, 0);
    add_nested(&b, w, v, name);
    struct xlsx_cell cell = {XLSX_TEXT, arena_dup(w->request->arena, buf_str(&b))};
    buf_clear(&b);
    return cell;
}

/* A text that is itself JSON, over which a digest was made: what it says. */
static const struct jvalue *unwrapped(const struct jvalue *v, struct arena *a)
{
    const struct jvalue *inner = NULL;
    bool likely =
        v->type == J_STRING && v->text.len > 1 && (v->text.ptr[0] == '{' || v->text.ptr[0] == '[');
    /* What only begins as JSON does is a text like any other. */
    return likely && jin_parse(&inner, v->text, JIN_REFUSE_DUPLICATES, NULL, a, NULL) == OK ? inner
                                                                                            : v;
}

/* The input of an action and the record that a case begins with say what a request holds, the result of a step what a
 * program goes on with, numbers of conditions go by their codes: a workbook leaves them out. */
static bool is_for_programs(const struct jvalue *v, struct str name)
{
    return str_is(name, "input") || (str_is(name, "numbers") && v->type == J_ARRAY) ||
           (str_is(name, "result") && v->type == J_OBJECT) ||
           (str_is(name, "record") && v->type == J_OBJECT && jin_get(v, "fields"));
}

/* --- the row --------------------------------------------------------------------------------------------- */

static void add_members(struct list_row *out, struct list_words *w, const struct jvalue *v,
                        struct str prefix)
{
    struct arena *a = w->request->arena;
    for (size_t i = 0; i < v->count; i++) {
        struct str name = v->names[i];
        if (is_said(v, name, a) || (prefix.len == 0 && is_for_programs(&v->items[i], name)))
            continue;
        if (str_ends(name, STR("_label")))
            name.len -= strlen("_label");
        struct str path =
            prefix.len ? arena_printf(a, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(name)) : name;
        const struct jvalue *m = unwrapped(&v->items[i], a);
        bool nested = !is_scalar(m) && (m->type == J_ARRAY || is_label(m) || m != &v->items[i]);
        /* The title of a record of any kind: its one member is called as its type calls it. */
        bool title = m->type == J_OBJECT && str_is(path, "title");
        if (m->type == J_OBJECT && !nested && !title) {
            add_members(out, w, m, path);
            continue;
        }
        const struct jvalue *said = title && m->count ? &m->items[0] : m;
        struct list_cell cell = {path, is_scalar(said) ? scalar_cell(w, said, name)
                                                       : nested_cell(w, said, name)};
        VEC_PUSH(a, &out->cells, cell);
    }
}

void list_row(struct list_row *out, struct list_words *w, const struct jvalue *item)
{
    *out = (struct list_row){0};
    w->item = item;
    if (item->type == J_OBJECT)
        add_members(out, w, item, STR_NONE);
}
