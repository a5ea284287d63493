/* The order of it: look whether all is empty, mark the folder, fill the store under its mark,
 * bring it to this program's migrations and types, verify the log as it was at the backup's
 * moment, erase again what was erased since, note the restore in the log, give the keys
 * their name, and take the marks away.
 *
 * What lies in the folder is removed only where the folder itself has the mark of a restore:
 * a store that is empty or half filled says nothing of the keys and files beside it. And where all
 * was there, the mark says so before the store's is taken away: if the rest was cut off, nobody
 * takes a whole instance, or the keys of one whose store was lost, for leftovers. */
#include "backup/restore.h"
#include "audit/rows.h"
#include "audit/sequencer.h"
#include "audit/verify.h"
#include "backup/codes.h"
#include "backup/erasures.h"
#include "backup/load.h"
#include "backup/note.h"
#include "backup/target.h"
#include "record/current.h"
#include "record/record.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "restore.begun" /* in the folder, locked by the restore that is under way */
#define WHOLE "whole\n"      /* what it holds from the moment that all is there; before, nothing */

/* --- is all empty? ---------------------------------------------------------------------- */

static const char *mark_path(const struct restore_target *to, struct arena *a)
{
    return arena_printf(a, "%s/" MARK, to->data).ptr;
}

/* What a restore that was cut off may have left in the folder, beside its mark. */
static bool is_left_over(struct str name)
{
    static const char *const names[] = {"zhiyun.db", "blobs.db",  "keys",    "keys.restored",
                                        "types",     "keys.lock", "log.lock"};
    static const char *const endings[] = {"", "-wal", "-shm", "-turn", "-journal"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        for (size_t k = 0; k < ARRAY_LEN(endings); k++)
            if (str_starts(name, str_of(names[i])) &&
                str_is((struct str){name.ptr + strlen(names[i]), name.len - strlen(names[i])},
                       endings[k]))
                return true;
    return false;
}

/* What is_left_over, with all below it. */
static err_t empty_folder(const struct restore_target *to, struct arena *a, struct err *e)
{
    DIR *dir = opendir(to->data);
    err_t rc = OK;
    if (!dir)
        return errno == ENOENT ? OK : err_errno(e, errno, "cannot open %s", to->data);
    for (struct dirent *entry; rc == OK && (entry = readdir(dir)) != NULL;)
        if (is_left_over(str_of(entry->d_name)))
            rc = fs_remove_tree(to->fs, arena_printf(a, "%s/%s", to->data, entry->d_name).ptr, e);
    closedir(dir);
    return rc;
}

/* The store's own file, which is there without a table in it. */
static bool is_of_store(const struct restore_target *to, const char *name, struct arena *a)
{
    struct str path = arena_printf(a, "%s/%s", to->data, name), url = str_of(to->store_url);
    return target_is_file(to->store_url) && is_left_over(str_of(name)) &&
           str_starts(path, (struct str){url.ptr + strlen("sqlite:"), url.len - strlen("sqlite:")});
}

static err_t check_folder(const struct restore_target *to, bool marked, struct arena *a,
                          struct err *e)
{
    DIR *dir = opendir(to->data);
    err_t rc = OK;
    if (!dir)
        return errno == ENOENT ? OK : err_errno(e, errno, "cannot open %s", to->data);
    for (struct dirent *entry; rc == OK && (entry = readdir(dir)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            strcmp(entry->d_name, MARK) != 0 && !is_of_store(to, entry->d_name, a) &&
            !(marked && is_left_over(str_of(entry->d_name))))
            rc =
                err_set(e, E_CONFLICT, "the folder %s is not empty (%s); restore into an empty one",
                        to->data, entry->d_name);
    closedir(dir);
    return rc;
}

/* Does the folder's mark say that what lies there is a restore's leftovers? One of a restore that
 * came to the end of its work does so only while the store still has its own. */
static err_t look_at_mark(struct load *l, struct err *e)
{
    struct bytes said = {NULL, 0};
    enum target_state state;
    err_t rc = target_look(&state, l->to->store_url, l->a, e);
    if (rc == OK)
        rc = fs_read(&said, l->to->fs, mark_path(l->to, l->a), sizeof(WHOLE), l->a, e);
    l->folder_marked = rc == OK && (state == TARGET_FILLED || said.len == 0);
    return rc == E_NOTFOUND ? OK : rc;
}

/* Store and folder are empty, but for what a restore has left. */
static err_t check_empty(enum target_state *out, const struct load *l, struct err *e)
{
    err_t rc = target_look(out, l->to->store_url, l->a, e);
    return rc == OK ? check_folder(l->to, l->folder_marked, l->a, e) : rc;
}

/* Mark the folder, unless it is, and keep others from restoring into it. */
static err_t take_folder(struct load *l, struct err *e)
{
    const struct fs *fs = l->to->fs;
    const char *path = mark_path(l->to, l->a);
    err_t rc = fs_make_dirs(fs, l->to->data, e);
    if (rc != OK)
        return rc;
    l->folder = fs->open(fs, path, O_RDWR | O_CREAT, 0600);
    if (l->folder < 0)
        return err_errno(e, errno, "cannot create %s", path);
    if (flock(l->folder, LOCK_EX | LOCK_NB) == 0) {
        int emptied = fs->open(fs, path, O_WRONLY | O_TRUNC, 0600); /* of a restore before this */
        if (emptied < 0)
            return err_errno(e, errno, "cannot write %s", path);
        if (fs->fsync(fs, emptied) != 0)
            rc = err_errno(e, errno, "cannot write %s", path);
        fs->close(fs, emptied);
        return rc == OK ? fs_sync_dir_of(fs, path, e) : rc;
    }
    rc = errno == EWOULDBLOCK ? err_set(e, E_BUSY, "another restore works in %s", l->to->data)
                              : err_errno(e, errno, "cannot lock %s", path);
    fs->close(fs, l->folder);
    l->folder = -1;
    return rc;
}

/* From now on what lies in the folder is nobody's leftovers without its store. */
static err_t say_whole(struct load *l, struct err *e)
{
    const struct fs *fs = l->to->fs;
    struct str said = STR(WHOLE);
    if (fs->write(fs, l->folder, said.ptr, said.len) != (ssize_t)said.len ||
        fs->fsync(fs, l->folder) != 0)
        return err_errno(e, errno, "cannot write %s", mark_path(l->to, l->a));
    return OK;
}

static err_t remove_mark(struct load *l, struct err *e)
{
    const char *path = mark_path(l->to, l->a);
    if (l->to->fs->unlink(l->to->fs, path) != 0)
        return err_errno(e, errno, "cannot remove %s", path);
    return fs_sync_dir_of(l->to->fs, path, e);
}

/* Store and folder empty: as they were, or after what a restore had left was removed. Looked
 * at again under the lock: another one may just have come to its end. */
static err_t make_empty(struct load *l, struct err *e)
{
    enum target_state state;
    err_t rc = look_at_mark(l, e);
    if (rc != OK || (rc = check_empty(&state, l, e)) != OK || (rc = take_folder(l, e)) != OK)
        return rc;
    rc = check_empty(&state, l, e);
    if (rc == OK && state != TARGET_NONE)
        rc = target_remove(l->to->fs, l->to->store_url, l->a, e);
    if (rc == OK && l->folder_marked)
        rc = empty_folder(l->to, l->a, e);
    return rc;
}

/* --- keys ------------------------------------------------------------------------------------ */

static err_t copy_keys(struct load *l, struct err *e)
{
    DIR *dir = opendir(l->o->keys);
    err_t rc = OK;
    if (!dir)
        return err_errno(e, errno, "cannot open %s", l->o->keys);
    if ((rc = fs_make_dirs(l->to->fs, l->keys, e)) != OK) {
        closedir(dir);
        return rc;
    }
    for (struct dirent *entry; rc == OK && (entry = readdir(dir)) != NULL;) {
        struct bytes content;
        if (entry->d_name[0] == '.')
            continue;
        rc =
            fs_read(&content, l->to->fs, arena_printf(l->a, "%s/%s", l->o->keys, entry->d_name).ptr,
                    BACKUP_SMALL_MAX, l->a, e);
        if (rc == OK)
            rc = fs_write_synced(l->to->fs, arena_printf(l->a, "%s/%s", l->keys, entry->d_name).ptr,
                                 content, e);
    }
    closedir(dir);
    return rc;
}

static err_t open_keys(struct load *l, struct err *e)
{
    struct seal_key *k = NULL;
    err_t rc = l->o->keys ? copy_keys(l, e) : OK;
    if (rc == OK)
        rc = log_suite_open(&l->suite, l->to->fs, l->keys, e);
    if (rc == OK)
        rc = seal_key_open(&k, l->to->fs, l->keys, e);
    seal_key_free(k);
    if (rc == E_NOTFOUND)
        return err_set(e, E_INVALID, "there are no keys of an instance in %s",
                       l->o->keys ? l->o->keys : l->o->path);
    if (rc == OK && !str_is(l->log, l->suite.origin))
        rc = err_set(e, E_INVALID, "the keys are of the log %s, the backup of the log %.*s",
                     l->suite.origin, STR_ARG(l->log));
    return rc;
}

/* --- after the rows --------------------------------------------------------------------------- */

/* The log as it stood at the moment of the backup: what waited for its number then has
 * not waited too long. */
static err_t verify(struct load *l, struct store *store, const struct record_types *types,
                    struct err *e)
{
    struct log_verdict v;
    struct log_head_row head = {.size = 0};
    struct clock then = clock_fixed(l->r->made_ms);
    struct log_trust trust = {.keys = &l->suite.key, .key_count = 1};
    struct verify_options o = {.suite = &l->suite,
                               .trust = &trust,
                               .clock = &then,
                               .batches = &record_batches,
                               .current = record_current(types)};
    struct db *db = NULL;
    err_t rc = log_verify_store(&v, store, &o, l->a, e);
    if (rc != OK)
        return rc;
    if (!verdict_good(&v))
        return err_set(e, E_INVALID, "the log in the backup %s does not verify: %s", l->o->path,
                       v.fault);
    if ((rc = store_reader_get(&db, store, e)) == OK)
        rc = log_head_latest(&head, db, l->a, e);
    rc = rc == E_NOTFOUND ? OK : rc;
    if (rc == OK)
        rc = log_written(&l->written, db, e);
    store_reader_put(store, db);
    if (rc == OK && !str_eq(head.note, l->head))
        rc = err_set(e, E_INVALID, "the head of the log is not the one that the backup %s names",
                     l->o->path);
    l->r->entries = v.entries;
    l->r->head_size = head.size;
    l->r->has_head = l->head.len > 0;
    return rc;
}

/* That it was set back, and to where, is in the log for whoever reads it later. */
static err_t note_restore(struct load *l, struct store *store, struct err *e)
{
    char made[LOG_TIME_LEN + 1];
    log_time_format(made, l->r->made_ms);
    const struct deed_field fields[] = {{"backup_made", v_str(str_of(made))},
                                        {"entries", v_i64((int64_t)l->r->entries)},
                                        {"head_size", v_i64((int64_t)l->r->head_size)}};
    return instance_note(store, &l->suite, l->to->clock, "restore", fields, ARRAY_LEN(fields), l->a,
                         e);
}

static err_t erase_again(struct load *l, struct store *store, const struct record_types *types,
                         struct err *e)
{
    struct seal_key *keys = NULL;
    if (!l->o->erasures)
        return OK;
    err_t rc = seal_key_open(&keys, l->to->fs, l->keys, e);
    if (rc == OK) {
        struct kernel k = {.store = store,
                           .types = types,
                           .suite = &l->suite,
                           .clock = l->to->clock,
                           .keys = keys};
        kernel_init(&k);
        rc = erasures_replay(&l->r->erased, &k, l->to->fs, l->o->erasures, l->written, l->a, e);
        kernel_clear(&k);
    }
    seal_key_free(keys);
    return rc;
}

static err_t publish_keys(struct load *l, struct err *e)
{
    const char *to = arena_printf(l->a, "%s/keys", l->to->data).ptr;
    err_t rc = fs_sync_dir_of(l->to->fs, arena_printf(l->a, "%s/x", l->keys).ptr, e);
    return rc == OK ? fs_publish(l->to->fs, l->keys, to, e) : rc;
}

static err_t finish(struct load *l, struct err *e)
{
    struct store *store = NULL;
    struct record_types *types = NULL;
    const struct type_finding *findings;
    size_t count;
    const char *folder = arena_printf(l->a, "%s/types", l->to->data).ptr;
    struct store_options o = {.filling = true};
    bool made;
    err_t rc = store_open_with(&store, l->to->store_url, &o, e);
    if (rc == OK)
        rc = record_types_load(&types, folder, &findings, &count, l->a, e);
    if (rc == OK)
        rc = record_types_migrate(types, store, e);
    if (rc == OK)
        rc = codes_use(&made, store, l->to->fs, l->keys, true, e);
    if (rc == OK && (rc = verify(l, store, types, e)) == OK && !l->o->check &&
        (rc = note_restore(l, store, e)) == OK && (rc = codes_mark(l->to->fs, l->keys, e)) == OK &&
        (rc = erase_again(l, store, types, e)) == OK && (rc = publish_keys(l, e)) == OK) {
        struct sequencer_options s = {.store = store,
                                      .suite = &l->suite,
                                      .fs = l->to->fs,
                                      .clock = l->to->clock,
                                      .data = l->to->data};
        rc = log_sequence_now(&s, e);
    }
    store_close(store);
    record_types_free(types);
    return rc;
}

/* --- all of it --------------------------------------------------------------------------------- */

static err_t open_all(struct load *l, struct err *e)
{
    struct stat st;
    err_t rc = pack_open(&l->pack, l->to->fs, l->o->path, l->o->passphrase, e);
    if (rc != OK)
        return rc;
    l->file_bytes = stat(l->o->path, &st) == 0 ? (uint64_t)st.st_size : 0;
    if ((rc = make_empty(l, e)) == OK)
        rc = db_open(&l->db, l->to->store_url, &(struct db_options){0}, e);
    return rc;
}

static void close_all(struct load *l)
{
    pack_close(l->pack);
    l->pack = NULL;
    db_close(l->db);
    l->db = NULL;
    blobs_close(l->blobs);
    l->blobs = NULL;
}

static err_t take_mark_away(struct load *l, struct err *e)
{
    struct db *db = NULL;
    err_t rc = db_open(&db, l->to->store_url, &(struct db_options){.must_exist = true}, e);
    if (rc == OK)
        rc = fill_end(db, e);
    db_close(db);
    return rc;
}

/* After a failure or a check: what was begun is removed, and the mark with it; else the folder or the
 * store is somebody's, or another restore's. What cannot be removed keeps its mark. */
static void undo(struct load *l, bool begun)
{
    struct err ignored;
    bool removed = !l->folder_marked;
    if (begun)
        removed = target_remove(l->to->fs, l->to->store_url, l->a, &ignored) == OK &&
                  empty_folder(l->to, l->a, &ignored) == OK;
    if (l->folder >= 0 && removed)
        (void)!remove_mark(l, &ignored);
}

err_t restore_run(struct restore_report *r, const struct restore_target *to,
                  const struct restore_options *o, struct arena *a, struct err *e)
{
    struct load l = {.to = to,
                     .o = o,
                     .r = r,
                     .a = a,
                     .piece = arena_new(),
                     .hasher = hasher_new(),
                     .folder = -1,
                     .keys = arena_printf(a, "%s/keys.restored", to->data).ptr};
    *r = (struct restore_report){.made_ms = 0};
    err_t rc = open_all(&l, e);
    bool begun = l.db != NULL, whole = false;
    if (rc == OK && (rc = load_all(&l, e)) == OK)
        rc = open_keys(&l, e);
    close_all(&l);
    if (rc == OK && (rc = finish(&l, e)) == OK && !o->check && (rc = say_whole(&l, e)) == OK &&
        (rc = take_mark_away(&l, e)) == OK) {
        whole = true; /* from now on others may have it */
        rc = remove_mark(&l, e);
    }
    if ((rc != OK || o->check) && !whole)
        undo(&l, begun);
    if (l.folder >= 0)
        to->fs->close(to->fs, l.folder);
    hasher_free(l.hasher);
    arena_free(l.piece);
    return rc;
}
