/* Words of the story, and its trees as JSON. */
#include "base/date.h"
#include "base/rand.h"
#include "cmd/demo_story.h"
#include "model/codes.h"

/* --- numbers that are nobody's ----------------------------------------------------------------- */

/* With the check character that makes it right. */
static struct str with_check(struct str stem,
                             enum code_fault (*parse)(struct str *, struct str, struct arena *),
                             struct arena *a)
{
    struct str right = STR_NONE;
    for (const char *c = "0123456789ABCDEFGHJKLMNPQRTUWXY"; *c; c++)
        if (parse(&right, arena_printf(a, "%.*s%c", STR_ARG(stem), *c), a) == CODE_RIGHT)
            return right;
    return STR_NONE;
}

struct str demo_code(size_t n, struct arena *a)
{
    return with_check(n < 10000 ? arena_printf(a, "91990000MADEM%04zu", n)
                                : arena_printf(a, "91990000MAD%06zu", n),
                      credit_code_parse, a);
}

static struct str demo_person(size_t n, struct arena *a)
{
    return with_check(arena_printf(a, "9900001990%02zu%02zu%03zu", 1 + n / 1000 % 12,
                                   1 + n / 12000 % 28, n % 1000),
                      resident_id_parse, a);
}

/* --- names of things ----------------------------------------------------------------------------- */

const struct jvalue *demo_find(const struct demo_words *w, struct str name)
{
    const struct jvalue *best = NULL;
    int rank = 0;
    if (str_is(name, "reply"))
        return w->reply;
    for (size_t i = w->named.len; i-- > 0 && rank < 3;) {
        const struct demo_named *n = &w->named.ptr[i];
        bool own = n->party == w->event->party;
        int now = own && n->root == w->event->root          ? 3
                  : own                                     ? 2
                  : w->story->parties[n->party].number == 0 ? 1 /* an office's is everybody's */
                                                            : 0;
        if (now > rank && str_eq(n->name, name)) {
            best = n->value;
            rank = now;
        }
    }
    return best;
}

/* Of a list its item of that number, or the last that has this: key=value. */
static const struct jvalue *item_of(const struct jvalue *list, struct str which, struct arena *a)
{
    struct str value = which, key = str_split(&value, STR("="));
    uint64_t at;
    if (str_to_u64(&at, which))
        return at < list->count ? &list->items[at] : NULL;
    for (size_t i = list->count; i-- > 0;)
        if (str_eq(jin_text(&list->items[i], arena_cstr(a, key)), value))
            return &list->items[i];
    return NULL;
}

const struct jvalue *demo_of(const struct demo_words *w, struct str path, struct arena *a)
{
    const struct jvalue *v = demo_find(w, str_split(&path, STR(".")));
    while (v && path.len) {
        struct str part = str_split(&path, STR("."));
        v = v->type == J_ARRAY ? item_of(v, part, a) : jin_get(v, arena_cstr(a, part));
    }
    return v;
}

/* --- words --------------------------------------------------------------------------------------- */

struct filling {
    struct demo_words *words;
    struct buf out;
    struct arena *a;
    struct err *e;
};

static const struct demo_party *party_of(const struct demo_words *w)
{
    return &w->story->parties[w->event->party];
}

static void add_day(struct filling *f, int32_t day)
{
    char text[DATE_TEXT_LEN + 1];
    date_format(text, date_from_days(day));
    buf_addz(&f->out, text);
}

static bool add_of(struct filling *f, struct str path)
{
    const struct jvalue *v = demo_of(f->words, path, f->a);
    f->words->lacks |= !v;
    buf_add(&f->out, jvalue_text(v, f->a));
    return v || demo_find(f->words, str_split(&path, STR(".")));
}

/* Words that the step has by itself. */
static bool add_own(struct filling *f, struct str name)
{
    const struct demo_words *w = f->words;
    const struct demo_party *p = party_of(w);
    if (str_is(name, "n"))
        buf_addf(&f->out, "%u", w->event->n + w->more);
    else if (str_is(name, "nn"))
        buf_addf(&f->out, "%02u", w->event->n);
    else if (str_is(name, "day"))
        add_day(f, w->event->day);
    else if (str_is(name, "year"))
        buf_addf(&f->out, "%d", date_from_days(w->event->day).year);
    else if (str_is(name, "number"))
        buf_addf(&f->out, "%02zu", p->number);
    else if (str_is(name, "name"))
        buf_add(&f->out, p->name);
    else if (str_is(name, "code"))
        buf_add(&f->out, p->code);
    else if (str_is(name, "unit"))
        return add_of(f, STR("unit.id"));
    else if (str_is(name, "manager"))
        buf_addf(&f->out, "centre%zu", p->number);
    else
        return false;
    return true;
}

static err_t add_word(struct filling *f, struct str name)
{
    const struct demo_party *p = party_of(f->words);
    const struct yvalue *const maps[] = {p->map, p->city, p->province}, *v = NULL;
    const char *z = arena_cstr(f->a, name);
    if (add_own(f, name))
        return OK;
    for (size_t i = 0; !v && i < ARRAY_LEN(maps); i++)
        v = yin_get(maps[i], z);
    if (!v || v->type != Y_TEXT)
        return err_set(f->e, E_INVALID, "reference/demo, line %d: there is no word $%s",
                       f->words->event->step->line, z);
    buf_add(&f->out, v->text);
    return OK;
}

/* --- functions ----------------------------------------------------------------------------------- */

/* By seed, party, what is put (or what the file shows) and which of several: lines may move. */
static struct rand dice_of(const struct demo_words *w)
{
    const struct yvalue *put = yin_get(w->event->step, "put");
    put = put ? put : yin_get(w->event->step, "shows");
    struct str parts[] = {party_of(w)->name, put ? put->text : STR_NONE};
    struct rand r = {w->story->seed};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        for (size_t k = 0; k < parts[i].len; k++)
            r.state = r.state * 31 + (uint8_t)parts[i].ptr[k];
    r.state += rand_u64(&r) + w->event->n;
    return r;
}

static bool add_rand(struct filling *f, struct str of)
{
    struct rand r = dice_of(f->words);
    struct str low = str_split(&of, STR(","));
    int64_t from, to;
    if (!str_to_i64(&from, low) || !str_to_i64(&to, of) || from > to)
        return false;
    buf_addf(&f->out, "%lld", (long long)(from + rand_below(&r, (uint32_t)(to - from + 1))));
    return true;
}

static bool add_pick(struct filling *f, struct str of)
{
    size_t count = 1;
    for (size_t i = 0; i < of.len; i++)
        count += of.ptr[i] == '|';
    size_t at = (f->words->event->n + f->words->more - 1 + party_of(f->words)->number) % count;
    struct str one = STR_NONE;
    for (size_t i = 0; i <= at; i++)
        one = str_split(&of, STR("|"));
    buf_add(&f->out, one);
    return true;
}

static bool add_all(struct filling *f, struct str name)
{
    const char *comma = "[";
    for (size_t i = 0; i < f->words->named.len; i++)
        if (str_eq(f->words->named.ptr[i].name, name)) {
            buf_addf(&f->out, "%s%.*s", comma,
                     STR_ARG(jin_text(f->words->named.ptr[i].value, "id")));
            comma = ",";
        }
    buf_addc(&f->out, ']');
    return *comma == ',';
}

static bool add_its(struct filling *f, struct str of)
{
    struct str otherwise = of, said;
    const struct yvalue *v =
        yin_get(f->words->its, arena_cstr(f->a, str_split(&otherwise, STR("|"))));
    f->words->lacks |= !v && !str_contains(of, STR("|"));
    bool good = demo_text(&said, f->words, v ? v->text : otherwise, f->a, f->e) == OK;
    buf_add(&f->out, said);
    return good;
}

static bool add_id(struct filling *f, struct str of)
{
    return add_of(f, arena_printf(f->a, "%.*s.id", STR_ARG(of)));
}

/* Of a number. */
static bool add_moved(struct filling *f, struct str name, struct str of)
{
    int64_t n;
    if (!str_to_i64(&n, of))
        return false;
    if (str_is(name, "day"))
        add_day(f, f->words->event->day + (int32_t)n);
    else
        buf_add(&f->out, str_is(name, "code") ? demo_code((size_t)n + 1000, f->a)
                                              : demo_person((size_t)n, f->a));
    return true;
}

static const struct {
    const char *name;
    bool (*add)(struct filling *f, struct str of); /* NULL: add_moved */
    bool is_text;                                  /* what it gives, wherever it stands */
} functions[] = {{"rand", add_rand, false}, {"pick", add_pick, false}, {"id", add_id, false},
                 {"file", add_of, false},   {"of", add_of, false},     {"all", add_all, false},
                 {"its", add_its, false},   {"day", NULL, true},       {"code", NULL, true},
                 {"person", NULL, true}};

static err_t add_function(struct filling *f, struct str name, struct str of)
{
    size_t at = 0;
    while (at < ARRAY_LEN(functions) && !str_is(name, functions[at].name))
        at++;
    if (f->words->lacks ||
        (at < ARRAY_LEN(functions) &&
         (functions[at].add ? functions[at].add(f, of) : add_moved(f, name, of))))
        return OK;
    return err_set(f->e, E_INVALID, "reference/demo, line %d: $%.*s(%.*s) means nothing",
                   f->words->event->step->line, STR_ARG(name), STR_ARG(of));
}

static size_t word_end(struct str text, size_t at)
{
    while (at < text.len && ((text.ptr[at] >= 'a' && text.ptr[at] <= 'z') || text.ptr[at] == '_'))
        at++;
    return at;
}

static size_t matching(struct str text, size_t at)
{
    int deep = 0;
    for (; at < text.len; at++) {
        deep += text.ptr[at] == '(' ? 1 : text.ptr[at] == ')' ? -1 : 0;
        if (deep == 0)
            return at;
    }
    return at;
}

static err_t fill(struct filling *f, struct str text)
{
    err_t rc = OK;
    for (size_t at = 0; rc == OK && at < text.len;) {
        size_t end = text.ptr[at] == '$' ? word_end(text, at + 1) : at;
        if (end <= at + 1) {
            buf_addc(&f->out, text.ptr[at++]);
            continue;
        }
        struct str name = {text.ptr + at + 1, end - at - 1};
        at = end;
        if (at < text.len && text.ptr[at] == '(') {
            struct str of;
            end = matching(text, at);
            rc =
                demo_text(&of, f->words, (struct str){text.ptr + at + 1, end - at - 1}, f->a, f->e);
            at = end + 1;
            rc = rc == OK ? add_function(f, name, of) : rc;
        } else {
            rc = add_word(f, name);
        }
    }
    return rc;
}

err_t demo_text(struct str *out, struct demo_words *w, struct str text, struct arena *a,
                struct err *e)
{
    struct filling f = {.words = w, .a = a, .e = e};
    buf_init(&f.out, 0);
    err_t rc = fill(&f, text);
    *out = buf_take(&f.out, a);
    return rc;
}

err_t demo_said(struct str *out, struct demo_words *w, const char *key, struct arena *a,
                struct err *e)
{
    const struct yvalue *v = yin_get(w->said, key);
    *out = STR_NONE;
    w->lacks = false;
    return v && v->type == Y_TEXT ? demo_text(out, w, v->text, a, e) : OK;
}

/* --- JSON ---------------------------------------------------------------------------------------- */

/* A number, true, a list …: as JSON has it; NULL: it is text. */
static const struct jvalue *as_json(struct str s, struct arena *a)
{
    const struct jvalue *v = NULL;
    bool may = s.len && strchr("-0123456789{[tfn", *s.ptr);
    return may && jin_parse(&v, s, a, NULL) == OK ? v : NULL;
}

/* One call alone, of those that give numbers and records: no text even where it is quoted, as it
 * has to be for its commas. */
static bool is_call(struct str s)
{
    size_t end = word_end(s, 1);
    bool is = s.len > end && *s.ptr == '$' && s.ptr[end] == '(' && matching(s, end) == s.len - 1;
    for (size_t i = 0; is && i < ARRAY_LEN(functions); i++)
        is = !functions[i].is_text ||
             !str_eq((struct str){s.ptr + 1, end - 1}, str_of(functions[i].name));
    return is;
}

/* "$its(fields)" alone is what the step says there, whatever that is. */
static const struct yvalue *its_own(const struct demo_words *w, const struct yvalue *v,
                                    struct arena *a)
{
    if (v->type != Y_TEXT || !str_starts(v->text, STR("$its(")) || !is_call(v->text))
        return v;
    struct str key = {v->text.ptr + 5, v->text.len - 6};
    const struct yvalue *own = yin_get(w->its, arena_cstr(a, str_split(&key, STR("|"))));
    return own ? own : v;
}

struct writing {
    struct jout *j;
    struct demo_words *words;
    struct arena *a;
    struct err *e;
};

static err_t write_value(struct writing *x, struct str name, const struct yvalue *said);

/* A map with `each`. */
static err_t write_each(struct writing *x, const struct yvalue *v)
{
    struct demo_words *w = x->words;
    const struct jvalue *list = demo_of(w, yin_get(v, "each")->text, x->a);
    err_t rc = OK;
    jout_array(x->j);
    for (size_t i = 0; rc == OK && list && i < list->count; i++) {
        VEC_PUSH(w->story->arena, &w->named,
                 ((struct demo_named){w->event->party, w->event->root, yin_get(v, "as")->text,
                                      &list->items[i]}));
        rc = write_value(x, STR_NONE, yin_get(v, "give"));
        w->named.len--;
    }
    jout_end_array(x->j);
    return rc;
}

/* `name`: of a member; empty: none. What lacks is left out. */
static err_t write_value(struct writing *x, struct str name, const struct yvalue *said)
{
    const struct yvalue *v = its_own(x->words, said, x->a);
    struct str text = STR_NONE;
    err_t rc = OK;
    x->words->lacks = false;
    if (v->type == Y_TEXT)
        rc = demo_text(&text, x->words, v->text, x->a, x->e);
    if (rc != OK || x->words->lacks)
        return rc;
    if (name.len)
        jout_name_str(x->j, name);
    if (v->type == Y_TEXT) {
        const struct jvalue *json = !v->quoted || is_call(v->text) ? as_json(text, x->a) : NULL;
        if (json)
            jout_value(x->j, json);
        else
            jout_str(x->j, text);
        return OK;
    }
    if (yin_get(v, "each"))
        return write_each(x, v);
    if (v->type == Y_MAP)
        jout_object(x->j);
    else
        jout_array(x->j);
    for (size_t i = 0; rc == OK && i < v->count; i++)
        rc = write_value(x, v->type == Y_MAP ? v->names[i].text : STR_NONE, &v->items[i]);
    if (v->type == Y_MAP)
        jout_end_object(x->j);
    else
        jout_end_array(x->j);
    return rc;
}

err_t demo_json(const struct jvalue **out, struct demo_words *w, const struct yvalue *v,
                struct arena *a, struct err *e)
{
    struct jout j;
    jout_init_values(&j, a);
    err_t rc = write_value(&(struct writing){&j, w, a, e}, STR_NONE, v);
    *out = jout_made(&j);
    return rc;
}
