/* Files of the index's folder that are learnt from the store's records. */
#include "search/learnt.h"
#include "base/fs.h"
#include "index/snapshot.h"
#include "model/patent_store.h"
#include <malloc.h>

#define RECORDS_LEAST 20
#define SPREAD 16 /* every 16th record is read first, then those behind them … */

/* --- lines ------------------------------------------------------------------------------ */

struct str learnt_line(struct str *lines)
{
    size_t end = str_find(*lines, STR("\n"), 0);
    struct str line = {lines->ptr, end};
    end += end < lines->len;
    *lines = (struct str){lines->ptr + end, lines->len - end};
    return line;
}

struct str learnt_lines(struct str file)
{
    if (file.len > 0)
        learnt_line(&file);
    return file;
}

struct str learnt_find(struct str lines, struct str key)
{
    size_t low = 0, high = lines.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        while (middle > low && lines.ptr[middle - 1] != '\n')
            middle--;
        struct str rest = {lines.ptr + middle, lines.len - middle};
        struct str line = learnt_line(&rest);
        if (str_cmp(str_split(&line, STR("\t")), key) < 0)
            low = (size_t)(rest.ptr - lines.ptr);
        else
            high = middle;
    }
    return (struct str){lines.ptr + low, lines.len - low};
}

/* --- the file --------------------------------------------------------------------------- */

static const char *path_of(const char *index_dir, const char *name, const char *ending,
                           struct arena *a)
{
    return arena_cstr(a, arena_printf(a, "%s/%s%s", index_dir, name, ending));
}

struct bytes learnt_map(const char *index_dir, const char *name)
{
    struct arena *a = arena_new();
    struct bytes out = {0};
    if (fs_map(&out, &fs_system, path_of(index_dir, name, "", a), NULL) != OK)
        out = (struct bytes){0};
    arena_free(a);
    return out;
}

err_t learnt_write(const struct learnt_from *from, uint64_t records, const struct buf *lines,
                   struct err *e)
{
    struct arena *a = arena_new();
    const char *temporary = path_of(from->index_dir, from->name, ".new", a);
    struct buf b;
    buf_init(&b, 0);
    buf_addf(&b, "%llu\n", (unsigned long long)records);
    buf_add(&b, buf_str(lines));
    err_t rc = buf_ok(lines) && buf_ok(&b)
                   ? fs_write_synced(&fs_system, temporary, str_bytes(buf_str(&b)), e)
                   : err_set(e, E_LIMIT, "the table of terms is too long");
    if (rc == OK)
        rc = fs_publish(&fs_system, temporary, path_of(from->index_dir, from->name, "", a), e);
    buf_clear(&b);
    arena_free(a);
    return rc;
}

/* --- the records -------------------------------------------------------------------------- */

static uint64_t records_learnt(const struct learnt_from *from)
{
    struct bytes file = learnt_map(from->index_dir, from->name);
    struct str lines = bytes_str(file);
    uint64_t count = 0;
    if (file.len == 0 || !str_to_u64(&count, learnt_line(&lines)))
        count = 0;
    fs_unmap(file);
    return count;
}

static err_t read_all(struct store *store, const struct learnt_from *from,
                      const struct search_result *found, struct err *e)
{
    struct arena *a = arena_new(); /* of one record */
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, store, e);
    bool more = true;
    (void)malloc_trim(0); /* what records and lists took before; learning wants as much again */
    for (size_t start = 0; start < SPREAD; start++)
        for (size_t i = start; rc == OK && more && i < found->hit_count; i += SPREAD) {
            struct patent p;
            struct err why = {0};
            arena_reset(a);
            rc = patent_get(&p, db, (int64_t)found->hits[i].id, a, &why);
            if (rc == OK)
                more = from->take(from->arg, &p);
            else if (rc == E_NOTFOUND) /* removed since */
                rc = OK;
            else
                rc = err_pass(e, rc, &why);
        }
    if (db)
        store_reader_put(store, db);
    arena_free(a);
    return rc;
}

err_t learnt_read(uint64_t *records, struct store *store, const struct learnt_from *from,
                  struct arena *a, struct err *e)
{
    struct index_reader *reader = NULL;
    struct search_scratch *scratch = search_scratch_new();
    struct search_options o = {.k = from->most, .total = true, .scratch = scratch};
    struct search_result found = {0};
    err_t rc = index_reader_open(&reader, &fs_system, from->index_dir, e);
    *records = 0;
    if (rc == OK) {
        struct snapshot *s = snapshot_get(reader);
        rc = index_search(&found, s, from->query, &o, a, e);
        snapshot_put(s);
        index_reader_close(reader);
    }
    search_scratch_free(scratch);
    uint64_t learnt = records_learnt(from);
    if (rc != OK || found.total < RECORDS_LEAST || found.total <= learnt + learnt / 5)
        return rc;
    *records = found.total;
    return read_all(store, from, &found, e);
}
