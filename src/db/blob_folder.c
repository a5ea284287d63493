/* Files as folders of chunks, for programs on several hosts that share a folder
 * (or for backups that copy folders):
 *
 *   FOLDER/ab/<digest>/0 1 2 …    a file; ab: the first two characters of its digest
 *   FOLDER/uploads/<id>/0 1 2 …   an upload; the same, so that its end is one rename
 *   FOLDER/uploads/<digest>-dying a file that is being removed
 *
 * A chunk begins with the 32 bytes of its own SHA-256; it appears by rename after
 * it was synced. When a file was last put, added to or held is the time of its
 * folder. A file is never changed, so nobody needs a lock: what two do at once
 * with the same content ends in the same file.
 *
 * (One plain file with its content was weighed: an upload that goes on after a
 * power cut must know which of its bytes were synced, and a part that is read
 * could not be checked without reading the whole.) */
#include "base/fs.h"
#include "base/limits.h"
#include "base/mem.h"
#include "crypto/encode.h"
#include "db/blob_priv.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_MAX ((int64_t)1 << 20) /* chunks of a file: 1 TiB, as with rows */
#define DYING "-dying"
#define NAME_MAX_BYTES (SHA256_HEX_LEN + sizeof(DYING))
#define HOLD_AGAIN_MS ((int64_t)24 * 3600 * 1000) /* a file held within a day stays as it is */

struct folder_blobs {
    struct blobs base;
    const struct fs *fs;
    char *root;
};

struct path { /* of a folder */
    char z[PATH_BYTES_MAX];
};

struct long_path { /* of a file in it */
    char z[PATH_BYTES_MAX + NAME_MAX_BYTES];
};

static struct folder_blobs *of(struct blobs *b)
{
    return (struct folder_blobs *)b;
}

/* The root is short enough for all that is put behind it (blob_folder_open). */
static struct path upload_path(struct blobs *b, const char *upload)
{
    struct path p;
    (void)snprintf(p.z, sizeof(p.z), "%s/uploads/%s", of(b)->root, upload);
    return p;
}

static struct path file_path(struct blobs *b, const char *hex)
{
    struct path p;
    (void)snprintf(p.z, sizeof(p.z), "%s/%.2s/%s", of(b)->root, hex, hex);
    return p;
}

static struct long_path chunk_path(const struct path *folder, int64_t n, const char *suffix)
{
    struct long_path p;
    (void)snprintf(p.z, sizeof(p.z), "%s/%lld%s", folder->z, (long long)n, suffix);
    return p;
}

/* --- chunks ----------------------------------------------------------------------- */

/* Bytes of chunk n without its digest; BLOB_NONE: there is none. */
static int64_t chunk_size(const struct path *folder, int64_t n)
{
    struct stat st;
    struct long_path p = chunk_path(folder, n, "");
    return stat(p.z, &st) == 0 && st.st_size >= HASH_LEN ? (int64_t)st.st_size - HASH_LEN
                                                         : BLOB_NONE;
}

/* Chunks are numbered without gap: the last one is found by doubling and halving. */
static int64_t folder_size(const struct path *folder)
{
    int64_t there = 0, absent = 1;
    if (chunk_size(folder, 0) == BLOB_NONE)
        return BLOB_NONE;
    while (absent < CHUNK_MAX && chunk_size(folder, absent) != BLOB_NONE) {
        there = absent;
        absent *= 2;
    }
    while (absent - there > 1) {
        int64_t middle = there + (absent - there) / 2;
        if (chunk_size(folder, middle) == BLOB_NONE)
            absent = middle;
        else
            there = middle;
    }
    return there * (int64_t)BLOB_CHUNK_BYTES + chunk_size(folder, there);
}

static err_t read_chunk(struct buf *to, struct blobs *b, const struct path *folder, int64_t n,
                        struct err *e)
{
    struct arena *a = arena_new();
    struct bytes raw = {0};
    struct long_path p = chunk_path(folder, n, "");
    err_t rc = fs_read(&raw, of(b)->fs, p.z, BLOB_CHUNK_BYTES + HASH_LEN, a, e);
    if (rc == E_NOTFOUND)
        rc = err_set(e, E_NOTFOUND, "the file was removed while it was read");
    if (rc == OK) {
        struct bytes content = {raw.ptr + HASH_LEN, raw.len < HASH_LEN ? 0 : raw.len - HASH_LEN};
        struct digest got = raw.len < HASH_LEN ? (struct digest){0} : sha256_of(content);
        if (raw.len < HASH_LEN || memcmp(raw.ptr, got.byte, HASH_LEN) != 0)
            rc = err_set(e, E_CORRUPT, "a stored piece of a file does not match its digest");
        else
            buf_add(to, bytes_str(content));
    }
    arena_free(a);
    return rc;
}

static err_t write_chunk(struct blobs *b, const struct path *folder, const struct blob_part *part,
                         struct err *e)
{
    const struct fs *fs = of(b)->fs;
    struct digest digest = sha256_of(part->chunk);
    struct long_path temporary = chunk_path(folder, part->n, ".new");
    struct long_path final = chunk_path(folder, part->n, "");
    uint8_t *raw = mem_alloc(HASH_LEN + part->chunk.len);
    memcpy(raw, digest.byte, HASH_LEN);
    if (part->chunk.len)
        memcpy(raw + HASH_LEN, part->chunk.ptr, part->chunk.len);
    err_t rc = fs_write_synced(fs, temporary.z, (struct bytes){raw, HASH_LEN + part->chunk.len}, e);
    if (rc == OK)
        rc = fs_publish(fs, temporary.z, final.z, e);
    free(raw);
    return rc;
}

/* Counts as touched now. False: it is not there any more. */
static bool touch(struct blobs *b, const struct path *folder)
{
    int64_t ms = clock_now_ms(b->clock);
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    return utimensat(AT_FDCWD, folder->z, (const struct timespec[]){t, t}, 0) == 0;
}

/* When it was last touched; BLOB_NONE: it is not there. */
static int64_t touched_ms(const struct path *folder)
{
    struct stat st;
    if (stat(folder->z, &st) != 0)
        return BLOB_NONE;
    return (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
}

/* A folder with all in it; one that is gone already is well, too. */
static err_t remove_folder(struct blobs *b, const struct path *folder, struct err *e)
{
    struct path p;
    DIR *d = opendir(folder->z);
    if (!d)
        return errno == ENOENT ? OK : err_errno(e, errno, "cannot open %s", folder->z);
    for (struct dirent *f; (f = readdir(d)) != NULL;) {
        if (f->d_name[0] == '.' ||
            (size_t)snprintf(p.z, sizeof(p.z), "%s/%s", folder->z, f->d_name) >= sizeof(p.z))
            continue;
        (void)of(b)->fs->unlink(of(b)->fs, p.z); /* rmdir tells what stays */
    }
    closedir(d);
    if (rmdir(folder->z) != 0 && errno != ENOENT)
        return err_errno(e, errno, "cannot remove %s", folder->z);
    return OK;
}

/* --- uploads ------------------------------------------------------------------------ */

static err_t upload_size(int64_t *size, struct blobs *b, const char *upload, struct err *e)
{
    struct path p = upload_path(b, upload);
    *size = folder_size(&p);
    return *size != BLOB_NONE
               ? OK
               : err_set(e, E_NOTFOUND, "there is no upload to go on with under this id");
}

static err_t upload_read(struct buf *to, struct blobs *b, const char *upload, int64_t n,
                         struct err *e)
{
    struct path p = upload_path(b, upload);
    return read_chunk(to, b, &p, n, e);
}

static err_t make_folder(struct blobs *b, const struct path *folder, struct err *e)
{
    const struct fs *fs = of(b)->fs;
    if (fs->mkdir(fs, folder->z, 0700) != 0 && errno != EEXIST)
        return err_errno(e, errno, "cannot create folder %s", folder->z);
    return fs_sync_dir_of(fs, folder->z, e);
}

/* Holds the upload what the caller believes, and nothing behind it? */
static bool is_at(const struct path *folder, int64_t held)
{
    int64_t n = held / (int64_t)BLOB_CHUNK_BYTES, rest = held % (int64_t)BLOB_CHUNK_BYTES;
    int64_t there = chunk_size(folder, n);
    if (rest > 0 || held == 0)
        return there == rest && chunk_size(folder, n + 1) == BLOB_NONE;
    return there == BLOB_NONE && chunk_size(folder, n - 1) == (int64_t)BLOB_CHUNK_BYTES;
}

static err_t upload_write(struct blobs *b, const struct blob_part *part, struct err *e)
{
    struct path folder = upload_path(b, part->upload);
    err_t rc = OK;
    if (part->held == BLOB_NONE)
        rc = make_folder(b, &folder, e);
    else if (!is_at(&folder, part->held))
        rc = err_set(e, E_CONFLICT,
                     "another goes on with this upload too, or it was removed; ask for its size "
                     "and go on from there");
    if (rc == OK && (rc = write_chunk(b, &folder, part, e)) == OK)
        (void)touch(b, &folder); /* its time is now anyway, by the system's clock */
    return rc;
}

static err_t upload_drop(struct blobs *b, const char *upload, struct err *e)
{
    struct path folder = upload_path(b, upload);
    return remove_folder(b, &folder, e);
}

/* The upload's folder gets its name. */
static err_t publish(struct blobs *b, const char *upload, const char *hex, struct err *e)
{
    const struct fs *fs = of(b)->fs;
    struct path from = upload_path(b, upload), to = file_path(b, hex), above;
    err_t rc;
    (void)snprintf(above.z, sizeof(above.z), "%s/%.2s", of(b)->root, hex);
    if ((rc = make_folder(b, &above, e)) != OK)
        return rc;
    if (fs->rename(fs, from.z, to.z) == 0)
        return fs_sync_dir_of(fs, to.z, e);
    if ((errno != ENOTEMPTY && errno != EEXIST) || !touch(b, &to))
        return err_errno(e, errno, "cannot rename %s to %s", from.z, to.z);
    struct err ignored; /* the file is there; what is left of this copy is swept */
    (void)remove_folder(b, &from, &ignored);
    return fs_sync_dir_of(fs, to.z, e); /* whoever put it may not have done so yet */
}

static err_t upload_end(struct blobs *b, const struct blob_part *part, const struct digest *digest,
                        struct err *e)
{
    char hex[SHA256_HEX_LEN + 1];
    sha256_hex(hex, digest);
    struct path there = file_path(b, hex);
    err_t rc = OK;
    if (touched_ms(&there) != BLOB_NONE && touch(b, &there)) {
        if (part->held != BLOB_NONE) {
            struct err ignored; /* as in publish() */
            (void)upload_drop(b, part->upload, &ignored);
        }
        return fs_sync_dir_of(of(b)->fs, there.z, e);
    }
    if (part->held != blob_part_size(part))
        rc = upload_write(b, part, e);
    return rc == OK ? publish(b, part->upload, hex, e) : rc;
}

/* --- finding and reading --------------------------------------------------------------- */

static err_t find(int64_t *size, struct blobs *b, const struct digest *digest, bool hold,
                  struct err *e)
{
    char hex[SHA256_HEX_LEN + 1];
    sha256_hex(hex, digest);
    struct path p = file_path(b, hex);
    bool young = touched_ms(&p) >= clock_now_ms(b->clock) - HOLD_AGAIN_MS;
    if (hold && !young && !touch(b, &p))
        return err_set(e, E_NOTFOUND, "there is no file %s", hex);
    *size = folder_size(&p);
    return *size != BLOB_NONE ? OK : err_set(e, E_NOTFOUND, "there is no file %s", hex);
}

static err_t read_file(struct buf *to, struct blobs *b, const struct digest *digest, int64_t n,
                       struct err *e)
{
    char hex[SHA256_HEX_LEN + 1];
    sha256_hex(hex, digest);
    struct path p = file_path(b, hex);
    return read_chunk(to, b, &p, n, e);
}

/* --- sweeping ----------------------------------------------------------------------------- */

/* In the order of ids: files by the first 60 bits of their digest, then uploads
 * by those of their names. Two files of the same 60 bits would be one too few
 * swept, once. */
#define UPLOAD_BIT ((int64_t)1 << 60)

static int64_t id_of_name(const char *name, bool upload)
{
    uint8_t head[8] = {0};
    if (!hex_read(head, sizeof(head), (struct str){name, 2 * sizeof(head)}))
        return BLOB_NONE;
    uint64_t n = 0;
    for (size_t i = 0; i < sizeof(head); i++)
        n = n << 8 | head[i];
    return (int64_t)(n >> 4) + (upload ? UPLOAD_BIT : 0) + 1;
}

struct listing {
    struct blob_old *out;
    size_t count, cap;
    int64_t after, before_ms;
};

/* Keeps the smallest ids: the list is short, and a folder has few that are old. */
static void keep(struct listing *l, const struct blob_old *old)
{
    size_t at = l->count;
    if (old->id <= l->after)
        return;
    while (at > 0 && l->out[at - 1].id > old->id)
        at--;
    if (at >= l->cap)
        return;
    size_t moved = (l->count < l->cap ? l->count : l->cap - 1) - at;
    memmove(&l->out[at + 1], &l->out[at], moved * sizeof(*old));
    l->out[at] = *old;
    l->count += l->count < l->cap;
}

static void look_at(struct listing *l, const char *folder, const char *name, bool upload)
{
    struct blob_old old = {.finished = !upload};
    struct path p;
    size_t len = strlen(name);
    bool dying = str_ends(str_of(name), STR(DYING));
    if (len < BLOB_UPLOAD_LEN || (!upload && !hex_read(old.digest.byte, HASH_LEN, str_of(name))) ||
        (size_t)snprintf(p.z, sizeof(p.z), "%s/%s", folder, name) >= sizeof(p.z))
        return;
    int64_t ms = touched_ms(&p);
    if (ms == BLOB_NONE || (ms >= l->before_ms && !dying))
        return;
    old.id = id_of_name(name, upload);
    old.size = folder_size(&p) == BLOB_NONE ? 0 : folder_size(&p);
    if (old.id != BLOB_NONE)
        keep(l, &old);
}

static err_t list_folder(struct listing *l, const char *folder, bool uploads, struct err *e)
{
    DIR *d = opendir(folder);
    if (!d)
        return errno == ENOENT ? OK : err_errno(e, errno, "cannot open %s", folder);
    for (struct dirent *f; (f = readdir(d)) != NULL;)
        look_at(l, folder, f->d_name, uploads);
    closedir(d);
    return OK;
}

static err_t list_old(struct blob_old *out, size_t *count, size_t cap, struct blobs *b,
                      int64_t after, int64_t before_ms, struct err *e)
{
    struct listing l = {.out = out, .cap = cap, .after = after, .before_ms = before_ms};
    struct path p;
    err_t rc = OK;
    /* The first two characters are the first 8 of the 60 bits. */
    int64_t first = after >= UPLOAD_BIT ? 256 : after > 0 ? (after - 1) >> 52 : 0;
    for (int64_t i = first; rc == OK && i < 256 && l.count < cap; i++) {
        (void)snprintf(p.z, sizeof(p.z), "%s/%02x", of(b)->root, (unsigned)i);
        rc = list_folder(&l, p.z, false, e);
    }
    (void)snprintf(p.z, sizeof(p.z), "%s/uploads", of(b)->root);
    if (rc == OK && l.count < cap)
        rc = list_folder(&l, p.z, true, e);
    *count = l.count;
    return rc;
}

/* The name of an upload, or of a file on its way out, by its id. */
static bool find_upload(char name[NAME_MAX_BYTES], struct blobs *b, int64_t id)
{
    struct path p = upload_path(b, "");
    DIR *d = opendir(p.z);
    bool found = false;
    for (struct dirent *f; !found && d && (f = readdir(d)) != NULL;) {
        size_t len = strlen(f->d_name);
        found = len >= BLOB_UPLOAD_LEN && len < NAME_MAX_BYTES && id_of_name(f->d_name, true) == id;
        if (found)
            memcpy(name, f->d_name, len + 1);
    }
    if (d)
        closedir(d);
    return found;
}

/* Out of the way first, then looked at once more: whoever held it in between
 * touched it, and it goes back; whoever looks for it meanwhile does not find it
 * and puts it again. */
static err_t remove_file(bool *removed, struct blobs *b, const struct digest *digest,
                         int64_t before_ms, struct err *e)
{
    const struct fs *fs = of(b)->fs;
    char hex[SHA256_HEX_LEN + 1], name[NAME_MAX_BYTES];
    sha256_hex(hex, digest);
    (void)snprintf(name, sizeof(name), "%s" DYING, hex);
    struct path from = file_path(b, hex), to = upload_path(b, name);
    if (fs->rename(fs, from.z, to.z) != 0)
        return errno == ENOENT ? OK : err_errno(e, errno, "cannot rename %s to %s", from.z, to.z);
    if (touched_ms(&to) >= before_ms) {
        if (fs->rename(fs, to.z, from.z) == 0)
            return fs_sync_dir_of(fs, from.z, e);
        /* It was put again in between: that copy stays, this one goes. */
        return remove_folder(b, &to, e);
    }
    *removed = true;
    return remove_folder(b, &to, e);
}

static err_t remove_old(bool *removed, struct blobs *b, const struct blob_old *old,
                        int64_t before_ms, struct err *e)
{
    char name[NAME_MAX_BYTES];
    *removed = false;
    if (old->finished)
        return remove_file(removed, b, &old->digest, before_ms, e);
    if (!find_upload(name, b, old->id))
        return OK;
    struct path p = upload_path(b, name);
    if (touched_ms(&p) >= before_ms && !str_ends(str_of(name), STR(DYING)))
        return OK;
    *removed = true;
    return remove_folder(b, &p, e);
}

/* --- opening and closing -------------------------------------------------------------------- */

static void close_blobs(struct blobs *b)
{
    free(of(b)->root);
    free(b);
}

static const struct blob_ops folder_ops = {
    .close = close_blobs,
    .upload_size = upload_size,
    .upload_read = upload_read,
    .upload_write = upload_write,
    .upload_end = upload_end,
    .upload_drop = upload_drop,
    .find = find,
    .read = read_file,
    .list_old = list_old,
    .remove = remove_old,
};

err_t blob_folder_open(struct blobs **out, const char *root, const struct blobs_options *o,
                       struct err *e)
{
    const struct fs *fs = o->fs ? o->fs : &fs_system;
    struct path uploads;
    struct stat st;
    err_t rc = OK;

    *out = NULL;
    if (root[0] == '\0' || strlen(root) > sizeof(uploads.z) - 2 * NAME_MAX_BYTES)
        return err_set(e, E_INVALID, "the folder of the files has no name, or too long a one: %s",
                       root);
    (void)snprintf(uploads.z, sizeof(uploads.z), "%s/uploads", root);
    if (o->create)
        rc = fs_make_dirs(fs, uploads.z, e);
    else if (stat(uploads.z, &st) != 0 || !S_ISDIR(st.st_mode))
        rc = err_set(e, E_NOTFOUND, "there are no files in the folder %s", root);
    if (rc != OK)
        return rc;
    struct folder_blobs *b = mem_zalloc(sizeof(*b));
    b->base.ops = &folder_ops;
    b->fs = fs;
    b->root = strdup(root);
    *out = &b->base;
    return OK;
}
