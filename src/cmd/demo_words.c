/* Words of the story, and its trees as JSON. */
#include "base/date.h"
#include "base/rand.h"
#include "cmd/demo_story.h"
#include "model/codes.h"

#define CODE_DIGITS 18 /* of a credit code, and of an identity number */

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

static struct str demo_code(size_t n, struct arena *a)
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

static const struct jvalue *find(const struct demo_words *w, struct str name)
{
    const struct jvalue *best = NULL;
    int rank = 0;
    if (str_is(name, "reply"))
        return w->reply;
    for (size_t i = w->named.len; i-- > 0 && rank < 3;) {
        const struct demo_named *n = &w->named.ptr[i];
        int now = w->story->parties[n->party].number == 0; /* an office's is everybody's */
        if (n->party == w->event->party)
            now = n->root == w->event->root ? 3 : 2;
        if (now > rank && str_eq(n->name, name)) {
            best = n->value;
            rank = now;
        }
    }
    return best;
}

/* The item of the list at this number, or the last item in which key has this value ("key=value"). */
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
    const struct jvalue *v = find(w, str_split(&path, STR(".")));
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
    return v || find(f->words, str_split(&path, STR(".")));
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
        buf_add(&f->out, demo_code(p->number, f->a));
    else if (str_is(name, "manager"))
        buf_addf(&f->out, "centre%zu", p->number);
    else
        return false;
    return true;
}

static bool add_word(struct filling *f, struct str name)
{
    const struct demo_party *p = party_of(f->words);
    const struct yvalue *const maps[] = {p->map, p->city, p->province}, *v = NULL;
    if (add_own(f, name))
        return true;
    for (size_t i = 0; !v && i < ARRAY_LEN(maps); i++)
        v = yin_get(maps[i], arena_cstr(f->a, name));
    if (v)
        buf_add(&f->out, v->text);
    return v != NULL;
}

/* --- functions ----------------------------------------------------------------------------------- */

/* By seed, party, what is put (or what the file shows) and which of several: lines may move. */
static struct rand dice_of(const struct demo_words *w, struct arena *a)
{
    const struct yvalue *put = yin_get(w->event->step, "put");
    put = put ? put : yin_get(w->event->step, "shows");
    struct str of = arena_printf(a, "%.*s%s", STR_ARG(party_of(w)->name), put ? put->text.ptr : "");
    struct rand r = {w->story->seed};
    for (size_t i = 0; i < of.len; i++)
        r.state = r.state * 31 + (uint8_t)of.ptr[i];
    r.state += rand_u64(&r) + w->event->n;
    return r;
}

static bool add_rand(struct filling *f, struct str of)
{
    struct rand r = dice_of(f->words, f->a);
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

/* The value of the step's key that *of begins with. Removes the key and the | after it from *of. */
static const struct yvalue *its(const struct demo_words *w, struct str *of, struct arena *a)
{
    return yin_get(w->its, arena_cstr(a, str_split(of, STR("|"))));
}

static bool add_its(struct filling *f, struct str of)
{
    struct str otherwise = of;
    const struct yvalue *v = its(f->words, &otherwise, f->a);
    f->words->lacks |= !v && !str_contains(of, STR("|"));
    buf_add(&f->out, demo_text(f->words, v ? v->text : otherwise, f->a));
    return true;
}

static bool add_id(struct filling *f, struct str of)
{
    return add_of(f, arena_printf(f->a, "%.*s.id", STR_ARG(of)));
}

static bool add_moved(struct filling *f, struct str of)
{
    int64_t days = 0;
    bool good = str_to_i64(&days, of);
    add_day(f, f->words->event->day + (int32_t)days);
    return good;
}

static bool add_number(struct filling *f, struct str of, size_t from,
                       struct str (*make)(size_t n, struct arena *a))
{
    uint64_t n = 0;
    bool good = str_to_u64(&n, of);
    buf_add(&f->out, make(n + from, f->a));
    return good;
}

static bool add_code(struct filling *f, struct str of)
{
    return add_number(f, of, 1000, demo_code);
}

static bool add_person(struct filling *f, struct str of)
{
    return add_number(f, of, 0, demo_person);
}

static const struct {
    const char *name;
    bool (*add)(struct filling *f, struct str of);
} functions[] = {{"rand", add_rand}, {"pick", add_pick},    {"id", add_id},   {"file", add_of},
                 {"of", add_of},     {"all", add_all},      {"its", add_its}, {"day", add_moved},
                 {"code", add_code}, {"person", add_person}};

static bool add_function(struct filling *f, struct str name, struct str of)
{
    for (size_t i = 0; i < ARRAY_LEN(functions); i++)
        if (str_is(name, functions[i].name))
            return functions[i].add(f, of);
    return false;
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

/* Adds what the word at text[at], a $, stands for. Returns the position after the word. */
static size_t add_call(struct filling *f, struct str text, size_t at)
{
    struct demo_words *w = f->words;
    size_t end = word_end(text, at + 1), last = end;
    struct str name = {text.ptr + at + 1, end - at - 1};
    bool good;
    if (end < text.len && text.ptr[end] == '(') {
        last = matching(text, end);
        struct str of = demo_text(w, (struct str){text.ptr + end + 1, last++ - end - 1}, f->a);
        good = w->lacks || add_function(f, name, of);
    } else {
        good = add_word(f, name);
    }
    if (!good && w->rc == OK)
        w->rc = err_set(w->e, E_INVALID, "reference/demo, line %d: $%.*s means nothing",
                        w->event->step->line, (int)(last - at - 1), name.ptr);
    return last;
}

struct str demo_text(struct demo_words *w, struct str text, struct arena *a)
{
    struct filling f = {.words = w, .a = a};
    buf_init(&f.out, 0);
    for (size_t at = 0; w->rc == OK && at < text.len;)
        if (text.ptr[at] == '$' && word_end(text, at + 1) > at + 1)
            at = add_call(&f, text, at);
        else
            buf_addc(&f.out, text.ptr[at++]);
    return buf_take(&f.out, a);
}

struct str demo_said(struct demo_words *w, const char *key, struct arena *a)
{
    const struct yvalue *v = yin_get(w->said, key);
    w->lacks = false;
    return v ? demo_text(w, v->text, a) : STR_NONE;
}

/* --- JSON ---------------------------------------------------------------------------------------- */

/* A number, true, a list …: as JSON has it; NULL: it is text. No number here is as long as a code. */
static const struct jvalue *as_json(struct str s, struct arena *a)
{
    const struct jvalue *v = NULL;
    bool may = s.len && strchr("-0123456789{[tfn", *s.ptr) && (s.len < CODE_DIGITS || *s.ptr > '9');
    return may && jin_parse(&v, s, a, NULL) == OK ? v : NULL;
}

/* One call alone: what it gives is no text because it is quoted, as it has to be for its commas. */
static bool is_call(struct str s)
{
    size_t end = word_end(s, 1);
    return s.len > end && *s.ptr == '$' && s.ptr[end] == '(' && matching(s, end) == s.len - 1;
}

/* "$its(fields)" alone is what the step says there, whatever that is. */
static const struct yvalue *its_own(const struct demo_words *w, const struct yvalue *v,
                                    struct arena *a)
{
    if (v->type != Y_TEXT || !str_starts(v->text, STR("$its(")) || !is_call(v->text))
        return v;
    struct str key = {v->text.ptr + 5, v->text.len - 6};
    const struct yvalue *own = its(w, &key, a);
    return own ? own : v;
}

struct writing {
    struct jout j;
    struct demo_words *words;
    struct arena *a;
};

static void write_value(struct writing *x, struct str name, const struct yvalue *said);

/* A map with `each`. */
static void write_each(struct writing *x, const struct yvalue *v)
{
    struct demo_words *w = x->words;
    const struct jvalue *list = demo_of(w, yin_get(v, "each")->text, x->a);
    for (size_t i = 0; list && i < list->count; i++) {
        VEC_PUSH(w->story->arena, &w->named,
                 ((struct demo_named){w->event->party, w->event->root, yin_get(v, "as")->text,
                                      &list->items[i]}));
        write_value(x, STR_NONE, yin_get(v, "give"));
        w->named.len--;
    }
}

static void write_text(struct writing *x, struct str name, const struct yvalue *v)
{
    struct str text = demo_text(x->words, v->text, x->a);
    const struct jvalue *json = !v->quoted || is_call(v->text) ? as_json(text, x->a) : NULL;
    if (x->words->lacks)
        return;
    if (name.len)
        jout_name_str(&x->j, name);
    if (json)
        jout_value(&x->j, json);
    else
        jout_str(&x->j, text);
}

/* `name`: of a member; empty: none. What lacks is left out. */
static void write_value(struct writing *x, struct str name, const struct yvalue *said)
{
    const struct yvalue *v = its_own(x->words, said, x->a);
    bool is_list = v->type == Y_LIST || yin_get(v, "each");
    x->words->lacks = false;
    if (v->type == Y_TEXT) {
        write_text(x, name, v);
        return;
    }
    if (name.len)
        jout_name_str(&x->j, name);
    if (is_list)
        jout_array(&x->j);
    else
        jout_object(&x->j);
    if (yin_get(v, "each"))
        write_each(x, v);
    else
        for (size_t i = 0; i < v->count; i++)
            write_value(x, is_list ? STR_NONE : v->names[i].text, &v->items[i]);
    if (is_list)
        jout_end_array(&x->j);
    else
        jout_end_object(&x->j);
}

const struct jvalue *demo_json(struct demo_words *w, const char *key, struct arena *a)
{
    const struct yvalue *said = yin_get(w->said, key);
    struct writing x = {.words = w, .a = a};
    jout_init_values(&x.j, a);
    if (said)
        write_value(&x, STR_NONE, said);
    return jout_made(&x.j);
}
