/* One read transaction holds the moment; files come after it, as they never change and
 * what is named stays for days. */
#include "backup/backup.h"
#include "audit/rows.h"
#include "backup/note.h"
#include "backup/pack.h"
#include "backup/rows.h"
#include "base/vec.h"
#include "crypto/encode.h"
#include "text/json.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define PIECE_BYTES ((size_t)4 << 20) /* rows of a part, but one that is larger */
#define PROGRESS_BYTES ((uint64_t)4 << 20)

struct writing {
    const struct backup_source *from;
    const struct backup_options *o;
    struct backup_report *r;
    struct arena *a;
    struct pack_out *pack;
    struct hasher *rows; /* of the lines of a table */
    struct buf manifest_parts, manifest_tables;
    struct jout parts, tables;
    struct db *db;
    /* the table at hand */
    const struct table *table;
    struct buf piece;
    size_t piece_number;
    uint64_t table_rows;
    VEC(struct str) damaged;
    uint64_t shown; /* bytes when progress was last told */
};

bool backup_is_machinery(struct str table)
{
    static const char *const names[] = {STORE_LEDGER, "blob", "blob_chunk", "blob_migration"};
    return STR_IN(table, names);
}

bool backup_leaves_out(struct str table)
{
    /* A session that was ended since would live again, a link work twice. */
    static const char *const names[] = {"session", "outside_sign_in", "sign_in_link",
                                        "file_upload"};
    return STR_IN(table, names) || backup_is_machinery(table);
}

static err_t tell(struct writing *w, const char *what, struct err *e)
{
    struct backup_progress p = {.what = what,
                                .rows = w->r->rows,
                                .files = w->r->files,
                                .bytes = pack_taken(w->pack),
                                .written = pack_size(w->pack)};
    if (w->o->stops && w->o->stops(w->o->progress_arg))
        return err_set(e, E_BUSY, "it was asked to end");
    if (!w->o->progress || p.bytes < w->shown + PROGRESS_BYTES)
        return OK;
    w->shown = p.bytes;
    w->o->progress(w->o->progress_arg, &p);
    return OK;
}

/* --- small parts ---------------------------------------------------------------------- */

static err_t add_part(struct writing *w, const char *name, struct str content, struct err *e)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest d = sha256_of(str_bytes(content));
    sha256_hex(hex, &d);
    jout_object(&w->parts);
    jout_pair(&w->parts, "name", str_of(name));
    jout_pair(&w->parts, "sha256", str_of(hex));
    jout_end_object(&w->parts);
    return pack_part(w->pack, name, str_bytes(content), e);
}

static err_t add_about(struct writing *w, struct err *e)
{
    struct log_head_row head;
    int64_t migration = 0;
    struct buf b;
    struct jout j;
    jout_begin(&j, &b);
    jout_pair_i64(&j, "format", BACKUP_FORMAT);
    jout_pair(&j, "product", STR("zhiyun"));
    jout_pair(&j, "version", STR(ZHIYUN_VERSION));
    jout_pair_i64(&j, "made_ms", w->r->made_ms);
    jout_pair(&j, "log", str_of(w->from->suite->origin));
    jout_pair(&j, "suite", str_of(w->from->suite->name));
    jout_pair_bool(&j, "keys", w->r->keys);
    err_t rc = db_row(NULL, w->db, "SELECT max(number) FROM " STORE_LEDGER, NULL, 0,
                      INTO(into_i64(&migration)), NULL, e);
    jout_pair_i64(&j, "migration", migration);
    if (rc == OK && (rc = log_size(&w->r->entries, w->db, e)) == OK)
        rc = log_head_latest(&head, w->db, w->a, e);
    if (rc == OK) {
        w->r->has_head = true;
        w->r->head_size = head.size;
        jout_pair(&j, "head", head.note);
    } else if (rc == E_NOTFOUND) {
        rc = OK;
    }
    jout_end_object(&j);
    if (rc == OK)
        rc = add_part(w, "about.json", buf_str(&b), e);
    buf_clear(&b);
    return rc;
}

static int by_text(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* The files of a folder of the instance whose names end so, as parts of its name. */
static err_t add_folder(struct writing *w, const char *folder, const char *ending, struct err *e)
{
    const char *path = arena_printf(w->a, "%s/%s", w->from->data, folder).ptr;
    VEC(struct str) names = {0};
    DIR *dir = opendir(path);
    err_t rc = OK;
    if (!dir && errno == ENOENT)
        return OK;
    if (!dir)
        return err_errno(e, errno, "cannot open %s", path);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (entry->d_name[0] != '.' && str_ends(str_of(entry->d_name), str_of(ending)) &&
            !str_ends(str_of(entry->d_name), STR(".new")))
            VEC_PUSH(w->a, &names, arena_dup(w->a, str_of(entry->d_name)));
    closedir(dir);
    if (names.len > 0)
        qsort(names.ptr, names.len, sizeof(names.ptr[0]), by_text);
    struct arena *secret = arena_new_secret(); /* keys are among them */
    for (size_t i = 0; rc == OK && i < names.len; i++) {
        struct bytes content;
        const char *name = arena_printf(w->a, "%s/%s", folder, names.ptr[i].ptr).ptr;
        const char *file = arena_printf(w->a, "%s/%s", w->from->data, name).ptr;
        rc = fs_read(&content, w->from->fs, file, BACKUP_SMALL_MAX, secret, e);
        if (rc == OK)
            rc = add_part(w, name, bytes_str(content), e);
        arena_reset(secret);
    }
    arena_free(secret);
    return rc;
}

/* --- tables ------------------------------------------------------------------------------ */

static err_t flush_piece(struct writing *w, struct err *e)
{
    char name[PACK_NAME_MAX + 1];
    if (w->piece.len == 0)
        return OK;
    (void)snprintf(name, sizeof(name), "store/%.*s/%06zu.jsonl", STR_ARG(w->table->name),
                   ++w->piece_number);
    hasher_add(w->rows, str_bytes(buf_str(&w->piece)));
    err_t rc = pack_part(w->pack, name, str_bytes(buf_str(&w->piece)), e);
    buf_reset(&w->piece);
    return rc == OK ? tell(w, w->table->name.ptr, e) : rc;
}

static err_t add_row(void *arg, struct stmt *row, struct err *e)
{
    struct writing *w = arg;
    err_t rc = row_write(&w->piece, w->table, row, e);
    w->table_rows++;
    w->r->rows++;
    return rc == OK && w->piece.len >= PIECE_BYTES ? flush_piece(w, e) : rc;
}

static err_t add_table(struct writing *w, const struct table *t, struct err *e)
{
    char hex[SHA256_HEX_LEN + 1];
    w->table = t;
    w->piece_number = 0;
    w->table_rows = 0;
    hasher_begin(w->rows);
    err_t rc = table_rows(w->db, t, add_row, w, e);
    if (rc == OK)
        rc = flush_piece(w, e);
    struct digest d = hasher_end(w->rows);
    sha256_hex(hex, &d);
    jout_object(&w->tables);
    jout_pair(&w->tables, "name", t->name);
    jout_pair_i64(&w->tables, "rows", (int64_t)w->table_rows);
    jout_pair(&w->tables, "sha256", str_of(hex));
    jout_end_object(&w->tables);
    return rc;
}

static err_t add_tables(struct writing *w, struct err *e)
{
    const struct table *tables;
    size_t count;
    struct buf b = {0};
    struct jout j;
    err_t rc = db_tables(&tables, &count, w->db, w->a, e);
    if (rc != OK)
        return rc;
    jout_init(&j, &b);
    jout_array(&j);
    for (size_t i = 0; i < count; i++)
        if (!backup_leaves_out(tables[i].name)) {
            table_write(&j, &tables[i]);
            w->r->tables++;
        }
    jout_end_array(&j);
    rc = add_part(w, "tables.json", buf_str(&b), e);
    buf_clear(&b);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (!backup_leaves_out(tables[i].name))
            rc = add_table(w, &tables[i], e);
    return rc;
}

/* --- files ---------------------------------------------------------------------------------- */

err_t backup_file_names(struct buf *out, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_prepare(&st, db,
                          "SELECT DISTINCT blob FROM file WHERE ended_ms IS NULL ORDER BY blob"
                          " NULLS LAST",
                          e);
    while (stmt_row(&rc, st, e))
        if (stmt_str(st, 0).len == SHA256_HEX_LEN)
            buf_add(out, stmt_str(st, 0));
    stmt_free(st);
    return rc == OK && !buf_ok(out)
               ? err_set(e, E_LIMIT, "there are more uploaded files than a backup names")
               : rc;
}

/* What cannot be read is made up by zeroes and named in the manifest: one lost file must
 * not keep the others from being saved. */
static err_t fill_up(struct writing *w, int64_t left, struct err *e)
{
    static const uint8_t zeroes[65536];
    err_t rc = OK;
    while (rc == OK && left > 0) {
        size_t n = left < (int64_t)sizeof(zeroes) ? (size_t)left : sizeof(zeroes);
        rc = pack_add(w->pack, (struct bytes){zeroes, n}, e);
        left -= (int64_t)n;
    }
    return rc;
}

static bool is_damage(err_t rc)
{
    return rc == E_CORRUPT || rc == E_NOTFOUND;
}

static err_t add_content(struct writing *w, struct blob_get *get, int64_t size, bool *damaged,
                         struct err *e)
{
    struct bytes piece;
    err_t rc = OK;
    for (int64_t left = size; rc == OK && left > 0; left -= (int64_t)piece.len) {
        rc = blob_get_next(&piece, get, e);
        if (is_damage(rc) || (rc == OK && (piece.len == 0 || (int64_t)piece.len > left))) {
            *damaged = true;
            return fill_up(w, left, e);
        }
        if (rc == OK)
            rc = pack_add(w->pack, piece, e);
        if (rc == OK)
            rc = tell(w, "files", e);
    }
    return rc;
}

static err_t add_file(struct writing *w, const struct digest *digest, const char *hex,
                      struct err *e)
{
    struct blob_get *get = NULL;
    bool held = false, damaged = false;
    int64_t size = 0;
    err_t rc = blob_find(&held, &size, w->from->blobs, digest, e);
    if (rc == OK && held)
        rc = blob_get_open(&get, w->from->blobs, digest, 0, -1, e);
    if (is_damage(rc) || (rc == OK && !held)) {
        VEC_PUSH(w->a, &w->damaged, arena_dup(w->a, str_of(hex)));
        return OK;
    }
    if (rc == OK)
        rc = pack_begin(w->pack, arena_printf(w->a, "files/%s", hex).ptr, (uint64_t)size, e);
    if (rc == OK)
        rc = add_content(w, get, size, &damaged, e);
    blob_get_close(get);
    if (rc == OK)
        rc = pack_end(w->pack, e);
    if (damaged)
        VEC_PUSH(w->a, &w->damaged, arena_dup(w->a, str_of(hex)));
    w->r->files++;
    return rc;
}

static err_t add_files(struct writing *w, struct str names, struct err *e)
{
    err_t rc = OK;
    for (size_t at = 0; rc == OK && at + SHA256_HEX_LEN <= names.len; at += SHA256_HEX_LEN) {
        char hex[SHA256_HEX_LEN + 1] = {0};
        struct digest digest;
        memcpy(hex, names.ptr + at, SHA256_HEX_LEN);
        if (!hex_read(digest.byte, HASH_LEN, str_of(hex)))
            return err_set(e, E_CORRUPT, "the name %s of an uploaded file is none", hex);
        rc = add_file(w, &digest, hex, e);
    }
    return rc;
}

/* --- all of it --------------------------------------------------------------------------------- */

static err_t add_manifest(struct writing *w, struct err *e)
{
    struct buf b;
    struct jout j;
    jout_end_array(&w->parts);
    jout_end_array(&w->tables);
    jout_begin(&j, &b);
    jout_pair_raw(&j, "parts", buf_str(&w->manifest_parts));
    jout_pair_raw(&j, "tables", buf_str(&w->manifest_tables));
    jout_pair_i64(&j, "rows", (int64_t)w->r->rows);
    jout_pair_i64(&j, "files", (int64_t)w->r->files);
    jout_pair_i64(&j, "entries", (int64_t)w->r->entries);
    jout_pair_strs(&j, "damaged", w->damaged.ptr, w->damaged.len);
    jout_end_object(&j);
    err_t rc = pack_part(w->pack, "manifest.json", str_bytes(buf_str(&b)), e);
    buf_clear(&b);
    return rc;
}

static err_t write_all(struct writing *w, struct err *e)
{
    struct buf names;
    buf_init(&names, BACKUP_NAMES_MAX);
    err_t rc = store_reader_get(&w->db, w->from->store, e);
    if (rc == OK && (rc = db_begin_read(w->db, e)) == OK && (rc = add_about(w, e)) == OK &&
        (!w->r->keys || (rc = add_folder(w, "keys", "", e)) == OK) &&
        (rc = add_folder(w, "types", ".yaml", e)) == OK &&
        (rc = add_folder(w, "types/dictionaries", ".yaml", e)) == OK &&
        (rc = backup_file_names(&names, w->db, e)) == OK)
        rc = add_tables(w, e);
    store_reader_put(w->from->store, w->db);
    if (rc == OK)
        rc = add_files(w, buf_str(&names), e);
    buf_clear(&names);
    return rc == OK ? add_manifest(w, e) : rc;
}

static err_t note_backup(struct writing *w, struct err *e)
{
    const struct deed_field fields[] = {{"entries", v_i64((int64_t)w->r->entries)},
                                        {"keys", v_str(w->r->keys ? STR("yes") : STR("no"))},
                                        {"rows", v_i64((int64_t)w->r->rows)},
                                        {"sealed", v_str(w->r->sealed ? STR("yes") : STR("no"))}};
    return instance_note(w->from->store, w->from->suite, w->from->clock, "backup", fields,
                         ARRAY_LEN(fields), w->a, e);
}

err_t backup_write(struct backup_report *r, const struct backup_source *from,
                   const struct backup_options *o, struct arena *a, struct err *e)
{
    struct writing w = {.from = from, .o = o, .r = r, .a = a};
    *r = (struct backup_report){.made_ms = clock_now_ms(from->clock),
                                .sealed = o->passphrase.len > 0,
                                .keys = o->passphrase.len > 0 && !o->without_keys};
    struct pack_options p = {.fs = from->fs,
                             .made_ms = r->made_ms,
                             .sealed = r->sealed,
                             .suite = o->national ? SEAL_SM4_CTR_HMAC_SM3 : SEAL_AES_256_GCM,
                             .passphrase = o->passphrase};
    err_t rc = pack_create(&w.pack, o->path, &p, e);
    if (rc != OK)
        return rc;

    w.rows = hasher_new();
    buf_init(&w.piece, ROW_LINE_MAX + PIECE_BYTES);
    buf_init(&w.manifest_parts, 0);
    buf_init(&w.manifest_tables, 0);
    jout_init(&w.parts, &w.manifest_parts);
    jout_init(&w.tables, &w.manifest_tables);
    jout_array(&w.parts);
    jout_array(&w.tables);
    rc = write_all(&w, e);
    r->bytes = pack_taken(w.pack);
    r->written = pack_size(w.pack);
    if (rc == OK) /* before the copy gets its name: none is there that the log does not know */
        rc = note_backup(&w, e);
    if (rc == OK)
        rc = pack_finish(w.pack, e);
    else
        pack_abort(w.pack);
    r->damaged = w.damaged.ptr;
    r->damaged_count = w.damaged.len;
    buf_clear(&w.piece);
    buf_clear(&w.manifest_parts);
    buf_clear(&w.manifest_tables);

    hasher_free(w.rows);
    return rc;
}
