/* Witnesses: others who watch that the log only grows, and say so by their
 * signature. Requests and answers are texts (C2SP tlog-witness, add-checkpoint), so
 * that they travel by HTTP, by file or by mail alike:
 *
 *     old <size that the witness cosigned last>
 *     <base64 hash>            consistency proof from that size, RFC 6962 §2.1.2
 *
 *     <checkpoint>
 *
 * The answer is the witness's signature line. */
#ifndef AUDIT_WITNESS_H
#define AUDIT_WITNESS_H
#include "audit/head.h"
#include "audit/suite.h"
#include "base/clock.h"
#include "db/store.h"

/* --- in the log's instance ------------------------------------------------------------- */
/* From `old` entries to the latest head. E_NOTFOUND: none was signed; E_INVALID: old
 * is larger. */
MUST_CHECK err_t witness_request_write(struct buf *to, struct db *db, const struct log_suite *suite,
                                       uint64_t old, struct arena *a, struct err *e);

/* Witnesses whose word counts here: <data>/keys/witnesses, a verifier key a line. A
 * missing file is no witness. */
struct witness_list {
    struct note_key key[HEAD_LINES_MAX - 1];
    size_t count;
};
MUST_CHECK err_t witness_list_read(struct witness_list *out, const struct fs *fs, const char *dir,
                                   struct err *e);
/* E_CONFLICT: one of that name is there; E_LIMIT. */
MUST_CHECK err_t witness_list_add(const struct fs *fs, const char *dir, const struct note_key *key,
                                  struct err *e);

/* Keep a witness's answer under the head of `size` entries. E_INVALID: not by a
 * known witness, or not of that head; E_NOTFOUND: there is no such head. */
MUST_CHECK err_t witness_answer_keep(struct store *store, const struct log_suite *suite,
                                     const struct witness_list *known, uint64_t size,
                                     struct str line, struct err *e);

/* --- at the witness ------------------------------------------------------------------------ */
struct witness {
    const struct note_signer *signer;
    const struct note_key *logs; /* the logs it watches */
    size_t log_count;
    const struct fs *fs;
    const char *dir; /* its memory: one file a log, the head that it cosigned last */
    const struct clock *clock;
};

/* Check a request and answer it; the new head is remembered, on the disk, before the
 * answer is given. E_NOTFOUND: of no log it watches; E_DENIED: not signed by that
 * log; E_CONFLICT: `old` is not what it cosigned last (the sentence and *last say
 * what is); E_INVALID: malformed, or inconsistent with it: proof that the log
 * forked, worth keeping; E_BUSY: another process answers. */
MUST_CHECK err_t witness_cosign(struct buf *answer, uint64_t *last, const struct witness *w,
                                struct str request, struct err *e);
#endif
