/* The demo's story: who there is (reference/demo/cast.yaml) and what each lives through
 * (reference/demo/lives.yaml), as a list of events in the order of their days.
 *
 * A life is a list of steps; a party has lives, each from a day on. In a step
 *   at      the day: so many after the life began, or a date; absent: the day of the step before
 *   every   [days, count]: again and again; $n is 1, 2 …
 *   when    a word that the party must have; unless: must not
 *   live    the steps of another life, from that day on
 * and what is done: one of `acts` (lives.yaml), each a list of what follows, or one of these itself:
 *   send    "METHOD path" below /api/v1, with `query` and `body`, by the account `by` (or `program`)
 *   file    a PDF of this name with the given `lines`, uploaded by `by`
 *   unit    of this kind: name, region, credit_code
 *   account of this name: display, role, unit
 *   work    a job that the running program does by itself
 *   do      a list of these: for `each` of a list, which is called `as`; or, for a party, `once` for this word
 * `as` gives names to the result: the record, file or account made, or the part of the reply at the path `keep`.
 * Later steps use these names. Texts contain words:
 *   $word        of the party, its city, its province; else of the step: n, nn (two digits), day, year,
 *                code, name, manager, number
 *   $rand(1,9)   the same each time for the same party, n and type put; a file that `shows` a type draws as that is put
 *   $pick(a|b)   one after the other, with n and the party's number
 *   $day(-30)    the day, moved
 *   $code(7)     a credit code that is nobody's; $person(7) an identity number likewise
 *   $of(name.x)  what is called so, or a part of it: x, number 0, the last with x=y; `reply`: what was sent last
 *   $id(name)    the same, its id; $file(name) a file; $all(name) the ids of all parties' that are called so
 *   $its(key)    in an act: of its step; $its(key|text) where that has none
 * Where a step has no such key, or what is called so no such part, the member of a body or the whole request that
 * asks for it is left out. */
#ifndef CMD_DEMO_STORY_H
#define CMD_DEMO_STORY_H
#include "base/vec.h"
#include "text/json.h"
#include "text/yaml.h"

struct demo_party {
    const struct yvalue *map, *city, *province; /* of the cast */
    size_t number;                              /* from 1; 0: an office, which is no party */
    struct str name;                            /* as it is registered */
};

struct demo_event {
    int32_t day;  /* since 1970 */
    size_t order; /* among those of one day */
    size_t party; /* of the story */
    size_t root;  /* which of the party's lives */
    const struct yvalue *step;
    unsigned n;
};

struct demo_story {
    const struct yvalue *cast, *lives;
    struct demo_party *parties;
    size_t party_count;
    struct demo_event *events; /* by day */
    size_t event_count;
    uint64_t seed;
    struct arena *arena;
};

/* Reads both texts and lays out the events. E_INVALID: what is wrong with them, and where. */
MUST_CHECK err_t demo_story_read(struct demo_story *out, uint64_t seed, struct arena *a,
                                 struct err *e);

struct demo_named {
    size_t party, root;
    struct str name;
    const struct jvalue *value;
};
struct demo_words {
    const struct demo_story *story;
    const struct demo_event *event;
    const struct yvalue *its;   /* the step by which an act stands; NULL: none does */
    const struct yvalue *said;  /* what is filled in */
    const struct jvalue *reply; /* to what was sent last */
    unsigned more;              /* on the n of the event: of `each` */
    bool lacks;                 /* set: the text asks its step for what that has not */
    err_t rc; /* of the first text that means nothing; then nothing is filled in */
    struct err *e;
    VEC(struct demo_named) named;
};
/* The result that an earlier step of this life, of the party or of an office named with `as`, or the part of it at
 * a path ("name.items.0.id"). NULL: there is none. */
const struct jvalue *demo_of(const struct demo_words *w, struct str path, struct arena *a);
/* A text with its words filled in. */
struct str demo_text(struct demo_words *w, struct str text, struct arena *a);
/* The text of a key of what is said, filled in; empty where it is absent. */
struct str demo_said(struct demo_words *w, const char *key, struct arena *a);
/* The tree of a key (absent: {}) as JSON: plain scalars that are numbers, true, false or null stay so; what is
 * quoted is text, but for the call of a function alone. A map with `each` is a list: `give`, of each. */
const struct jvalue *demo_json(struct demo_words *w, const char *key, struct arena *a);

/* --- living it ---------------------------------------------------------------------------------- */

struct demo_count {
    size_t parties, cases, records;
};

/* Two years of history, by the people and steps of the real workflow, each on its own day of a clock that
 * moves; everything is made up. In an empty instance. */
struct app;
MUST_CHECK err_t demo_live(struct demo_count *out, struct app *app, uint64_t seed, struct err *e);
#endif
