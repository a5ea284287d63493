/* Between the files demo_*.c that live the story. */
#ifndef CMD_DEMO_ACT_H
#define CMD_DEMO_ACT_H
#include "cmd/demo_life.h"
#include "cmd/demo_story.h"
#include "programme/programme.h"
#include "record/attachment.h"

struct demo_named {
    size_t party, root;
    struct str name, type; /* type: of a record; empty: a case, or a file */
    struct demo_thing thing;
};

struct demo_life {
    struct app *app;
    struct instance instance;
    struct kernel_choices choices; /* of `packs` */
    struct clock clock;            /* the day that is lived */
    struct packs *packs;
    const struct calendar *calendar;
    struct demo_story story;
    struct demo_words words; /* of the event that happens */
    VEC(struct demo_named) named;
    struct demo_count count;
    struct arena *a; /* of one event */
    struct err *e;
};

#define DEMO_CASE "case" /* what the case of a party is called where the step says nothing else */

struct str demo_today(struct demo_life *l);
struct demo_party *demo_party_of(struct demo_life *l);
/* A key of the step, filled in; and as JSON (NULL: absent). */
MUST_CHECK err_t demo_say(struct str *out, struct demo_life *l, const char *key);
MUST_CHECK err_t demo_body(const struct jvalue **out, struct demo_life *l, const char *key);
/* Who takes the step; `key` names his account. */
MUST_CHECK err_t demo_subject(struct subject *out, struct demo_life *l, const char *key);
MUST_CHECK err_t demo_account(int64_t *out, struct demo_life *l, struct str name);
struct deed demo_deed(struct demo_life *l, const struct subject *by);
/* What the step calls `as`; and what an earlier one called so (NULL: nothing). */
MUST_CHECK err_t demo_call(struct demo_life *l, struct str type, struct demo_thing thing);
const struct demo_named *demo_find(struct demo_life *l, size_t party, struct str name);
/* The case that the party's life at hand is about, else its latest. */
const struct demo_named *demo_find_case(struct demo_life *l);

/* Stores a PDF of one page, `heading` over the lines, and attaches it as `name` for the unit of `by`. The digest is in
 * the arena. */
MUST_CHECK err_t demo_paper(struct attachment_made *out, const char **digest,
                            struct instance *instance, const struct subject *by, struct str name,
                            struct str heading, const struct str *lines, size_t count,
                            struct arena *a, struct err *e);

/* Acts: what a step does. Each is the key that names it. */
struct demo_act {
    const char *key;
    err_t (*run)(struct demo_life *l);
};
extern const struct demo_act demo_record_acts[]; /* all end with a key NULL */
extern const struct demo_act demo_case_acts[];
extern const struct demo_act demo_file_acts[];
extern const struct demo_act demo_office_acts[];
#endif
