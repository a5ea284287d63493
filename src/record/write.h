/* A write under way: shared by creating and changing (write.c), acting (act.c)
 * and telling of conflicts (conflict.c). */
#ifndef RECORD_WRITE_H
#define RECORD_WRITE_H
#include "record/row.h"
#include "record/validate.h"

#define FIELD_REASON_BYTES_MAX 4000

enum write_outcome {
    WRITE_DONE,
    WRITE_REPEATED, /* an earlier request with this key did it */
    WRITE_KEY_USED, /* …did something else */
    WRITE_FAULTY,   /* faults say why */
    WRITE_DENIED,   /* written down as refused */
    WRITE_CONFLICT, /* faults say who and what */
    WRITE_MOVED     /* the record is another than the one that was read */
};

struct write {
    struct kernel *kernel;
    const struct subject *subject;
    const struct type_plan *plan;
    const struct write_options *options;
    struct arena *arena;
    struct fault_list faults;
    struct written *out;
    enum access_verb verb;
    struct str action; /* as the log names it */
    struct str today;  /* business date */
    int64_t id, now_ms;
    char digest[65]; /* of the request, with a key */

    /* First half. */
    const struct row *before; /* NULL: a new record */
    bool absent;              /* there is no such record */
    struct labels labels;     /* of the record as it will be, but for its state */
    struct body body;
    struct str state; /* afterwards */
    bool published, ends;
    struct str content, text;
    bool text_changed;
    struct log_commitment commitment;
    const char *update;
    struct value *update_values;
    size_t update_count;
    /* What an action adds to the checks of the first half; NULL: nothing. */
    err_t (*prepare_more)(struct write *w, struct validation *v, struct db *db, struct err *e);
    store_fn step;                       /* instead of the usual one */
    const struct transition *transition; /* act.c */
    const struct jvalue *arguments;

    /* Second half. */
    struct decision decision;
    enum write_outcome outcome;
    bool row_refused; /* by a unique index */
};

/* Read, check, prepare, write, again while the record moves; then the answer. */
MUST_CHECK err_t write_change(struct faults *faults, struct write *w, const struct jvalue *patch,
                              struct err *e);
/* The entry of what was done (status 0), or refused. */
MUST_CHECK err_t write_entry(struct db *db, struct write *w, struct str action, int status,
                             struct err *e);
/* Remember that the request with this key was done. */
MUST_CHECK err_t write_request_done(struct db *db, const struct write *w, struct err *e);
#endif
