/* A semaphore with two classes of waiters. (A thread of its own that hashes for others
 * was rejected: it would copy passwords about and wake twice for each.) */
#include "access/hash_queue.h"
#include "base/mem.h"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct hash_queue {
    pthread_mutex_t lock; /* guards what follows; held for counting only */
    pthread_cond_t known_turn, other_turn;
    size_t running, known, others; /* at work; waiting */
};

struct hash_queue *hash_queue_new(void)
{
    struct hash_queue *q = mem_zalloc(sizeof(*q));
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->known_turn, NULL);
    pthread_cond_init(&q->other_turn, NULL);
    return q;
}

void hash_queue_free(struct hash_queue *q)
{
    if (!q)
        return;
    assert(q->running + q->known + q->others == 0);
    pthread_cond_destroy(&q->known_turn);
    pthread_cond_destroy(&q->other_turn);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

static bool is_full(const struct hash_queue *q, bool known)
{
    size_t waiting = q->known + q->others;
    return known ? waiting >= HASHES_WAITING_MAX
                 : waiting >= HASHES_WAITING_MAX - HASHES_KEPT_FOR_KNOWN;
}

err_t hash_queue_enter(struct hash_queue *q, bool known, struct err *e)
{
    pthread_mutex_lock(&q->lock);
    bool must_wait = q->running >= HASHES_AT_ONCE || q->known > 0 || (!known && q->others > 0);
    if (must_wait && is_full(q, known)) {
        pthread_mutex_unlock(&q->lock);
        return err_set(e, E_BUSY,
                       "too many people are signing in at this moment; try again in a "
                       "few seconds");
    }
    size_t *waiting = known ? &q->known : &q->others;
    ++*waiting;
    while (q->running >= HASHES_AT_ONCE || (!known && q->known > 0))
        pthread_cond_wait(known ? &q->known_turn : &q->other_turn, &q->lock);
    --*waiting;
    q->running++;
    /* Two places may have come free together: pass the word on. */
    if (q->running < HASHES_AT_ONCE)
        pthread_cond_signal(q->known > 0 ? &q->known_turn : &q->other_turn);
    pthread_mutex_unlock(&q->lock);
    return OK;
}

void hash_queue_leave(struct hash_queue *q)
{
    pthread_mutex_lock(&q->lock);
    assert(q->running > 0);
    q->running--;
    pthread_cond_signal(q->known > 0 ? &q->known_turn : &q->other_turn);
    pthread_mutex_unlock(&q->lock);
}

size_t hash_queue_waiting(struct hash_queue *q)
{
    pthread_mutex_lock(&q->lock);
    size_t n = q->known + q->others;
    pthread_mutex_unlock(&q->lock);
    return n;
}
