/* Folders of tests, and schemas and databases where DB=postgres asks for them. Removed by nftw, not
 * by a shell: a path in $TMPDIR may hold any byte. */
#include "db/scratch.h"
#include "base/fs.h"
#include "db/db.h"
#include <assert.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    (void)remove(path); /* what stays behind is in the temporary folder */
    return 0;
}

static void remove_dir(void *arg)
{
    (void)nftw(arg, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *scratch_dir(struct arena *a)
{
    const char *tmp = getenv("TMPDIR");
    char *path = (char *)arena_printf(a, "%s/zhiyun-test-XXXXXX", tmp ? tmp : "/tmp").ptr;
    char *made = mkdtemp(path);
    assert(made);
    arena_cleanup(a, remove_dir, made);
    return made;
}

bool scratch_is_postgres(void)
{
    const char *engine = getenv("DB");
    return engine && strcmp(engine, "postgres") == 0;
}

static const char *server(void)
{
    const char *url = getenv("ZHIYUN_POSTGRES");
    if (!url) {
        (void)fputs("DB=postgres needs ZHIYUN_POSTGRES; tools/pg.py run sets both\n", stderr);
        abort();
    }
    return url;
}

static void run_on_server(const char *sql)
{
    struct db *db = NULL;
    struct err e = {0};
    if (db_open(&db, server(), &(struct db_options){0}, &e) != OK || db_exec(db, sql, &e) != OK) {
        (void)fprintf(stderr, "%s\n", e.text);
        abort();
    }
    db_close(db);
}

static void run_at_end(void *sql)
{
    run_on_server(sql);
}

/* "/tmp/zhiyun-test-AbC123", "t.db" → test_416243313233_t_db: schemas are named
 * in lower case. */
static const char *name_of(struct arena *a, const char *dir, const char *name)
{
    const char *last = strrchr(dir, '-');
    struct str s = arena_dup(a, STR("test_"));
    for (last = last ? last + 1 : dir; *last; last++)
        s = arena_printf(a, "%s%02x", s.ptr, (unsigned char)*last);
    s = arena_printf(a, "%s_%s", s.ptr, name);
    for (char *p = (char *)s.ptr; *p; p++) /* our own copy */
        *p = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ? *p : '_';
    return s.ptr;
}

static const char *schema_url(struct arena *a, const char *dir, const char *name)
{
    const char *url = server(), *schema = name_of(a, dir, name);
    run_on_server(arena_printf(a, "CREATE SCHEMA IF NOT EXISTS %s", schema).ptr);
    arena_cleanup(a, run_at_end,
                  (void *)arena_printf(a, "DROP SCHEMA IF EXISTS %s CASCADE", schema).ptr);
    return arena_printf(a, "%s%soptions=-csearch_path%%3D%s&application_name=%s", url,
                        strchr(url, '?') ? "&" : "?", schema, schema)
        .ptr;
}

/* from NULL: an empty one. */
static const char *database_url(struct arena *a, const char *database, const char *from)
{
    const char *url = server(), *host = strstr(url, "://"), *rest = strchr(url, '?');
    const char *path = host ? strchr(host + 3, '/') : NULL;
    assert(path);
    run_on_server(arena_printf(a, "CREATE DATABASE %s STRATEGY file_copy TEMPLATE %s%s", database,
                               from ? from : "template0",
                               from ? "" : " LOCALE_PROVIDER icu ICU_LOCALE 'zh'")
                      .ptr);
    arena_cleanup(a, run_at_end,
                  (void *)arena_printf(a, "DROP DATABASE IF EXISTS %s WITH (FORCE)", database).ptr);
    return arena_printf(a, "%.*s/%s%s%sapplication_name=%s", (int)(path - url), url, database,
                        rest ? rest : "", rest ? "&" : "?", database)
        .ptr;
}

static const char *file_url(struct arena *a, const char *dir, const char *name)
{
    return arena_printf(a, "sqlite:%s/%s", dir, name).ptr;
}

const char *scratch_url(struct arena *a, const char *dir, const char *name)
{
    return scratch_is_postgres() ? schema_url(a, dir, name) : file_url(a, dir, name);
}

const char *scratch_original(struct arena *a, const char *dir, const char *name)
{
    return scratch_is_postgres() ? database_url(a, name_of(a, dir, name), NULL)
                                 : file_url(a, dir, name);
}

const char *scratch_copy(struct arena *a, const char *dir, const char *original_dir,
                         const char *name)
{
    struct err e = {0};
    if (scratch_is_postgres())
        return database_url(a, name_of(a, dir, name), name_of(a, original_dir, name));
    if (fs_copy_tree(&fs_system, arena_printf(a, "%s/%s", original_dir, name).ptr,
                     arena_printf(a, "%s/%s", dir, name).ptr, &e) != OK) {
        (void)fprintf(stderr, "%s\n", e.text);
        abort();
    }
    return file_url(a, dir, name);
}

const char *scratch_memory(struct arena *a)
{
    return scratch_is_postgres() ? schema_url(a, scratch_dir(a), "t") : "sqlite::memory:";
}
