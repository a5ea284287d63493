/* Accounts: personal, one per person. They are never deleted; a disabled one is gone
 * from the next request on. All inside a store step; each leaves a version and its
 * entry. Refusals are E_DENIED, and the caller notes them (deed_note "refused").
 *
 * Who: a security or system administrator everywhere; a centre_manager in his own
 * unit; the program. An administrator's account is touched by a security
 * administrator alone, and nobody disables or moves himself. */
#ifndef ACCESS_ACCOUNT_H
#define ACCESS_ACCOUNT_H
#include "access/deed.h"

struct new_account {
    struct str name; /* for signing in; folded to lower case */
    struct str display_name;
    struct str email, phone; /* empty: none */
    int64_t unit;
};

/* `invited` until it first signs in. E_INVALID: name or unit; E_CONFLICT: the name is
 * taken (and stays taken for ever: entries name it). */
MUST_CHECK err_t account_add(int64_t *id, struct db *db, const struct deed *d,
                             const struct new_account *n, struct err *e);

/* invited → active: its first sign-in. An active one stays as it is. */
MUST_CHECK err_t account_activate(struct db *db, const struct deed *d, int64_t id, struct err *e);

/* Into another unit: its grants, those it delegated, sessions, tokens and links end. */
MUST_CHECK err_t account_move(struct db *db, const struct deed *d, int64_t id, int64_t unit,
                              struct err *e);

/* Sessions, tokens and links end at once; grants stay but count for nothing.
 * E_CONFLICT: the last security administrator. */
/* `to` (0: nobody) takes over what the person has to do: an active colleague of the unit who holds one of his roles,
 * else E_INVALID. What the person proposed lapses. */
MUST_CHECK err_t account_disable(struct db *db, const struct deed *d, int64_t id, int64_t to,
                                 struct err *e);
/* What account_disable did once, in an older state of the store: by the program, also of who is
 * the last security administrator there. One that is disabled stays as it is. */
MUST_CHECK err_t account_close_again(struct db *db, const struct deed *d, int64_t id,
                                     struct err *e);
MUST_CHECK err_t account_enable(struct db *db, const struct deed *d, int64_t id, struct err *e);

/* By name, in any case. E_NOTFOUND. */
MUST_CHECK err_t account_find(int64_t *id, struct db *db, struct str name, struct arena *a,
                              struct err *e);

/* As people read it; empty: there is no such account. */
MUST_CHECK err_t account_display_name(struct str *out, struct db *db, int64_t id, struct arena *a,
                                      struct err *e);

/* Lower case, no blanks around: how a name is stored and looked for. */
struct str account_name_fold(struct str name, struct arena *a);

/* For this folder: what is asked before an account or its grants are changed. */
struct account_row {
    int64_t id, version, unit;
    struct str state, name, display_name, email, phone, unit_kind, unit_state;
    bool administrator;  /* holds or will hold one of the three roles */
    int64_t disabled_by; /* the account that closed it; 0: the program; -1: not known */
};
MUST_CHECK err_t account_read(struct account_row *out, struct db *db, int64_t id, struct arena *a,
                              struct err *e);
/* Security administrators that can act on a day, without this one. */
MUST_CHECK err_t account_other_guardians(int64_t *count, struct db *db, int64_t without,
                                         struct str today, struct err *e);
/* May the doer disable, enable or move it? E_DENIED. */
MUST_CHECK err_t account_may_change(const struct deed *d, const struct account_row *r,
                                    struct err *e);
#endif
