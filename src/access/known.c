/* A table of slots by the first bits of the digest: who meets another there displaces
 * him and is read again next time, which costs some look-ups and nothing else. */
#include "access/known.h"
#include "base/mem.h"
#include <pthread.h>
#include <stdlib.h>

#define SLOTS 2048 /* people and programs at a time; 4 KB each where taken */

struct slot {
    char digest[HASH_HEX_LEN + 1]; /* empty: nobody */
    char today[11];
    int64_t number;
    struct bearer bearer; /* its texts in the arena */
    struct arena *arena;
};

struct known {
    struct store *store;
    pthread_mutex_t lock; /* held for a comparison and a copy of some hundred bytes */
    struct store_number number;
    struct slot slots[SLOTS];
};

struct known *known_new(struct store *s)
{
    struct known *k = mem_zalloc(sizeof(*k));
    k->store = s;
    k->number.sql = "SELECT number FROM access_number WHERE id = 1";
    pthread_mutex_init(&k->lock, NULL);
    return k;
}

void known_free(struct known *k)
{
    if (!k)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        arena_free(k->slots[i].arena);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

static struct slot *slot_of(struct known *k, struct str digest)
{
    size_t n = 0;
    for (size_t i = 0; i < digest.len && i < 8; i++) {
        unsigned char c = (unsigned char)digest.ptr[i];
        n = n * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return &k->slots[n % SLOTS];
}

static const struct str *copy_scopes(const struct str *from, size_t count, struct arena *a)
{
    struct str *to = from ? arena_array(a, count + 1, sizeof(*to)) : NULL;
    for (size_t i = 0; to && i < count; i++)
        to[i] = arena_dup(a, from[i]);
    return to;
}

static void copy(struct bearer *out, const struct bearer *b, struct arena *a)
{
    struct subject *s = &out->subject;
    struct grant *grants = arena_array(a, b->subject.grant_count + 1, sizeof(*grants));
    *out = *b;
    out->token.token.scopes = copy_scopes(b->token.token.scopes, b->token.token.scope_count, a);
    out->session.session.means = arena_dup(a, b->session.session.means);
    s->name = arena_dup(a, s->name);
    s->display_name = arena_dup(a, s->display_name);
    s->unit_kind = arena_dup(a, s->unit_kind);
    s->unit_name = arena_dup(a, s->unit_name);
    s->credit_code = arena_dup(a, s->credit_code);
    s->city = arena_dup(a, s->city);
    s->province = arena_dup(a, s->province);
    s->today = arena_dup(a, s->today);
    if (s->grant_count > 0)
        memcpy(grants, s->grants, s->grant_count * sizeof(*grants));
    for (size_t i = 0; i < s->grant_count; i++) {
        grants[i].lender = arena_dup(a, grants[i].lender);
        grants[i].programmes = arena_dup(a, grants[i].programmes);
    }
    s->grants = grants;
    s->scopes = copy_scopes(b->subject.scopes, b->subject.scope_count, a);
}

err_t known_get(bool *found, struct bearer *out, int64_t *number, struct known *k,
                struct str digest, struct str today, struct arena *a, struct err *e)
{
    *found = false;
    *number = 0;
    err_t rc = store_number(number, k->store, &k->number, e);
    if (rc != OK)
        return rc;
    pthread_mutex_lock(&k->lock);
    const struct slot *s = slot_of(k, digest);
    *found =
        s->arena && s->number == *number && str_is(digest, s->digest) && str_is(today, s->today);
    if (*found)
        copy(out, &s->bearer, a);
    pthread_mutex_unlock(&k->lock);
    return OK;
}

void known_put(struct known *k, struct str digest, struct str today, int64_t number,
               const struct bearer *b)
{
    if (digest.len != HASH_HEX_LEN || today.len != 10)
        return;
    pthread_mutex_lock(&k->lock);
    struct slot *s = slot_of(k, digest);
    if (!s->arena)
        s->arena = arena_new();
    arena_reset(s->arena);
    memcpy(s->digest, digest.ptr, HASH_HEX_LEN);
    memcpy(s->today, today.ptr, 10);
    s->number = number;
    copy(&s->bearer, b, s->arena);
    pthread_mutex_unlock(&k->lock);
}
