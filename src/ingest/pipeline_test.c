/* The import as a whole, on real stores in scratch folders: the same files end
 * in the same store, whatever happens on the way. */
#include "audit/sequencer.h"
#include "audit/verify.h"
#include "base/msg.h"
#include "db/scratch.h"
#include "ingest/import_undo.h"
#include "ingest/pipeline.h"
#include "model/patent_store.h"
#include "test.h"
#include "text/zip_build.h"
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

struct place {
    struct arena *a;
    const char *dir, *url;
};

static struct place place_new(void)
{
    struct place p = {.a = arena_new()};
    p.dir = scratch_dir(p.a);
    p.url = scratch_url(p.a, p.dir, "t.db");
    return p;
}

static const char *put_file(const struct place *p, const char *name, struct str content)
{
    const char *path = arena_printf(p->a, "%s/%s", p->dir, name).ptr;
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    if (content.len)
        assert_int_equal(fwrite(content.ptr, 1, content.len, f), content.len);
    assert_int_equal(fclose(f), 0);
    return path;
}

/* What short tables are asked for: they have neither names nor classes. */
static const struct str no_names = {"-=applicant", 11};

static struct import_report import(const struct place *p, const char *path,
                                   const struct import_options *options)
{
    struct import_options o = options ? *options : (struct import_options){0};
    struct import_report r;
    struct store *store = NULL;
    struct err e = {0};

    if (o.map_count == 0) {
        o.maps = &no_names;
        o.map_count = 1;
    }
    assert_ok(store_open(&store, p->url, true, &e), &e);
    assert_ok(import_run(&r, store, &path, 1, &o, p->a, &e), &e);
    store_close(store);
    return r;
}

/* A workbook is a stranger's: only what reads it in a cage opens it, where there is one. */
static void workbooks_are_left_to_their_reader(void **state)
{
    struct place p = place_new();
    const struct import_options o = {.reader = "/nowhere/reader", .dry_run = true};
    const char *book = put_file(
        &p, "a.xlsx", STR("PK\3\4..........................[Content_Types].xml.............."));
    struct import_report r = import(&p, book, &o);
    (void)state;
    assert_int_equal(r.file_count, 1);
    assert_int_equal(r.files[0].refused, E_IO);
    assert_str(r.files[0].refusal, "the reader of workbooks (zhiyun-pdf) cannot be started");
}

static bool add_line(void *arg, struct str json)
{
    buf_add(arg, json);
    buf_addc(arg, '\n');
    return true;
}

/* Everything the store holds, but for ids and times; file names are cut to
 * their last part, since scratch folders differ. */
static struct str dump(const struct place *p)
{
    struct store *store = NULL;
    struct db *db = NULL;
    struct err e = {0};
    struct buf b;

    buf_init(&b, 0);
    assert_ok(store_open(&store, p->url, true, &e), &e);
    assert_ok(store_reader_get(&db, store, &e), &e);
    assert_ok(patent_dump(db, add_line, &b, &e), &e);
    store_reader_put(store, db);
    store_close(store);
    struct buf out;
    buf_init(&out, 0);
    struct str s = buf_str(&b), dir = str_of(p->dir);
    for (size_t at = 0; at < s.len;) {
        size_t next = str_find(s, dir, at);
        buf_add(&out, (struct str){s.ptr + at, next - at});
        at = next + (next < s.len ? dir.len : 0);
    }
    struct str copy = arena_dup(p->a, buf_str(&out));
    buf_clear(&b);
    buf_clear(&out);
    return copy;
}

static int64_t last_change(const struct place *p)
{
    struct store *store = NULL;
    struct db *db = NULL;
    struct err e = {0};
    int64_t seq = 0;

    assert_ok(store_open(&store, p->url, true, &e), &e);
    assert_ok(store_reader_get(&db, store, &e), &e);
    assert_ok(changes_last(&seq, db, &e), &e);
    store_reader_put(store, db);
    store_close(store);
    return seq;
}

/* A fictional table of `rows` records, some of them repeated, some wrong. */
static struct str table_text(struct arena *a, int rows)
{
    struct buf b;
    buf_init(&b, 0);
    buf_addz(&b, "公开号,标题,申请人,摘要,申请日\n");
    for (int i = 0; i < rows; i++) {
        int n = i % 50 == 49 ? i - 7 : i; /* again what stood seven rows above */
        if (i % 97 == 96)
            buf_addf(&b, "见附件%d,没有号码,某公司,,\n", i % 10);
        else
            buf_addf(&b, "CN29900%04dA,虚构的装置%d,甲公司%d | 乙公司,装置%d的摘要,2099-01-%02d\n",
                     n, n, n % 13, n, n % 28 + 1);
    }
    struct str s = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return s;
}

static void importing_again_changes_nothing(void **state)
{
    struct place p = place_new();
    const char *path = put_file(&p, "list.csv", table_text(p.a, 1200));
    struct import_report first = import(&p, path, NULL);
    struct str before = dump(&p);
    int64_t seq = last_change(&p);
    struct import_report second = import(&p, path, NULL);

    (void)state;
    assert_int_equal(first.records, 1200);
    assert_int_equal(first.rejected, 12);
    assert_true(first.inserted > 1100);
    assert_int_equal(first.inserted + first.updated + first.unchanged + first.rejected, 1200);
    assert_int_equal(second.unchanged, 1200 - 12);
    assert_int_equal(second.rejected, 12);
    assert_int_equal(second.inserted + second.updated, 0);
    assert_true(str_eq(before, dump(&p)));
    assert_int_equal(last_change(&p), seq);
    arena_free(p.a);
}

static struct str gzipped(struct arena *a, struct str s)
{
    uLong cap = compressBound(s.len) + 64;
    char *out = arena_alloc(a, cap);
    z_stream z = {.next_in = (Bytef *)(uintptr_t)s.ptr,
                  .avail_in = (uInt)s.len,
                  .next_out = (Bytef *)out,
                  .avail_out = (uInt)cap};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t len = z.total_out;
    deflateEnd(&z);
    return (struct str){out, len};
}

/* The only document's lines of a dump hold the merged record first. */
static bool document_has(const struct place *p, const char *text)
{
    struct str all = dump(p);
    all.len = str_find(all, STR("\"sources\""), 0);
    return str_contains(all, str_of(text));
}

static void a_corrected_export_corrects_the_record(void **state)
{
    struct place p = place_new();
    const char *path = put_file(&p, "list.csv",
                                STR("公开号,标题,摘要,当前权利人,IPC\n"
                                    "CN299000001A,一种很长的方法,摘要文字,张三公司,H01M4/00\n"));
    const char *kept = put_file(&p, "list.csv.gz", STR_NONE);
    struct str old = STR("公开号,标题,摘要,当前权利人,IPC\n"
                         "CN299000001A,一种很长的方法,摘要文字,张三公司,H01M4/00\n");

    (void)state;
    assert_int_equal(import(&p, path, NULL).inserted, 1);
    path = put_file(&p, "list.csv",
                    STR("公开号,标题,当前权利人,IPC\nCN299000001A,方法,李四公司,G02B27/01\n"));
    assert_int_equal(import(&p, path, NULL).updated, 1);
    struct str mended = dump(&p);
    assert_true(document_has(&p, "\"方法\""));
    assert_false(document_has(&p, "很长"));
    assert_true(document_has(&p, "李四公司"));
    assert_false(document_has(&p, "张三公司"));
    assert_true(document_has(&p, "G02B27/01"));
    assert_false(document_has(&p, "H01M4/00"));
    assert_true(document_has(&p, "摘要文字")); /* the later export has no such column */

    int64_t seq = last_change(&p);
    assert_int_equal(import(&p, path, NULL).unchanged, 1);
    path = put_file(&p, "list.csv", old); /* the old version once more, to the byte */
    assert_int_equal(import(&p, path, NULL).unchanged, 1);
    assert_true(str_eq(mended, dump(&p)));
    assert_int_equal(last_change(&p), seq);

    put_file(&p, "list.csv.gz", gzipped(p.a, old)); /* its words in another file: a later one */
    assert_int_equal(import(&p, kept, NULL).updated, 1);
    assert_true(document_has(&p, "张三公司"));
    assert_false(document_has(&p, "李四公司"));
    arena_free(p.a);
}

static int64_t number_of(const struct place *p, const char *sql)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct err e = {0};
    bool has_row = false;
    assert_ok(db_open(&db, p->url, &(struct db_options){.must_exist = true}, &e), &e);
    assert_ok(db_prepare_text(&st, db, str_of(sql), &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    int64_t n = stmt_i64(st, 0);
    stmt_free(st);
    db_close(db);
    return n;
}

/* Its name says nothing of what a file is. */
static void a_file_is_a_source_by_its_content(void **state)
{
    struct place p = place_new();
    struct str one = STR("公开号,当前权利人\nCN299000001A,张三公司\n");
    struct str other = STR("公开号,当前权利人\nCN299000001A,李四公司\n");
    struct import_options vendor = {.source = STR("patsnap")};

    (void)state;
    assert_int_equal(import(&p, put_file(&p, "a.csv", one), NULL).inserted, 1);
    int64_t seq = last_change(&p);
    assert_int_equal(import(&p, put_file(&p, "docdb.csv", one), NULL).unchanged, 1);
    assert_int_equal(last_change(&p), seq);
    assert_int_equal(import(&p, put_file(&p, "a.csv", other), NULL).updated, 1);
    assert_false(document_has(&p, "张三公司")); /* of two lists the later */
    assert_true(document_has(&p, "李四公司"));
    assert_int_equal(number_of(&p, "SELECT count(DISTINCT source) FROM publication_source"), 2);
    /* A vendor is believed before any list, also a later one. */
    import(&p, put_file(&p, "v.csv", STR("公开号,当前权利人\nCN299000001A,王五公司\n")), &vendor);
    import(&p, put_file(&p, "z.csv", STR("公开号,当前权利人\nCN299000001A,赵六公司\n")), NULL);
    assert_true(document_has(&p, "王五公司"));
    assert_false(document_has(&p, "赵六公司"));
    arena_free(p.a);
}

static void members_of_one_archive_are_one_file(void **state)
{
    struct place p = place_new();
    struct zip_build z;
    struct import_options o = {.source = STR("我库")};

    (void)state;
    zip_begin(&z);
    zip_put(&z, "a.csv", NULL, STR("公开号,当前权利人\nCN299000001A,张三公司\n"), true, 0);
    zip_put(&z, "b.csv", NULL, STR("公开号,当前权利人\nCN299000001A,李四公司\n"), true, 0);
    import(&p, put_file(&p, "ab.zip", bytes_str(zip_end(&z))), &o);
    zip_drop(&z);
    assert_true(document_has(&p, "张三公司"));
    assert_true(document_has(&p, "李四公司"));
    import(&p, put_file(&p, "c.csv", STR("公开号,当前权利人\nCN299000001A,王五公司\n")), &o);
    assert_false(document_has(&p, "张三公司"));
    assert_false(document_has(&p, "李四公司"));
    arena_free(p.a);
}

static void a_map_for_no_column_is_told_and_changes_nothing(void **state)
{
    struct place p = place_new();
    const char *path = put_file(&p, "list.csv", table_text(p.a, 1200));
    const struct str maps[] = {STR("没有这列=title"), STR("标题=title")};
    struct import_options o = {.maps = maps, .map_count = 1}, both = {.maps = maps, .map_count = 2};
    struct import_report r = import(&p, path, NULL);

    (void)state;
    assert_int_equal(r.remark_count, 0);
    struct str before = dump(&p);
    put_file(&p, "list.csv", STR("公开号,标题\nCN299000001A,后来的\n"));
    import(&p, path, NULL);
    struct str after = dump(&p);
    assert_false(str_eq(before, after));
    put_file(&p, "list.csv", table_text(p.a, 1200));
    r = import(&p, path, &o); /* still the first file, not a new statement of it */
    assert_int_equal(r.remark_count, 1);
    assert_true(str_contains(r.remarks[0], STR("没有这列")));
    assert_int_equal(r.refused_files, 0);
    assert_int_equal(r.inserted + r.updated, 0);
    assert_true(str_eq(after, dump(&p)));
    r = import(&p, path, &both);
    assert_int_equal(r.remark_count, 1);
    arena_free(p.a);
}

static bool stop_after(void *arg)
{
    int *left = arg;
    return --*left < 0;
}

static void a_stopped_import_goes_on_where_it_was(void **state)
{
    struct place whole = place_new(), p = place_new();
    const char *path = put_file(&p, "list.csv", table_text(p.a, 6000));
    const char *copy = put_file(&whole, "list.csv", table_text(p.a, 6000));
    struct store *store = NULL;
    struct import_report r;
    struct err e = {0};
    int left = 3;
    struct import_options o = {.stop = stop_after, .stop_arg = &left};

    (void)state;
    import(&whole, copy, NULL);
    assert_ok(store_open(&store, p.url, true, &e), &e);
    assert_int_equal(import_run(&r, store, &path, 1, &o, p.a, &e), E_BUSY);
    store_close(store);
    assert_true(r.records > 0 && r.records < 6000);
    assert_int_equal(r.refused_files, 1);
    r = import(&p, path, NULL);
    assert_true(r.files[0].resumed > 0);
    assert_int_equal(r.records, 6000);
    assert_int_equal(r.rejected, 61);
    assert_true(str_eq(dump(&p), dump(&whole)));
    arena_free(p.a);
    arena_free(whole.a);
}

/* Import in a child process and kill it after `us`. True: it had finished. */
static bool killed_import(const struct place *p, const char *path, unsigned us)
{
    pid_t child = fork();
    int status = 0;
    assert_true(child >= 0);
    if (child == 0) {
        struct import_options o = {0};
        struct import_report r;
        struct store *store = NULL;
        struct err e = {0};
        if (store_open(&store, p->url, true, &e) == OK)
            (void)!import_run(&r, store, &path, 1, &o, p->a, &e);
        _exit(0);
    }
    usleep(us);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status);
}

static void killed_at_any_moment_it_ends_in_the_same_store(void **state)
{
    struct place whole = place_new(), p = place_new();
    const char *path = put_file(&p, "list.csv", table_text(p.a, 6000));
    const char *copy = put_file(&whole, "list.csv", table_text(p.a, 6000));
    unsigned seed = (unsigned)test_seed((uint64_t)getpid());
    int killed = 0;

    (void)state;
    import(&whole, copy, NULL);
    for (int i = 0; i < 10; i++)
        killed += !killed_import(&p, path, (unsigned)rand_r(&seed) % 60000);
    struct import_report r = import(&p, path, NULL);
    printf("# killed %d of 10, then %lld of 6000 were known\n", killed,
           (long long)r.files[0].resumed);
    assert_true(killed > 0);
    assert_int_equal(r.records, 6000);
    assert_true(str_eq(dump(&p), dump(&whole)));
    arena_free(p.a);
    arena_free(whole.a);
}

/* The same table with other titles and without every fifth line. */
static struct str corrected(struct arena *a, struct str text)
{
    struct buf b;
    size_t line = 0;
    buf_init(&b, 0);
    for (struct str rest = text; rest.len; line++) {
        struct str s = str_split(&rest, STR("\n"));
        size_t at = str_find(s, STR("虚构"), 0);
        if (line % 5 == 4)
            continue;
        buf_add(&b, (struct str){s.ptr, at});
        if (at < s.len) {
            buf_addz(&b, "更正");
            buf_add(&b, str_range(s.ptr + at + strlen("虚构"), s.ptr + s.len));
        }
        buf_addc(&b, '\n');
    }
    struct str out = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return out;
}

static void a_correction_killed_at_any_moment_ends_in_the_same_store(void **state)
{
    struct place whole = place_new(), p = place_new();
    struct str old = table_text(p.a, 4000), new = corrected(p.a, old);
    unsigned seed = (unsigned)test_seed((uint64_t)getpid());
    int killed = 0;

    (void)state;
    import(&whole, put_file(&whole, "list.csv", old), NULL);
    import(&whole, put_file(&whole, "list.csv", new), NULL);
    import(&p, put_file(&p, "list.csv", old), NULL);
    const char *path = put_file(&p, "list.csv", new);
    for (int i = 0; i < 8; i++)
        killed += !killed_import(&p, path, (unsigned)rand_r(&seed) % 60000);
    import(&p, path, NULL);
    assert_true(killed > 0);
    struct str after = dump(&p);
    assert_true(str_eq(after, dump(&whole)));
    int64_t seq = last_change(&p);
    for (int again = 0; again < 2; again++) { /* both versions once more */
        struct import_report r = import(&p, put_file(&p, "list.csv", again ? new : old), NULL);
        assert_int_equal(r.inserted + r.updated, 0);
    }
    assert_int_equal(last_change(&p), seq);
    assert_true(str_eq(after, dump(&p)));
    arena_free(p.a);
    arena_free(whole.a);
}

static void packed_in_any_way_it_is_the_same_table(void **state)
{
    struct place plain = place_new(), gz = place_new(), zip = place_new();
    struct str text = table_text(plain.a, 300);
    struct zip_build z;

    (void)state;
    zip_begin(&z);
    zip_put(&z, "readme.pdf", NULL, STR("%PDF-1.4 no patents"), false, 0);
    zip_put(&z, "inner/list.csv.gz", NULL, gzipped(zip.a, text), true, 0);
    struct bytes archive = zip_end(&z);
    import(&plain, put_file(&plain, "list.csv", text), NULL);
    import(&gz, put_file(&gz, "list.csv.gz", gzipped(gz.a, text)), NULL);
    struct import_report r = import(&zip, put_file(&zip, "list.csv.zip", bytes_str(archive)), NULL);
    zip_drop(&z);
    assert_int_equal(r.file_count, 2);
    assert_int_equal(r.refused_files, 0);
    assert_true(r.files[0].table.len > 0);
    assert_int_equal(r.files[1].records, 300);
    assert_true(str_ends(r.files[1].file, STR("list.csv.zip/inner/list.csv.gz")));
    assert_int_equal(last_change(&zip), last_change(&plain));
    assert_int_equal(last_change(&gz), last_change(&plain));
    arena_free(plain.a);
    arena_free(gz.a);
    arena_free(zip.a);
}

static void ids_of_two_members_of_an_archive_do_not_meet(void **state)
{
    struct place p = place_new();
    struct zip_build z;

    (void)state;
    zip_begin(&z);
    zip_put(&z, "a.json", NULL, STR("{\"id\":\"1\",\"title\":\"一种方法\",\"abstract\":\"甲\"}"),
            true, 0);
    zip_put(&z, "b.json", NULL, STR("{\"id\":\"1\",\"title\":\"一种装置\",\"abstract\":\"乙\"}"),
            true, 0);
    struct import_report r = import(&p, put_file(&p, "ab.zip", bytes_str(zip_end(&z))), NULL);
    zip_drop(&z);
    assert_int_equal(r.inserted, 2);
    arena_free(p.a);
}

static void refused(const struct place *p, const char *name, struct str content, err_t kind,
                    const char *says)
{
    struct import_report r = import(p, put_file(p, name, content), NULL);
    assert_int_equal(r.refused_files, 1);
    const struct import_file_report *f = &r.files[r.file_count - 1];
    if (f->refused != kind || !str_contains(f->refusal, str_of(says)))
        fail_msg("%s: %s: %.*s", name, err_kind_name(f->refused), STR_ARG(f->refusal));
}

static void what_is_no_input_gets_one_clear_message(void **state)
{
    struct place p = place_new();
    struct arena *a = p.a;
    struct zip_build z;
    struct str text = table_text(a, 300), gz = gzipped(a, text);
    struct str bomb = {arena_alloc(a, (size_t)64 << 20), (size_t)64 << 20};

    (void)state;
    refused(&p, "empty.csv", STR_NONE, E_INVALID, "empty");
    refused(&p, "picture.xlsx", STR("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), E_INVALID, "PNG");
    refused(&p, "t.parquet", STR("PAR1\x15\x04\x15"), E_INVALID, "Parquet");
    refused(&p, "noise.csv", STR("\x01\x02\x03\x04\x05\x06\x07\x08"), E_INVALID, "no format");
    refused(&p, "page.xls", STR("\r\n<html><body><p>公开号</p></body></html>"), E_INVALID,
            "no table");
    refused(&p, "text.txt", STR("Just a sentence.\nAnd another one.\n"), E_INVALID,
            "no patent columns");
    refused(&p, "cut.csv.gz", (struct str){gz.ptr, gz.len / 2}, E_INVALID, "");
    zip_begin(&z);
    zip_put(&z, "list.csv", NULL, text, true, 0);
    struct str archive = bytes_str(zip_end(&z));
    refused(&p, "cut.zip", (struct str){archive.ptr, archive.len - 30}, E_INVALID, "");
    zip_drop(&z);
    zip_begin(&z);
    zip_put(&z, "list.csv", NULL, text, true, 1);
    refused(&p, "locked.zip", bytes_str(zip_end(&z)), E_INVALID, "password");
    zip_drop(&z);
    zip_begin(&z);
    zip_put(&z, "scan.pdf", NULL, STR("%PDF-1.4 no patents"), false, 0);
    refused(&p, "scan.zip", bytes_str(zip_end(&z)), E_INVALID, "no file in the archive");
    zip_drop(&z);
    memset((char *)(uintptr_t)bomb.ptr, 'x', bomb.len);
    memcpy((char *)(uintptr_t)bomb.ptr, "title,abstract\n", 15);
    refused(&p, "bomb.csv.gz", gzipped(a, bomb), E_LIMIT, "");
    refused(&p, "gz.gz.gz.gz", gzipped(a, gzipped(a, gzipped(a, gzipped(a, text)))), E_LIMIT,
            "packed");
    arena_free(a);
}

static void a_missing_file_is_refused_and_the_others_go_in(void **state)
{
    struct place p = place_new();
    const char *paths[] = {"/nowhere/at/all.csv", put_file(&p, "list.csv", table_text(p.a, 100))};
    struct import_options o = {0};
    struct import_report r;
    struct store *store = NULL;
    struct err e = {0};

    (void)state;
    assert_ok(store_open(&store, p.url, true, &e), &e);
    assert_ok(import_run(&r, store, paths, 2, &o, p.a, &e), &e);
    store_close(store);
    assert_int_equal(r.refused_files, 1);
    assert_int_equal(r.files[0].refused, E_NOTFOUND);
    assert_int_equal(r.files[1].records, 100);
    arena_free(p.a);
}

static void what_a_broken_file_had_before_the_damage_is_in(void **state)
{
    struct place p = place_new();
    struct str gz = gzipped(p.a, table_text(p.a, 3000));
    struct import_report r =
        import(&p, put_file(&p, "cut.csv.gz", (struct str){gz.ptr, gz.len * 3 / 4}), NULL);

    (void)state;
    assert_int_equal(r.refused_files, 1);
    assert_true(r.inserted > 500);
    arena_free(p.a);
}

static void refused_rows_can_be_mended_and_imported_again(void **state)
{
    struct place p = place_new();
    const char *path = put_file(&p, "list.csv",
                                STR("公开号,标题,我们的列\n"
                                    "CN299000001A,好的一行,x\nCN299000002A,又一行,x\n"
                                    "见附件,没有号码的一行,y\n"
                                    "也没有,第二行,z\n"));
    const char *rejects = arena_printf(p.a, "%s/rejects.xlsx", p.dir).ptr;
    struct import_options o = {.rejects = rejects};
    const struct str maps[] = {STR("公开号=source_id"), no_names};
    struct import_options mend = {.maps = maps, .map_count = 2};

    (void)state;
    struct import_report r = import(&p, path, &o);
    assert_int_equal(r.rejected, 2);
    assert_int_equal(r.files[0].reject_count, 2);
    assert_int_equal(r.files[0].rejects[0].row, 4);
    assert_str(r.files[0].rejects[0].column, "公开号");
    assert_str(r.files[0].rejects[0].value, "见附件");
    /* "Mended" by saying that the column is no number. */
    r = import(&p, rejects, &mend);
    assert_int_equal(r.refused_files, 0);
    assert_int_equal(r.inserted, 2);
    assert_int_equal(r.files[0].unknown_count, 1); /* ours alone, none of the four added */
    arena_free(p.a);
}

static bool count_reject(void *arg, const struct import_reject *r)
{
    int64_t *last = arg;
    assert_true(r->row > *last);
    *last = r->row;
    return true;
}

static void every_refused_row_is_told_however_many(void **state)
{
    struct place p = place_new();
    struct buf b;
    struct err e = {0};
    int64_t last = 0;
    const struct str map = STR("公开号=publication_number");
    struct import_options sure = {.maps = &map, .map_count = 1};

    (void)state;
    buf_init(&b, 0);
    buf_addz(&b, "公开号,标题\n");
    for (int i = 0; i < 5000; i++)
        buf_addf(&b, "无此号,行%d\n", i);
    struct import_report r = import(&p, put_file(&p, "bad.csv", buf_str(&b)), &sure);
    buf_clear(&b);
    assert_int_equal(r.rejected, 5000);
    assert_int_equal(r.files[0].reject_count, IMPORT_REJECTS_KEPT);
    assert_ok(import_rejects_each(&r.files[0], count_reject, &last, &e), &e);
    assert_int_equal(last, 5001);
    arena_free(p.a);
}

static bool take_reject(void *arg, const struct import_reject *r)
{
    struct buf *b = arg;
    buf_addf(b, "%.*s;", STR_ARG(r->value));
    return true;
}

/* More members with refused rows than a process may have open files. */
static void every_member_of_a_large_archive_keeps_its_refused_rows(void **state)
{
    struct place p = place_new();
    struct rlimit old, few;
    struct zip_build z;
    struct err e = {0};

    (void)state;
    zip_begin(&z);
    for (int i = 0; i < 120; i++)
        zip_put(&z, arena_printf(p.a, "%03d.csv", i).ptr, NULL,
                arena_printf(
                    p.a, "公开号,标题\n无此号%d,甲\nCN29900%04dA,乙\nCN2991%04dA,丁\n无号%d,丙\n",
                    i, i, i, i),
                true, 0);
    const char *path = put_file(&p, "many.zip", bytes_str(zip_end(&z)));
    zip_drop(&z);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    few = old;
    few.rlim_cur = 60;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    struct import_report r = import(&p, path, NULL);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
    assert_int_equal(r.file_count, 120);
    assert_int_equal(r.rejected, 240);
    for (int i = 0; i < 120; i++) {
        struct buf b;
        buf_init(&b, 0);
        assert_ok(import_rejects_each(&r.files[i], take_reject, &b, &e), &e);
        assert_str(buf_str(&b), arena_printf(p.a, "无此号%d;无号%d;", i, i).ptr);
        buf_clear(&b);
    }
    arena_free(p.a);
}

static void cells_without_a_name_stay_in_refused_rows(void **state)
{
    struct place p = place_new();
    const char *rejects = arena_printf(p.a, "%s/rejects.xlsx", p.dir).ptr;
    const struct str number = STR("公开号=publication_number");
    struct import_options o = {.rejects = rejects, .maps = &number, .map_count = 1};
    const struct str maps[] = {STR("公开号=source_id"), no_names};
    struct import_options mend = {.maps = maps, .map_count = 2};

    (void)state;
    (void)import(&p, put_file(&p, "wide.csv", STR("公开号,标题\n见附件,甲,右边的话\n")), &o);
    struct import_report r = import(&p, rejects, &mend);
    assert_int_equal(r.inserted, 1);
    assert_true(str_contains(dump(&p), STR("右边的话")));
    arena_free(p.a);
}

static void a_dry_run_reads_and_writes_nothing(void **state)
{
    struct place p = place_new();
    const char *path = put_file(&p, "list.csv", table_text(p.a, 100));
    struct import_options o = {.dry_run = true};
    struct import_report r;
    struct err e = {0};

    (void)state;
    assert_ok(import_run(&r, NULL, &path, 1, &o, p.a, &e), &e);
    assert_int_equal(r.records, 100);
    assert_int_equal(r.rejected, 1);
    assert_true(r.dry_run);
    assert_int_equal(r.files[0].read, 99);
    assert_int_equal(r.inserted + r.updated + r.unchanged, 0);
    arena_free(p.a);
}

static struct import_report look(const struct place *p, const char *name, const char *text,
                                 const struct str *maps, size_t count)
{
    const char *path = put_file(p, name, str_of(text));
    const struct import_options o = {.dry_run = true, .maps = maps, .map_count = count};
    struct import_report r;
    struct err e = {0};
    assert_ok(import_run(&r, NULL, &path, 1, &o, p->a, &e), &e);
    return r;
}

static void columns_that_none_is_known_of_are_shown_and_can_be_mapped(void **state)
{
    static const char rows[] = "CN299100001A,虚构搓板,虚构木器厂\nCN299100002A,虚构木桶,虚构桶厂\n";
    const struct str named[] = {STR("专利号码X=publication_number"), STR("标题Y=title"),
                                STR("厂家Z=applicant")};
    const struct str unnamed[] = {STR("CN299100001A=publication_number"), STR("虚构搓板=title"),
                                  STR("虚构木器厂=applicant")};
    struct place p = place_new();
    const char *text = arena_printf(p.a, "本厂专利一览\n专利号码X,标题Y,厂家Z\n%s", rows).ptr;
    struct import_report r = look(&p, "a.csv", text, NULL, 0);

    (void)state;
    assert_int_equal(r.files[0].refused, E_INVALID);
    assert_int_equal(r.files[0].column_count, 3);
    assert_str(r.files[0].columns[0].name, "专利号码X");
    assert_str(r.files[0].columns[0].sample[1], "CN299100002A");
    assert_false(r.files[0].columns[0].known);
    r = look(&p, "a.csv", text, named, 1); /* and those that say too little */
    assert_int_equal(r.files[0].column_count, 3);
    assert_true(r.files[0].columns[0].known);
    r = look(&p, "a.csv", text, named, 3);
    assert_int_equal(r.files[0].read, 2);
    r = look(&p, "b.csv", rows, NULL, 0); /* no row of names: none of data is taken for one */
    assert_str(r.files[0].columns[1].name, "虚构搓板");
    r = look(&p, "b.csv", rows, unnamed, 3);
    assert_int_equal(r.files[0].read, 2);
    r = look(&p, "c.csv", "号码X\nCN299100001A\nCN299100002A\n", NULL, 0);
    assert_int_equal(r.files[0].column_count, 1);
    for (int i = 0; i < 2; i++) {
        r = look(&p, "d.txt",
                 i ? "今天很好，我们去公园。\n明天，如果不下雨，就去爬山。\n"
                   : "床前明月光\n疑是地上霜\n",
                 NULL, 0);
        assert_int_equal(r.files[0].refused, E_INVALID);
        assert_int_equal(r.files[0].column_count, 0);
    }
    arena_free(p.a);
}

/* Each number stands twice or thrice, hundreds of rows apart: with another title, without its kind, as a correction. */
static struct str scattered_rows(struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    buf_addz(&b, "公开号,标题,申请人\n");
    for (int i = 0; i < 2000; i++) {
        int n = i % 800;
        buf_addf(&b, "CN29910%04d%s,虚构的装置%d,甲公司%d\n", n,
                 n % 7 == 1 && i < 800    ? ""
                 : n % 7 == 2 && i >= 800 ? "A8"
                 : n % 7 == 3 && i < 800  ? "B"
                                          : "A",
                 n % 7 == 4 ? n : i, n);
    }
    struct str s = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return s;
}

static void a_dry_run_counts_as_the_import_does(void **state)
{
    struct place p = place_new();
    const struct import_options dry = {.dry_run = true, .tmpdir = p.dir};
    const char *path = put_file(&p, "rows.csv", scattered_rows(p.a));
    const char *later =
        put_file(&p, "later.csv", arena_printf(p.a, "%.*s\n", STR_ARG(scattered_rows(p.a))));

    (void)state;
    for (int round = 0; round < 3; round++) {
        const char *file = round < 2 ? path : later;
        struct import_report first = import(&p, file, &dry), second = import(&p, file, &dry),
                             done = import(&p, file, NULL);
        assert_int_equal(first.inserted, done.inserted);
        assert_int_equal(first.updated, done.updated);
        assert_int_equal(first.unchanged, done.unchanged);
        assert_int_equal(second.inserted, done.inserted);
        assert_int_equal(second.updated, done.updated);
        assert_int_equal(round == 0, done.inserted > 800 && done.updated > 100);
    }
    arena_free(p.a);
}

struct seen {
    uint64_t bytes;
    int64_t records;
    int calls;
};

static void on_progress(void *arg, const struct import_progress *p)
{
    struct seen *s = arg;
    assert_true(p->bytes_done >= s->bytes && p->bytes_done <= p->bytes_total);
    assert_true(p->records >= s->records);
    *s = (struct seen){p->bytes_done, p->records, s->calls + 1};
}

static void progress_rises_to_its_total(void **state)
{
    struct place p = place_new();
    struct str text = table_text(p.a, 3000);
    struct seen seen = {0};
    struct import_options o = {.progress = on_progress, .progress_arg = &seen};

    (void)state;
    import(&p, put_file(&p, "list.csv", text), &o);
    assert_true(seen.calls > 0);
    assert_int_equal(seen.bytes, text.len);
    assert_int_equal(seen.records, 3000);
    arena_free(p.a);
}

static void records_without_a_number_are_counted(void **state)
{
    struct place p = place_new();
    struct import_report r =
        import(&p,
               put_file(&p, "x.json",
                        STR("{\"id\":\"1\",\"title\":\"一种方法\",\"abstract\":\"甲\"}\n"
                            "{\"id\":\"2\",\"title\":\"一种装置\",\"abstract\":\"乙\"}\n")),
               NULL);

    (void)state;
    assert_int_equal(r.inserted, 2);
    assert_int_equal(r.files[0].numberless, 2);
    arena_free(p.a);
}

/* 500 rows under a header whose number column nobody knows, 90 of them of one title. */
static struct str unknown_numbers(struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    buf_addz(&b, "文献编码,标题,申请人,日期\n");
    for (int i = 0; i < 500; i++)
        buf_addf(&b, "CN%09dA,%s%d,公司%d,2015-01-%02d\n", 299000000 + i, "一种装置",
                 i < 90 ? 0 : i, i % 7, i % 28 + 1);
    struct str s = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return s;
}

static int64_t stored_records(const struct place *p)
{
    struct store *store = NULL;
    struct db *db = NULL;
    struct err e = {0};
    int64_t count = 0;
    assert_ok(store_open(&store, p->url, true, &e), &e);
    assert_ok(store_reader_get(&db, store, &e), &e);
    assert_ok(patent_count(&count, db, &e), &e);
    store_reader_put(store, db);
    store_close(store);
    return count;
}

static void an_unknown_number_column_is_asked_for_and_nothing_is_merged(void **state)
{
    static const char *const answers[] = {"文献编码=publication_number", "-=publication_number",
                                          "文献编码=source_id"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        struct place p = place_new();
        const char *path = put_file(&p, "list.csv", unknown_numbers(p.a));
        struct import_report r = import(&p, path, NULL);
        assert_int_equal(r.refused_files, 1);
        assert_int_equal(r.records, 0);
        assert_true(str_contains(r.files[0].refusal, STR("文献编码")));
        assert_int_equal(r.files[0].guess_count, 2);
        assert_str(r.files[0].guesses[0].column, "文献编码");
        assert_str(r.files[0].guesses[0].field, "publication_number");
        assert_true(str_contains(r.files[0].guesses[0].values, STR("CN299000000A")));
        assert_str(r.files[0].guesses[1].column, "日期");
        assert_int_equal(stored_records(&p), 0); /* nothing that a later answer would orphan */

        const struct str answer = str_of(answers[i]);
        const struct import_options o = {.maps = &answer, .map_count = 1};
        r = import(&p, path, &o);
        assert_int_equal(r.inserted, 500);
        assert_int_equal(r.files[0].numberless, i == 0 ? 0 : 500);
        assert_int_equal(stored_records(&p), 500);
        r = import(&p, path, &o);
        assert_int_equal(r.unchanged, 500);
        arena_free(p.a);
    }
}

static void asks(const struct place *p, const char *text, const char *says, const char *answer)
{
    const char *path = put_file(p, "asked.csv", str_of(text));
    const struct str none = STR("没有=vendor"), map = str_of(answer);
    const struct import_options unanswered = {.maps = &none, .map_count = 1},
                                answered = {.maps = &map, .map_count = 1};
    struct import_report r = import(p, path, &unanswered);
    if (r.refused_files != 1 || r.records != 0 || !str_contains(r.files[0].refusal, str_of(says)))
        fail_msg("%s: %.*s", text, STR_ARG(r.files[0].refusal));
    r = import(p, path, &answered);
    if (r.refused_files != 0 || r.records == 0 ||
        r.records != r.inserted + r.updated + r.unchanged + r.rejected)
        fail_msg("%s %s: %.*s", text, answer, STR_ARG(r.files[0].refusal));
}

static void what_is_not_sure_is_asked_and_the_answer_taken(void **state)
{
    struct place p = place_new();
    (void)state;
    /* names that nobody knows, columns that are empty */
    asks(&p, "公开号,标题,某某人\nCN299000001A,甲,丙\n", "某某人", "某某人=applicant");
    asks(&p, "公开号,标题,申请人,IPC\nCN299000001A,甲,,\n", "-=applicant", "-=applicant");
    /* a number column of other values, and one of a known name that is empty */
    asks(&p, "公开号,标题,申请人\n甲-1,甲,丙\n甲-2,乙,丙\n", "甲-1", "-=publication_number");
    asks(&p, "公开号,标题,申请人,档号\n,甲,丙,CN299000001A\n,乙,丙,CN299000002A\n", "档号",
         "档号=publication_number");
    /* numbers that name no office, beside a running id and without one */
    asks(&p, "Publication Number,Title,Applicants\n9998001,A,B\n9998002,A,B\n", "9998001",
         "office=US");
    asks(&p, "id,Publication Number,Title,Applicants\n7,D998001,A,B\n8,D998002,A,B\n", "office=US",
         "office=美国");
    /* marks of each row, in no writing that is known */
    asks(&p, "档号,标题,申请人\nK-2020-117,甲,丙\nK-2020-203,甲,丙\n", "档号", "档号=source_id");
    arena_free(p.a);
}

static void what_a_question_does_not_name_is_counted(void **state)
{
    struct place p = place_new();
    const struct str none = STR("没有=vendor");
    const struct import_options o = {.maps = &none, .map_count = 1};
    struct buf b;
    (void)state;
    buf_init(&b, 0);
    buf_addz(&b, "标题,申请日");
    for (int i = 0; i < 12; i++)
        buf_addf(&b, ",某种日期%d,不知何物的一列%d", i, i);
    for (int row = 0; row < 3; row++) {
        buf_addf(&b, "\n题%d,2020-01-02", row);
        for (int i = 0; i < 12; i++)
            buf_addf(&b, ",2020-01-0%d,甲乙丙", row + 1);
    }
    struct import_report r = import(&p, put_file(&p, "many.csv", buf_str(&b)), &o);
    assert_int_equal(r.refused_files, 1);
    assert_int_equal(r.files[0].guess_count, 24);
    assert_true(str_contains(r.files[0].refusal, STR("某种日期3=")));
    assert_false(str_contains(r.files[0].refusal, STR("某种日期4=")));
    assert_true(str_contains(r.files[0].refusal, STR("and 8 more")));
    assert_true(str_contains(r.files[0].refusal, STR("某种日期3, and 17 more")));
    buf_clear(&b);
    arena_free(p.a);
}

static void one_column_of_numbers_is_enough(void **state)
{
    struct place p = place_new();
    struct import_report r =
        import(&p,
               put_file(&p, "two.csv",
                        STR("Publication Number,Patent Number,Title\nUS9026000B2,K-9026000,A\n")),
               NULL);
    (void)state;
    assert_int_equal(r.refused_files, 0);
    assert_int_equal(r.records, 1);
    arena_free(p.a);
}

static void an_id_is_a_number_or_the_sources_own_or_nothing(void **state)
{
    struct place p = place_new();
    struct import_report r =
        import(&p,
               put_file(&p, "google.csv",
                        STR("id,title,assignee\nUS-9026000-B2,A,X\nEP-1234567-A1,A,X\n")),
               NULL);
    (void)state;
    assert_int_equal(r.inserted, 2);
    assert_int_equal(r.files[0].numberless, 0);
    /* one id in two rows that differ: two records */
    r = import(&p,
               put_file(&p, "same.csv", STR("id,title,assignee\nx7,甲,丙\nx7,乙,丙\ny8,丁,丙\n")),
               NULL);
    assert_int_equal(r.inserted, 3);
    assert_int_equal(r.files[0].remark_count, 1);
    /* the rows' own numbers: those of another file are others */
    import(&p, put_file(&p, "count.csv", STR("id,title,assignee\n1,甲,丙\n2,乙,丙\n")), NULL);
    r = import(&p, put_file(&p, "count.csv", STR("id,title,assignee\n1,戊,丙\n2,己,丙\n")), NULL);
    assert_int_equal(r.inserted, 2);
    arena_free(p.a);
}

static void a_columns_dates_are_of_one_order(void **state)
{
    struct place p = place_new(), q = place_new();
    const char *head = "公开号,标题,申请人,申请日\nCN299000001A,甲,丙,03/05/2017\n";
    const char *day = "CN299000002A,乙,丙,25/05/2017\n", *month = "CN299000003A,乙,丙,05/25/2017\n";
    const struct str map = STR("申请日=application_date:month-first");
    const struct import_options said = {.maps = &map, .map_count = 1};

    (void)state;
    import(&p, put_file(&p, "day.csv", arena_printf(p.a, "%s%s", head, day)), NULL);
    assert_true(str_contains(dump(&p), STR("\"application_date\":\"2017-05-03\"")));
    /* both orders in one column, or none said: kept as written, and told */
    struct import_report r =
        import(&p, put_file(&p, "both.csv", arena_printf(p.a, "%s%s%s", head, day, month)), NULL);
    assert_int_equal(r.files[0].remark_count, 1);
    assert_int_equal(r.files[0].warning_count, 1);
    r = import(&q, put_file(&q, "none.csv", str_of(head)), NULL);
    assert_int_equal(r.files[0].remark_count, 1);
    assert_false(str_contains(dump(&q), STR("\"application_date\":")));
    import(&q, put_file(&q, "said.csv", str_of(head)), &said);
    assert_true(str_contains(dump(&q), STR("\"application_date\":\"2017-03-05\"")));
    arena_free(p.a);
    arena_free(q.a);
}

/* <exchange-documents> of that day with one publication, and of the record its own day; "": none. */
static struct str docdb(const char *exchanged, const char *sent, struct arena *a)
{
    return arena_printf(
        a,
        "<?xml version=\"1.0\"?><exch:exchange-documents xmlns:exch=\"http://www.epo."
        "org/exchange\"%s%s%s><exch:exchange-document country=\"US\" "
        "doc-number=\"2016200001\" kind=\"A1\" doc-id=\"1\"%s%s%s>"
        "<exch:bibliographic-data><exch:publication-reference data-format=\"docdb\">"
        "<document-id><country>US</country><doc-number>2016200001</doc-number>"
        "<kind>A1</kind><date>20160714</date></document-id>"
        "</exch:publication-reference></exch:bibliographic-data>"
        "</exch:exchange-document></exch:exchange-documents>",
        exchanged[0] ? " date-of-exchange=\"" : "", exchanged, exchanged[0] ? "\"" : "",
        sent[0] ? " date-of-last-exchange=\"" : "", sent, sent[0] ? "\"" : "");
}

static void a_file_says_itself_of_what_day_its_data_are(void **state)
{
    static const struct {
        const char *exchanged, *sent, *asked, *day;
        bool warned;
    } cases[] = {
        {"20240218", "20240101", "", "2024-02-18", false},
        {"20240218", "", "2024-03-01", "2024-02-18", false}, /* not what somebody else says */
        {"", "20240101", "", "2024-01-01", false},
        {"", "", "2024-03-01", "2024-03-01", false},
        {"", "", "", "", false}, /* and never the publication's */
        {"20241399", "", "", "", true},
        {"20990101", "", "", "", true}, /* a day that has not come */
        {"20990101", "", "2024-03-01", "2024-03-01", true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct place p = place_new();
        struct import_options o = {0};
        if (cases[i].asked[0])
            assert_true(date_parse(&o.as_of, str_of(cases[i].asked)));
        struct import_report r = import(
            &p, put_file(&p, "docdb.xml", docdb(cases[i].exchanged, cases[i].sent, p.a)), &o);
        assert_int_equal(r.inserted, 1);
        assert_str(date_text(r.files[0].as_of, p.a), cases[i].day);
        assert_str(date_text(r.files[0].as_of_last, p.a), cases[i].day);
        assert_int_equal(r.files[0].warning_count, cases[i].warned);
        if (cases[i].warned)
            assert_true(str_contains(str_of(r.files[0].warnings[0].kind),
                                     str_is(str_of(cases[i].exchanged), "20990101")
                                         ? STR("has not come yet")
                                         : STR("is no day")));
        struct str stored = dump(&p), says = arena_printf(p.a, "\"as_of\":\"%s\"", cases[i].day);
        assert_int_equal(str_contains(stored, cases[i].day[0] ? says : STR("\"as_of\"")),
                         cases[i].day[0] != '\0');
        arena_free(p.a);
    }
}

static void assert_remarks(const struct import_report *r, const char *text, bool there)
{
    bool found = false;
    for (size_t i = 0; i < r->files[0].remark_count; i++)
        found |= str_contains(r->files[0].remarks[i], str_of(text));
    if (found != there)
        fail_msg("%s: %s", there ? "not said" : "said", text);
}

static void column_names_may_stand_on_two_levels(void **state)
{
    static const struct {
        const char *table, *holds[4];
        bool two;
    } cases[] = {
        /* groups, whose names are in the row below */
        {"公开号,标题,申请人,,优先权,\n,,名称,地址,号,日\n"
         "CN299000001A,甲题,丙公司,成都,CN201910000001,2019-01-02\n",
         {"\"name\":\"丙公司\"", "\"address\":\"成都\"", "\"date\":\"2019-01-02\"",
          "CN/299000001/A"},
         true},
        /* the row below names more */
        {"公开号,标题,申请信息,,\n,,申请人,申请号,申请日\n"
         "CN299000001A,甲题,丙公司,CN201910000001,2019-01-02\n",
         {"CN/299000001/A", "甲题", "丙公司", "\"application_date\":\"2019-01-02\""},
         true},
        /* cells merged downwards, as a workbook gives them */
        {"公开号,标题,优先权,\n公开号,标题,号,日\nCN299000001A,甲题,CN201910000001,2019-01-02\n",
         {"CN/299000001/A", "甲题", "\"date\":\"2019-01-02\"", "201910000001"},
         true},
        /* a title, and data without digits, are no level */
        {"某某清单,,\n公开号,标题,申请人\nCN299000001A,甲题,丙公司\n",
         {"CN/299000001/A", "甲题", "丙公司", ""},
         false},
        {"标题,申请人,,\n甲题,丙公司,丁,戊\n", {"甲题", "丙公司", "丁", ""}, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct place p = place_new();
        struct import_report r = import(&p, put_file(&p, "list.csv", str_of(cases[i].table)), NULL);
        if (r.inserted != 1 || r.rejected)
            fail_msg("case %zu: %.*s", i, STR_ARG(r.files[0].refusal));
        assert_remarks(&r, "stand in two rows, 1 and 2", cases[i].two);
        struct str stored = dump(&p);
        for (size_t k = 0; k < 4; k++)
            if (!str_contains(stored, str_of(cases[i].holds[k])))
                fail_msg("case %zu lacks %s: %.*s", i, cases[i].holds[k], STR_ARG(stored));
        arena_free(p.a);
    }
}

static void whose_columns_these_are_is_said_unless_the_caller_does(void **state)
{
    struct place p = place_new();
    const struct str text = STR("Lens ID,Display Key,Title,Applicants\n"
                                "000-111,US 9026000 B2,A,X\n");
    const struct str one =
        STR("Lens ID,Publication Number,Title,Applicants\n000-111,US9026000B2,A,X\n");
    const struct import_options said = {.source = STR("lens")};
    (void)state;
    struct import_report r = import(&p, put_file(&p, "a.csv", text), NULL);
    assert_remarks(&r, "--source lens", true);
    r = import(&p, put_file(&p, "b.csv", text), &said);
    assert_remarks(&r, "--source lens", false);
    r = import(&p, put_file(&p, "c.csv", one), NULL); /* one such name says nothing */
    assert_remarks(&r, "--source lens", false);
    arena_free(p.a);
}

static void totals_are_no_rows(void **state)
{
    struct place p = place_new();
    const char *path =
        put_file(&p, "total.csv",
                 STR("公开号,标题,申请人,数量\nCN299000001A,总计,丙,1\nCN299000002A,乙,丙,2\n"
                     "合计,,,3\n,总计：2 件,,\nTotal,,,12.5%\n,合计算法,丙,\n"));
    struct import_report r = import(&p, path, NULL);

    (void)state;
    assert_int_equal(r.inserted, 3); /* a title that begins like a total is one */
    assert_int_equal(r.rejected, 0);
    assert_int_equal(r.files[0].remark_count, 3);
    arena_free(p.a);
}

static void a_wrong_format_name_is_an_error_of_the_call(void **state)
{
    struct place p = place_new();
    const char *path = put_file(&p, "list.csv", table_text(p.a, 10));
    struct import_options o = {.format = "nonsense", .dry_run = true};
    struct import_report r;
    struct err e = {0};

    (void)state;
    assert_int_equal(import_run(&r, NULL, &path, 1, &o, p.a, &e), E_INVALID);
    assert_true(str_contains(str_of(e.text), STR("nonsense")));
    arena_free(p.a);
}

static void the_same_document_of_two_sources_is_one(void **state)
{
    struct place p = place_new();

    (void)state;
    import(&p, put_file(&p, "a.csv", STR("公开号,标题\nCN299000001A,一种方法\n")), NULL);
    struct import_report r =
        import(&p,
               put_file(&p, "b.json",
                        STR("{\"publication_number\":\"CN-299000001-A\",\"title\":"
                            "\"A method\",\"applicant\":\"某公司\"}")),
               NULL);
    assert_int_equal(r.inserted, 0);
    assert_int_equal(r.updated, 1);
    arena_free(p.a);
}

/* --- the evidence log ------------------------------------------------------------ */

/* What `verify` says of the store: the name of the fault; empty: good. */
static const char *verdict_on(const struct place *p, const struct log_suite *suite)
{
    static const struct verify_batches batches = {
        .rows = patent_batch_rows, .walk = patent_batches_walk, .total = patent_source_count};
    struct log_trust trust = {.keys = &suite->key, .key_count = 1};
    struct verify_options o = {
        .suite = suite, .trust = &trust, .clock = &clock_system, .batches = &batches};
    struct sequencer_options so = {
        .suite = suite, .fs = &fs_system, .clock = &clock_system, .data = p->dir};
    struct log_verdict v;
    struct err e = {0};
    assert_ok(store_open(&so.store, p->url, false, &e), &e);
    assert_ok(log_sequence_now(&so, &e), &e);
    assert_ok(log_verify_store(&v, so.store, &o, p->a, &e), &e);
    store_close(so.store);
    if (v.fault[0])
        print_message("# %s\n", v.fault);
    return log_fault_name(v.kind);
}

/* How often a look at the whole log asks the store. */
static uint64_t asked_to_verify(const struct place *p, const struct log_suite *suite)
{
    assert_string_equal(verdict_on(p, suite), ""); /* what waits has its numbers and its head */
    uint64_t before = db_statements();
    assert_string_equal(verdict_on(p, suite), "");
    return db_statements() - before;
}

static void change_by_hand(const struct place *p, const char *sql)
{
    struct db *db = NULL;
    struct err e = {0};
    assert_ok(db_open(&db, p->url, &(struct db_options){.must_exist = true}, &e), &e);
    assert_ok(db_exec(db, sql, &e), &e);
    db_close(db);
}

static void take_back(const struct place *p, const struct import_by *by, int64_t id)
{
    struct store *store = NULL;
    struct subject program;
    struct publication_import i;
    struct err e = {0};
    subject_program(&program, STR("2026-11-20"));
    const struct deed d = {.suite = by->suite, .clock = by->clock, .by = &program, .arena = p->a};
    assert_ok(store_open(&store, p->url, false, &e), &e);
    assert_ok(import_undo(&i, store, &d, id, NULL, &e), &e);
    assert_true(str_is(i.state, "undone"));
    assert_int_equal(import_undo(&i, store, &d, id, NULL, &e), E_CONFLICT);
    store_close(store);
}

static void what_an_import_stored_is_in_the_log_and_nothing_else_is_believed(void **state)
{
    /* there and back */
    static const char *const changes[][2] = {
        {"UPDATE publication_source SET content = replace(content, '甲公司3', '丙公司3') "
         "WHERE publication_id = 4",
         "UPDATE publication_source SET content = replace(content, '丙公司3', '甲公司3') "
         "WHERE publication_id = 4"},
        {"UPDATE publication_source SET batch = batch + 1 WHERE publication_id = 9",
         "UPDATE publication_source SET batch = batch - 1 WHERE publication_id = 9"},
        {"UPDATE publication_source SET ordinal = 1000 + batch, batch = NULL WHERE publication_id "
         "= 5",
         "UPDATE publication_source SET batch = ordinal - 1000, ordinal = 1 WHERE publication_id = "
         "5"},
        {"INSERT INTO publication_source (publication_id, ordinal, digest, received_ms, content) "
         "SELECT publication_id, 50, digest, received_ms, content FROM publication_source WHERE "
         "publication_id = 6",
         "DELETE FROM publication_source WHERE ordinal = 50"},
    };
    struct place p = place_new();
    struct log_suite suite;
    struct err e = {0};
    const char *keys = arena_printf(p.a, "%s/keys", p.dir).ptr;
    const char *path = put_file(&p, "list.csv", table_text(p.a, 1200));
    struct import_by by = {.suite = &suite, .clock = &clock_system, .unit = 3};
    struct import_options o = {.by = &by};

    (void)state;
    assert_ok(log_keys_make(&fs_system, keys, STR("sha256-ed25519"), &e), &e);
    assert_ok(log_suite_open(&suite, &fs_system, keys, &e), &e);
    struct import_report r = import(&p, path, &o);
    assert_true(r.inserted > 1000);
    int64_t entries = number_of(&p, "SELECT count(*) FROM log_entry");
    assert_true(entries > 1);
    assert_string_equal(verdict_on(&p, &suite), "");
    /* Each change belongs to one entry. */
    assert_int_equal(number_of(&p, "SELECT count(*) FROM change c WHERE 1 <> (SELECT count(*) FROM "
                                   "import_batch b JOIN log_entry e ON e.uid = b.entry WHERE c.seq "
                                   "BETWEEN b.first_change AND b.last_change)"),
                     0);
    assert_int_equal(number_of(&p,
                               "SELECT count(*) FROM log_entry WHERE body LIKE "
                               "'%\"who\":0,\"unit\":3,\"do\":\"import\",\"type\":\"patent\"%'"),
                     entries);

    import(&p, path, &o); /* nothing new, so no entry */
    assert_int_equal(number_of(&p, "SELECT count(*) FROM log_entry"), entries);
    import(&p, put_file(&p, "second.csv", STR("公开号,标题\nCN299000003A,另一标题\n")), &o);
    assert_int_equal(number_of(&p, "SELECT count(*) FROM log_entry"), entries + 1);
    assert_string_equal(verdict_on(&p, &suite), "");

    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        change_by_hand(&p, changes[i][0]);
        if (strcmp(verdict_on(&p, &suite), "batch") != 0)
            fail_msg("not found: %s", changes[i][0]);
        change_by_hand(&p, changes[i][1]);
        assert_string_equal(verdict_on(&p, &suite), "");
    }
    /* Taking one back is in the log as well, and nobody else does it unseen. */
    take_back(&p, &by, 2);
    assert_string_equal(verdict_on(&p, &suite), "");
    assert_int_equal(number_of(&p, "SELECT count(*) FROM publication_withdrawn"), 1);
    change_by_hand(&p, "DELETE FROM publication_withdrawn");
    assert_string_equal(verdict_on(&p, &suite), "batch");
    change_by_hand(&p, "DELETE FROM publication_source WHERE publication_id = 8");
    assert_string_equal(verdict_on(&p, &suite), "batch");
    arena_free(p.a);
}

static bool after_three(void *arg)
{
    return ++*(int *)arg > 3;
}

static void taking_back_stops_when_asked_and_goes_on_by_itself(void **state)
{
    struct place p = place_new();
    struct log_suite suite;
    struct err e = {0};
    const char *keys = arena_printf(p.a, "%s/keys", p.dir).ptr;
    struct import_by by = {.suite = &suite, .clock = &clock_system};
    struct import_options o = {.by = &by};
    struct subject program;
    struct publication_import i;
    struct store *store = NULL;
    struct db *db = NULL;
    bool waits = false;
    int steps = 0;
    const struct import_stop stop = {after_three, &steps};

    (void)state;
    assert_ok(log_keys_make(&fs_system, keys, STR("sha256-ed25519"), &e), &e);
    assert_ok(log_suite_open(&suite, &fs_system, keys, &e), &e);
    import(&p, put_file(&p, "list.csv", table_text(p.a, 400)), &o);
    int64_t all = number_of(&p, "SELECT count(*) FROM publication_key");
    subject_program(&program, STR("2026-11-20"));
    const struct deed d = {.suite = &suite, .clock = &clock_system, .by = &program, .arena = p.a};
    assert_ok(store_open(&store, p.url, false, &e), &e);
    uint64_t statements = asked_to_verify(&p, &suite);
    assert_ok(import_undo(&i, store, &d, 1, &stop, &e), &e);
    assert_true(str_is(i.state, "undoing"));
    assert_int_equal(number_of(&p, "SELECT count(*) FROM publication_key"), all - 60);
    assert_ok(store_reader_get(&db, store, &e), &e);
    assert_ok(import_undo_waits(&waits, db, &e), &e);
    store_reader_put(store, db);
    assert_true(waits);
    assert_ok(import_undo_rest(store, &suite, &clock_system, NULL, &e), &e);
    assert_ok(store_reader_get(&db, store, &e), &e);
    assert_ok(import_undo_waits(&waits, db, &e), &e);
    assert_ok(publication_import_get(&i, db, 1, p.a, &e), &e);
    store_reader_put(store, db);
    store_close(store);
    assert_false(waits);
    assert_true(str_is(i.state, "undone"));
    assert_int_equal(number_of(&p, "SELECT count(*) FROM publication_key"), 0);
    /* Twenty steps took it back; they are looked at together. */
    assert_true(asked_to_verify(&p, &suite) <= statements + 4);
    arena_free(p.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workbooks_are_left_to_their_reader),
        cmocka_unit_test(importing_again_changes_nothing),
        cmocka_unit_test(a_corrected_export_corrects_the_record),
        cmocka_unit_test(a_file_is_a_source_by_its_content),
        cmocka_unit_test(members_of_one_archive_are_one_file),
        cmocka_unit_test(a_map_for_no_column_is_told_and_changes_nothing),
        cmocka_unit_test(a_stopped_import_goes_on_where_it_was),
        cmocka_unit_test(killed_at_any_moment_it_ends_in_the_same_store),
        cmocka_unit_test(a_correction_killed_at_any_moment_ends_in_the_same_store),
        cmocka_unit_test(packed_in_any_way_it_is_the_same_table),
        cmocka_unit_test(ids_of_two_members_of_an_archive_do_not_meet),
        cmocka_unit_test(what_is_no_input_gets_one_clear_message),
        cmocka_unit_test(a_missing_file_is_refused_and_the_others_go_in),
        cmocka_unit_test(what_a_broken_file_had_before_the_damage_is_in),
        cmocka_unit_test(refused_rows_can_be_mended_and_imported_again),
        cmocka_unit_test(every_refused_row_is_told_however_many),
        cmocka_unit_test(every_member_of_a_large_archive_keeps_its_refused_rows),
        cmocka_unit_test(cells_without_a_name_stay_in_refused_rows),
        cmocka_unit_test(a_dry_run_reads_and_writes_nothing),
        cmocka_unit_test(columns_that_none_is_known_of_are_shown_and_can_be_mapped),
        cmocka_unit_test(a_dry_run_counts_as_the_import_does),
        cmocka_unit_test(progress_rises_to_its_total),
        cmocka_unit_test(records_without_a_number_are_counted),
        cmocka_unit_test(an_unknown_number_column_is_asked_for_and_nothing_is_merged),
        cmocka_unit_test(what_is_not_sure_is_asked_and_the_answer_taken),
        cmocka_unit_test(what_a_question_does_not_name_is_counted),
        cmocka_unit_test(one_column_of_numbers_is_enough),
        cmocka_unit_test(an_id_is_a_number_or_the_sources_own_or_nothing),
        cmocka_unit_test(a_columns_dates_are_of_one_order),
        cmocka_unit_test(totals_are_no_rows),
        cmocka_unit_test(column_names_may_stand_on_two_levels),
        cmocka_unit_test(whose_columns_these_are_is_said_unless_the_caller_does),
        cmocka_unit_test(a_file_says_itself_of_what_day_its_data_are),
        cmocka_unit_test(a_wrong_format_name_is_an_error_of_the_call),
        cmocka_unit_test(the_same_document_of_two_sources_is_one),
        cmocka_unit_test(what_an_import_stored_is_in_the_log_and_nothing_else_is_believed),
        cmocka_unit_test(taking_back_stops_when_asked_and_goes_on_by_itself),
    };
    msg_set_lang(LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
