/* Slots that a thread of its own fills and the caller empties, in order: what
 * reading ahead stands on (rows_ahead.c, stream_ahead.c).
 *
 * Slot number n is [n % slots] of the user's ring. It belongs to the thread
 * until it is counted as filled, then to the caller until it is counted as
 * emptied; only the two counts are shared. */
#ifndef TEXT_HANDOVER_H
#define TEXT_HANDOVER_H
#include "base/attr.h"
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct handover {
    pthread_t thread; /* private, all of it */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t filled, emptied; /* slots so far */
    size_t slots;
    size_t bytes_max, bytes; /* that may be and are filled and not emptied */
    bool stopping;
    bool (*fill)(size_t *bytes, void *arg, size_t slot);
    void *arg;
};

/* Start the thread: it calls `fill` for each slot in turn, while any is empty and
 * what is filled does not exceed bytes_max, until that returns true: it was the
 * last. *bytes: what the slot holds now. False where no thread can be had; then
 * there is nothing to end. */
MUST_CHECK bool handover_start(struct handover *h, size_t slots, size_t bytes_max,
                               bool (*fill)(size_t *bytes, void *arg, size_t slot), void *arg);

/* The slot to empty next; waits until it is filled. Not to be called behind the
 * last one. */
size_t handover_take(struct handover *h);

/* It is empty now; `bytes` as `fill` told them. */
void handover_give_back(struct handover *h, size_t bytes);

/* Wait for the call of `fill` at hand and end the thread. */
void handover_end(struct handover *h);
#endif
