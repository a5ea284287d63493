/* A table of slots by hash of the question; the question itself is compared, so
 * two that share a hash only displace each other. One mutex: what is done under it
 * is a comparison and a copy of some kilobytes. */
#include "record/answers.h"
#include "base/map.h"
#include "base/mem.h"
#include <pthread.h>
#include <stdlib.h>

#define SLOTS 4096
#define WAYS 4 /* slots that a question may lie in */

struct slot {
    char *bytes; /* the question, then its answer; NULL: empty */
    size_t question_len, answer_len;
    int64_t number;
    uint64_t used; /* when, in questions asked */
};

/* Questions that somebody is working out; more at once are worked out by each. */
#define PENDING_MAX 64

struct pending {
    struct str question; /* of the one who works it out; NULL: free */
    int64_t number;
};

struct answers {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    struct pending pending[PENDING_MAX];
    struct slot slots[SLOTS];
    size_t bytes, bytes_max;
    uint64_t now, seed;
};

struct answers *answers_new(size_t bytes_max)
{
    struct answers *s = mem_zalloc(sizeof(*s));
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->ended, NULL);
    s->bytes_max = bytes_max;
    s->seed = (uint64_t)(uintptr_t)s;
    return s;
}

static void empty(struct answers *s, struct slot *x)
{
    if (x->bytes)
        s->bytes -= x->question_len + x->answer_len;
    free(x->bytes);
    *x = (struct slot){0};
}

void answers_free(struct answers *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        empty(s, &s->slots[i]);
    pthread_cond_destroy(&s->ended);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static struct slot *first_way(struct answers *s, struct str question)
{
    return &s->slots[hash_bytes(question, s->seed) % (SLOTS / WAYS) * WAYS];
}

static struct slot *find(struct answers *s, struct str question)
{
    struct slot *x = first_way(s, question);
    for (int i = 0; i < WAYS; i++)
        if (x[i].bytes && str_eq((struct str){x[i].bytes, x[i].question_len}, question))
            return &x[i];
    return NULL;
}

static struct pending *find_pending(struct answers *s, struct str question, int64_t n)
{
    for (size_t i = 0; i < PENDING_MAX; i++)
        if (s->pending[i].question.ptr && str_eq(s->pending[i].question, question) &&
            s->pending[i].number == n)
            return &s->pending[i];
    return NULL;
}

static void add_pending(struct answers *s, struct str question, int64_t n)
{
    for (size_t i = 0; i < PENDING_MAX; i++)
        if (!s->pending[i].question.ptr) {
            s->pending[i] = (struct pending){question, n};
            return;
        }
}

static bool copy_kept(struct buf *out, struct answers *s, struct str question, int64_t n)
{
    struct slot *x = find(s, question);
    if (!x || x->number != n)
        return false;
    x->used = ++s->now;
    buf_add(out, (struct str){x->bytes + x->question_len, x->answer_len});
    return true;
}

bool answers_find(struct buf *out, struct answers *s, struct str question, int64_t n)
{
    pthread_mutex_lock(&s->lock);
    bool found = copy_kept(out, s, question, n);
    pthread_mutex_unlock(&s->lock);
    return found;
}

bool answers_begin(struct buf *out, struct answers *s, struct str question, int64_t n)
{
    bool found;
    pthread_mutex_lock(&s->lock);
    while (!(found = copy_kept(out, s, question, n)) && find_pending(s, question, n))
        pthread_cond_wait(&s->ended, &s->lock);
    if (!found)
        add_pending(s, question, n);
    pthread_mutex_unlock(&s->lock);
    return found;
}

static struct slot *oldest(struct slot *x, size_t count)
{
    struct slot *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!x[i].bytes)
            continue;
        if (!found || x[i].used < found->used)
            found = &x[i];
    }
    return found;
}

/* The slot to write to: the question's own, an empty one, or the oldest. */
static struct slot *choose(struct answers *s, struct str question)
{
    struct slot *x = find(s, question), *ways = first_way(s, question);
    for (int i = 0; !x && i < WAYS; i++)
        if (!ways[i].bytes)
            x = &ways[i];
    return x ? x : oldest(ways, WAYS);
}

static void keep(struct answers *s, struct str question, int64_t n, struct str answer)
{
    size_t size = question.len + answer.len;
    char *bytes = mem_alloc(size + 1);
    memcpy(bytes, question.ptr, question.len);
    memcpy(bytes + question.len, answer.ptr, answer.len);
    struct slot *x = choose(s, question);
    empty(s, x);
    while (s->bytes + size > s->bytes_max)
        empty(s, oldest(s->slots, SLOTS));
    *x = (struct slot){.bytes = bytes,
                       .question_len = question.len,
                       .answer_len = answer.len,
                       .number = n,
                       .used = ++s->now};
    s->bytes += size;
}

void answers_end(struct answers *s, struct str question, int64_t n, struct str answer)
{
    pthread_mutex_lock(&s->lock);
    struct pending *p = find_pending(s, question, n);
    if (p && p->question.ptr == question.ptr) {
        *p = (struct pending){0};
        pthread_cond_broadcast(&s->ended);
    }
    if (answer.len > 0 && question.len + answer.len <= s->bytes_max / 16)
        keep(s, question, n, answer);
    pthread_mutex_unlock(&s->lock);
}
