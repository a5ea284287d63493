/* An instance is one folder: zhiyun.db (records), keys/, index/ (derived). */
#include "api/search_records.h"
#include "audit/rows.h"
#include "backup/codes.h"
#include "backup/note.h"
#include "base/limits.h"
#include "base/log.h"
#include "case/case.h"
#include "cmd/clock_keeper.h"
#include "cmd/cmd.h"
#include "crypto/seal.h"
#include "matter/annual_fee.h"
#include "model/patent_names.h"
#include "record/find.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

const char *instance_types_folder(const struct app *app)
{
    return arena_printf(app->arena, "%s/types", app->data).ptr;
}

static void free_types(void *types)
{
    record_types_free(types);
}

err_t instance_types(struct app *app, struct err *e)
{
    struct record_types *types = NULL;
    const struct type_finding *findings;
    size_t count;
    if (app->types)
        return OK;
    err_t rc =
        record_types_load(&types, instance_types_folder(app), &findings, &count, app->arena, e);
    if (rc != OK)
        return rc;
    arena_cleanup(app->arena, free_types, types);
    app->types = types;
    return OK;
}

static err_t open_types(struct app *app, struct store *store, struct err *e)
{
    err_t rc = instance_types(app, e);
    return rc == OK ? record_types_migrate(app->types, store, e) : rc;
}

static err_t names_step(struct db *db, void *arg, struct err *e)
{
    struct arena *a = arena_new();
    err_t rc = patent_names_step(arg, db, a, e);
    arena_free(a);
    return rc;
}

static err_t texts_step(struct db *db, void *arg, struct err *e)
{
    (void)arg;
    struct arena *a = arena_new();
    err_t rc = record_texts_fold(db, a, e);
    arena_free(a);
    return rc;
}

static err_t look_at_documents(bool *other, int64_t *count, struct store *store, struct err *e)
{
    return STORE_READ(db, store, e, patent_names_wait(other, count, db, e));
}

/* Folds texts and merges documents again that an older version made by other rules. */
static err_t renew_documents(struct store *store, struct err *e)
{
    int64_t before = 0, after = 0;
    bool more = false;
    err_t rc = look_at_documents(&more, &before, store, e);
    if (rc != OK || !more)
        return rc;
    rc = store_write(store, texts_step, NULL, e);
    while (rc == OK && more)
        rc = store_write(store, names_step, &more, e);
    if (rc == OK)
        rc = look_at_documents(&more, &after, store, e);
    if (rc == OK && before != after)
        log_line(LOG_INFO,
                 "publications of one number with other kinds are records of their own now: %lld "
                 "records before, %lld after",
                 (long long)before, (long long)after);
    return rc;
}

/* An upgrade says so in the log. */
static err_t use_codes(const struct app *app, struct store *store, struct err *e)
{
    const char *keys = arena_printf(app->arena, "%s/keys", app->data).ptr;
    struct log_suite suite;
    struct db *db = NULL;
    uint64_t entries = 0;
    bool made = false;
    err_t rc = codes_use(&made, store, app->fs, keys, false, e);
    if (rc != OK || !made)
        return rc;
    if ((rc = store_reader_get(&db, store, e)) == OK)
        rc = log_written(&entries, db, e);
    store_reader_put(store, db);
    if (rc == OK && entries > 0 && (rc = log_suite_open(&suite, app->fs, keys, e)) == OK &&
        (rc = instance_note(store, &suite, app->clock, "make_codes", NULL, 0, app->arena, e)) == OK)
        rc = instance_sign(app, store, &suite, e);
    return rc == OK ? codes_mark(app->fs, keys, e) : rc;
}

static err_t open_store(struct store **out, const struct app *app, bool create, struct err *e)
{
    err_t rc = instance_disk(app, create, e);
    if (rc == OK && create)
        rc = fs_make_dirs(app->fs, app->data, e);
    if (rc == OK)
        rc = store_open(out, app->store_url, create, e);
    if (rc == E_NOTFOUND && create) { /* a server without that database: its own sentence says so */
        if (e)
            e->kind = E_IO;
        return E_IO;
    }
    if (rc == OK &&
        ((rc = use_codes(app, *out, e)) != OK || (rc = renew_documents(*out, e)) != OK)) {
        store_close(*out);
        *out = NULL;
    }
    if (rc == E_NOTFOUND)
        rc = err_set(e, E_IO,
                     "there is no instance in %s; make one with: zhiyun --data %s init (or import "
                     "FILE, or demo)",
                     app->data, app->data);
    return rc;
}

err_t instance_open(struct store **out, struct app *app, bool create, struct err *e)
{
    err_t rc = open_store(out, app, create, e);
    if (rc == OK && (rc = open_types(app, *out, e)) != OK) {
        store_close(*out);
        *out = NULL;
    }
    return rc;
}

static err_t types_are_current(bool *out, const struct app *app, struct store *store, struct err *e)
{
    struct str digest;
    err_t rc = record_types_digest(&digest, instance_types_folder(app), app->arena, e);
    return rc == OK ? record_types_current(out, digest, store, e) : rc;
}

/* Reading some sixty files and comparing their tables takes longer than a search. */
err_t instance_open_untyped(struct store **out, struct app *app, bool create, struct err *e)
{
    bool current = false;
    err_t rc = open_store(out, app, create, e);
    if (rc != OK)
        return rc;
    rc = types_are_current(&current, app, *out, e);
    if (rc == OK && !current)
        rc = open_types(app, *out, e);
    if (rc != OK) {
        store_close(*out);
        *out = NULL;
    }
    return rc;
}

/* --- keys ------------------------------------------------------------------------ */

/* Keys are made where a log begins. A log that has entries and lost its keys is
 * never given new ones: its receipts would turn false. */
static err_t check_log_is_empty(struct store *store, const char *dir, struct err *e)
{
    bool has_row = false;
    err_t rc = STORE_READ(
        db, store, e,
        db_any(&has_row, db, "SELECT size FROM log_head ORDER BY size LIMIT 1", NULL, 0, e));
    if (rc == OK && has_row)
        rc = err_set(e, E_IO,
                     "the keys of this instance's evidence log are missing from %s; put them back "
                     "from the place where they are kept",
                     dir);
    return rc;
}

static err_t make_keys(const struct app *app, struct store *store, const char *dir,
                       const char *suite, struct err *e)
{
    bool national = strcmp(suite, "sm3-sm2") == 0;
    err_t rc = check_log_is_empty(store, dir, e);
    /* Before the log's, whose public key says that all are there. */
    if (rc == OK)
        rc = seal_keys_make(app->fs, dir, national ? SEAL_SM4_CTR_HMAC_SM3 : SEAL_AES_256_GCM, e);
    if (rc == OK || rc == E_CONFLICT)
        rc = log_keys_make(app->fs, dir, str_of(suite), e);
    return rc;
}

err_t instance_log(struct log_suite *out, const struct app *app, struct store *store,
                   const char *suite, struct err *e)
{
    const char *dir = arena_printf(app->arena, "%s/keys", app->data).ptr;
    const char *path = arena_printf(app->arena, "%s/keys.lock", app->data).ptr;
    err_t rc = log_suite_open(out, app->fs, dir, e);
    if (rc != E_NOTFOUND)
        return rc;
    if ((rc = fs_make_dirs(app->fs, app->data, e)) != OK)
        return rc;
    int lock = app->fs->open(app->fs, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) {
        rc = err_errno(e, errno, "cannot lock %s", path);
    } else if ((rc = log_suite_open(out, app->fs, dir, e)) == E_NOTFOUND) {
        rc = make_keys(app, store, dir, suite ? suite : "sha256-ed25519", e);
        if (rc == OK)
            rc = log_suite_open(out, app->fs, dir, e);
        if (rc == OK)
            rc = use_codes(app, store, e);
    }
    if (lock >= 0)
        app->fs->close(app->fs, lock);
    return rc;
}

struct sequencer_options instance_sequencer(const struct app *app, struct store *store,
                                            const struct log_suite *suite)
{
    return (struct sequencer_options){.store = store,
                                      .suite = suite,
                                      .fs = app->fs,
                                      .clock = app->clock,
                                      .watch = app->watch,
                                      .data = app->data};
}

err_t instance_clock(const struct app *app, struct store *store, const struct log_suite *suite,
                     struct err *e)
{
    const struct sequencer_options part = instance_sequencer(app, store, suite);
    const struct clock_keeper_options o = {.store = store, .suite = suite, .watch = app->watch};
    err_t rc = log_untaken(&part, e);
    if (rc == E_BUSY)
        return OK;
    return rc == OK ? clock_keeper_look(&o, e) : rc;
}

err_t instance_sign(const struct app *app, struct store *store, const struct log_suite *suite,
                    struct err *e)
{
    const struct sequencer_options o = instance_sequencer(app, store, suite);
    err_t rc = instance_clock(app, store, suite, e);
    return rc == OK ? log_sequence_now(&o, e) : rc;
}

/* --- the kernel of records ---------------------------------------------------------- */

/* A database file of their own, or the records' server. */
const char *instance_blobs_url(const struct app *app)
{
    if (str_starts(str_of(app->store_url), STR("sqlite:")))
        return arena_printf(app->arena, "sqlite:%s/blobs.db", app->data).ptr;
    return app->store_url;
}

static err_t open_files(struct instance *i, const struct app *app, struct err *e)
{
    i->files =
        (struct file_place){.keys = i->keys,
                            .tmpdir = app->data,
                            .elsewhere = !str_starts(str_of(app->store_url), STR("sqlite:"))};
    struct blobs_options o = {.create = true, .clock = app->clock};
    return blobs_open(&i->files.blobs, instance_blobs_url(app), &o, e);
}

err_t instance_kernel(struct instance *out, struct app *app, struct err *e)
{
    const char *keys = arena_printf(app->arena, "%s/keys", app->data).ptr;
    err_t rc;
    *out = (struct instance){0};
    if ((rc = instance_open(&out->store, app, false, e)) != OK ||
        (rc = instance_log(&out->suite, app, out->store, NULL, e)) != OK ||
        (rc = seal_key_open(&out->keys, app->fs, keys, e)) != OK) {
        instance_close(out);
        return rc;
    }
    out->kernel = (struct kernel){.store = out->store,
                                  .types = app->types,
                                  .suite = &out->suite,
                                  .clock = app->clock,
                                  .keys = out->keys};
    out->kernel.moves = &programme_moves;
    out->kernel.fees = annual_fees;
    kernel_init(&out->kernel);
    if ((rc = open_files(out, app, e)) != OK)
        instance_close(out);
    out->kernel.files = &out->files;
    out->kernel.pdf_program = program_beside_us(app->arena, "zhiyun-pdf");
    return rc;
}

static err_t has_groups(bool *has, struct store *store, struct err *e)
{
    return STORE_READ(db, store, e,
                      db_any(has, db,
                             "SELECT 1 FROM record_applicant_name WHERE ended_ms IS NULL"
                             " UNION ALL SELECT 1 FROM party_code",
                             NULL, 0, e));
}

err_t instance_search(struct instance *out, struct search_records *records, struct app *app,
                      struct str query, const struct str *filters, size_t filter_count,
                      struct err *e)
{
    struct subject program;
    const struct str *names;
    bool groups = false;
    *out = (struct instance){0};
    *records = (struct search_records){0};
    err_t rc = instance_open_untyped(&out->store, app, false, e);
    if (rc == OK && (rc = has_groups(&groups, out->store, e)) != OK)
        instance_close(out);
    if (rc != OK ||
        (!groups && search_topic_names(&names, query, filters, filter_count, app->arena) == 0))
        return rc;
    instance_close(out);
    if ((rc = instance_kernel(out, app, e)) != OK)
        return rc;
    subject_program(&program, business_date(clock_now_ms(app->clock), app->arena));
    rc = search_records_read(records, &out->kernel, &program, query, filters, filter_count,
                             app->arena, e);
    if (rc != OK)
        instance_close(out);
    return rc;
}

void instance_close(struct instance *i)
{
    kernel_clear(&i->kernel);
    blobs_close(i->files.blobs);
    store_close(i->store);
    seal_key_free(i->keys);
    *i = (struct instance){0};
}

const char *program_beside_us(struct arena *a, const char *name)
{
    char path[PATH_BYTES_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path));
    while (n > 0 && path[n - 1] != '/')
        n--;
    if (n <= 0)
        return NULL;
    const char *found = arena_printf(a, "%.*s%s", (int)n, path, name).ptr;
    return access(found, X_OK) == 0 ? found : NULL;
}
