/* A request is checked and handled on a worker, its connection suspended; what needs nothing
 * but memory is answered where it was read, and a write that needs nothing else is given to
 * the store. Waking a thread costs as much as most requests: without workers in between a
 * kept list took half the processor time (55 -> 28 us), a create a quarter less. */
#include "api/http_priv.h"

void *http_work(void *arg)
{
    struct http_server *s = ((struct worker *)arg)->server;
    struct queue *q = ((struct worker *)arg)->queue;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (!q->head && !s->stopping)
            pthread_cond_wait(&q->wake, &s->lock);
        struct exchange *x = q->head;
        if (!x)
            break;
        q->head = x->next;
        if (!q->head)
            q->tail = &q->head;
        pthread_mutex_unlock(&s->lock);
        answer_make(&x->answer);
        MHD_resume_connection(x->connection);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static void put_on_queue(struct http_server *s, struct exchange *x)
{
    struct queue *q = x->answer.resource->body == BODY_UPLOAD ? &s->uploads
                      : x->answer.resource->slow              ? &s->slow
                                                              : &s->requests;
    x->next = NULL;
    *q->tail = x;
    q->tail = &x->next;
    pthread_cond_signal(&q->wake);
}

/* False: the server is stopping and nobody would take it from the queue. */
static bool suspend_locked(struct http_server *s, struct exchange *x)
{
    if (s->refusing)
        return false;
    MHD_suspend_connection(x->connection);
    s->in_flight++;
    x->counted = true;
    http_link_to(s, http_link_of(x->connection), AT_WORK);
    return true;
}

bool http_work_enqueue(struct http_server *s, struct exchange *x)
{
    pthread_mutex_lock(&s->lock);
    bool taken = suspend_locked(s, x);
    if (taken) /* under the lock: a worker must not resume what is not yet suspended */
        put_on_queue(s, x);
    pthread_mutex_unlock(&s->lock);
    return taken;
}

/* On the store's thread: the reply is made on the library's, but for what failed, which
 * may have to be looked into. */
static void step_done(struct store_step *step)
{
    struct exchange *x = step->done_arg;
    if (step->rc == OK) {
        MHD_resume_connection(x->connection);
        return;
    }
    pthread_mutex_lock(&x->server->lock);
    put_on_queue(x->server, x);
    pthread_mutex_unlock(&x->server->lock);
}

static bool submit(struct http_server *s, struct exchange *x)
{
    pthread_mutex_lock(&s->lock);
    bool taken = suspend_locked(s, x);
    pthread_mutex_unlock(&s->lock);
    if (!taken)
        return false;
    x->answer.begun = true;
    x->answer.request.step->done = step_done;
    x->answer.request.step->done_arg = x;
    store_submit(s->api->store, x->answer.request.step);
    return true;
}

enum begun http_work_begin(struct http_server *s, struct exchange *x)
{
    enum begun how = answer_begin(&x->answer);
    return how == BEGUN_STEP && !submit(s, x) ? BEGUN_NOT : how;
}
