/* Reading the story, and laying out its events. */
#include "cmd/demo_story.h"
#include "base/date.h"
#include "demo_cast_yaml.h"
#include "demo_lives_yaml.h"
#include "model/codes.h"
#include <stdlib.h>

#define LIVES_DEEP 8

typedef VEC(struct demo_event) demo_events;

struct laying {
    struct demo_story *story;
    demo_events events;
    size_t party, root;
    struct err *e;
};

static err_t wrong(struct laying *l, const struct yvalue *where, const char *what)
{
    return err_set(l->e, E_INVALID, "reference/demo, line %d: %s", where ? where->line : 0, what);
}

static struct str text_of(const struct yvalue *map, const char *key)
{
    const struct yvalue *v = yin_get(map, key);
    return v && v->type == Y_TEXT ? v->text : STR_NONE;
}

static err_t whole(int64_t *out, struct laying *l, const struct yvalue *v,
                   const struct demo_event *event)
{
    struct demo_words w = {.story = l->story, .event = event};
    struct str said;
    if (!v || v->type != Y_TEXT)
        return wrong(l, v, "a number is missing");
    err_t rc = demo_text(&said, &w, v->text, l->story->arena, l->e);
    return rc != OK || str_to_i64(out, said) ? rc : wrong(l, v, "this is no number");
}

/* --- events ------------------------------------------------------------------------------------ */

static err_t lay_life(struct laying *l, struct str name, int32_t from, int deep,
                      const struct yvalue *where);

static bool has_word(const struct demo_party *p, struct str word)
{
    const struct yvalue *v = yin_get(p->map, word.ptr);
    return v && !(v->type == Y_TEXT && str_is(v->text, "0"));
}

/* The day of a step: a date, or so many days after `from`. */
static err_t day_of(int32_t *day, struct laying *l, const struct yvalue *step,
                    const struct demo_event *event)
{
    const struct yvalue *at = yin_get(step, "at");
    struct date d;
    int64_t after;
    if (!at)
        return OK;
    if (at->type == Y_TEXT && date_parse(&d, at->text)) {
        *day = date_to_days(d);
        return OK;
    }
    err_t rc = whole(&after, l, at, event);
    if (rc == OK)
        *day = event->began + (int32_t)after;
    return rc;
}

static err_t lay_step(struct laying *l, const struct yvalue *step, int32_t *day, int32_t began,
                      int deep)
{
    struct demo_event x = {
        .began = began, .party = l->party, .root = l->root, .step = step, .n = 1};
    const struct yvalue *every = yin_get(step, "every");
    struct str life = text_of(step, "live");
    int64_t apart = 0, count = 1;
    x.day = *day;
    err_t rc = day_of(day, l, step, &x);
    x.day = *day;
    if (rc == OK && every && (every->type != Y_LIST || every->count != 2))
        return wrong(l, every, "every is [days, count]");
    if (rc == OK && every && (rc = whole(&apart, l, &every->items[0], &x)) == OK)
        rc = whole(&count, l, &every->items[1], &x);
    for (int64_t n = 1; rc == OK && n <= count; n++) {
        x.n = (unsigned)n;
        x.day = *day + (int32_t)((n - 1) * apart);
        if (life.len)
            rc = lay_life(l, life, x.day, deep + 1, step);
        else
            VEC_PUSH(l->story->arena, &l->events, x);
    }
    return rc;
}

static err_t lay_life(struct laying *l, struct str name, int32_t from, int deep,
                      const struct yvalue *where)
{
    const struct yvalue *steps = yin_get(l->story->lives, name.ptr);
    int32_t day = from;
    err_t rc = OK;
    if (!steps || steps->type != Y_LIST)
        return wrong(l, where, arena_printf(l->story->arena, "there is no life %s", name.ptr).ptr);
    if (deep > LIVES_DEEP)
        return wrong(l, where, "a life holds itself");
    for (size_t i = 0; rc == OK && i < steps->count; i++) {
        struct str when = text_of(&steps->items[i], "when");
        struct str unless = text_of(&steps->items[i], "unless");
        const struct demo_party *party = &l->story->parties[l->party];
        if ((when.len == 0 || has_word(party, when)) &&
            (unless.len == 0 || !has_word(party, unless)))
            rc = lay_step(l, &steps->items[i], &day, from, deep);
    }
    return rc;
}

static err_t lay_party(struct laying *l)
{
    const struct yvalue *lives = yin_get(l->story->parties[l->party].map, "lives");
    err_t rc = OK;
    for (size_t i = 0; rc == OK && lives && i < lives->count; i++) {
        struct date from;
        if (lives->type != Y_MAP || lives->items[i].type != Y_TEXT ||
            !date_parse(&from, lives->items[i].text))
            return wrong(l, lives, "lives are a map of names and days");
        l->root = i;
        rc = lay_life(l, lives->names[i].text, date_to_days(from), 0, lives);
    }
    return rc;
}

static int by_day(const void *left, const void *right)
{
    const struct demo_event *x = left, *y = right;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* --- the cast ------------------------------------------------------------------------------------ */

static err_t read_party(struct laying *l, struct demo_party *p, const struct yvalue *map)
{
    struct arena *a = l->story->arena;
    struct str city = text_of(map, "city");
    *p = (struct demo_party){.map = map};
    if (city.len) {
        if (!(p->city = yin_get(yin_get(l->story->cast, "cities"), city.ptr)))
            return wrong(l, map, "this city is not in the cast");
        struct str province = text_of(p->city, "province");
        p->province = yin_get(yin_get(l->story->cast, "provinces"), province.ptr);
    }
    struct str name = text_of(map, "name"), office = text_of(map, "office");
    if (!p->province && !office.len)
        return wrong(l, map, "a party has a city");
    p->name = arena_printf(a, "%s（演示）", name.len ? name.ptr : office.ptr);
    return OK;
}

static err_t read_parties(struct laying *l)
{
    struct demo_story *s = l->story;
    const struct yvalue *list = yin_get(s->cast, "parties");
    size_t number = 0;
    err_t rc = OK;
    if (!list || list->type != Y_LIST)
        return wrong(l, s->cast, "the cast has no parties");
    s->parties = arena_array(s->arena, list->count + 1, sizeof(*s->parties));
    for (size_t i = 0; rc == OK && i < list->count; i++) {
        rc = read_party(l, &s->parties[i], &list->items[i]);
        s->party_count++;
        if (rc != OK || text_of(&list->items[i], "office").len)
            continue;
        s->parties[i].number = ++number;
        s->parties[i].code = demo_code(number, s->arena);
    }
    return rc;
}

static err_t parse(const struct yvalue **out, const char *text, struct laying *l)
{
    const struct yfault *faults;
    size_t count;
    return yin_parse(out, &faults, &count, str_of(text), l->story->arena, l->e);
}

err_t demo_story_read(struct demo_story *out, uint64_t seed, struct arena *a, struct err *e)
{
    struct laying l = {.story = out, .e = e};
    *out = (struct demo_story){.seed = seed, .arena = a};
    err_t rc = parse(&out->cast, demo_cast_yaml, &l);
    if (rc == OK)
        rc = parse(&out->lives, demo_lives_yaml, &l);
    if (rc == OK)
        rc = read_parties(&l);
    for (l.party = 0; rc == OK && l.party < out->party_count; l.party++)
        rc = lay_party(&l);
    for (size_t i = 0; i < l.events.len; i++)
        l.events.ptr[i].order = i;
    if (l.events.len)
        qsort(l.events.ptr, l.events.len, sizeof(*l.events.ptr), by_day);
    out->events = l.events.ptr;
    out->event_count = l.events.len;
    return rc;
}
