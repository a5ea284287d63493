/* One harness over the table of import formats; the target's name is a format's.
 *
 * Besides not crashing, a reader must be the same function of its bytes every
 * time, end, and give records whose canonical JSON reads back to itself. */
#include "base/limits.h"
#include "base/map.h"
#include "fuzz.h"
#include "ingest/producer.h"

#define ITEMS_MAX 3000 /* an input of 64 KiB has fewer rows */

static const struct format *chosen_format(void)
{
    const struct format *f = format_find(fuzz_target_name());
    if (!f) {
        fprintf(stderr, "FUZZ_TARGET=%s: no such format\n", fuzz_target_name());
        abort();
    }
    return f;
}

static void check_round_trip(struct str json, struct arena *a)
{
    struct patent back = {0};
    struct buf again;
    struct err e = {0};

    if (patent_from_json(&back, json, a, &e) != OK) {
        fprintf(stderr, "its own JSON does not read back: %s\n%.*s\n", e.text, STR_ARG(json));
        abort();
    }
    buf_init(&again, 0);
    patent_to_json(&again, &back);
    FUZZ_ASSERT(str_eq(buf_str(&again), json));
    buf_clear(&again);
}

static uint64_t hash_item(struct item *item, struct arena *a, uint64_t h)
{
    struct buf json;

    h = hash_bytes((struct str){(const char *)&item->row, sizeof(item->row)}, h);
    h = hash_bytes(item->reason, hash_bytes(item->value, hash_bytes(item->column, h)));
    if (item->kind != ITEM_RECORD)
        return h;
    item->patent->source = STR("fuzz");
    patent_finish(item->patent, a);
    buf_init(&json, 0);
    patent_to_json(&json, item->patent);
    h = hash_bytes(buf_str(&json), h);
    if (json.len < 20000)
        check_round_trip(buf_str(&json), a);
    buf_clear(&json);
    return h;
}

static uint64_t read_all(const struct format *f, struct bytes data,
                         const struct column_map *columns)
{
    struct arena *a = arena_new(), *notes_arena = arena_new();
    struct notes notes = {.a = notes_arena};
    struct input in = {.name = "fuzz",
                       .source = STR("fuzz"),
                       .stream = stream_open_memory(data),
                       .tmpdir = "/tmp",
                       .columns = columns,
                       .notes = &notes,
                       .frame = f->frame};
    struct err e = {0};
    void *state = NULL;
    uint64_t h = 0;
    size_t items = 0;
    err_t rc = f->open(&state, &in, &e);

    while (rc == OK && items++ < ITEMS_MAX) {
        struct item item = {0};
        arena_reset(a);
        rc = f->next(&item, state, a, &e);
        if (rc != OK || item.kind == ITEM_END)
            break;
        h = hash_item(&item, a, h);
    }
    FUZZ_ASSERT(items < ITEMS_MAX + 1 || data.len > 1000);
    h = hash_bytes(str_of(e.text), h + (uint64_t)rc);
    f->close(state);
    stream_close(in.stream);
    for (size_t i = 0; i < notes.remarks.len; i++)
        h = hash_bytes(notes.remarks.ptr[i], h);
    arena_free(a);
    arena_free(notes_arena);
    return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct format *f;
    static struct column_map *columns;
    struct bytes bytes = {data, size};

    if (!f) {
        f = chosen_format();
        if (column_map_new(&columns, NULL, 0, NULL) != OK)
            abort();
    }
    (void)format_sniff(f, bytes);
    uint64_t first = read_all(f, bytes, columns);
    FUZZ_ASSERT(read_all(f, bytes, columns) == first);
    return 0;
}
