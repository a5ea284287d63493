/* Receipts: an entry, the proof that it is in the log, and a signed head (C2SP
 * tlog-proof). What a person keeps, and can have checked by anybody. */
#ifndef AUDIT_RECEIPT_H
#define AUDIT_RECEIPT_H
#include "audit/rows.h"
#include "audit/verdict.h"
#include "db/db.h"

#define RECEIPT_LINE "c2sp.org/tlog-proof@v1"

/* Of the entry named `uid`, under the latest head that witnesses cosigned, else the
 * latest. E_NOTFOUND: no such entry; E_BUSY: no head covers it yet (ask
 * sequencer_cover first). */
MUST_CHECK err_t receipt_write(struct buf *to, struct db *db, const struct log_suite *suite,
                               struct str uid, struct arena *a, struct err *e);

/* The same under one head, without cosignatures: it never says anything else. E_BUSY: the head does not
 * reach the entry. */
MUST_CHECK err_t receipt_write_under(struct buf *to, struct db *db, const struct log_suite *suite,
                                     struct str uid, const struct log_head_row *head,
                                     struct arena *a, struct err *e);

/* Judge the text of one. *entry, *line (as it is in the log) and v->head borrow from
 * `text` and the arena; they are empty where none was read. */
void receipt_check(struct log_verdict *v, struct entry *entry, struct str *line, struct str text,
                   const struct log_trust *t, struct arena *a);
#endif
