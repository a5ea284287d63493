/* The demo's story: who there is (reference/demo/cast.yaml) and what each lives through
 * (reference/demo/lives.yaml), as a list of events in the order of their days.
 *
 * A life is a list of steps; a party has lives, each from a day on. In a step
 *   at      the day: so many after the life began, or a date; absent: the day of the step before
 *   every   [days, count]: again and again; $n is 1, 2 …
 *   when    a word that the party must have
 *   by      who takes it: the name of an account, or `program`
 *   live    the steps of another life, from that day on
 * and what is done, by the one key that names an act (cmd/demo_act.h). Texts hold words:
 *   $word        of the party, its city, its province; else of the step: n, nn (two digits), day, year,
 *                month, code, name, unit, manager, number
 *   $rand(1,9)   the same each time for the same party, n and type put; a file that `shows` a type draws as that is put
 *   $pick(a|b)   one after the other, with n and the party's number
 *   $day(-30)    the day, moved
 *   $code(7)     a credit code that is nobody's; $person(7) an identity number likewise
 *   $id(name)    the number of what an earlier step calls `as: name`; $file(name) its content */
#ifndef CMD_DEMO_STORY_H
#define CMD_DEMO_STORY_H
#include "base/vec.h"
#include "text/yaml.h"

struct demo_party {
    const struct yvalue *map, *city, *province; /* of the cast */
    size_t number;                              /* from 1; 0: an office, which is no party */
    struct str name;                            /* as it is registered */
    struct str code;                            /* credit code */
    int64_t unit;                               /* 0: not there yet */
};

struct demo_event {
    int32_t day, began; /* days since 1970; of the step, of its life */
    size_t order;       /* among those of one day */
    size_t party;       /* of the story */
    size_t root;        /* which of the party's lives */
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

/* What an earlier step called by a name; false: nothing is called so. */
struct demo_thing {
    int64_t id;
    struct str file; /* JSON; empty: it is no file */
};
struct demo_words {
    const struct demo_story *story;
    const struct demo_event *event;
    bool (*thing)(struct demo_thing *out, void *arg, size_t party, struct str name);
    void *arg;
};
/* A text with its words filled in. */
MUST_CHECK err_t demo_text(struct str *out, const struct demo_words *w, struct str text,
                           struct arena *a, struct err *e);
/* The text of a key of the step, filled in; empty where it is absent. */
MUST_CHECK err_t demo_said(struct str *out, const struct demo_words *w, const char *key,
                           struct arena *a, struct err *e);
/* A tree as JSON: plain scalars that are numbers, true, false or null stay so, $id(…) is a
 * number and $file(…) what a record says of a file; what is quoted is text, but for a call
 * of rand, pick, year, id or file alone. */
MUST_CHECK err_t demo_json(struct str *out, const struct demo_words *w, const struct yvalue *v,
                           struct arena *a, struct err *e);

/* The nth credit code and identity number of regions that do not exist. */
struct str demo_code(size_t n, struct arena *a);
#endif
