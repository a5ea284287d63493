/* Where this folder keeps what names a person, for erasing at his demand (个保法 47).
 *
 * The account's row stays, without him: entries of the log name its number. Versions
 * of it (record_version, type "account") hold the fields of erase_version_fields; who
 * erases versions takes these values and their keys away and leaves the commitments
 * (docs/evidence-log.md). */
#ifndef ACCESS_ERASE_H
#define ACCESS_ERASE_H
#include "access/deed.h"

enum erase_how {
    ERASE_NULL,   /* the column becomes NULL */
    ERASE_NUMBER, /* becomes "erased.<account>": it must be there and be unique */
    ERASE_ROW     /* the whole row goes; column is NULL */
};

struct erase_column {
    const char *table, *account; /* the column that names whose it is */
    const char *column;
    enum erase_how how;
};
extern const struct erase_column erase_columns[];
extern const size_t erase_column_count;

extern const char *const erase_version_fields[]; /* ends with NULL */

/* --- by whom ------------------------------------------------------------------------------ */

/* What is to be erased, of a record or of an account, as two persons see it. */
struct erasure {
    struct str type;
    int64_t id;
    struct str title;         /* its kind and number; never what may be erased of it */
    struct str fields;        /* names, by comma */
    struct str ground, basis; /* model/erasure_ground.h */
    struct str seen;          /* "version 3": what has changed since is proposed anew */
    bool in_person;           /* signed in, and has proved himself just now */
};

/* May d->by have it erased, before anything is told of what there is? A security administrator; a leader, where it waits
 * for him. Neither with a token, nor with a session that is not fresh. Of `of`: type, id, in_person. E_DENIED: he may not. */
MUST_CHECK err_t erasure_may(struct db *db, const struct deed *d, const struct erasure *of,
                             struct err *e);

/* What is wrong with a ground and its basis, a sentence of N_(), and of which of the two fields; NULL: nothing. */
const char *erasure_ground_wrong(const char **field, struct str ground, struct str basis);

/* The caller has asked erasure_may. A security administrator proposes it, for a ground and with a reason; another one confirms it, or, where nobody else
 * holds that role, a leader of the province of who proposed it, who proposes nothing himself. *action: do it now; what its entry calls it, with the ground and who proposed it. NULL: it waits under
 * the number *d->waits, which is set in any case. The program does it at once. E_INVALID: no such ground, or no basis where
 * it needs one, or no reason. E_DENIED, E_CONFLICT as pair_take; also where one of the two has in these fourteen days
 * given the other one his role, or what signs him in. Inside a store step. */
MUST_CHECK err_t erasure_by_two(const char **action, struct db *db, const struct deed *d,
                                const struct erasure *of, struct err *e);

/* Is there any use in asking him? A security administrator, and a leader of a province. */
bool erasure_asks(const struct subject *s);

/* --- accounts ------------------------------------------------------------------------------ */

/* May it be erased at all? The caller has asked erasure_may. E_NOTFOUND, E_CONFLICT: it is in use. */
MUST_CHECK err_t erase_account_check(struct db *db, const struct deed *d, int64_t account,
                                     struct err *e);
/* Do to all of them what they say; the caller has asked erasure_may, erase_account_check and erasure_by_two. Entry `action`, whose uid
 * it is. Inside a store step. Of the versions too: record_erase_account. */
MUST_CHECK err_t erase_account(char entry[LOG_UID_LEN + 1], struct db *db, const struct deed *d,
                               const char *action, int64_t account, struct err *e);
#endif
