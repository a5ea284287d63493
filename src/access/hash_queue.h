/* The line before password hashing: a hash takes 46 MiB and 25 ms or more, so two run
 * at a time and at most 32 wait; who comes then is told to come back. Who has been
 * here before (a known device) goes first and finds eight places that strangers
 * cannot take: a flood of guesses keeps nobody from signing in. */
#ifndef ACCESS_HASH_QUEUE_H
#define ACCESS_HASH_QUEUE_H
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

#define HASHES_AT_ONCE 2
#define HASHES_WAITING_MAX 32
#define HASHES_KEPT_FOR_KNOWN 8

struct hash_queue;
struct hash_queue *hash_queue_new(void);
void hash_queue_free(struct hash_queue *q); /* accepts NULL; nobody waits in it */

/* Waits for its turn on the caller's thread. E_BUSY: too many wait; do not hash. After
 * OK, leave. */
MUST_CHECK err_t hash_queue_enter(struct hash_queue *q, bool known, struct err *e);
void hash_queue_leave(struct hash_queue *q);

size_t hash_queue_waiting(struct hash_queue *q);
#endif
