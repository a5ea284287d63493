/* The one spelling of a facts document, by the table of fact_schema.c. */
#include "base/date.h"
#include "model/fact_word.h"
#include "policy/evaluate.h"
#include "policy/facts_value.h"
#include "text/json.h"

struct writing {
    struct jout j;
    struct arena *arena;
    struct err *e;
    err_t rc; /* sticky */
};

static bool is_same(const struct value *x, const struct value *y)
{
    return x->type == y->type && x->i64 == y->i64 &&
           str_eq(bytes_str(x->bytes), bytes_str(y->bytes));
}

/* Millionths without zeros that say nothing: "12.5". */
static struct str number_text(int64_t n, struct arena *a)
{
    struct str s =
        arena_printf(a, "%lld.%06lld", (long long)(n / MILLION), (long long)(n % MILLION));
    while (s.ptr[s.len - 1] == '0')
        s.len--;
    return s.ptr[s.len - 1] == '.' ? (struct str){s.ptr, s.len - 1} : s;
}

static void write_single(struct writing *w, const struct fact_column *c, const struct value *v)
{
    struct str s = v->type == VALUE_STR ? bytes_str(v->bytes) : STR_NONE;
    switch (c->type) {
    case FACT_BOOL:
        jout_bool(&w->j, v->i64 != 0);
        return;
    case FACT_INT:
        jout_i64(&w->j, v->i64);
        return;
    case FACT_MONEY:
        jout_str(&w->j, arena_printf(w->arena, "%lld.%02lld", (long long)(v->i64 / 100),
                                     (long long)(v->i64 % 100)));
        return;
    case FACT_NUMBER:
        jout_str(&w->j, number_text(v->i64, w->arena));
        return;
    case FACT_DATE:
        if (str_is(s, NEVER))
            jout_bool(&w->j, false);
        else
            jout_str(&w->j, s);
        return;
    case FACT_MOMENT:
    case FACT_TEXT:
    case FACT_TEXT_OR_FALSE:
    case FACT_WORD:
    case FACT_WORDS:
    case FACT_ROWS:
        jout_str(&w->j, s);
        return;
    }
}

static void write_columns(struct writing *w, const struct fact_column *columns,
                          const struct yvalue *map, struct str path);

/* A set: its words in the order of their table, each once. */
static void write_set(struct writing *w, const struct fact_column *c, const struct yvalue *list)
{
    for (const char *const *word = c->words; *word; word++) {
        if (FIND_BY(list->items, list->count, text, str_of(*word)))
            jout_z(&w->j, *word);
    }
}

static void write_nested(struct writing *w, const struct fact_column *c, const struct yvalue *list)
{
    jout_pair_array(&w->j, c->name);
    if (c->type == FACT_WORDS && c->words)
        write_set(w, c, list);
    for (size_t i = 0; c->type == FACT_WORDS && !c->words && i < list->count; i++)
        jout_str(&w->j, str_trim(list->items[i].text));
    for (size_t i = 0; c->type == FACT_ROWS && i < list->count; i++) {
        jout_object(&w->j);
        write_columns(w, c->inner, &list->items[i], str_of(c->name));
        jout_end_object(&w->j);
    }
    jout_end_array(&w->j);
}

static void write_columns(struct writing *w, const struct fact_column *columns,
                          const struct yvalue *map, struct str path)
{
    for (const struct fact_column *c = columns; w->rc == OK && c->name; c++) {
        const struct yvalue *v = yin_get(map, c->name);
        struct value value, absent = facts_absent(c);
        bool bad_code = false;
        if (!v || yin_is_null(v))
            continue;
        if (c->type == FACT_WORDS || c->type == FACT_ROWS) {
            write_nested(w, c, v);
            continue;
        }
        w->rc = facts_value(&value, &bad_code, c, v, path, w->arena, w->e);
        if (w->rc != OK || value.type == VALUE_NULL || is_same(&value, &absent))
            continue;
        jout_name(&w->j, c->name);
        if (c->type == FACT_TEXT_OR_FALSE && !v->quoted && str_is(v->text, "false"))
            jout_bool(&w->j, false);
        else
            write_single(w, c, &value);
    }
}

/* Whether an object says anything. */
static bool says_something(struct writing *w, const struct fact_record *r, const struct yvalue *v)
{
    struct writing trial = {.arena = w->arena};
    struct buf b = {0};
    jout_init(&trial.j, &b);
    write_columns(&trial, r->columns, v, str_of(r->name));
    bool says = b.len > 0;
    buf_clear(&b);
    return says;
}

static void write_record(struct writing *w, const struct fact_record *r, const struct yvalue *v)
{
    if (r->shape == SHAPE_VALUE) {
        struct value value;
        bool bad_code = false;
        w->rc = facts_value(&value, &bad_code, r->columns, v, str_of(r->name), w->arena, w->e);
        if (w->rc == OK && value.type != VALUE_NULL) {
            jout_name(&w->j, r->name);
            write_single(w, r->columns, &value);
        }
        return;
    }
    if (r->shape == SHAPE_OBJECT && !says_something(w, r, v))
        return;
    jout_name(&w->j, r->name);
    if (r->shape == SHAPE_OBJECT) {
        jout_object(&w->j);
        write_columns(w, r->columns, v, str_of(r->name));
        jout_end_object(&w->j);
        return;
    }
    jout_array(&w->j);
    for (size_t i = 0; w->rc == OK && i < v->count; i++) {
        jout_object(&w->j);
        write_columns(w, r->columns, &v->items[i], str_of(r->name));
        jout_end_object(&w->j);
    }
    jout_end_array(&w->j);
}

static bool is_open(const struct yvalue *open, const char *name)
{
    return open && FIND_BY(open->items, open->count, text, str_of(name));
}

/* A list that may hold more and of which nothing is given is not known at all. */
static bool is_given(const struct fact_record *r, const struct yvalue *v, const struct yvalue *open)
{
    return v && !yin_is_null(v) &&
           !(r->shape == SHAPE_LIST && v->count == 0 && is_open(open, r->name));
}

static void write_open(struct writing *w, const struct yvalue *document)
{
    const struct yvalue *open = yin_get(document, "open"), *v;
    bool any = false;
    for (const struct fact_record *r = fact_records; r->name; r++) {
        v = yin_get(document, r->name);
        if (!is_open(open, r->name) || !is_given(r, v, open))
            continue;
        if (!any)
            jout_pair_array(&w->j, "open");
        any = true;
        jout_z(&w->j, r->name);
    }
    if (any)
        jout_end_array(&w->j);
}

/* As the columns that are held to it are spelt, in their order. */
static void write_register(struct writing *w, const struct yvalue *said)
{
    bool any = false;
    if (!said || said->type != Y_MAP)
        return;
    for (const struct fact_record *r = fact_records; w->rc == OK && r->name; r++)
        for (const struct fact_column *c = r->columns; w->rc == OK && c->name; c++) {
            const struct yvalue *v = yin_get(said, c->name);
            struct fact_word word;
            struct value value;
            bool bad_code = false;
            if (!v || yin_is_null(v) || !fact_word_find(&word, str_of(r->name), str_of(c->name)) ||
                word.kind != WORD_REGISTER)
                continue;
            w->rc = facts_value(&value, &bad_code, c, v, STR("register"), w->arena, w->e);
            if (w->rc != OK || value.type == VALUE_NULL)
                continue;
            if (!any)
                jout_pair_object(&w->j, "register");
            any = true;
            jout_name(&w->j, c->name);
            write_single(w, c, &value);
        }
    if (any)
        jout_end_object(&w->j);
}

/* The checks, in the order of the document. */
static void write_checked(struct writing *w, const struct yvalue *list)
{
    static const char *const keys[] = {"record", "by", "role", "on", "case"};
    if (!list || list->type != Y_LIST || list->count == 0)
        return;
    jout_pair_array(&w->j, "checked");
    for (size_t i = 0; i < list->count; i++) {
        jout_object(&w->j);
        for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
            const struct yvalue *v = yin_get(&list->items[i], keys[k]);
            if (v && !yin_is_null(v))
                jout_pair(&w->j, keys[k], str_trim(v->text));
        }
        jout_end_object(&w->j);
    }
    jout_end_array(&w->j);
}

err_t facts_canonical(struct buf *out, const struct yvalue *document, struct arena *a,
                      struct err *e)
{
    static const char *const heads[] = {"as_of", "handed_in", "programme", "question"};
    const struct yvalue *open = yin_get(document, "open");
    struct writing w = {.arena = a, .e = e};
    size_t before = out->len;
    jout_init(&w.j, out);
    jout_object(&w.j);
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        const struct yvalue *v = yin_get(document, heads[i]);
        if (v && !yin_is_null(v))
            jout_pair(&w.j, heads[i], str_trim(v->text));
    }
    for (const struct fact_record *r = fact_records; w.rc == OK && r->name; r++) {
        const struct yvalue *v = yin_get(document, r->name);
        if (is_given(r, v, open))
            write_record(&w, r, v);
    }
    write_open(&w, document);
    write_register(&w, yin_get(document, "register"));
    write_checked(&w, yin_get(document, "checked"));
    jout_end_object(&w.j);
    if (w.rc != OK)
        out->len = before;
    return w.rc;
}
