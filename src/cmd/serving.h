/* The parts of an instance that answers requests: what `zhiyun serve` opens before it listens, and
 * the door of tests (tests/kernel/door.c) before it reads. */
#ifndef CMD_SERVING_H
#define CMD_SERVING_H
#include "api/resource.h"
#include "cmd/cmd.h"
#include <pthread.h>

struct serving_options {
    const char *file_scan; /* as in struct api */
    size_t columns_from;   /* lists of a kind of so many records are answered from memory */
};

struct serving {
    struct api api;
    struct instance instance;
    struct background *background;
    struct clock_keeper *clock_keeper;
    struct follower { /* keeps the index up with the store */
        struct store *store;
        struct searcher *searcher;
        const char *index_dir;
        pthread_t thread;
        pthread_mutex_t lock;
        pthread_cond_t wake;
        bool runs, stopping;
    } follower;
};

/* On an error nothing is left open. Before any other thread is there. */
MUST_CHECK err_t serving_open(struct serving *s, struct app *app, const struct serving_options *o,
                              struct err *e);
void serving_close(struct serving *s);
/* What goes on besides answering: the evidence log, jobs. On an error nothing runs. */
MUST_CHECK err_t serving_start(struct serving *s, const struct app *app, struct err *e);
/* The index as well, once there is somebody to answer. */
MUST_CHECK err_t serving_follow(struct serving *s, const struct app *app, struct err *e);
void serving_stop(struct serving *s);
#endif
