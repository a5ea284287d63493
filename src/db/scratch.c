/* Folders of tests, and schemas where DB=postgres asks for them. Removed by nftw, not
 * by a shell: a path in $TMPDIR may hold any byte. */
#include "db/scratch.h"
#include "db/db.h"
#include <assert.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

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

struct schema {
    const char *server, *name;
};

static void run_on_server(const struct schema *s, const char *format)
{
    struct db *db = NULL;
    struct err e = {0};
    struct arena *a = arena_new();
    struct str sql = arena_dup(a, str_of(format));
    char *name = strchr(sql.ptr, '$');
    *name = '\0';
    sql = arena_printf(a, "%s%s%s", sql.ptr, s->name, name + 1);
    if (db_open(&db, s->server, &(struct db_options){0}, &e) != OK ||
        db_exec(db, sql.ptr, &e) != OK) {
        (void)fprintf(stderr, "%s\n", e.text);
        abort();
    }
    db_close(db);
    arena_free(a);
}

static void drop_schema(void *arg)
{
    run_on_server(arg, "DROP SCHEMA IF EXISTS $ CASCADE");
}

/* "/tmp/zhiyun-test-AbC123", "t.db" → test_416243313233_t_db: schemas are named
 * in lower case. */
static const char *schema_name(struct arena *a, const char *dir, const char *name)
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

static const char *postgres_url(struct arena *a, const char *dir, const char *name)
{
    struct schema *s = arena_alloc(a, sizeof(*s));
    *s = (struct schema){getenv("ZHIYUN_POSTGRES"), schema_name(a, dir, name)};
    if (!s->server) {
        (void)fputs("DB=postgres needs ZHIYUN_POSTGRES; tools/pg.py run sets both\n", stderr);
        abort();
    }
    run_on_server(s, "CREATE SCHEMA IF NOT EXISTS $");
    arena_cleanup(a, drop_schema, s);
    return arena_printf(a, "%s%soptions=-csearch_path%%3D%s&application_name=%s", s->server,
                        strchr(s->server, '?') ? "&" : "?", s->name, s->name)
        .ptr;
}

const char *scratch_url(struct arena *a, const char *dir, const char *name)
{
    if (scratch_is_postgres())
        return postgres_url(a, dir, name);
    return arena_printf(a, "sqlite:%s/%s", dir, name).ptr;
}

const char *scratch_memory(struct arena *a)
{
    return scratch_is_postgres() ? postgres_url(a, scratch_dir(a), "t") : "sqlite::memory:";
}
