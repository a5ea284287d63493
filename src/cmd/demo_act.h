/* Between the files demo_*.c that live the story. */
#ifndef CMD_DEMO_ACT_H
#define CMD_DEMO_ACT_H
#include "cmd/demo_story.h"
#include "cmd/serving.h"

struct demo_life {
    struct app *app;
    struct serving serving;
    struct clock clock; /* the day that is lived */
    struct demo_story story;
    struct demo_words words; /* of the event that happens */
    struct demo_count count;
    bool did;            /* anything, at this event */
    struct arena *a;     /* of one event */
    struct arena *asked; /* of one request */
    struct err *e;
};

struct str demo_today(struct demo_life *l);
const struct demo_party *demo_party_of(const struct demo_life *l);
/* A key of what is said, filled in. */
struct str demo_say(struct demo_life *l, const char *key);
/* Who it is by; words.lacks: nobody. */
MUST_CHECK err_t demo_subject(struct subject *out, struct demo_life *l);
/* What is called `as` from now on; copied. */
void demo_call(struct demo_life *l, const struct jvalue *value);

MUST_CHECK err_t demo_file(struct demo_life *l);
MUST_CHECK err_t demo_unit(struct demo_life *l);
MUST_CHECK err_t demo_account(struct demo_life *l);
MUST_CHECK err_t demo_work(struct demo_life *l);
#endif
