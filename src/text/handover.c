/* Two counters under one lock; each side waits for the other's. Slots are large
 * (a hundred rows, 64 KiB), so the lock is taken some hundred times a second. */
#include "text/handover.h"

static void *fill_slots(void *arg)
{
    struct handover *h = arg;
    bool ended = false;
    while (!ended) {
        size_t bytes = 0;
        pthread_mutex_lock(&h->lock);
        while ((h->filled - h->emptied == h->slots || h->bytes > h->bytes_max) && !h->stopping)
            pthread_cond_wait(&h->changed, &h->lock);
        bool stopping = h->stopping;
        size_t slot = (size_t)(h->filled % h->slots);
        pthread_mutex_unlock(&h->lock);
        if (stopping)
            break;
        ended = h->fill(&bytes, h->arg, slot);
        pthread_mutex_lock(&h->lock);
        h->filled++;
        h->bytes += bytes;
        pthread_cond_signal(&h->changed);
        pthread_mutex_unlock(&h->lock);
    }
    return NULL;
}

bool handover_start(struct handover *h, size_t slots, size_t bytes_max,
                    bool (*fill)(size_t *bytes, void *arg, size_t slot), void *arg)
{
    *h = (struct handover){.slots = slots, .bytes_max = bytes_max, .fill = fill, .arg = arg};
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->changed, NULL);
    if (pthread_create(&h->thread, NULL, fill_slots, h) == 0)
        return true;
    pthread_cond_destroy(&h->changed);
    pthread_mutex_destroy(&h->lock);
    return false;
}

size_t handover_take(struct handover *h)
{
    pthread_mutex_lock(&h->lock);
    while (h->filled == h->emptied)
        pthread_cond_wait(&h->changed, &h->lock);
    size_t slot = (size_t)(h->emptied % h->slots);
    pthread_mutex_unlock(&h->lock);
    return slot;
}

void handover_give_back(struct handover *h, size_t bytes)
{
    pthread_mutex_lock(&h->lock);
    h->emptied++;
    h->bytes -= bytes;
    pthread_cond_signal(&h->changed);
    pthread_mutex_unlock(&h->lock);
}

void handover_end(struct handover *h)
{
    pthread_mutex_lock(&h->lock);
    h->stopping = true;
    pthread_cond_signal(&h->changed);
    pthread_mutex_unlock(&h->lock);
    pthread_join(h->thread, NULL);
    pthread_cond_destroy(&h->changed);
    pthread_mutex_destroy(&h->lock);
}
