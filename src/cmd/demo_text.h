/* Words from which demo patents and needs are made. Everything is generated and
 * plainly fictional: applicants carry （演示）, people are named after the
 * sexagenary cycle, numbers lie in ranges that no office has reached. */
#ifndef CMD_DEMO_TEXT_H
#define CMD_DEMO_TEXT_H

#define DEMO_WORDS 6

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

extern const struct demo_field demo_fields[];
extern const unsigned demo_field_count;
#endif
