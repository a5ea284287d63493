/* Collects the faults of a body: one per field, in the order of the body, each in both languages
 * from one English sentence. */
#ifndef RECORD_FAULTS_H
#define RECORD_FAULTS_H
#include "record/record.h"

/* More are not told: a sheet pasted into the wrong form has one per cell. */
#define FAULTS_MAX 100

struct fault_list {
    struct fault *ptr;
    size_t len, cap;
    struct arena *a;
};

/* An argument of a sentence: the same in both languages, or a label. */
static inline struct label both(struct str text)
{
    return (struct label){text, text};
}

/* Say that `field` (a path: "shares[2].percent"; empty: the whole record) is
 * wrong. `sentence` is English, marked N_(), and holds one %s for each of
 * `args`. A field that has its fault already keeps the first. */
void fault_add(struct fault_list *l, struct str field, const char *code, const char *sentence,
               const struct label *args, size_t arg_count);
#define FAULT_ARGS(...)                                                                            \
    ((const struct label[]){__VA_ARGS__}),                                                         \
        (sizeof((const struct label[]){__VA_ARGS__}) / sizeof(struct label))

/* …with texts that the type's author wrote in both languages. */
void fault_say(struct fault_list *l, struct str field, const char *code,
               const struct label *message);

static inline struct faults faults_of(const struct fault_list *l)
{
    return (struct faults){l->ptr, l->len};
}
#endif
