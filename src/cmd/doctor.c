/* zhiyun doctor: what of an instance is well, and what is not with how to mend it. Each
 * check looks at one thing and says one line; one that cannot look says so as a fault, and
 * the others go on. */
#include "audit/clock_state.h"
#include "audit/head.h"
#include "audit/rows.h"
#include "audit/verify.h"
#include "backup/note.h"
#include "base/child.h"
#include "base/msg.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "crypto/encode.h"
#include "notify/public_url.h"
#include "record/current.h"
#include "search/search.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_SAMPLED 50
#define TAIL_ENTRIES 1000
#define DAY_MS INT64_C(86400000)
#define BACKUP_DAYS 7
#define WAITING_MS 60000
#define CAGE_MS 10000
#define JOB_LATE_MS (INT64_C(10) * 60 * 1000)

enum health { GOOD, WARN, FAULT };
static const char *const state_names[] = {"ok", "warn", "fault"};
static const char *const state_words[] = {N_("ok   "), N_("warn "), N_("fault")};

struct finding {
    const char *what; /* for programs */
    enum health state;
    struct str text, mend;
};

struct doctor {
    struct app *app;
    struct arena *a;
    bool all;
    struct store *store; /* NULL: it could not be opened */
    struct db *db;
    struct log_suite suite;
    bool has_suite;
    VEC(struct finding) found;
    enum health worst;
};

static void add(struct doctor *d, const char *what, enum health state, struct str text,
                struct str mend)
{
    VEC_PUSH(d->a, &d->found, ((struct finding){what, state, text, mend}));
    d->worst = state > d->worst ? state : d->worst;
}

#define SAY(d, ...) arena_printf((d)->a, __VA_ARGS__)

static void well(struct doctor *d, const char *what, struct str text)
{
    add(d, what, GOOD, text, STR(""));
}

/* A check that could not look. */
static void failed(struct doctor *d, const char *what, const struct err *e)
{
    add(d, what, FAULT, SAY(d, "%s", e->text), STR(""));
}

/* --- the folder --------------------------------------------------------------------------- */

static bool others_may(const char *path, mode_t *mode)
{
    struct stat st;
    *mode = stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
    return (*mode & 077) != 0;
}

static void check_folder(struct doctor *d)
{
    static const char *const keys[] = {"log.key", "log.vkey", "seal.key", "index.key"};
    const char *data = d->app->data;
    mode_t mode;
    size_t bad = d->found.len;
    if (others_may(data, &mode))
        add(d, "folder", FAULT,
            SAY(d, msg("others on this machine may look into %s (mode %04o)"), data, mode),
            SAY(d, "chmod 700 %s", data));
    const char *folder = SAY(d, "%s/keys", data).ptr;
    if (access(folder, F_OK) == 0 && others_may(folder, &mode))
        add(d, "keys", FAULT,
            SAY(d, msg("others on this machine may look into %s (mode %04o)"), folder, mode),
            SAY(d, "chmod 700 %s", folder));
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const char *path = SAY(d, "%s/%s", folder, keys[i]).ptr;
        if (access(path, F_OK) != 0)
            add(d, "keys", FAULT, SAY(d, msg("the key file %s is missing"), path),
                SAY(d, "%s", msg("put it back from the place where the keys are kept")));
        else if (others_may(path, &mode))
            add(d, "keys", FAULT,
                SAY(d, msg("others on this machine may read %s (mode %04o)"), path, mode),
                SAY(d, "chmod 600 %s", path));
    }
    const char *url = d->app->store_url, *file = url + strlen("sqlite:");
    if (str_starts(str_of(url), STR("sqlite:")) && !str_starts(str_of(file), str_of(data)) &&
        others_may(file, &mode)) /* within the folder nobody else comes to it */
        add(d, "folder", FAULT,
            SAY(d, msg("others on this machine may read %s (mode %04o)"), file, mode),
            SAY(d, "chmod 600 %s", file));
    if (d->found.len == bad)
        well(d, "folder", SAY(d, "%s", msg("folder and keys are the owner's alone")));
}

static void check_room(struct doctor *d)
{
    uint64_t left, all;
    struct err e;
    if (fs_room(&left, &all, d->app->data, &e) != OK) {
        failed(d, "disk", &e);
        return;
    }
    unsigned percent = all ? (unsigned)(left * 100 / all) : 0;
    struct str text = SAY(d, msg("%llu MB of the disk are free (%u %%)"),
                          (unsigned long long)(left >> 20), percent);
    enum health state = left < (UINT64_C(64) << 20)                 ? FAULT
                        : left < (UINT64_C(1) << 30) || percent < 5 ? WARN
                                                                    : GOOD;
    add(d, "disk", state, text,
        state == GOOD ? STR("")
                      : SAY(d, "%s", msg("make room before it is full: writes then fail")));
}

static void say_cages(struct doctor *d, struct str layers)
{
    static const struct {
        const char *layer, *lacks;
    } all[] = {
        {"files", N_("rules on files (Landlock, Linux 5.13)")},
        {"root", N_("a root folder of their own")},
        {"processes", N_("a space of processes of their own")},
        {"network", N_("a network of their own")},
        {"user", N_("a user of their own")},
    };
    struct str lacking = STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (str_find(layers, str_of(all[i].layer), 0) == layers.len)
            lacking = SAY(d, "%.*s%s%s", STR_ARG(lacking), lacking.len ? msg(", ") : "",
                          msg(all[i].lacks));
    if (lacking.len == 0)
        well(d, "cages",
             SAY(d, "%s", msg("programs that read strangers' files are caged in every way")));
    else
        add(d, "cages", WARN,
            SAY(d,
                msg("programs that read strangers' files are held by the list of calls, but lack: "
                    "%.*s"),
                STR_ARG(lacking)),
            SAY(d, "%s",
                msg("let users make spaces (sysctl user.max_user_namespaces), turn Landlock on "
                    "(lsm=landlock,…), or use a newer kernel")));
}

/* What the kernel gives to programs that read a stranger's files and make papers (cage/cage.h). */
static void check_cages(struct doctor *d)
{
    const char *const argv[] = {program_beside_us(d->a, "zhiyun-pdf"), "cage", NULL};
    struct buf layers, words;
    struct err e;
    int status = 0;
    buf_init(&layers, 1024);
    buf_init(&words, 1024);
    struct child c = {.argv = argv, .out = &layers, .said = &words, .time_ms = CAGE_MS};
    if (!argv[0])
        add(d, "cages", WARN,
            SAY(d, "%s",
                msg("zhiyun-pdf is not installed: no PDF is read; Office "
                    "files and archives are read without a cage")),
            SAY(d, "%s", msg("put zhiyun-pdf and zhiyun-paper beside zhiyun")));
    else if (child_run(&status, &c, &e) != OK)
        failed(d, "cages", &e);
    else if (status != 0)
        add(d, "cages", FAULT,
            SAY(d,
                msg("programs that read strangers' files cannot give up their rights and do not "
                    "start: %.*s"),
                STR_ARG(str_trim(buf_str(&words)))),
            SAY(d, "%s", msg("use a kernel with seccomp (CONFIG_SECCOMP_FILTER)")));
    else
        say_cages(d, buf_str(&layers));
    buf_clear(&layers);
    buf_clear(&words);
}

/* --- the store ------------------------------------------------------------------------------- */

/* Whether the pages of a SQLite file have checksums: byte 20 of its header (db/page_sums.h). */
static bool has_sums(const char *path)
{
    uint8_t header[24] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool read = fd >= 0 && pread(fd, header, sizeof(header), 0) == (ssize_t)sizeof(header);
    if (fd >= 0)
        close(fd);
    return !read || header[20] == 8;
}

static void check_pages(struct doctor *d)
{
    struct err e;
    const char *url = d->app->store_url;
    if (!str_starts(str_of(url), STR("sqlite:"))) {
        well(d, "pages", SAY(d, "%s", msg("the database server looks after its own pages")));
        return;
    }
    if (!has_sums(url + strlen("sqlite:")))
        add(d, "pages", WARN,
            SAY(d, "%s",
                msg("the store was made by an older version: its pages have no checksums, so that "
                    "a disk's fault may go unseen")),
            SAY(d, "%s",
                msg("zhiyun backup, then restore into a new folder: there they have them")));
    else if (db_check(d->db, &e) != OK)
        add(d, "pages", FAULT, SAY(d, "%s", e.text),
            SAY(d, "%s", msg("stop the server and restore the latest backup")));
    else
        well(d, "pages", SAY(d, "%s", msg("every page of the store is as it was written")));
}

static void check_types(struct doctor *d)
{
    struct err e;
    struct str digest;
    bool current = false;
    err_t rc = record_types_digest(&digest, instance_types_folder(d->app), d->a, &e);
    if (rc == OK)
        rc = record_types_current(&current, digest, d->store, &e);
    if (rc != OK)
        failed(d, "types", &e);
    else if (!current)
        add(d, "types", WARN,
            SAY(d, "%s", msg("the tables are not what the record types of this program say")),
            SAY(d, "%s", msg("the next start of the server brings them to it")));
    else
        well(d, "types", SAY(d, "%s", msg("the tables are what the record types say")));
}

/* --- the log ---------------------------------------------------------------------------------- */

static void check_whole_log(struct doctor *d)
{
    struct log_trust trust = {.keys = &d->suite.key, .key_count = 1};
    struct verify_options o = {.suite = &d->suite,
                               .trust = &trust,
                               .clock = d->app->clock,
                               .batches = &record_batches,
                               .skip_pages = true};
    struct log_verdict v;
    struct err e;
    if (instance_types(d->app, &e) != OK) {
        failed(d, "log", &e);
        return;
    }
    o.current = record_current(d->app->types);
    if (log_verify_store(&v, d->store, &o, d->a, &e) != OK)
        failed(d, "log", &e);
    else if (!verdict_good(&v))
        add(d, "log", FAULT, SAY(d, "%s", v.fault), SAY(d, "%s", msg("zhiyun verify says more")));
    else
        well(d, "log",
             SAY(d, msg("the log verifies, %llu entries; %llu records say what it says"),
                 (unsigned long long)v.entries, (unsigned long long)v.rows_checked));
}

struct tail {
    struct doctor *d;
    struct hasher *hasher;
    struct tile_source tiles;
    bool good;
};

/* Is the entry what the tree has of it? */
static err_t look_at_entry(void *arg, const struct log_row *row, struct err *e)
{
    struct tail *t = arg;
    struct bytes tile = {NULL, 0};
    size_t at = (size_t)row->leaf % TILE_WIDTH;
    struct digest leaf = tree_leaf(t->hasher, str_bytes(row->body));
    err_t rc =
        t->tiles.read(&tile, t->tiles.arg, 0, (uint64_t)row->leaf / TILE_WIDTH, at + 1, t->d->a, e);
    t->good &= rc == OK && memcmp(tile.ptr + at * HASH_LEN, leaf.byte, HASH_LEN) == 0;
    return rc;
}

/* The latest entries against the tree, the tree against the latest head, the head against
 * the key. */
static err_t look_at_tail(struct doctor *d, bool *good, uint64_t *size, struct err *e)
{
    struct log_head_row row;
    struct head head;
    struct digest root;
    struct tail t = {.d = d, .hasher = hasher_new_of(d->suite.hash), .good = true};
    uint64_t from, next;
    *good = false;
    t.tiles = log_tiles(d->db);
    err_t rc = log_head_latest(&row, d->db, d->a, e);
    if (rc == OK && (rc = head_parse(&head, row.note, e)) == OK &&
        (rc = head_check(&head, &d->suite.key, e)) == OK && (rc = log_size(size, d->db, e)) == OK &&
        (rc = tree_root(&root, &t.tiles, head.size, t.hasher, d->a, e)) == OK) {
        t.good = digest_eq(&root, &head.root) && head.size <= *size;
        from = *size > TAIL_ENTRIES ? *size - TAIL_ENTRIES : 0;
        rc = log_follow(&next, d->db, from, TAIL_ENTRIES, look_at_entry, &t, e);
        t.good &= rc == OK && next == *size;
    }
    *good = t.good;
    hasher_free(t.hasher);
    return rc;
}

static void check_log(struct doctor *d)
{
    struct err e;
    bool good = false;
    uint64_t size = 0;
    int64_t waiting = 0;
    if (!d->has_suite)
        return; /* its keys are missing: said already */
    if (d->all) {
        check_whole_log(d);
        return;
    }
    err_t rc = look_at_tail(d, &good, &size, &e);
    if (rc == OK)
        rc = db_i64(&waiting, d->db,
                    "SELECT count(*) FROM log_entry WHERE leaf IS NULL AND at_ms < ?1",
                    VALUES(v_i64(clock_now_ms(d->app->clock) - WAITING_MS)), &e);
    if (rc == E_NOTFOUND)
        add(d, "log", WARN, SAY(d, "%s", msg("the log has no signed head yet")),
            SAY(d, "%s", msg("start the server, or run any command that writes")));
    else if (rc != OK)
        failed(d, "log", &e);
    else if (!good)
        add(d, "log", FAULT,
            SAY(d, "%s",
                msg("the latest entries of the log are not what its head was signed over")),
            SAY(d, "%s", msg("zhiyun verify says more")));
    else if (waiting > 0)
        add(d, "log", FAULT,
            SAY(d, msg("%lld entries wait to be numbered and signed for longer than a minute"),
                (long long)waiting),
            SAY(d, "%s", msg("start the server; its log says what keeps it from signing")));
    else
        well(d, "log",
             SAY(d, msg("the latest entries of the log are signed, of %llu (--all looks at each)"),
                 (unsigned long long)size));
}

static void say_doubt(struct doctor *d, const struct clock_state *state)
{
    char due[LOG_TIME_LEN + 1], shown[LOG_TIME_LEN + 1];
    log_time_format(due, state->jump.due_ms);
    log_time_format(shown, state->jump.shown_ms);
    add(d, "clock", FAULT,
        SAY(d,
            msg("the clock is in doubt: it showed %s after %s; standing work and signing stand "
                "still"),
            shown, due),
        SAY(d, "%s",
            msg("set the clock, use a time service; then a security administrator says that it is "
                "right (PUT /clock)")));
}

static void check_clock(struct doctor *d)
{
    struct err e;
    struct clock_state state;
    int64_t now = clock_now_ms(d->app->clock);
    char at[LOG_TIME_LEN + 1], seen[LOG_TIME_LEN + 1];
    if (clock_state_load(&state, d->db, &e) != OK) {
        failed(d, "clock", &e);
        return;
    }
    enum clock_doubt start = clock_state_at_start(&state, now);
    log_time_format(at, now);
    log_time_format(seen, state.seen_ms);
    if (state.doubt)
        say_doubt(d, &state);
    else if (start == CLOCK_BEHIND)
        add(d, "clock", FAULT,
            SAY(d,
                msg("the clock (%s) is behind the last time that is known (%s): nothing is signed"),
                at, seen),
            SAY(d, "%s", msg("set the clock; use a time service")));
    else if (start == CLOCK_AHEAD)
        add(d, "clock", WARN,
            SAY(d,
                msg("the clock (%s) is more than 30 days after the last time that is known (%s)"),
                at, seen),
            SAY(d, "%s",
                msg("if it is right, a security administrator says so after the next start (PUT "
                    "/clock)")));
    else
        well(d, "clock", SAY(d, msg("the clock says %s"), at));
}

/* --- uploaded files --------------------------------------------------------------------------- */

/* Read whole, as for a download. */
static bool reads_back(struct blobs *blobs, struct str name, struct err *e)
{
    struct digest digest;
    struct blob_get *get = NULL;
    struct bytes piece = {NULL, 1};
    err_t rc =
        hex_read(digest.byte, HASH_LEN, name)
            ? blob_get_open(&get, blobs, &digest, 0, -1, e)
            : err_set(e, E_CORRUPT, "the name %.*s of an uploaded file is none", STR_ARG(name));
    while (rc == OK && piece.len > 0)
        rc = blob_get_next(&piece, get, e);
    blob_get_close(get);
    return rc == OK;
}

static void check_files(struct doctor *d)
{
    struct blobs_options o = {.clock = d->app->clock};
    struct blobs *blobs = NULL;
    struct texts names = {0};
    size_t bad = 0;
    struct err e, first = {0};
    err_t rc = db_texts(&names, d->db,
                        "SELECT blob FROM (SELECT DISTINCT blob FROM file WHERE ended_ms IS NULL)"
                        " AS b ORDER BY blob NULLS LAST LIMIT ?1",
                        VALUES(v_i64(d->all ? INT64_MAX : FILES_SAMPLED)), d->a, &e);
    if (rc == OK && names.len > 0)
        rc = blobs_open(&blobs, instance_blobs_url(d->app), &o, &e);
    for (size_t i = 0; rc == OK && i < names.len; i++)
        if (!reads_back(blobs, names.ptr[i], &e) && bad++ == 0)
            first = e;
    blobs_close(blobs);
    if (rc != OK)
        failed(d, "files", &e);
    else if (bad > 0)
        add(d, "files", FAULT,
            SAY(d, msg("%zu of %zu uploaded files do not read back: %s"), bad, names.len,
                first.text),
            SAY(d, "%s", msg("take them from a backup (tar), and upload them again")));
    else
        well(d, "files", SAY(d, msg("%zu uploaded files read back as they were"), names.len));
}

/* --- the index --------------------------------------------------------------------------------- */

static void check_index(struct doctor *d)
{
    struct err e;
    int64_t last = 0;
    bool holds = false;
    err_t rc = indexer_last_change(&last, d->store, &e);
    if (rc == OK && last > 0)
        rc = indexer_holds(&holds, d->app->index_dir, last, &e);
    if (rc == OK && last > 0 && !holds)
        add(d, "index", WARN, SAY(d, "%s", msg("the index does not have the latest records")),
            SAY(d, "%s", msg("a running server follows in a moment; else zhiyun reindex")));
    else if (rc == E_CORRUPT)
        add(d, "index", WARN, SAY(d, "%s", e.text), STR("zhiyun reindex"));
    else if (rc != OK)
        failed(d, "index", &e);
    else
        well(d, "index", SAY(d, msg("the index has all %lld changes"), (long long)last));
}

/* --- people --------------------------------------------------------------------------------------- */

#define HOLDS_NOW                                                                                  \
    " FROM role_grant g JOIN account c ON c.id = g.account WHERE g.state = 'active'"               \
    " AND g.delegated_by IS NULL AND c.state = 'active' AND g.from_date <= ?1"                     \
    " AND (g.to_date IS NULL OR g.to_date >= ?1)"
#define ADMINISTRATORS                                                                             \
    " AND g.role IN ('system_administrator', 'security_administrator', 'audit_administrator')"

static void check_people(struct doctor *d)
{
    struct err e;
    struct str today = business_date(clock_now_ms(d->app->clock), d->a);
    int64_t roles = 0, both = 0, bare = 0, any = 0;
    err_t rc = db_i64(&any, d->db, "SELECT count(*) FROM account", NULL, 0, &e);
    if (rc == OK)
        rc = db_i64(&roles, d->db, "SELECT count(DISTINCT g.role)" HOLDS_NOW ADMINISTRATORS,
                    VALUES(v_str(today)), &e);
    if (rc == OK)
        rc = db_i64(&both, d->db,
                    "SELECT count(*) FROM (SELECT g.account" HOLDS_NOW ADMINISTRATORS
                    " GROUP BY g.account HAVING count(DISTINCT g.role) > 1) AS b",
                    VALUES(v_str(today)), &e);
    if (rc == OK)
        rc = db_i64(&bare, d->db,
                    "SELECT count(DISTINCT g.account)" HOLDS_NOW ADMINISTRATORS
                    " AND NOT EXISTS (SELECT 1 FROM credential p WHERE p.account = g.account AND "
                    "p.totp_confirmed = 1)",
                    VALUES(v_str(today)), &e);
    if (rc != OK) {
        failed(d, "administrators", &e);
        return;
    }
    if (any == 0) {
        add(d, "administrators", WARN, SAY(d, "%s", msg("nobody can sign in yet")),
            SAY(d, "%s",
                msg("start the server: it prints a link to make the first administrator")));
        return;
    }
    if (both > 0)
        add(d, "administrators", FAULT,
            SAY(d, msg("%lld persons hold two of the three administrators' roles"),
                (long long)both),
            SAY(d, "%s", msg("end one of them; the evidence log says who gave it")));
    else if (roles < 3)
        add(d, "administrators", WARN,
            SAY(d, msg("only %lld of the three administrators (system, security, audit) are there"),
                (long long)roles),
            SAY(d, "%s", msg("zhiyun user add NAME --role …")));
    else
        well(d, "administrators",
             SAY(d, "%s", msg("system, security and audit administrator are three persons")));
    if (bare > 0)
        add(d, "second_factor", WARN,
            SAY(d, msg("%lld administrators have no second factor"), (long long)bare),
            SAY(d, "%s", msg("each sets one up after signing in (POST /session/code)")));
    else
        well(d, "second_factor", SAY(d, "%s", msg("every administrator has a second factor")));
}

/* Warns where the database server gives other logins rights that the program does not need them to have. A database or a
 * schema without a list of rights has the server's default ones (acldefault). SQLite has no logins. */
static void check_database(struct doctor *d)
{
    struct err e;
    int64_t above = 0, entered = 0, made = 0;
    if (store_is_near(d->store))
        return;
    if (db_row(NULL, d->db,
               "SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)::int, (SELECT"
               " count(*) FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d',"
               " d.datdba))) r WHERE d.datname = current_database() AND r.grantee = 0"
               " AND r.privilege_type = 'CONNECT'), (SELECT count(*) FROM pg_namespace n,"
               " aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) r"
               " WHERE n.nspname = current_schema() AND r.privilege_type = 'CREATE'"
               " AND r.grantee <> n.nspowner AND r.grantee <> (SELECT oid FROM pg_roles WHERE"
               " rolname = current_user))",
               NULL, 0, INTO(into_i64(&above), into_i64(&entered), into_i64(&made)), NULL,
               &e) != OK) {
        failed(d, "database", &e);
        return;
    }
    if (above)
        add(d, "database", WARN,
            SAY(d, "%s",
                msg("the database's login is a superuser, which the program does not need")),
            SAY(d, "%s", msg("ALTER ROLE … NOSUPERUSER")));
    if (entered)
        add(d, "database", WARN,
            SAY(d, "%s",
                msg("every login of the server may enter the database, where it can hold the "
                    "program up by its locks")),
            SAY(d, "%s", msg("REVOKE CONNECT, TEMPORARY ON DATABASE … FROM PUBLIC")));
    if (made)
        add(d, "database", FAULT,
            SAY(d, "%s",
                msg("others may make functions in the program's schema, which it would then run")),
            SAY(d, "%s", msg("REVOKE CREATE ON SCHEMA … FROM PUBLIC, and from whom else has it")));
}

#define GUARDIANS " AND g.role = 'security_administrator'"

/* Security settings are changed by two (access/security_change.h). */
static void check_guardians(struct doctor *d)
{
    struct err e;
    struct str today = business_date(clock_now_ms(d->app->clock), d->a);
    int64_t now = 0, ever = 0;
    err_t rc = db_i64(&now, d->db, "SELECT count(DISTINCT g.account)" HOLDS_NOW GUARDIANS,
                      VALUES(v_str(today)), &e);
    if (rc == OK)
        rc = db_i64(&ever, d->db,
                    "SELECT count(DISTINCT g.account) FROM role_grant g WHERE g.delegated_by IS "
                    "NULL" GUARDIANS,
                    NULL, 0, &e);
    if (rc != OK)
        failed(d, "security_settings", &e);
    else if (now >= 2)
        well(
            d, "security_settings",
            SAY(d, "%s", msg("one security administrator proposes a change, another confirms it")));
    else if (ever > 0)
        add(d, "security_settings", WARN,
            SAY(d, "%s",
                ever < 2 ? msg("the one security administrator changes them alone, since there "
                               "has never been a second; each such entry says so")
                         : msg("fewer than two security administrators are left: what one "
                               "changes waits for another to confirm it")),
            SAY(d, "%s",
                msg("appoint a second: zhiyun user add NAME --role security_administrator")));
}

/* --- what runs --------------------------------------------------------------------------------------- */

static void check_jobs(struct doctor *d)
{
    struct err e;
    int64_t failed_jobs = 0, late = 0;
    err_t rc =
        db_i64(&failed_jobs, d->db, "SELECT count(*) FROM job WHERE state = 'failed'", NULL, 0, &e);
    if (rc == OK)
        rc = db_i64(&late, d->db,
                    "SELECT count(*) FROM job WHERE due_ms IS NOT NULL AND due_ms < ?1",
                    VALUES(v_i64(clock_now_ms(d->app->clock) - JOB_LATE_MS)), &e);
    if (rc != OK)
        failed(d, "jobs", &e);
    else if (failed_jobs > 0 || late > 0)
        add(d, "jobs", WARN,
            SAY(d, msg("%lld jobs failed, %lld wait for longer than they should"),
                (long long)failed_jobs, (long long)late),
            SAY(d, "%s",
                msg("late ones run once the server does; GET /jobs says why others failed")));
    else
        well(d, "jobs", SAY(d, "%s", msg("no job failed and none is late")));
}

static void check_backup(struct doctor *d)
{
    struct err e;
    int64_t at_ms = 0, now = clock_now_ms(d->app->clock);
    char at[LOG_TIME_LEN + 1];
    if (instance_noted(&at_ms, d->db, "backup", &e) != OK) {
        failed(d, "backup", &e);
        return;
    }
    log_time_format(at, at_ms);
    struct str mend =
        SAY(d, "%s", msg("zhiyun backup FILE, each day, and the file to another machine"));
    if (at_ms == 0)
        add(d, "backup", WARN, SAY(d, "%s", msg("no backup was ever made")), mend);
    else if (now - at_ms > BACKUP_DAYS * DAY_MS)
        add(d, "backup", WARN, SAY(d, msg("the last backup is of %s"), at), mend);
    else
        well(d, "backup", SAY(d, msg("the last backup is of %s"), at));
}

static void check_address(struct doctor *d)
{
    struct str url = STR("");
    struct err e;
    if (public_url_get(&url, d->db, d->a, &e) != OK)
        failed(d, "address", &e);
    else if (url.len == 0)
        well(d, "address",
             SAY(d, "%s",
                 msg("no public address is set: the server answers on this machine alone")));
    else
        well(d, "address", SAY(d, msg("people reach it at %.*s"), STR_ARG(url)));
}

/* --- the command ------------------------------------------------------------------------------------- */

static void look(struct doctor *d)
{
    static void (*const checks[])(struct doctor *) = {
        check_pages,  check_types,     check_log,      check_clock, check_files,  check_index,
        check_people, check_guardians, check_database, check_jobs,  check_backup, check_address};
    struct err e;
    const char *keys = SAY(d, "%s/keys", d->app->data).ptr;
    check_folder(d);
    check_room(d);
    check_cages(d);
    d->has_suite = log_suite_open(&d->suite, d->app->fs, keys, &e) == OK;
    if (store_reader_get(&d->db, d->store, &e) != OK) {
        failed(d, "store", &e);
        return;
    }
    well(d, "store",
         SAY(d, msg("the store %s opens, migration %zu"), store_name(d->store), migration_count));
    for (size_t i = 0; i < ARRAY_LEN(checks); i++)
        checks[i](d);
    store_reader_put(d->store, d->db);
}

static int report(const struct doctor *d)
{
    struct jout j;
    int code = EXIT_DONE;
    if (d->app->json) {
        jout_open(&j);
        jout_pair(&j, "state", str_of(state_names[d->worst]));
        jout_pair_array(&j, "checks");
        for (size_t i = 0; i < d->found.len; i++) {
            jout_object(&j);
            jout_pair(&j, "check", str_of(d->found.ptr[i].what));
            jout_pair(&j, "state", str_of(state_names[d->found.ptr[i].state]));
            jout_pair(&j, "text", d->found.ptr[i].text);
            jout_pair(&j, "mend", d->found.ptr[i].mend);
            jout_end_object(&j);
        }
        jout_end_array(&j);
        jout_end_object(&j);
        code = print_json(d->app, j.to);
        buf_clear(j.to);
    }
    for (size_t i = 0; !d->app->json && i < d->found.len; i++) {
        const struct finding *f = &d->found.ptr[i];
        say(stdout, "%s  %.*s\n", msg(state_words[f->state]), STR_ARG(f->text));
        if (f->mend.len > 0)
            say(stdout, "       → %.*s\n", STR_ARG(f->mend));
    }
    return code == EXIT_DONE && d->worst == FAULT ? EXIT_FAULT_FOUND : code;
}

static int run_doctor(struct app *app, int argc, char **argv)
{
    struct doctor d = {.app = app, .a = app->arena};
    struct args args;
    struct err e;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (!args_flag(&args, "--all", NULL))
            return usage_unknown(&args, "doctor");
        d.all = true;
    }
    err_t rc = instance_open_untyped(&d.store, app, false, &e);
    if (rc == E_IO)
        return fail(app, &e); /* there is nothing to look at */
    if (rc == OK)
        look(&d);
    else
        add(&d, "store", FAULT, SAY(&d, "%s", e.text), STR(""));
    store_close(d.store);
    return report(&d);
}

const struct command command_doctor = {
    "doctor",
    "[--all]",
    N_("looks whether the instance is well, and says how to mend what is not"),
    run_doctor,
    N_("  --all   reads every uploaded file and every entry of the log, not some of them\n"
       "Exit: 1 when a fault was found; what is only to be thought of (warn) is none.\n"),
    NULL};
