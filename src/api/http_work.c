/* A request is checked and handled on a worker, its connection suspended; what needs nothing
 * but memory is answered where it was read, and a write that needs nothing else is given to
 * the store. Waking a thread costs as much as most requests: without workers in between a
 * kept list took half the processor time (55 -> 28 us), a create a quarter less. */
#include "access/subject.h"
#include "api/http_priv.h"
#include "base/msg.h"
#include <sys/resource.h>

#define LONG_NICE 10 /* long work takes what searches and pages leave of the processor */

static void add_last(struct queue *q, struct exchange *x)
{
    x->next = NULL;
    *q->tail = x;
    q->tail = &x->next;
}

static struct exchange *take_at(struct queue *q, struct exchange **at)
{
    struct exchange *x = *at;
    if (x && !(*at = x->next))
        q->tail = at;
    return x;
}

static void put_on_queue(struct http_server *s, struct exchange *x)
{
    enum lane lane = x->answer.reply.lane;
    if (lane)
        x->person = x->answer.request.subject->account;
    else if (x->answer.resource->body == BODY_UPLOAD)
        lane = LANE_UPLOADS;
    struct queue *q = &s->queues[lane];
    add_last(q, x);
    pthread_cond_signal(&q->wake);
}

/* --- one of a person at a time ------------------------------------------------------------ */

static bool same_person(const struct exchange *x, const struct exchange *y)
{
    return x->person == y->person &&
           (x->person || str_eq(x->answer.request.address, y->answer.request.address));
}

static bool has_one_running(const struct queue *q, const struct exchange *x)
{
    for (unsigned i = 0; i < q->worker_count; i++)
        if (q->workers[i].running && same_person(q->workers[i].running, x))
            return true;
    return false;
}

/* The first of a person who has none running; his others go behind those of all other people. */
static struct exchange *take_turn(struct queue *q)
{
    struct queue his = {.tail = &his.head};
    struct exchange **at = &q->head, *x, *next;
    while (*at && has_one_running(q, *at))
        at = &(*at)->next;
    if (!(x = take_at(q, at)))
        return NULL;
    while (*at)
        if (same_person(*at, x))
            add_last(&his, take_at(q, at));
        else
            at = &(*at)->next;
    for (; his.head; his.head = next) {
        next = his.head->next;
        add_last(q, his.head);
    }
    return x;
}

/* Its client has left, or the server does not wait for it. */
static void drop(struct exchange *x, struct refusal why)
{
    msg_speak(x->answer.lang);
    x->answer.reply = (struct reply){0};
    answer_problem(&x->answer, why.status, why.sentence, STR_NONE);
    msg_speak_default();
}

static const struct refusal stops = {503, N_("the server is stopping; try again later")};

/* Answers a request whose turn has come. */
static void make_turn(struct http_server *s, struct exchange *x)
{
    if (s->api->stopping)
        drop(x, stops);
    else if (http_link_left(http_link_of(x->connection)))
        drop(x, http_cut_off);
    else
        answer_make(&x->answer);
}

/* --- workers ------------------------------------------------------------------------------ */

/* Queues a request where its work goes on; refuses it if the server is stopping. */
static void go_on(struct http_server *s, struct exchange *x)
{
    pthread_mutex_lock(&s->lock);
    bool stopping = s->stopping;
    if (!stopping)
        put_on_queue(s, x);
    pthread_mutex_unlock(&s->lock);
    if (stopping) {
        drop(x, stops);
        MHD_resume_connection(x->connection);
    }
}

void *http_work(void *arg)
{
    struct worker *w = arg;
    struct http_server *s = w->server;
    struct queue *q = w->queue;
    bool turns = q >= &s->queues[LANE_SLOW];
    if (q == &s->queues[LANE_LONG]) /* of this thread alone, and of those that it starts */
        (void)setpriority(PRIO_PROCESS, 0, LONG_NICE);
    pthread_mutex_lock(&s->lock);
    for (;;) {
        struct exchange *x;
        while (!(x = turns ? take_turn(q) : take_at(q, &q->head)) && !s->stopping)
            pthread_cond_wait(&q->wake, &s->lock);
        if (!x)
            break;
        w->running = turns ? x : NULL;
        pthread_mutex_unlock(&s->lock);
        if (turns) {
            make_turn(s, x);
            pthread_mutex_lock(&s->lock);
            w->running = NULL;
            pthread_mutex_unlock(&s->lock);
        } else
            answer_make(&x->answer);
        if (x->answer.handled)
            MHD_resume_connection(x->connection);
        else
            go_on(s, x);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
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
