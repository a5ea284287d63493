/* An ask: what a record asks of another unit or person (`asks` of its type). It is an assignment (access/assignment.h)
 * that gives no right: who is asked sees the fields that the ask shows, on a page of its own, and answers or
 * refuses once, by account or by a link. What it shows, names or asks for does not change meanwhile. */
#ifndef RECORD_ASK_H
#define RECORD_ASK_H
#include "access/bearer.h"
#include "record/write.h"

/* True if the subject may answer the ask; *as is set to the role that allows it. */
bool ask_is_for(const struct grant **as, const struct assignment *a, const struct ask_rule *rule,
                const struct subject *s);

/* --- the page of who is asked: c->id is the ask, c->type is not read; link empty: by its account.
 * E_NOTFOUND: it is not the subject's, was withdrawn, or the link is too old. */
MUST_CHECK err_t ask_page(struct buf *out, const struct record_call *c, struct str link,
                          struct err *e);
struct ask_said {
    const struct jvalue *fields; /* NULL: none */
    struct str refusal;          /* its reason; empty: it is answered */
    struct str who;              /* by a link: name and phone, as stated */
};
/* E_INVALID: out->faults. E_CONFLICT: it was answered. E_DENIED: with a link, by who asked. */
MUST_CHECK err_t ask_answer(struct written *out, const struct record_call *c, struct str link,
                            const struct ask_said *said, struct err *e);

/* --- who asks. Asks what a->ask names: a->id, account and unit are set. `link`, if not NULL, gets the secret of a new link
 * to it, and earlier ones stop working; else, where it is open, its receivers are told again. As record_give; E_CONFLICT:
 * it was answered. record_take_back withdraws it. */
MUST_CHECK err_t record_ask(struct assignment *a, char link[BEARER_LEN + 1],
                            const struct record_call *c, struct err *e);
/* The same, and withdrawing, within the step of who may (assign.c); what an answer wrote is emptied. */
MUST_CHECK err_t ask_open(struct assignment *a, char link[BEARER_LEN + 1], struct db *db,
                          const struct record_call *c, const struct deed *d, struct err *e);
MUST_CHECK err_t ask_withdraw(const struct assignment *a, struct db *db,
                              const struct record_call *c, const struct deed *d, struct err *e);

/* --- inside the step of a write: faults for changed fields of open and answered asks (w->outcome is then WRITE_FAULTY);
 * after the version, opens and ends what it makes or unmakes (`when`). */
MUST_CHECK err_t ask_hold(struct db *db, struct write *w, struct err *e);
MUST_CHECK err_t ask_follow(struct db *db, struct write *w, struct err *e);
#endif
