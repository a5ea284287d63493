/* Checks of access that can be switched off one at a time, to prove that a test sees
 * each of them. Test builds only (meson option `mutation`): elsewhere every function
 * here is a constant and nothing of it is in the program.
 *
 * A check asks when it is about to refuse: `holds || access_off(resource, name)`. So
 * the names that a request has asked for are the checks that refused it something,
 * and switching off one that was never asked for could change nothing. The driver
 * (tests/kernel/mutation_test.py) learns them from the reply's header X-Checks, sends one back as
 * X-Mutation with a request that asks for it, and a test must then fail.
 *
 * One request at a time: the switch is the program's, because steps of a write run on
 * the store's own thread. */
#ifndef ACCESS_MUTATION_H
#define ACCESS_MUTATION_H
#include "base/buf.h"

/* For access_part, around work that is no request's (jobs): its checks are neither noted nor off. */
#define ACCESS_NO_REQUEST "no request "

#ifdef ZHIYUN_MUTATION
#define ACCESS_MUTATION true

/* Is the check "resource part name" off? Notes that it was asked for. */
bool access_off(struct str resource, const char *name);
/* The account for whose own things a list is made. With the check "resource mine" off: the
 * first account of the instance, for that one the second. */
int64_t access_whose(struct str resource, int64_t account);
/* Names this thread's checks apart where one request asks the same twice, as for a page
 * and its total: static text with a blank at its end, or "". Returns the one before. */
const char *access_part(const char *part);

/* For the server: switch these checks off (names parted by ", "; more than one for a
 * check behind a check; "": none) and forget what was asked for; then the
 * names since, parted alike. */
void access_mutation_begin(struct str names);
void access_mutation_end(struct buf *asked);
#else
#define ACCESS_MUTATION false

static inline bool access_off(struct str resource, const char *name)
{
    (void)resource;
    (void)name;
    return false;
}
static inline int64_t access_whose(struct str resource, int64_t account)
{
    (void)resource;
    return account;
}
static inline const char *access_part(const char *part)
{
    return part;
}
#endif
#endif
