/* Between the files that write records: write.c, its parts (write_content.c, write_refs.c,
 * write_request.c), create.c and change.c. */
#ifndef RECORD_WRITE_PRIV_H
#define RECORD_WRITE_PRIV_H
#include "model/store_read.h"
#include "record/write.h"

/* --- write_content.c */
/* Whether the resulting record is public. */
bool write_published(const struct write *w);
/* In the step: the search text, where it has changed. */
MUST_CHECK err_t write_text(struct db *db, const struct write *w, struct err *e);

/* --- write_request.c; each does nothing where the request has no key */
/* Digest of the request and its arguments. */
void write_request_digest(struct write *w);
/* Finds an earlier request with this key: then *w->out has its result and w->outcome is set. */
MUST_CHECK err_t write_request_find(struct db *db, struct write *w, struct err *e);

/* --- write_refs.c */
/* In the step: what changed fields name. Faults, or w->files that it names newly. */
MUST_CHECK err_t write_refs_check(struct db *db, struct write *w, struct err *e);
/* Before the step, without a connection: which holders of its patents are no party. */
void write_fill_holder(struct write *w);

/* --- named.c: the same of the plan's field i, if rows of it name organisations of the register. */
MUST_CHECK err_t named_check(struct db *db, struct write *w, size_t i, struct err *e);

/* --- numbered.c: in the step of a new record, the next numbers of fields that have none; `last`:
 * the one that an attempt before gave, which somebody else has now where w->row_refused. */
MUST_CHECK err_t numbered_fill(struct str *last, struct db *db, struct write *w, struct err *e);
/* In the step of a write: where it enters or corrects a number, the last ones are counted anew. */
MUST_CHECK err_t numbered_forget(struct db *db, const struct write *w, struct err *e);

/* --- create.c: the half before the step (false: faulty), and the step */
bool write_create_begin(struct write *w);
MUST_CHECK err_t write_create_step(struct db *db, void *arg, struct err *e);

/* --- act.c: transitions, two persons, the end */
bool act_by_two(const struct write *w);
bool act_runs_function(const struct write *w);
/* Finds the open proposal: this request makes one, or confirms it and then does what was proposed, for the
 * reason given then. */
MUST_CHECK err_t act_find_proposal(struct write *w, struct db *db, struct err *e);
/* Once fields are read: the state, the reason and what the transition needs. */
MUST_CHECK err_t act_check(struct write *w, struct validation *v, struct db *db, struct err *e);
/* In the step, before the row is written: makes or confirms the proposal; faults where the end is not allowed. */
MUST_CHECK err_t act_step(struct db *db, struct write *w, struct err *e);

/* --- change.c: one attempt: read, check, prepare. *ready: there is something to write. The step. */
MUST_CHECK err_t write_attempt(bool *ready, struct write *w, struct db *db, struct err *e);
MUST_CHECK err_t write_change_step(struct db *db, void *arg, struct err *e);

/* --- unit_write.c: in the step, after the row is written; for the unit tree only. Faults
 * (w->outcome is then WRITE_FAULTY) if the unit cannot be in this place; updates the data of a
 * unit that moved. */
MUST_CHECK err_t write_unit_rules(struct db *db, struct write *w, struct err *e);
MUST_CHECK err_t write_moved(struct db *db, const struct write *w, struct err *e);

/* --- write.c */
/* Faults of the request's options. */
void write_check_options(struct write *w);
/* Logs the refusal in its own step before the client is answered. */
MUST_CHECK err_t write_refuse(struct write *w, struct err *e);
/* Access on these labels, into w->decision; where it is none, w->outcome is WRITE_DENIED. */
MUST_CHECK err_t write_decide(struct db *db, struct write *w, const struct labels *l,
                              struct err *e);
/* Faults for fields that the request speaks of and that are not the subject's to write. */
void write_check_writable(struct write *w);
/* Values fixed by a signature can be changed only by those who may amend it. */
void write_check_fixed(struct write *w);
/* *out: an import that is not finished has brought the row, and this write is not its. */
MUST_CHECK err_t write_is_hidden(bool *out, struct db *db, const struct write *w,
                                 const struct row *row, struct err *e);
/* Rows of lists and tables that changed; then the version, its entry and all that goes with it. */
MUST_CHECK err_t write_children(struct db *db, const struct write *w, struct err *e);
MUST_CHECK err_t write_version(struct db *db, struct write *w, struct err *e);
/* …before them: faults where the record, as its row and lists are now, breaks a rule of its type
 * that only the store can tell; w->outcome is then WRITE_FAULTY. */
MUST_CHECK err_t write_rules(struct db *db, struct write *w, struct err *e);
/* The last thing of a step that ended in `rc`: fails it where nothing of it is to stay. */
MUST_CHECK err_t write_end_step(struct write *w, err_t rc, struct err *e);
/* The result of a step: OK also if it was only rolled back. */
MUST_CHECK err_t write_rollback_result(const struct write *w, err_t rc);
/* Has the store do it. */
MUST_CHECK err_t write_step(struct write *w, store_fn step, struct err *e);
#endif
