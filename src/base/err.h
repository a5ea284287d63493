/* One error convention for the whole product.
 *
 * A function that can fail returns err_t (OK is 0), is marked MUST_CHECK and
 * takes `struct err *e` last. `e` may be NULL: the caller then wants the kind
 * only. The kind says what a caller can do about it; the text is one sentence
 * for a person: what happened, to what (file, row, offset), how to mend it.
 * Expected outcomes ("no hit", "not eligible") are results, never errors.
 *
 * Texts are written in English in the code and looked up in the message
 * catalogue (base/msg.h) before their arguments are filled in. */
#ifndef BASE_ERR_H
#define BASE_ERR_H
#include "base/attr.h"
#include <stdbool.h>

/* name, short English word. Adding a kind: one line here; the compiler then
 * points at every switch that has to decide about it. */
#define ERR_KINDS(X)                                                                               \
    X(INVALID, "invalid input") /* what was given is not acceptable */                             \
    X(NOTFOUND, "not found")    /* the thing named does not exist */                               \
    X(CONFLICT, "conflict")     /* exists already, or was changed meanwhile */                     \
    X(DENIED, "denied")         /* the caller may not do this */                                   \
    X(LIMIT, "limit")           /* larger than a bound of base/limits.h */                         \
    X(BUSY, "busy")             /* held by someone else; try again later */                        \
    X(IO, "input/output")       /* the operating system or the store refused */                    \
    X(CORRUPT, "corrupt")       /* bytes that we wrote do not read back */                         \
    X(INTERNAL, "internal")     /* our own fault */

typedef enum err_t {
    OK = 0,
#define X(name, text) E_##name,
    ERR_KINDS(X)
#undef X
} err_t;

#define ERR_TEXT_MAX 1024 /* bytes with the NUL; longer texts end in "…" */

/* Whose words a text is. Those of the machine and the store name paths, addresses and constraints:
 * they are for the log and for who runs the program on its machine, not for who asks it. */
enum err_of {
    ERR_OURS,
    ERR_MACHINE, /* the operating system: err_errno */
    ERR_STORE,   /* the database: err_store */
    ERR_SPACE,   /* either of them, for want of space: nothing was written (err_errno, err_full) */
};

struct err {
    err_t kind;
    enum err_of of;
    int line; /* of the text that was read, where the error is about a place in it; else 0 */
    char text[ERR_TEXT_MAX];
};

/* Record kind and sentence in *e (when not NULL); returns `kind`. */
err_t err_set(struct err *e, err_t kind, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_set; the words are the store's (ERR_STORE). */
err_t err_store(struct err *e, err_t kind, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_store(E_IO), of a database that has no space left. */
err_t err_full(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* As err_set(E_IO) with ": " and the text of errno `errnum` appended; E_BUSY for want of descriptors or memory. */
err_t err_errno(struct err *e, int errnum, const char *fmt, ...) PRINTF_LIKE(3, 4);

#ifdef __clang_analyzer__ /* reads one file at a time: an error is never OK */
#define err_set(e, kind, ...) ((void)(err_set)(e, kind, __VA_ARGS__), (kind))
#define err_store(e, kind, ...) ((void)(err_store)(e, kind, __VA_ARGS__), (kind))
#define err_full(e, ...) ((void)(err_full)(e, __VA_ARGS__), E_IO)
#define err_errno(e, errnum, ...) ((void)(err_errno)(e, errnum, __VA_ARGS__), E_IO)
#endif

/* Put "context: " before the sentence already there. */
void err_note(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Passes on the error of a call that was given another place for it: copies `of` to *e, unless rc is
 * OK. Returns rc. */
MUST_CHECK err_t err_pass(struct err *e, err_t rc, const struct err *of);

/* The sentence for who is not on the machine itself: our own words as they are, but of what is the
 * program's, the machine's or the store's fault only that it is so. In the language of the thread;
 * borrowed from *e, or static storage. */
const char *err_told(const struct err *e);

/* The store is not to be reached at the moment: what was asked may succeed when asked again. */
bool err_is_down(const struct err *e);

/* "invalid input", "not found", … ; "ok" for OK. Static storage. */
const char *err_kind_name(err_t kind);
#endif
