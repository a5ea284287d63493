/* The folder of backups, its plan, and the two jobs: one makes a backup, one restores it beside. */
#include "backup/kept.h"
#include "access/deed.h"
#include "backup/restore.h"
#include "base/date.h"
#include "base/msg.h"
#include "base/vec.h"
#include "crypto/seal.h"
#include "model/file.h"
#include "model/setting.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SETTING "backup.plan"
#define ENDING ".backup"
#define KEPT_DEFAULT 14
#define ABOUT_BYTES_MAX ((size_t)64 << 10)
#define MINUTE_MS INT64_C(60000)
#define DAY_MS (1440 * MINUTE_MS)
#define CHINA_MS (480 * MINUTE_MS)

/* --- the plan ----------------------------------------------------------------------------- */

err_t backup_plan_load(struct backup_plan *out, struct db *db, const char *data, struct arena *a,
                       struct err *e)
{
    struct str json = STR("{}");
    const struct jvalue *v = NULL;
    *out = (struct backup_plan){0};
    err_t rc = db_row(NULL, db, "SELECT value, changed_ms FROM setting WHERE name = '" SETTING "'",
                      NULL, 0, INTO(into_str(&json), into_i64(&out->changed_ms)), a, e);
    if (rc != OK || (rc = jin_parse(&v, json, a, e)) != OK)
        return rc;
    out->folder = jin_text(v, "folder");
    out->at = jin_text(v, "at");
    out->passphrase = jin_text(v, "passphrase");
    if (out->folder.len == 0)
        out->folder = arena_printf(a, "%s/backups", data);
    if (!jin_i64(&out->keep, v, "keep"))
        out->keep = KEPT_DEFAULT;
    return OK;
}

/* "02:00" */
static bool minutes_of(int64_t *out, struct str at)
{
    int64_t hour, minute;
    struct str rest = at, first = str_split(&rest, STR(":"));
    if (at.len != 5 || first.len != 2 || !str_to_i64(&hour, first) || !str_to_i64(&minute, rest) ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return false;
    *out = hour * 60 + minute;
    return true;
}

struct str backup_passphrase_seal(const struct kernel *k, struct str passphrase, struct arena *a)
{
    return passphrase.len ? seal_text(k->keys, passphrase, STR(SETTING), a) : STR_NONE;
}

err_t backup_plan_put(struct db *db, const struct deed *d, const struct backup_plan *p,
                      struct err *e)
{
    const char *folder = arena_cstr(d->arena, p->folder);
    struct jout j;
    int64_t minutes;
    err_t rc;
    if (folder[0] != '/')
        return err_set(e, E_INVALID, "folder: it begins with a slash");
    if (p->at.len > 0 && !minutes_of(&minutes, p->at))
        return err_set(e, E_INVALID, "at: a time of day is written 02:00");
    if ((rc = fs_make_dirs(&fs_system, folder, e)) != OK || access(folder, W_OK) != 0)
        return err_set(e, E_INVALID, "folder: the program cannot write into %s", folder);
    jout_open(&j);
    jout_pair(&j, "folder", p->folder);
    jout_pair(&j, "at", p->at);
    jout_pair_i64(&j, "keep", p->keep);
    jout_pair(&j, "passphrase", p->passphrase);
    rc = setting_put(db, STR(SETTING), jout_take(&j, d->arena), deed_now_ms(d), d->by->account, e);
    struct str action =
        arena_printf(d->arena, "set " SETTING " (%s, %.*s, %lld%s)", folder, STR_ARG(p->at),
                     (long long)p->keep, p->passphrase.len ? ", sealed" : "");
    return rc == OK ? deed_note(d, db, action.ptr, "setting", 0, 0, e) : rc;
}

static err_t load_plan(struct backup_plan *out, struct job_run *r, struct err *e)
{
    const struct backup_parts *parts = job_run_parts(r);
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, parts->kernel->store, e);
    if (rc == OK)
        rc = backup_plan_load(out, db, parts->data, job_run_arena(r), e);
    store_reader_put(parts->kernel->store, db);
    return rc;
}

/* --- the folder --------------------------------------------------------------------------- */

static int latest_first(const void *x, const void *y)
{
    const struct kept_backup *l = x, *r = y;
    return l->made_ms != r->made_ms ? (l->made_ms < r->made_ms ? 1 : -1)
                                    : str_cmp(r->name, l->name);
}

static struct kept_backup look_at(const char *path, struct str name, const struct stat *st,
                                  struct arena *a)
{
    struct kept_backup k = {
        .name = name, .bytes = (int64_t)st->st_size, .made_ms = (int64_t)st->st_mtime * 1000};
    const char *about = arena_printf(a, "%s.json", path).ptr;
    const struct jvalue *v = NULL, *part;
    struct bytes text;
    if (fs_read_plain(&text, &fs_system, about, ABOUT_BYTES_MAX, a, NULL) != OK ||
        jin_parse(&v, bytes_str(text), a, NULL) != OK)
        return k;
    if ((part = jin_get(v, "made")) != NULL && part->type == J_OBJECT) {
        (void)!jin_i64(&k.made_ms, part, "at_ms");
        k.made = jvalue_json(part, a);
    }
    if ((part = jin_get(v, "checked")) != NULL && part->type == J_OBJECT)
        k.checked = jvalue_json(part, a);
    return k;
}

err_t backup_kept(const struct kept_backup **out, size_t *count, struct str folder, struct arena *a,
                  struct err *e)
{
    VEC(struct kept_backup) list = {0};
    DIR *dir = opendir(arena_cstr(a, folder));
    if (!dir && errno != ENOENT)
        return err_errno(e, errno, "cannot open %s", arena_cstr(a, folder));
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        struct str name = arena_dup(a, str_of(entry->d_name));
        const char *path = arena_printf(a, "%.*s/%s", STR_ARG(folder), name.ptr).ptr;
        struct stat st;
        if (str_ends(name, STR(ENDING)) && lstat(path, &st) == 0 && S_ISREG(st.st_mode))
            VEC_PUSH(a, &list, look_at(path, name, &st, a));
    }
    if (dir)
        closedir(dir);
    if (list.len > 0)
        qsort(list.ptr, list.len, sizeof(list.ptr[0]), latest_first);
    *out = list.ptr;
    *count = list.len;
    return OK;
}

void backup_about_json(struct jout *j, const struct kept_backup *k)
{
    if (k->made.len)
        jout_pair_raw(j, "made", k->made);
    if (k->checked.len)
        jout_pair_raw(j, "checked", k->checked);
}

static err_t write_about(struct str folder, const struct kept_backup *k, struct arena *a,
                         struct err *e)
{
    const char *path = arena_printf(a, "%.*s/%s.json", STR_ARG(folder), k->name.ptr).ptr;
    const char *fresh = arena_printf(a, "%s.new", path).ptr;
    struct jout j;
    jout_open(&j);
    backup_about_json(&j, k);
    err_t rc = fs_write_synced(&fs_system, fresh, str_bytes(jout_take(&j, a)), e);
    return rc == OK ? fs_publish(&fs_system, fresh, path, e) : rc;
}

/* Only backups that a server made are counted and go; the latest that a restore found good stays. */
static err_t remove_old(const struct backup_plan *plan, struct arena *a, struct err *e)
{
    const struct kept_backup *list;
    size_t count;
    int64_t kept = 0;
    bool good = false;
    err_t rc = backup_kept(&list, &count, plan->folder, a, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        const char *path = arena_printf(a, "%.*s/%s", STR_ARG(plan->folder), list[i].name.ptr).ptr;
        bool latest_good = !good && str_contains(list[i].checked, STR("\"state\":\"good\""));
        good |= latest_good;
        if (list[i].made.len == 0 || kept++ < plan->keep || latest_good)
            continue;
        if (unlink(path) != 0)
            rc = err_errno(e, errno, "cannot remove %s", path);
        (void)unlink(arena_printf(a, "%s.json", path).ptr);
    }
    return rc;
}

/* --- making one --------------------------------------------------------------------------- */

static bool stops(void *arg)
{
    return job_run_stops(arg);
}

static void show_making(void *arg, const struct backup_progress *p)
{
    job_run_progress(arg, (int64_t)p->bytes, 0, str_of(p->what));
}

static void write_counts(struct jout *j, uint64_t tables, uint64_t rows, uint64_t files,
                         uint64_t entries, uint64_t damaged)
{
    jout_pair_u64(j, "tables", tables);
    jout_pair_u64(j, "rows", rows);
    jout_pair_u64(j, "files", files);
    jout_pair_u64(j, "entries", entries);
    jout_pair_u64(j, "damaged", damaged);
}

static struct str made_json(const struct backup_report *m, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair_i64(&j, "at_ms", m->made_ms);
    write_counts(&j, m->tables, m->rows, m->files, m->entries, m->damaged_count);
    jout_pair_u64(&j, "unpacked", m->bytes);
    jout_pair_bool(&j, "sealed", m->sealed);
    return jout_take(&j, a);
}

static err_t make(struct kept_backup *out, const struct backup_plan *plan, struct job_run *r,
                  struct arena *secret, struct err *e)
{
    const struct backup_parts *parts = job_run_parts(r);
    struct kernel *k = parts->kernel;
    struct arena *a = job_run_arena(r);
    struct backup_report report;
    char t[21];
    time_format(t, clock_now_ms(k->clock) + CHINA_MS);
    out->name = arena_printf(a, "zhiyun-%.4s%.2s%.2s-%.2s%.2s%.2s" ENDING, t, t + 5, t + 8, t + 11,
                             t + 14, t + 17);
    struct backup_options o = {
        .path = arena_printf(a, "%.*s/%s", STR_ARG(plan->folder), out->name.ptr).ptr,
        .national = k->suite->hash == HASH_SM3,
        .progress = show_making,
        .stops = stops,
        .progress_arg = r};
    const struct backup_source from = {.store = k->store,
                                       .blobs = k->files->blobs,
                                       .suite = k->suite,
                                       .fs = &fs_system,
                                       .clock = k->clock,
                                       .data = parts->data};
    err_t rc = fs_make_dirs(&fs_system, arena_cstr(a, plan->folder), e);
    if (rc == OK && plan->passphrase.len)
        rc = seal_open_text(&o.passphrase, k->keys, plan->passphrase, STR(SETTING), secret, e);
    if (rc == OK && (rc = backup_write(&report, &from, &o, a, e)) == OK)
        out->made = made_json(&report, a);
    return rc;
}

static err_t run_make(struct job_run *r, struct err *e)
{
    struct arena *a = job_run_arena(r), *secret = arena_new_secret();
    struct kept_backup k = {0};
    struct backup_plan plan;
    err_t rc = load_plan(&plan, r, e);
    if (rc == OK && (rc = make(&k, &plan, r, secret, e)) == OK &&
        (rc = write_about(plan.folder, &k, a, e)) == OK)
        rc = remove_old(&plan, a, e);
    arena_free(secret);
    job_run_result(r, arena_printf(a, "{\"backup\":\"%.*s\"}", STR_ARG(k.name)));
    return rc;
}

/* The time of day has come since the last backup, and since it was chosen. */
static err_t make_due(bool *out, struct db *db, int64_t now_ms, void *arg, struct err *e)
{
    const struct backup_parts *parts = arg;
    struct arena *a = arena_new();
    struct backup_plan plan;
    int64_t minutes, local = now_ms + CHINA_MS;
    *out = false;
    err_t rc = backup_plan_load(&plan, db, parts->data, a, e);
    if (rc == OK && minutes_of(&minutes, plan.at)) {
        int64_t at = local / DAY_MS * DAY_MS + minutes * MINUTE_MS;
        at -= (at > local ? DAY_MS : 0) + CHINA_MS;
        rc = at <= plan.changed_ms
                 ? OK
                 : db_any(out, db,
                          "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM job WHERE kind = ?1"
                          " AND created_ms >= ?2)",
                          VALUES(v_str(str_of(backup_make_kind.name)), v_i64(at)), e);
    }
    arena_free(a);
    return rc;
}

const struct job_kind backup_make_kind = {
    .name = "backup", .title = N_("backup"), .run = run_make, .due = make_due};

/* --- checking one ------------------------------------------------------------------------- */

static void show_checking(void *arg, uint64_t bytes, uint64_t of)
{
    job_run_progress(arg, (int64_t)bytes, (int64_t)of, STR_NONE);
}

static bool says(const struct jvalue *made, const char *name, uint64_t number)
{
    int64_t n;
    return !jin_i64(&n, made, name) || (uint64_t)n == number;
}

/* *state: "good"; "damaged" or "sealed" (another passphrase), with *e. */
static err_t check(const char **state, struct restore_report *got, const struct kept_backup *k,
                   const struct backup_plan *plan, struct job_run *r, struct err *e)
{
    const struct backup_parts *parts = job_run_parts(r);
    struct arena *a = job_run_arena(r), *secret = arena_new_secret();
    const struct jvalue *made = NULL;
    const char *side =
        arena_printf(a, "%s/restore-%lld", parts->data, (long long)job_run_job(r)->id).ptr;
    uint64_t left, all;
    int64_t bytes = k->bytes;
    struct restore_options o = {
        .path = arena_printf(a, "%.*s/%s", STR_ARG(plan->folder), k->name.ptr).ptr,
        .check = true,
        .progress = show_checking,
        .stops = stops,
        .progress_arg = r};
    const struct restore_target to = {.fs = &fs_system,
                                      .clock = parts->kernel->clock,
                                      .data = side,
                                      .store_url = arena_printf(a, "sqlite:%s/zhiyun.db", side).ptr,
                                      .blobs_url = arena_printf(a, "sqlite:%s/blobs.db", side).ptr};
    err_t rc = jin_parse(&made, k->made.len ? k->made : STR("{}"), a, e);
    if (rc == OK && plan->passphrase.len)
        rc = seal_open_text(&o.passphrase, parts->kernel->keys, plan->passphrase, STR(SETTING),
                            secret, e);
    if (rc == OK)
        rc = fs_room(&left, &all, parts->data, e);
    const struct jvalue *sealed = jin_get(made, "sealed");
    if (!sealed || sealed->type != J_TRUE) /* its keys are in it */
        o.keys = arena_printf(a, "%s/keys", parts->data).ptr;
    (void)!jin_i64(&bytes, made, "unpacked");
    if (rc == OK && left / 2 < (uint64_t)bytes) /* the server needs room meanwhile */
        rc = err_set(e, E_LIMIT, "the disk has too little room to restore %.*s beside",
                     STR_ARG(k->name));
    else if (rc == OK && (rc = fs_remove_tree(&fs_system, side, e)) == OK) /* of a run cut off */
        rc = restore_run(got, &to, &o, a, e);
    if (rc == OK && !(says(made, "rows", got->rows) && says(made, "tables", got->tables) &&
                      says(made, "files", got->files) && says(made, "entries", got->entries)))
        rc = err_set(e, E_INVALID,
                     "it holds another number of rows, files or entries than when "
                     "it was made");
    *state = rc == OK ? "good" : rc == E_DENIED ? "sealed" : "damaged";
    rc = rc == E_INVALID || rc == E_CORRUPT || rc == E_DENIED ? OK : rc;
    struct err ignored;
    (void)!fs_remove_tree(&fs_system, side, &ignored);
    arena_free(secret);
    return rc;
}

static err_t run_check(struct job_run *r, struct err *e)
{
    const struct backup_parts *parts = job_run_parts(r);
    const struct clock *clock = parts->kernel->clock;
    struct arena *a = job_run_arena(r);
    const struct kept_backup *list = NULL;
    const struct jvalue *arguments = NULL;
    struct restore_report got = {0};
    struct backup_plan plan;
    const char *state;
    size_t count = 0;
    struct jout j;
    int64_t start = clock_monotonic_us(clock);
    err_t rc = load_plan(&plan, r, e);
    if (rc == OK && (rc = jin_parse(&arguments, job_run_job(r)->arguments, a, e)) == OK)
        rc = backup_kept(&list, &count, plan.folder, a, e);
    if (rc != OK)
        return rc;
    const struct kept_backup *k = FIND_BY(list, count, name, jin_text(arguments, "name"));
    if (!k)
        return err_set(e, E_NOTFOUND, "there is no such backup in %.*s", STR_ARG(plan.folder));
    struct err why = {0};
    if ((rc = check(&state, &got, k, &plan, r, &why)) != OK)
        return err_set(e, rc, "%s", why.text);
    jout_open(&j);
    jout_pair(&j, "state", str_of(state));
    jout_pair_i64(&j, "at_ms", clock_now_ms(clock));
    jout_pair_i64(&j, "took_ms", (clock_monotonic_us(clock) - start) / 1000);
    write_counts(&j, got.tables, got.rows, got.files, got.entries, got.damaged_count);
    if (strcmp(state, "good") != 0)
        jout_pair(&j, "error", str_of(why.text));
    const struct kept_backup now = {.name = k->name, .made = k->made, .checked = jout_take(&j, a)};
    job_run_result(r, now.checked);
    return write_about(plan.folder, &now, a, e);
}

const struct job_kind backup_check_kind = {.name = "backup_check",
                                           .title = N_("restoring a backup beside, to check it"),
                                           .run = run_check};
