/* A second fence below the checks of src/access, on PostgreSQL: what a thread reads for
 * somebody, the server itself confines to rows that he may see (row-level security). Should
 * a check above ever be forgotten, nothing of others is read.
 *
 * While a thread has entered, each reader connection that it is lent runs as a role that
 * owns nothing and may only read, with `who` as its context; both are taken back before the
 * connection is anybody else's. A thread that has not entered is the program itself: it
 * follows, counts and migrates as the owner. Steps that write are not fenced.
 *
 *   role       zhiyun_fence_<number of the database>_<number of the schema>, made by fence_install, without login
 *   context    the setting zhiyun.subject, JSON: what zy_fence_… read (fence.c)
 *   policies   zy_fence on each table, with FORCE: also an owner that is no superuser is held
 *              to them where a context is set, so an operator who lets us make no role still
 *              has the fence, by the context alone
 *
 * It stands against a check that was forgotten, not against SQL that somebody else makes the program run: that could
 * set the context or take the role back itself. SQLite has no such thing: all of this does nothing there. */
#ifndef DB_FENCE_H
#define DB_FENCE_H
#include "db/store.h"

/* This thread asks for somebody from now on; `who` is borrowed until the next call. */
void fence_enter(const char *who);
void fence_leave(void);      /* the program itself again */
const char *fence_now(void); /* whom this thread asks for; NULL: the program */

/* For a cache of all rows that a request fills: this connection reads as the program, and then
 * again for who entered. What is put back inside a transaction ends with it. */
MUST_CHECK err_t fence_off(struct db *db, struct err *e);
MUST_CHECK err_t fence_on(struct db *db, struct err *e);

struct fence_table {
    const char *name;
    const char *condition; /* SQL over its columns, with zy_fence_…; true: he may see the row */
};

/* What the store itself works out of a row for whoever may see that row, also from rows that he may not: a function of
 * the row's id that runs as the owner. */
struct fence_value {
    const char *name;   /* at most FENCE_NAME_MAX bytes */
    const char *result; /* its type there */
    struct str sql;     /* ?1: the id */
};
#define FENCE_NAME_MAX 63 /* what PostgreSQL keeps of a name */

struct fence {
    const struct fence_table *tables;
    size_t table_count;
    const struct fence_value *values;
    size_t value_count;
};

/* Make the role, these policies and values, where they are not so already. */
MUST_CHECK err_t fence_install(struct store *s, const struct fence *f, struct err *e);

/* How it is kept: not at all (SQLite, or it was never installed); not at all because the login is above policies and may
 * make no role; by the context alone; by a role of its own. */
enum fence_kept { FENCE_NONE, FENCE_BYPASSED, FENCE_BY_CONTEXT, FENCE_BY_ROLE };
MUST_CHECK err_t fence_kept(enum fence_kept *out, struct store *s, struct err *e);

/* What the server lets others do beside the fence. Functions of others in the schema the program would take for the
 * server's own, where they fit better. */
struct fence_around {
    bool login_is_above; /* the program's login is a superuser, or above policies */
    bool anybody_enters; /* each login of the server may connect, and hold the database's locks */
    bool others_create;  /* others than the schema's owner and the login make things in it */
};
MUST_CHECK err_t fence_around(struct fence_around *out, struct store *s, struct err *e);
#endif
