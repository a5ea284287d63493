/* Ten thousand commits of data that anybody can make again: waiting for the disk at each took up to
 * seven minutes. So it is waited for once, at the end, and until then nobody may open what is there
 * (instance_disk): a power cut can take nothing from anybody. What stood in the folder before, an
 * administrator perhaps, lies synced in <data>/demo/before; a demo that was cut off, by a power cut
 * too, begins again from there, whatever became of its own files. */
#include "cmd/demo_making.h"
#include "backup/target.h"
#include "base/disk.h"
#include "model/patent_store.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* What the mark holds: where the records are. Tables elsewhere cannot be kept aside: into those a demo is
 * made as anything else is, waited for at each commit, without a mark, and not begun again. */
#define HERE "here\n"
#define ELSEWHERE_EMPTY "elsewhere, empty\n"

static const char *const made_here[] = {
    "zhiyun.db",    "zhiyun.db-wal", "zhiyun.db-shm", "zhiyun.db-turn", "blobs.db", "blobs.db-wal",
    "blobs.db-shm", "blobs.db-turn", "keys",          "keys.lock",      "log.lock", "index"};
#define BEFORE "demo/before"
#define BEGUN "demo/begun"

static const char *in_data(const struct app *app, const char *name)
{
    return arena_printf(app->arena, "%s/%s", app->data, name).ptr;
}

/* --- may it be made here? -------------------------------------------------------------- */

/* It must never mix with somebody's records. */
static err_t check_empty(const struct app *app, struct store *store, struct err *e)
{
    int64_t records = 0;
    err_t rc = STORE_READ(db, store, e, patent_count(&records, db, e));
    if (rc == OK && records > 0)
        rc = err_set(
            e, E_CONFLICT,
            "%s holds %lld records that are not the demo's; give another folder with --data",
            app->data, (long long)records);
    return rc;
}

/* The story needs signed heads at once, where a panel is drawn: it is alone with its instance,
 * and keeps the log itself. */
static err_t check_alone(const struct app *app, struct store *store, struct err *e)
{
    const struct sequencer_options o = instance_sequencer(app, store, NULL);
    err_t rc = log_untaken(&o, e);
    return rc != E_BUSY
               ? rc
               : err_set(e, E_BUSY,
                         "a server, or another command, works with the instance in %s: stop it "
                         "first (nothing was written)",
                         app->data);
}

/* *tables: there are some before the demo is made. */
static err_t check_store(bool *tables, struct app *app, struct err *e)
{
    struct store *store = NULL;
    enum target_state state;
    err_t rc = target_look(&state, app->store_url, app->arena, e);
    *tables = rc == E_CONFLICT;
    if (rc == OK && state != TARGET_FILLED)
        return OK;
    if (rc != OK && rc != E_CONFLICT)
        return rc;
    if ((rc = store_open(&store, app->store_url, false, e)) !=
        OK) /* a restore's that was cut off, too */
        return rc;
    if ((rc = check_empty(app, store, e)) == OK)
        rc = check_alone(app, store, e);
    store_close(store);
    return rc;
}

/* --- what stood there before -------------------------------------------------------------- */

static err_t copy_made(const struct app *app, const char *from, const char *to, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(made_here); i++) {
        const char *name = in_data(app, arena_printf(app->arena, "%s%s", from, made_here[i]).ptr);
        const char *copy = in_data(app, arena_printf(app->arena, "%s%s", to, made_here[i]).ptr);
        rc = fs_remove_tree(app->fs, copy, e);
        if (rc == OK && access(name, F_OK) == 0)
            rc = fs_copy_tree(app->fs, name, copy, e);
    }
    return rc;
}

/* Aside: whole under its name, or not at all. */
static err_t keep_before(const struct app *app, struct err *e)
{
    const struct fs *fs = app->fs;
    const char *kept = in_data(app, BEFORE), *part = in_data(app, BEFORE ".part");
    err_t rc = fs_remove_tree(fs, kept, e); /* of a demo that had not begun in earnest */
    if (rc == OK && (rc = fs_remove_tree(fs, part, e)) == OK &&
        (rc = fs_make_dirs(fs, part, e)) == OK &&
        (rc = copy_made(app, "", BEFORE ".part/", e)) == OK &&
        (rc = fs_sync_tree(fs, part, e)) == OK)
        rc = fs_publish(fs, part, kept, e);
    return rc;
}

/* --- the mark ------------------------------------------------------------------------------ */

static err_t take_mark(struct demo_making *m, struct err *e)
{
    const struct fs *fs = m->app->fs;
    const char *path = in_data(m->app, BEGUN);
    err_t rc = fs_make_dirs(fs, in_data(m->app, "demo"), e);
    if (rc != OK)
        return rc;
    m->mark = fs->open(fs, path, O_RDWR | O_CREAT, 0600);
    if (m->mark < 0)
        return err_errno(e, errno, "cannot create %s", path);
    if (flock(m->mark, LOCK_EX | LOCK_NB) == 0)
        return OK;
    rc = errno == EWOULDBLOCK
             ? err_set(e, E_BUSY, "another demo is being made in %s: wait for it", m->app->data)
             : err_errno(e, errno, "cannot lock %s", path);
    fs->close(fs, m->mark);
    m->mark = -1;
    return rc;
}

static err_t write_mark(struct demo_making *m, const char *says, struct err *e)
{
    const struct fs *fs = m->app->fs;
    const char *path = in_data(m->app, BEGUN);
    if (fs->write(fs, m->mark, says, strlen(says)) != (ssize_t)strlen(says) ||
        fs->fsync(fs, m->mark) != 0)
        return err_errno(e, errno, "cannot write %s", path);
    m->is_kept = true;
    err_t rc = fs_sync_dir_of(fs, path, e); /* and the names of the folders that lead there */
    if (rc == OK && (rc = fs_sync_dir_of(fs, in_data(m->app, "demo"), e)) == OK)
        rc = fs_sync_dir_of(fs, m->app->data, e);
    return rc;
}

static err_t begin_anew(struct demo_making *m, struct err *e)
{
    bool tables = false;
    err_t rc = check_store(&tables, m->app, e);
    bool here = instance_holds_records(m->app);
    if (rc != OK || (tables && !here))
        return rc;
    rc = keep_before(m->app, e);
    return rc == OK ? write_mark(m, here ? HERE : ELSEWHERE_EMPTY, e) : rc;
}

static err_t begin_again(struct demo_making *m, struct str said, struct err *e)
{
    m->is_kept = true;
    if (!str_is(said, HERE) && !str_is(said, ELSEWHERE_EMPTY))
        return err_set(e, E_CONFLICT, "the demo in %s was cut off; give another folder with --data",
                       m->app->data);
    err_t rc = copy_made(m->app, BEFORE "/", "", e);
    if (rc == OK && str_is(said, ELSEWHERE_EMPTY))
        rc = target_remove(m->app->fs, m->app->store_url, m->app->arena, e);
    return rc;
}

err_t demo_making_begin(struct demo_making *out, struct app *app, struct err *e)
{
    struct bytes said = {NULL, 0};
    *out = (struct demo_making){.app = app, .mark = -1};
    app->makes_demo = true;
    err_t rc = instance_disk(app, true, e);
    if (rc == OK && (rc = take_mark(out, e)) == OK)
        rc = fs_read(&said, app->fs, in_data(app, BEGUN), 200, app->arena, e);
    if (rc == OK)
        rc = said.len > 0 ? begin_again(out, bytes_str(said), e) : begin_anew(out, e);
    if (rc == OK && out->is_kept)
        disk_wait_for(false);
    return rc;
}

err_t demo_making_sync(struct demo_making *m, struct err *e)
{
    const struct app *app = m->app;
    struct db *db = NULL;
    err_t rc = OK;
    disk_wait_for(true);
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(made_here); i++)
        if (access(in_data(app, made_here[i]), F_OK) == 0)
            rc = fs_sync_tree(app->fs, in_data(app, made_here[i]), e);
    if (rc == OK)
        rc = fs_sync_tree(app->fs, in_data(app, "demo"), e);
    if (rc != OK || instance_holds_records(app))
        return rc;
    if (target_is_file(app->store_url)) /* closed: its log is copied back and gone */
        return fs_sync_tree(app->fs, app->store_url + strlen("sqlite:"), e);
    /* A server writes its log in order: one commit that it waits for takes all before it along. */
    if ((rc = db_open(&db, app->store_url, &(struct db_options){.must_exist = true}, e)) == OK &&
        (rc = db_begin_write(db, e)) == OK &&
        (rc = db_exec(db, "UPDATE schema_migration SET number = number", e)) == OK)
        rc = db_commit(db, e);
    db_close(db);
    return rc;
}

err_t demo_making_tidy(const struct app *app, struct err *e)
{
    err_t rc = fs_remove_tree(app->fs, in_data(app, BEFORE), e); /* it holds keys */
    return rc == OK ? fs_remove_tree(app->fs, in_data(app, BEGUN), e) : rc;
}

void demo_making_end(struct demo_making *m)
{
    const struct fs *fs = m->app->fs;
    disk_wait_for(true);
    m->app->makes_demo = false;
    if (m->mark < 0)
        return;
    if (!m->is_kept) { /* nothing was made: nothing is cut off */
        (void)fs->unlink(fs, in_data(m->app, BEGUN));
        (void)rmdir(in_data(m->app, "demo")); /* unless it holds anything */
    }
    fs->close(fs, m->mark);
}
