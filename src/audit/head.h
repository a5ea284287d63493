/* Checkpoints: what a log says of itself at one moment, signed by it and
 * cosigned by witnesses (docs/evidence-log.md, "Checkpoint"). */
#ifndef AUDIT_HEAD_H
#define AUDIT_HEAD_H
#include "audit/note.h"
#include "audit/tree.h"

#define HEAD_LINES_MAX 32                       /* the log's and 31 witnesses' */
#define HEAD_BYTES_MAX ((size_t)64 << 10)       /* of a whole checkpoint */
#define HEAD_SIGNATURE_BYTES_MAX ((size_t)4096) /* of a stranger's line: it may be of any kind */

struct head {
    struct str text; /* what is signed; all texts borrow from the note that was parsed */
    struct str origin;
    uint64_t size;
    struct digest root;
    int64_t time_ms;
    struct head_line {
        struct str name, base64;
    } line[HEAD_LINES_MAX]; /* the log's first */
    size_t line_count;
};

/* The form only: nothing is believed before head_check. E_INVALID. */
MUST_CHECK err_t head_parse(struct head *out, struct str note, struct err *e);

/* Signed by this log: its name and key. E_INVALID: of another log, another key,
 * or changed. */
MUST_CHECK err_t head_check(const struct head *head, const struct note_key *log, struct err *e);

/* *found: there is a good cosignature by this witness. E_INVALID: one is there by
 * its name and key that does not fit. */
MUST_CHECK err_t head_check_cosignature(bool *found, int64_t *seconds, const struct head *head,
                                        const struct note_key *witness, struct err *e);

/* The text that is signed. */
void head_write_text(struct buf *to, const char *origin, uint64_t size, const struct digest *root,
                     int64_t time_ms);

/* A decimal below 2^53 without leading zeros: sizes, indexes, times. */
MUST_CHECK bool head_number(uint64_t *out, struct str s);
#endif
