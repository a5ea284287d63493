/* Backups. pack: a tar archive as the input has it, compressed as ours is, or the file
 * itself; it is read to its end or to a sentence, and twice the same. tables: what a
 * backup says of tables becomes SQL that makes one table of that name and nothing else. */
#include "backup/pack.h"
#include "backup/rows.h"
#include "fuzz.h"
#include "text/json.h"
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

static int the_file;

static int open_it(const struct fs *fs, const char *path, int flags, mode_t mode)
{
    (void)fs;
    (void)path;
    (void)flags;
    (void)mode;
    return dup(the_file);
}

static err_t read_all(uint64_t *bytes, const struct fs *fs, struct err *e)
{
    struct pack_in *p = NULL;
    struct pack_part part;
    char piece[4096];
    bool more = true;
    err_t rc = pack_open(&p, fs, "fuzz", STR("passphrase"), e);
    *bytes = 0;
    while (rc == OK && (rc = pack_next(&part, &more, p, e)) == OK && more) {
        size_t got = 1;
        FUZZ_ASSERT(part.name.len > 0 && part.name.len <= PACK_NAME_MAX &&
                    part.name.ptr[0] != '/' && !str_contains(part.name, STR("..")));
        while (rc == OK && got > 0) {
            rc = pack_read(&got, p, piece, sizeof(piece), e);
            *bytes += got;
        }
    }
    pack_close(p);
    return rc;
}

static void put(struct bytes b)
{
    FUZZ_ASSERT(ftruncate(the_file, 0) == 0 && pwrite(the_file, b.ptr, b.len, 0) == (ssize_t)b.len);
}

static void check_pack(struct bytes input, struct arena *a)
{
    struct fs fs = fs_system;
    struct err e = {0}, again = {0};
    uint64_t bytes, bytes_again;
    size_t cap = ZSTD_compressBound(input.len);
    void *packed = arena_alloc(a, cap);
    fs.open = open_it;
    if (!the_file)
        the_file = memfd_create("fuzz", 0);
    bool as_it_is = input.len > 0 && input.ptr[0] == 0x28;
    size_t len = ZSTD_compress(packed, cap, input.ptr, input.len, 1);
    put(as_it_is ? input : (struct bytes){packed, len});
    err_t rc = read_all(&bytes, &fs, &e);
    FUZZ_ASSERT(rc == OK || (e.text[0] && fuzz_is_utf8(str_of(e.text))));
    FUZZ_ASSERT(read_all(&bytes_again, &fs, &again) == rc && bytes == bytes_again);
    FUZZ_ASSERT(as_it_is || bytes <= input.len);
}

static void check_tables(struct bytes input, struct arena *a)
{
    const struct jvalue *v = NULL;
    const struct table *made;
    struct table t;
    struct db *db = NULL;
    struct buf sql;
    size_t count = 0;
    struct err e = {0};
    if (jin_parse(&v, bytes_str(input), a, &e) != OK || table_read(&t, v, a, &e) != OK) {
        FUZZ_ASSERT(e.text[0]);
        return;
    }
    buf_init(&sql, 0);
    if (table_sql(&sql, &t) && db_open(&db, "sqlite::memory:", &(struct db_options){0}, &e) == OK) {
        buf_addc(&sql, '\0');
        if (db_exec(db, sql.ptr, &e) == OK) { /* a name twice, or what is not there to refer to */
            FUZZ_ASSERT(db_tables(&made, &count, db, a, &e) == OK && count == 1);
            FUZZ_ASSERT(str_eq(made[0].name, t.name) && made[0].column_count == t.column_count &&
                        made[0].index_count <= t.index_count);
        }
    }
    db_close(db);
    buf_clear(&sql);
}

static const struct fuzz_target targets[] = {{"backup-pack", check_pack},
                                             {"backup-tables", check_tables}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_one_of(targets, sizeof(targets) / sizeof(*targets), data, size);
}
