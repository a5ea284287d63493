/* What a verifier trusts and what it found: of a receipt, a bundle, or a whole
 * store. Faults are looked for in reading order and the first ends the work; what
 * a good verdict does not cover stands beside it (docs/evidence-log.md, "What must
 * be refused"). A fault is a result, not an error: errors are for reading. */
#ifndef AUDIT_VERDICT_H
#define AUDIT_VERDICT_H
#include "audit/entry.h"
#include "audit/head.h"
#include "audit/suite.h"
#include "text/json.h"

/* name: the second verifier calls them alike (web/verifier/src/fault.ts) */
#define LOG_FAULTS(X)                                                                              \
    X(NONE, "")                                                                                    \
    X(FORMAT, "format")         /* neither a receipt nor a bundle */                               \
    X(LINE, "line")             /* not what has to stand on this line */                           \
    X(END, "end")               /* the text stops too early, or not with a line feed */            \
    X(KEY, "key")               /* no key for this log was given */                                \
    X(ENTRY, "entry")           /* not the one spelling of an entry */                             \
    X(ORIGIN, "origin")         /* of another log */                                               \
    X(UID, "uid")               /* the same entry twice */                                         \
    X(LEAF, "leaf")             /* the entry's hash is not the listed one */                       \
    X(CONTENT, "content")       /* not the one spelling of content and seal */                     \
    X(COMMITMENT, "commitment") /* they do not give what the entry commits to */                   \
    X(MISSING, "missing")                                                                          \
    X(EXCESS, "excess")                                                                            \
    X(CHECKPOINT, "checkpoint") /* not the one spelling of a head */                               \
    X(SIGNATURE, "signature")                                                                      \
    X(COSIGNATURE, "cosignature")                                                                  \
    X(SIZE, "size") /* the head counts other entries than are here */                              \
    X(ROOT, "root")                                                                                \
    X(INDEX, "index")               /* not below the size */                                       \
    X(PATH, "path")                 /* too long, too short */                                      \
    X(OLDER, "older")               /* than a head that is held */                                 \
    X(TIME, "time")                 /* successive heads whose times go back */                     \
    X(INCONSISTENT, "inconsistent") /* with a head that is held */                                 \
    X(HELD, "held")                 /* what is held is no head of this log, signed by this key */  \
    X(WITNESSES, "witnesses")       /* fewer good cosignatures than asked for */                   \
    /* of a store alone */                                                                         \
    X(ROW, "row")                 /* a column says otherwise than the entry */                     \
    X(TILE, "tile")               /* not of these entries */                                       \
    X(UNSEQUENCED, "unsequenced") /* committed for a minute and not numbered */                    \
    X(VERSION, "version")         /* an entry without its version, or one without an entry */      \
    X(STORE, "store")             /* its file is damaged */                                        \
    X(BATCH, "batch")             /* publications are not what the entry of their import says */   \
    X(CURRENT, "current")         /* a record's row is not what its last version says */

enum log_fault {
#define X(name, text) LOG_FAULT_##name,
    LOG_FAULTS(X)
#undef X
};
const char *log_fault_name(enum log_fault kind);

#define HELD_MAX 16

struct log_trust {
    const struct note_key *keys; /* of logs and of witnesses; one of each name */
    size_t key_count;
    const struct str *held; /* checkpoints verified earlier, of any log */
    size_t held_count;      /* at most HELD_MAX */
    size_t witnesses;       /* so many good cosignatures are asked for */
};
/* NULL: none of that name. */
const struct note_key *trust_log_key(const struct log_trust *t, struct str origin);

struct log_verdict {
    enum log_fault kind;
    char fault[ERR_TEXT_MAX]; /* the sentence; empty: no fault */
    bool names_entry;         /* the first bad one: */
    bool has_index;
    uint64_t index;
    char type[64]; /* cut; empty: not read */
    int64_t id;    /* 0: not read */

    int64_t since_ms; /* the row was changed after this; 0: not known */

    uint64_t entries; /* read without fault */
    uint64_t proven;  /* so many entries give the root of `head`, whatever the fault is */
    uint64_t before;  /* so many entries under a held head were not read, nor were rows and pages */
    bool has_head;    /* with the log's good signature */
    struct head head; /* borrows from the text that was judged */
    struct witness_word {
        struct str name;
        int64_t seconds;
        bool checked;
    } witness[HEAD_LINES_MAX];
    size_t witness_count;
    uint64_t contents_checked, contents_withheld, fields_closed;
    uint64_t rows_checked; /* of records, against their last versions */
    size_t held_consistent, held_unchecked;
};
static inline bool verdict_good(const struct log_verdict *v)
{
    return v->kind == LOG_FAULT_NONE;
}

/* The first fault stays. Returns false, for `return`. */
bool verdict_fault(struct log_verdict *v, enum log_fault kind, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* The entry that a fault met from now on is of; NULL: of none. */
void verdict_at(struct log_verdict *v, const uint64_t *index, const struct entry *entry);

/* The checkpoint at the end of a text: form, signature, cosignatures. */
bool verdict_head(struct log_verdict *v, struct str note, const struct log_trust *t);
/* Heads of `origin` that are held, with their signatures checked. */
struct held_heads {
    struct head head[HELD_MAX];
    size_t count;
};
bool verdict_held(struct log_verdict *v, struct held_heads *out, struct str origin,
                  const struct log_trust *t);
/* After everything else fits: enough witnesses. */
bool verdict_witnesses(struct log_verdict *v, const struct log_trust *t);

/* {"entries","head","ok","fault","fault_kind","first_bad","witnesses",…} */
void verdict_json(struct jout *j, const struct log_verdict *v);
#endif
