/* Bundles: a log, or its first part, with what it commits to, in one text that
 * anybody checks without us (docs/evidence-log.md, "Bundle"). */
#ifndef AUDIT_BUNDLE_H
#define AUDIT_BUNDLE_H
#include "audit/lines.h"
#include "audit/verdict.h"
#include "db/db.h"

#define BUNDLE_LINE "zhiyun-log-bundle@v1"

/* --- writing --------------------------------------------------------------------------- */
/* Whether the reader may have the content of this entry; what is withheld leaves
 * its commitments only. NULL: everything. */
typedef bool (*bundle_may_read)(void *arg, const struct entry *entry);
/* Takes the next piece of the text. */
typedef err_t (*bundle_write)(void *arg, struct str piece, struct err *e);

struct bundle_options {
    const struct log_suite *suite;
    bundle_may_read may_read;
    void *may_read_arg;
    bundle_write write;
    void *write_arg;
    uint64_t most; /* up to the latest head of at most so many entries; 0: the latest head */
    /* For whoever looks for damage without reading records: no contents, and what is damaged is written as it
     * stands, so that a verifier names it; else E_CORRUPT. */
    bool bare;
};
/* Everything under that head. Memory does not grow with the log. E_NOTFOUND: no such head was signed yet;
 * E_CORRUPT: the log does not fit itself (see `verify`). */
MUST_CHECK err_t bundle_export(struct db *db, const struct bundle_options *o, struct err *e);

/* --- checking ----------------------------------------------------------------------------- */
void bundle_check(struct log_verdict *v, struct str text, const struct log_trust *t);

/* The same, entry by entry, for who has to show progress; and so that a test may
 * keep a moment: all but `names` and `opener` is plain data. */
struct uid_set;
struct uid_set *uid_set_new(void);
void uid_set_free(struct uid_set *s);                /* accepts NULL */
bool uid_set_add(struct uid_set *s, struct str uid); /* false: it is there already */

struct bundle_reader {
    struct log_verdict *v;
    const struct log_trust *trust;
    struct lines lines;
    struct str origin;
    uint64_t size, index;
    struct tree_edge edge;
    struct held_heads held;
    struct digest held_root[HELD_MAX]; /* what the entries give where a held head ends */
    bool held_reached[HELD_MAX];
    struct opener *opener;
    struct uid_set *names; /* NULL: that a name comes twice is not looked for */
};
/* False, here and below: v says what is wrong. */
bool bundle_begin(struct bundle_reader *r, struct str text);
bool bundle_entry(struct bundle_reader *r); /* the next; while index < size */
bool bundle_end(struct bundle_reader *r);   /* the checkpoint */
#endif
