/* A record given to a person or a unit: to do something with it, to read it, or as a copy.
 *
 * To do (待办) gives the rights of the relation `assigned` (policy.h) while it lasts; to
 * read (待阅) and a copy (抄送) give none: who receives them can read the record already.
 * Who may give a record is asked above (record/record.h). Each leaves a version and its
 * entry. The receivers are told by a job (notify/notices.h), which `untold` and
 * `remind_ms` wait for. */
#ifndef ACCESS_ASSIGNMENT_H
#define ACCESS_ASSIGNMENT_H
#include "access/deed.h"
#include "model/due_day.h"

struct assignment {
    int64_t id, version, record_id;
    struct str type, kind;    /* kind: "do", "read", "copy" */
    int64_t account, unit;    /* one of them; the other 0 */
    int64_t given_by;         /* account; 0: the program */
    struct str note;          /* empty: none */
    struct due_day due;       /* date empty: none */
    int64_t from_ms, to_ms;   /* to 0: it lasts */
    int64_t done_ms, done_by; /* 0: not yet */
    struct str ask; /* name of an ask of the type (record/ask.h): it gives no right; empty: none */
    struct str answer; /* of an ask: "given", "refused"; empty: none yet */
    struct str seen;   /* …what was shown when it was answered, as JSON; empty: not yet */
};

/* Inside a store step, as all that write. a->id, version, from_ms and given_by are set.
 * E_INVALID: kind, receiver (not there, not active, none or both), date, note. An ask may have no
 * receiver: it is answered by a link. */
MUST_CHECK err_t assignment_give(struct assignment *a, struct db *db, const struct deed *d,
                                 struct err *e);
/* Its rights end. E_CONFLICT: it has ended. */
MUST_CHECK err_t assignment_end(struct db *db, const struct deed *d, int64_t id, struct err *e);
/* By when it is to be done, where that is counted elsewhere: who counts it reminds of it too, so
 * no reminder of the assignment's own is left. Empty: no day. The same day again changes nothing,
 * nor does what has ended or is done. */
MUST_CHECK err_t assignment_due(struct db *db, const struct deed *d, int64_t id, struct due_day due,
                                struct err *e);
/* Gives the open tasks of account `from` to account `to`, who is told of each as new; `from` stands as its giver. Inside a
 * store step. */
MUST_CHECK err_t assignments_pass(struct db *db, const struct deed *d, int64_t from, int64_t to,
                                  struct err *e);
/* The receiver, or one of the unit, has done or read it; again changes nothing.
 * E_NOTFOUND: it is not the doer's, or has ended. */
MUST_CHECK err_t assignment_done(struct db *db, const struct deed *d, int64_t id, struct err *e);

/* The answer to an ask, a->answer, with what was shown, a->seen, by whoever d->by is (the caller has checked it).
 * E_CONFLICT: it was answered or has ended meanwhile. */
MUST_CHECK err_t assignment_answer(struct db *db, const struct deed *d, struct assignment *a,
                                   struct err *e);

/* E_NOTFOUND. */
MUST_CHECK err_t assignment_get(struct assignment *out, struct db *db, int64_t id, struct arena *a,
                                struct err *e);

/* The first reminder of a day that comes after a moment, at 8 o'clock in China: three days
 * before it and on the day itself; 0: none is left. `due_date` is a valid day. */
int64_t assignment_reminder_ms(struct str due_date, int64_t after_ms);

/* Columns in the order in which assignment_row reads them, for statements of others. */
#define ASSIGNMENT_COLUMNS                                                                         \
    "id, version, type, record_id, kind, account, unit, given_by, note, due_date, due_count_by,"   \
    " from_ms, to_ms, done_ms, done_by, ask, answer, seen"
#define ASSIGNMENT_COLUMN_COUNT 18
void assignment_row(struct assignment *out, struct stmt *st, struct arena *a);
#endif
