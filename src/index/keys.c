/* Keys are numbered in the order in which they are met, under one lock for all columns. */
#include "index/keys.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "index/segment_priv.h"

/* Held while numbers are given, of all readers. */
static pthread_mutex_t giving = PTHREAD_MUTEX_INITIALIZER;

static uint32_t number_of(struct map *numbers, struct str key)
{
    bool added;
    uint64_t *at = map_put(numbers, key, &added);
    *at = added ? map_count(numbers) : *at;
    return (uint32_t)*at;
}

static err_t value_number(uint32_t *out, const struct segment *s, int column, uint32_t ord,
                          value_map map, void *arg, struct map *numbers, struct err *e)
{
    char text[CELL_TEXT_MAX];
    struct str value;
    err_t rc = segment_string(&value, s, column, ord, e);
    if (rc == OK && map)
        value = (struct str){text, map(text, sizeof(text), value, 0, arg)};
    *out = rc == OK && (!map || value.len > 0) ? number_of(numbers, value) : 0;
    return rc;
}

static void repeats_find(struct column_keys *k, const struct segment *s,
                         const struct column_strings *c, size_t numbers)
{
    VEC(struct key_repeat) found = {0};
    uint32_t *last = mem_array(numbers + 1, sizeof(*last)); /* number → document + 1 */
    for (uint32_t doc = 0; doc < s->file->footer.doc_count; doc++)
        for (uint32_t i = c->starts[doc]; i < c->starts[doc + 1]; i++) {
            uint32_t number = k->numbers[c->ords[i]];
            if (last[number] == doc + 1)
                VEC_PUSH(k->a, &found, ((struct key_repeat){doc, number}));
            last[number] = doc + 1;
        }
    free(last);
    k->repeats = found.ptr;
    k->repeat_count = found.len;
}

/* Numbers the keys of a segment. `before`: the numbers kept with it, of which only those that the request moves are found
 * again; NULL: all are new. */
static err_t keys_make(struct column_keys *out, const struct segment *s,
                       const struct facet_request *r, const struct column_keys *before,
                       struct map *numbers, struct arena *a, struct err *e)
{
    struct column_strings c = {.value_count = s->file->footer.doc_count};
    const uint32_t *values = NULL;
    err_t rc = s->schema->columns[r->column].kind == COLUMN_STRINGS
                   ? segment_strings(&c, s, r->column, e)
                   : segment_numbers(&values, s, r->column, e);
    uint32_t *made = arena_array(a, (size_t)c.value_count + 1, sizeof(*made));
    bool *moved = before ? arena_array(a, map_count(numbers) + r->moved_count + 1, 1) : NULL;
    for (size_t i = 0; before && i < r->moved_count; i++)
        moved[number_of(numbers, r->moved[i])] = true;
    for (uint32_t ord = 0; rc == OK && ord < c.value_count; ord++)
        if (values)
            made[ord] = values[ord] == COLUMN_NONE
                            ? 0
                            : number_of(numbers, (struct str){(const char *)&values[ord], 4});
        else if (!before)
            rc = value_number(&made[ord], s, r->column, ord, r->key, NULL, numbers, e);
        else if (moved[made[ord] = before->numbers[ord]])
            rc = value_number(&made[ord], s, r->column, ord, r->own, r->own_arg, numbers, e);
    *out = (struct column_keys){.numbers = made, .a = a};
    if (rc == OK && r->key)
        repeats_find(out, s, &c, map_count(numbers));
    return rc;
}

err_t segment_keys(struct column_keys *out, const struct segment *s, const struct facet_request *r,
                   const struct plan *p, struct err *e)
{
    struct key_numbers *n = snapshot_keys(p->snapshot);
    struct map **numbers = &n->of[r->column];
    err_t rc = OK;
    (void)pthread_mutex_lock(&giving);
    if (!*numbers)
        *numbers = map_in(n->a);
    struct column_keys *kept = s->file->columns[r->column].keys;
    if (!kept) {
        struct arena *own = arena_new();
        kept = arena_alloc(own, sizeof(*kept));
        if ((rc = keys_make(kept, s, r, NULL, *numbers, own, e)) == OK)
            s->file->columns[r->column].keys = kept;
        else
            arena_free(own);
    }
    if (rc == OK && r->moved_count > 0)
        rc = keys_make(out, s, r, kept, *numbers, p->scratch->arena, e);
    else if (rc == OK)
        *out = *kept;
    out->last = (uint32_t)map_count(*numbers);
    (void)pthread_mutex_unlock(&giving);
    return rc;
}
