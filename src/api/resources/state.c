/* GET /system: how each part of the program is, with one fact of it, and the disk. */
#include "access/subject.h"
#include "api/disk_days.h"
#include "api/resource.h"
#include "api/upload_job.h"
#include "audit/clock_state.h"
#include "audit/rows.h"
#include "backup/kept.h"
#include "base/fs.h"
#include "base/msg.h"
#include "decide/calendar_store.h"
#include "model/file.h"
#include <dirent.h>
#include <sys/stat.h>

#define DAY_MS INT64_C(86400000)
#define LATE_MS INT64_C(600000)
#define BACKUP_DAYS 7
#define AHEAD_DAYS 60 /* the State Council announces the days of a year in the November before */

ENUM_SCHEMA(state_schema, NULL, "ok", "warn", "fault");
ENUM_SCHEMA(name_schema, NULL, "server", "database", "index", "jobs", "log", "mail", "clock",
            "workdays", "backups");
static const struct schema count_schema = {
    SCHEMA_INTEGER,
    .description = N_("server: people at work; database: bytes; index: publications; jobs: that "
                      "run; log: entries; mail: channels; workdays: the last year")};
static const struct schema behind_schema = {
    SCHEMA_INTEGER, .description = N_("changes, jobs, entries or messages that wait")};
static const struct schema at_schema = {
    SCHEMA_INTEGER, .description = N_("of the log's latest head, of the latest backup")};
OBJECT_SCHEMA(component_schema, NULL, REQUIRED("name", name_schema),
              REQUIRED("state", state_schema), REQUIRED("count", count_schema),
              REQUIRED("behind", behind_schema), REQUIRED("failed", schema_integer),
              REQUIRED("today", schema_integer), OPTIONAL("at_ms", at_schema));
ARRAY_SCHEMA(components_schema, component_schema);
OBJECT_SCHEMA(day_schema, NULL, REQUIRED("date", schema_string), REQUIRED("used", schema_integer));
ARRAY_SCHEMA(days_schema, day_schema);
OBJECT_SCHEMA(disk_schema, NULL, REQUIRED("all", schema_integer), REQUIRED("free", schema_integer),
              REQUIRED("files", schema_integer), REQUIRED("backups", schema_integer),
              REQUIRED("index", schema_integer), REQUIRED("database", schema_integer),
              REQUIRED("days", days_schema));
OBJECT_SCHEMA(system_schema, NULL, REQUIRED("version", schema_string),
              REQUIRED("started_ms", schema_integer), REQUIRED("now_ms", schema_integer),
              REQUIRED("folder", schema_string), REQUIRED("store", schema_string),
              REQUIRED("components", components_schema), REQUIRED("disk", disk_schema));

struct look {
    const struct request *r;
    struct db *db;
    int64_t now_ms;
};

struct component {
    const char *name;
    enum { GOOD, WARN, FAULT } state;
    int64_t count, behind, failed, today, at_ms;
};

/* Four numbers: count, behind, failed and today, of this moment (?1). */
#define IN_A_DAY " > ?1 - 86400000"
static const struct {
    const char *name, *sql;
    bool none_warns; /* not what waits, but that there is none */
} counted[] = {
    {"server", "SELECT count(DISTINCT account), 0, 0, 0 FROM session WHERE seen_ms > ?1 - 1800000"},
    {"jobs", "SELECT count(CASE WHEN state = 'running' THEN 1 END),"
             " count(CASE WHEN due_ms < ?1 - 600000 THEN 1 END),"
             " count(CASE WHEN state = 'failed' AND ended_ms" IN_A_DAY " THEN 1 END),"
             " count(CASE WHEN state = 'done' AND ended_ms" IN_A_DAY " THEN 1 END) FROM job"},
    {"mail",
     "SELECT (SELECT count(*) FROM channel), count(CASE WHEN state = 'waiting' THEN 1 END),"
     " count(CASE WHEN state = 'failed' AND ended_ms" IN_A_DAY " THEN 1 END),"
     " count(CASE WHEN state = 'sent' AND ended_ms" IN_A_DAY " THEN 1 END) FROM outbox",
     true},
    {"index",
     "SELECT (SELECT count(*) FROM publication_key), max(seq), 0, 0 FROM change WHERE ?1 > 0"},
};

static err_t look_by_count(struct component *c, struct look *x, struct err *e)
{
    size_t i = 0;
    while (strcmp(counted[i].name, c->name) != 0)
        i++;
    err_t rc = db_row(
        NULL, x->db, counted[i].sql, VALUES(v_i64(x->now_ms)),
        INTO(into_i64(&c->count), into_i64(&c->behind), into_i64(&c->failed), into_i64(&c->today)),
        NULL, e);
    c->state = c->failed > 0 || (counted[i].none_warns ? c->count == 0 : c->behind > 0);
    return rc;
}

static err_t look_at_database(struct component *c, struct look *x, struct err *e)
{
    return db_i64(&c->count, x->db,
                  x->r->api->files->elsewhere
                      ? "SELECT pg_database_size(current_database())"
                      : "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
                  NULL, 0, e);
}

static err_t look_at_index(struct component *c, struct look *x, struct err *e)
{
    int64_t has = 0;
    err_t rc = look_by_count(c, x, e);
    if (rc == OK)
        rc = searcher_followed(&has, x->r->api->searcher, e);
    c->behind = c->behind > has ? c->behind - has : 0;
    c->state = c->behind ? WARN : GOOD;
    return rc;
}

static err_t look_at_log(struct component *c, struct look *x, struct err *e)
{
    struct log_head_row head = {.size = 0};
    uint64_t written = 0;
    int64_t since = 0;
    err_t rc = log_written(&written, x->db, e);
    if (rc == OK && (rc = log_head_latest(&head, x->db, x->r->arena, e)) == E_NOTFOUND)
        rc = OK;
    if (rc == OK)
        rc = db_i64(&since, x->db,
                    "SELECT min(at_ms) FROM log_entry WHERE leaf IS NULL OR leaf >= ?1",
                    VALUES(v_i64((int64_t)head.size)), e);
    c->count = (int64_t)written;
    c->behind = (int64_t)(written - head.size);
    c->at_ms = head.at_ms;
    c->state = c->behind && x->now_ms - since > LATE_MS ? WARN : GOOD;
    return rc;
}

static err_t look_at_clock(struct component *c, struct look *x, struct err *e)
{
    struct clock_state state;
    err_t rc = clock_state_load(&state, x->db, e);
    c->state = rc == OK && state.doubt ? FAULT : GOOD;
    return rc;
}

static err_t look_at_workdays(struct component *c, struct look *x, struct err *e)
{
    const struct calendar *years = NULL;
    err_t rc = calendar_load(&years, x->db, x->r->arena, e);
    c->count = rc == OK ? calendar_last_year(years) : 0;
    c->state = date_from_ms(x->now_ms + AHEAD_DAYS * DAY_MS).year > c->count ? WARN : GOOD;
    return rc;
}

static bool on_disk_of_data(const struct look *x, const char *folder)
{
    struct stat here, there;
    return stat(x->r->api->data_dir, &here) == 0 && stat(folder, &there) == 0 &&
           here.st_dev == there.st_dev;
}

/* `behind`: no restore has checked any of them. `failed`: they lie on the disk of the data. */
static err_t look_at_backups(struct component *c, struct look *x, struct err *e)
{
    const struct kept_backup *list = NULL;
    struct backup_plan plan;
    size_t count = 0;
    err_t rc = backup_plan_load(&plan, x->db, x->r->api->data_dir, x->r->arena, e);
    if (rc == OK)
        rc = backup_kept(&list, &count, plan.folder, x->r->arena, e);
    c->count = (int64_t)count;
    c->at_ms = count ? list[0].made_ms : 0;
    c->behind = count > 0;
    for (size_t i = 0; i < count; i++)
        c->behind &= !str_contains(list[i].checked, STR("\"state\":\"good\""));
    c->failed = count && on_disk_of_data(x, arena_cstr(x->r->arena, plan.folder));
    c->state = x->now_ms - c->at_ms > BACKUP_DAYS * DAY_MS || c->behind || c->failed ? WARN : GOOD;
    return rc;
}

static err_t write_components(struct jout *j, struct look *x, struct err *e)
{
    static const struct {
        const char *name;
        err_t (*look)(struct component *c, struct look *x, struct err *e);
    } all[] = {
        {"server", look_by_count}, {"database", look_at_database}, {"index", look_at_index},
        {"jobs", look_by_count},   {"log", look_at_log},           {"mail", look_by_count},
        {"clock", look_at_clock},  {"workdays", look_at_workdays}, {"backups", look_at_backups}};
    static const char *const states[] = {"ok", "warn", "fault"};
    err_t rc = OK;
    jout_pair_array(j, "components");
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(all); i++) {
        struct component c = {.name = all[i].name};
        rc = all[i].look(&c, x, e);
        jout_object(j);
        jout_pair(j, "name", str_of(c.name));
        jout_pair(j, "state", str_of(states[c.state]));
        jout_pair_i64(j, "count", c.count);
        jout_pair_i64(j, "behind", c.behind);
        jout_pair_i64(j, "failed", c.failed);
        jout_pair_i64(j, "today", c.today);
        jout_pair_id(j, "at_ms", c.at_ms);
        jout_end_object(j);
    }
    jout_end_array(j);
    return rc;
}

/* --- the disk ----------------------------------------------------------------------------- */

static int64_t bytes_of(const char *path, struct arena *a)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return 0;
    int64_t bytes = (int64_t)st.st_blocks * 512;
    DIR *dir = S_ISDIR(st.st_mode) ? opendir(path) : NULL;
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            bytes += bytes_of(arena_printf(a, "%s/%s", path, entry->d_name).ptr, a);
    if (dir)
        closedir(dir);
    return bytes;
}

/* Backups that lie on another disk are no part of this one. */
static err_t write_disk(struct jout *j, struct look *x, struct err *e)
{
    struct arena *a = x->r->arena;
    const char *data = x->r->api->data_dir;
    struct str days;
    struct backup_plan plan;
    uint64_t left, all;
    err_t rc = disk_days_json(&days, data, a, e);
    if (rc != OK || (rc = backup_plan_load(&plan, x->db, data, a, e)) != OK ||
        (rc = fs_room(&left, &all, data, e)) != OK)
        return rc;
    const char *folder = arena_cstr(a, plan.folder);
    jout_pair_object(j, "disk");
    jout_pair_u64(j, "all", all);
    jout_pair_u64(j, "free", left);
    jout_pair_i64(j, "files", bytes_of(arena_printf(a, "%s/blobs.db", data).ptr, a));
    jout_pair_i64(j, "backups", on_disk_of_data(x, folder) ? bytes_of(folder, a) : 0);
    jout_pair_i64(j, "index", bytes_of(arena_printf(a, "%s/index", data).ptr, a));
    jout_pair_i64(j, "database",
                  bytes_of(arena_printf(a, "%s/zhiyun.db", data).ptr, a) +
                      bytes_of(arena_printf(a, "%s/zhiyun.db-wal", data).ptr, a));
    jout_pair_raw(j, "days", days);
    jout_end_object(j);
    return OK;
}

static err_t get_system(struct reply *out, const struct request *r, struct err *e)
{
    struct look x = {.r = r, .now_ms = clock_now_ms(r->api->clock)};
    struct jout j;
    err_t rc = store_reader_get(&x.db, r->api->store, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair(&j, "version", STR(ZHIYUN_VERSION));
    jout_pair_i64(&j, "started_ms", r->api->started_ms);
    jout_pair_i64(&j, "now_ms", x.now_ms);
    jout_pair(&j, "folder", str_of(r->api->data_dir));
    jout_pair(&j, "store", str_of(store_name(r->api->store)));
    rc = write_components(&j, &x, e);
    if (rc == OK)
        rc = write_disk(&j, &x, e);
    store_reader_put(r->api->store, x.db);
    jout_end_object(&j);
    return reply_json_if(rc, out, r, j.to, e);
}

const struct resource resource_system = {
    .reads = READS_NONE,
    .path = "/api/v1/system",
    .summary = N_("how the program and its parts are, and its disk"),
    .reply = &system_schema,
    .handle = get_system,
    ROLE_AMONG(administrator_roles),
    .scope = "settings",
};

static err_t post_reindex(struct reply *out, const struct request *r, struct err *e)
{
    return program_job_reply(out, r, "reindex", STR_NONE, e);
}

OBJECT_SCHEMA(job_schema, NULL, REQUIRED("job", upload_job_schema));

const struct resource resource_reindex = {
    .method = "POST",
    .path = "/api/v1/system/index",
    .summary =
        N_("make the index of publications again, as a job; searches use the old one meanwhile"),
    .reply = &job_schema,
    .statuses = {202},
    .handle = post_reindex,
    ROLE_AMONG(system_roles),
    .scope = "settings",
};
