/* A list in the order of use. It is short: pictures and texts take 100 KB each. */
#include "api/looks_kept.h"
#include "base/mem.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_BYTES ((size_t)64 << 20)
#define ONE_BYTES (KEPT_BYTES / 8)

struct look {
    struct look *next;
    size_t key_len, len;
    int number;
    char bytes[]; /* the key, then the value */
};

struct looks_kept {
    pthread_mutex_t lock; /* guards what follows */
    struct look *first;   /* the latest used */
};

struct looks_kept *looks_kept_new(void)
{
    struct looks_kept *k = mem_zalloc(sizeof(*k));
    pthread_mutex_init(&k->lock, NULL);
    return k;
}

static void drop(struct look **at)
{
    struct look *l = *at;
    *at = l->next;
    free(l);
}

void looks_kept_free(struct looks_kept *k)
{
    if (!k)
        return;
    while (k->first)
        drop(&k->first);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

/* Where it stands; or the end of the list. */
static struct look **find(struct looks_kept *k, struct str key)
{
    struct look **at = &k->first;
    while (*at && !str_eq((struct str){(*at)->bytes, (*at)->key_len}, key))
        at = &(*at)->next;
    return at;
}

bool looks_kept_get(struct look_kept *out, struct looks_kept *k, struct str key, struct arena *a)
{
    pthread_mutex_lock(&k->lock);
    struct look **at = find(k, key), *l = *at;
    if (l) {
        *at = l->next;
        l->next = k->first;
        k->first = l;
        *out = (struct look_kept){arena_dup(a, (struct str){l->bytes + l->key_len, l->len}),
                                  l->number};
    }
    pthread_mutex_unlock(&k->lock);
    return l != NULL;
}

/* The latest used ones that fit stay. */
static void make_room(struct looks_kept *k)
{
    size_t bytes = 0;
    for (struct look **at = &k->first; *at;)
        if ((bytes += sizeof(**at) + (*at)->key_len + (*at)->len) > KEPT_BYTES)
            drop(at);
        else
            at = &(*at)->next;
}

void looks_kept_put(struct looks_kept *k, struct str key, struct look_kept value)
{
    if (value.bytes.len > ONE_BYTES)
        return;
    struct look *l = mem_alloc(sizeof(*l) + key.len + value.bytes.len);
    *l = (struct look){.key_len = key.len, .len = value.bytes.len, .number = value.number};
    memcpy(l->bytes, key.ptr, key.len);
    memcpy(l->bytes + key.len, value.bytes.ptr, value.bytes.len);
    pthread_mutex_lock(&k->lock);
    struct look **at = find(k, key);
    if (*at)
        drop(at);
    l->next = k->first;
    k->first = l;
    make_room(k);
    pthread_mutex_unlock(&k->lock);
}
