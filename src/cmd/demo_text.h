/* Technologies of which demo patents and needs are made (reference/demo/technologies.yaml). Everything is
 * generated and plainly fictional: applicants carry （演示）, people are named after the sexagenary
 * cycle, numbers lie in ranges that no office has reached. */
#ifndef CMD_DEMO_TEXT_H
#define CMD_DEMO_TEXT_H
#include "base/arena.h"
#include "base/err.h"
#include <stddef.h>

#define DEMO_WORDS 6
#define DEMO_FIELDS 20

struct demo_field {
    const char *name;               /* of the technology */
    const char *ipc[4];             /* symbols, first is the main one */
    const char *things[DEMO_WORDS]; /* what is invented */
    const char *parts[DEMO_WORDS];
    const char *means[DEMO_WORDS]; /* materials and methods */
    const char *problems[DEMO_WORDS];
    const char *effects[DEMO_WORDS];
    const char *scenes[3]; /* where it is used */
};

MUST_CHECK err_t demo_fields_read(struct demo_field out[DEMO_FIELDS], struct arena *a,
                                  struct err *e);
#endif
