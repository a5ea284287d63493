/* Reading the story, and laying out its events. The files are embedded at build: what is wrong with them stops a
 * test, not a user. */
#include "cmd/demo_story.h"
#include "base/date.h"
#include "demo_cast_yaml.h"
#include "demo_lives_yaml.h"
#include <stdlib.h>

typedef VEC(struct demo_event) demo_events;

struct laying {
    struct demo_story *story;
    demo_events events;
    size_t party, root;
    struct err *e;
};

static err_t number(int64_t *out, struct laying *l, const struct yvalue *v,
                    const struct demo_event *event)
{
    struct demo_words w = {.story = l->story, .event = event, .e = l->e};
    struct str said = demo_text(&w, v->text, l->story->arena);
    return w.rc != OK || str_to_i64(out, said)
               ? w.rc
               : err_set(l->e, E_INVALID, "%s: %.*s is no number", "reference/demo", STR_ARG(said));
}

/* --- events ------------------------------------------------------------------------------------ */

static err_t lay_life(struct laying *l, struct str name, int32_t from);

/* Reads a word from the step's `key` (when, unless). Returns whether the cast gives the party this word; true if the
 * step lacks the key. */
static bool has_word(const struct laying *l, const struct yvalue *step, const char *key)
{
    const struct yvalue *word = yin_get(step, key);
    const struct yvalue *v = word ? yin_get(l->story->parties[l->party].map, word->text.ptr) : step;
    return v && !str_is(v->text, "0");
}

static err_t lay_step(struct laying *l, const struct yvalue *step, int32_t *day, int32_t began)
{
    struct demo_event x = {.party = l->party, .root = l->root, .step = step, .day = *day, .n = 1};
    const struct yvalue *at = yin_get(step, "at"), *every = yin_get(step, "every");
    const struct yvalue *life = yin_get(step, "live");
    int64_t after = 0, apart = 0, count = 1;
    struct date date;
    err_t rc = OK;
    if (at && date_parse(&date, at->text))
        *day = date_to_days(date);
    else if (at && (rc = number(&after, l, at, &x)) == OK)
        *day = began + (int32_t)after;
    if (rc == OK && every && (rc = number(&apart, l, &every->items[0], &x)) == OK)
        rc = number(&count, l, &every->items[1], &x);
    for (; rc == OK && x.n <= count; x.n++) {
        x.day = *day + (int32_t)((x.n - 1) * apart);
        if (life)
            rc = lay_life(l, life->text, x.day);
        else
            VEC_PUSH(l->story->arena, &l->events, x);
    }
    return rc;
}

static err_t lay_life(struct laying *l, struct str name, int32_t from)
{
    const struct yvalue *steps = yin_get(l->story->lives, name.ptr);
    int32_t day = from;
    err_t rc = OK;
    if (!steps)
        return err_set(l->e, E_INVALID, "nothing is called %.*s", STR_ARG(name));
    for (size_t i = 0; rc == OK && i < steps->count; i++) {
        const struct yvalue *step = &steps->items[i];
        if (has_word(l, step, "when") && !(yin_get(step, "unless") && has_word(l, step, "unless")))
            rc = lay_step(l, step, &day, from);
    }
    return rc;
}

static err_t lay_party(struct laying *l)
{
    const struct yvalue *lives = yin_get(l->story->parties[l->party].map, "lives");
    struct date from = {0};
    err_t rc = OK;
    for (l->root = 0; rc == OK && l->root < lives->count; l->root++)
        if (date_parse(&from, lives->items[l->root].text))
            rc = lay_life(l, lives->names[l->root].text, date_to_days(from));
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

static void read_parties(struct demo_story *s)
{
    const struct yvalue *list = yin_get(s->cast, "parties");
    size_t number = 0;
    s->parties = arena_array(s->arena, list->count, sizeof(*s->parties));
    for (; s->party_count < list->count; s->party_count++) {
        const struct yvalue *map = &list->items[s->party_count], *city = yin_get(map, "city");
        const struct yvalue *name = yin_get(map, city ? "name" : "office");
        struct demo_party *p = &s->parties[s->party_count];
        *p = (struct demo_party){.map = map,
                                 .name = arena_printf(s->arena, "%s（演示）", name->text.ptr)};
        if (!city)
            continue;
        p->city = yin_get(yin_get(s->cast, "cities"), city->text.ptr);
        p->province =
            yin_get(yin_get(s->cast, "provinces"), yin_get(p->city, "province")->text.ptr);
        p->number = ++number;
    }
}

err_t demo_story_read(struct demo_story *out, uint64_t seed, struct arena *a, struct err *e)
{
    struct laying l = {.story = out, .e = e};
    const struct yfault *faults;
    size_t count;
    *out = (struct demo_story){.seed = seed, .arena = a};
    err_t rc = yin_parse(&out->cast, &faults, &count, str_of(demo_cast_yaml), a, e);
    if (rc == OK)
        rc = yin_parse(&out->lives, &faults, &count, str_of(demo_lives_yaml), a, e);
    if (rc == OK)
        read_parties(out);
    for (; rc == OK && l.party < out->party_count; l.party++)
        rc = lay_party(&l);
    for (size_t i = 0; i < l.events.len; i++)
        l.events.ptr[i].order = i;
    if (rc == OK)
        qsort(l.events.ptr, l.events.len, sizeof(*l.events.ptr), by_day);
    out->events = l.events.ptr;
    out->event_count = l.events.len;
    return rc;
}
