/* Rows of the tests' province, put in by SQL and not by the product's own writers: a
 * wrong writer would make test and code agree on a wrong world. */
#include "test.h"

#include "access/world.h"
#include "base/disk.h"
#include "db/scratch.h"
#include "text/json.h"

static void init(struct world *w)
{
    struct err e;
    *w = (struct world){.arena = arena_new()};
    disk_wait_for(false); /* nothing here outlives its test */
    assert_ok(log_suite_init(&w->suite, STR("sha256-ed25519"), STR("zhiyun/test"), &e), &e);
    w->clock = clock_fixed(WORLD_NOW_MS);
}

void world_open(struct world *w)
{
    struct err e;
    init(w);
    assert_ok(db_open(&w->db, scratch_memory(w->arena), &(struct db_options){0}, &e), &e);
    assert_ok(migrate(w->db, migrations, migration_count, &e), &e);
}

void world_open_store(struct world *w)
{
    struct err e;
    init(w);
    const char *url = scratch_url(w->arena, scratch_dir(w->arena), "t.db");
    assert_ok(store_open(&w->store, url, true, &e), &e);
    assert_ok(db_open(&w->db, url, &(struct db_options){0}, &e), &e);
}

void world_close(struct world *w)
{
    db_close(w->db);
    store_close(w->store);
    arena_free(w->arena);
}

void world_run(struct world *w, const char *sql, const struct value *values, size_t count)
{
    struct err e;
    assert_ok(db_run(w->db, sql, values, count, &e), &e);
}

int64_t world_number(struct world *w, const char *sql, const struct value *values, size_t count)
{
    struct err e;
    struct stmt *st = NULL;
    bool has_row;
    assert_ok(db_query(&st, w->db, sql, values, count, &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    int64_t n = stmt_i64(st, 0);
    stmt_free(st);
    return n;
}

/* First 4 and 2 digits, as triggers of nothing: tests say them as migrations do. */
static struct value city_of(const char *region)
{
    bool city = memcmp(region + 2, "00", 2) != 0;
    return v_str(city ? (struct str){region, 4} : STR_NONE);
}

static struct value province_of(const char *region)
{
    return v_str((struct str){region, 2});
}

int64_t world_unit(struct world *w, const char *kind, const char *region)
{
    world_run(
        w,
        "INSERT INTO unit (version, state, owner_unit, owner_city, owner_province, secrecy,"
        " published, created_ms, created_by, changed_ms, changed_by, kind, name, region)"
        " VALUES (1, 'active', 0, ?1, ?2, 1, 0, 0, 0, 0, 0, ?3, ?3, ?4)",
        VALUES(city_of(region), province_of(region), v_str(str_of(kind)), v_str(str_of(region))));
    int64_t id = db_last_id(w->db);
    world_run(w, "UPDATE unit SET owner_unit = id WHERE id = ?1", VALUES(v_i64(id)));
    return id;
}

int64_t world_account(struct world *w, const char *name, int64_t unit)
{
    world_run(w,
              "INSERT INTO account (version, state, owner_unit, owner_city, owner_province,"
              " secrecy, published, created_ms, created_by, changed_ms, changed_by, name,"
              " display_name)"
              " SELECT 1, 'active', id, owner_city, owner_province, 1, 0, 0, 0, 0, 0, ?2, ?2"
              " FROM unit WHERE id = ?1",
              VALUES(v_i64(unit), v_str(str_of(name))));
    return db_last_id(w->db);
}

int64_t world_grant(struct world *w, int64_t account, int64_t unit, const char *role,
                    const char *from, const char *to, int64_t delegated_by)
{
    struct value by = delegated_by ? v_i64(delegated_by) : (struct value){0};
    world_run(w,
              "INSERT INTO role_grant (version, state, owner_unit, owner_city, owner_province,"
              " secrecy, published, created_ms, created_by, changed_ms, changed_by, account, role,"
              " from_date, to_date, delegated_by)"
              " SELECT 1, 'active', id, owner_city, owner_province, 1, 0, 0, 0, 0, 0, ?2, ?3, ?4,"
              " ?5, ?6 FROM unit WHERE id = ?1",
              VALUES(v_i64(unit), v_i64(account), v_str(str_of(role)), v_str(str_of(from)),
                     v_str(str_of(to)), by));
    return db_last_id(w->db);
}

int64_t world_authority(struct world *w, int64_t unit, const char *programme, const char *function,
                        const char *region, const char *from, const char *to)
{
    world_run(w,
              "INSERT INTO authority (version, state, owner_unit, owner_city, owner_province,"
              " secrecy, published, created_ms, created_by, changed_ms, changed_by, programme,"
              " function, region, from_date, to_date)"
              " SELECT 1, 'active', id, owner_city, owner_province, 0, 0, 0, 0, 0, 0, ?2, ?3, ?4,"
              " ?5, ?6 FROM unit WHERE id = ?1",
              VALUES(v_i64(unit), v_str(str_of(programme)), v_str(str_of(function)),
                     v_str(str_of(region)), v_str(str_of(from)), v_str(str_of(to))));
    return db_last_id(w->db);
}

struct subject *world_subject(struct world *w, int64_t account)
{
    struct err e;
    struct subject *s = arena_alloc(w->arena, sizeof(*s));
    int64_t now_ms = clock_now_ms(&w->clock);
    assert_ok(
        subject_load(s, w->db, account, business_date(now_ms, w->arena), now_ms, w->arena, &e), &e);
    return s;
}

struct deed world_deed(struct world *w, const struct subject *by)
{
    if (!by) {
        struct subject *program = arena_alloc(w->arena, sizeof(*program));
        subject_program(program, business_date(clock_now_ms(&w->clock), w->arena));
        by = program;
    }
    return (struct deed){.suite = &w->suite, .clock = &w->clock, .by = by, .arena = w->arena};
}

int64_t world_entries(struct world *w)
{
    return world_number(w, "SELECT count(*) FROM log_entry", NULL, 0);
}

struct str world_actions(struct world *w, int64_t from)
{
    struct err e;
    struct stmt *st = NULL;
    bool has_row;
    struct str all = STR_NONE;
    assert_ok(db_query(&st, w->db, "SELECT body FROM log_entry WHERE id > ?1 ORDER BY id",
                       VALUES(v_i64(from)), &e),
              &e);
    for (;;) {
        const struct jvalue *entry;
        assert_ok(stmt_next(&has_row, st, &e), &e);
        if (!has_row)
            break;
        assert_ok(jin_parse(&entry, stmt_str(st, 0), w->arena, &e), &e);
        if (all.len)
            all = arena_join(w->arena, all, STR(" "));
        all = arena_join(w->arena, all, jin_text(entry, "do"));
    }
    stmt_free(st);
    return all;
}
