/* Each part has its place in the order that backup.h names; one out of it is damage. */
#include "backup/load.h"
#include "backup/rows.h"
#include "backup/target.h"
#include "base/msg.h"
#include "crypto/encode.h"
#include <stdio.h>

static err_t damaged(const struct load *l, struct err *e, const char *why)
{
    return err_set(e, E_INVALID, "the backup %s is damaged: %s; take another copy of it",
                   l->o->path, msg(why));
}

static void note_part(struct load *l, struct str name, struct str content)
{
    VEC_PUSH(l->a, &l->parts,
             ((struct load_part){arena_dup(l->a, name), sha256_of(str_bytes(content))}));
}

/* --- what it is -------------------------------------------------------------------------- */

static err_t check_about(struct load *l, const struct jvalue *v, struct err *e)
{
    int64_t format = 0;
    const struct jvalue *keys = jin_get(v, "keys");
    if (!str_is(jin_text(v, "product"), "zhiyun") || !jin_i64(&format, v, "format") ||
        !jin_i64(&l->migration, v, "migration") || !jin_i64(&l->r->made_ms, v, "made_ms") ||
        l->migration < 1 || jin_text(v, "log").len == 0)
        return damaged(l, e, N_("it does not say what it is"));
    if (format > BACKUP_FORMAT || l->migration > (int64_t)migration_count)
        return err_set(e, E_CONFLICT,
                       "the backup %s was made by a newer program (version %.*s, migration %lld; "
                       "this program knows %zu); use that program or a newer one",
                       l->o->path, STR_ARG(jin_text(v, "version")), (long long)l->migration,
                       migration_count);
    l->log = jin_text(v, "log");
    l->head = jin_text(v, "head");
    l->keys_inside = keys && keys->type == J_TRUE;
    if (!l->keys_inside && !l->o->keys)
        return err_set(e, E_INVALID,
                       "the backup %s holds no keys; give the folder where they are kept with "
                       "--keys",
                       l->o->path);
    return OK;
}

static err_t take_about(struct load *l, struct str content, struct err *e)
{
    const struct jvalue *v = NULL;
    if (jin_parse(&v, content, l->a, NULL) != OK)
        return damaged(l, e, N_("it does not say what it is"));
    l->about_seen = true;
    return check_about(l, v, e);
}

/* --- files of the folder --------------------------------------------------------------------- */

/* One name, of the characters that names of such files have. */
static bool is_file_name(struct str name)
{
    bool good = name.len > 0 && name.ptr[0] != '.';
    for (size_t i = 0; good && i < name.len; i++)
        good = strchr("abcdefghijklmnopqrstuvwxyz0123456789_-.", name.ptr[i]) != NULL;
    return good;
}

static err_t put_file(struct load *l, const char *folder, struct str name, struct str content,
                      struct err *e)
{
    if (!is_file_name(name))
        return damaged(l, e, N_("a file in it has a name that none has"));
    err_t rc = fs_make_dirs(l->to->fs, folder, e);
    if (rc == OK)
        rc =
            fs_write_synced(l->to->fs, arena_printf(l->piece, "%s/%.*s", folder, STR_ARG(name)).ptr,
                            str_bytes(content), e);
    return rc;
}

/* --- tables ------------------------------------------------------------------------------------ */

static struct load_table *find_table(struct load *l, struct str name)
{
    return FIND_BY(l->tables.ptr, l->tables.len, t.name, name);
}

static err_t take_tables(struct load *l, struct str content, struct err *e)
{
    const struct jvalue *v = NULL;
    if (!l->about_seen || l->tables_seen || jin_parse(&v, content, l->a, NULL) != OK ||
        v->type != J_ARRAY)
        return damaged(l, e, N_("the description of its tables does not read back"));
    l->tables_seen = true;
    for (size_t i = 0; i < v->count; i++) {
        struct table t;
        if (table_read(&t, &v->items[i], l->a, NULL) != OK || find_table(l, t.name) ||
            backup_leaves_out(t.name))
            return damaged(l, e, N_("the description of its tables does not read back"));
        VEC_PUSH(l->a, &l->tables, ((struct load_table){.rows = 0}));
        VEC_PUSH(l->a, &l->described, t);
        l->tables.ptr[i].t = t;
    }
    err_t rc = target_begin(&l->filling, l->db, (size_t)l->migration, l->described.ptr,
                            l->described.len, l->a, e);
    if (rc == E_INVALID)
        err_note(e, "%s", l->o->path);
    return rc;
}

/* --- rows ---------------------------------------------------------------------------------------- */

static void end_table(struct load *l)
{
    if (!l->table)
        return;
    stmt_free(l->insert);
    l->insert = NULL;
    l->table->digest = hasher_end(l->hasher);
    l->table->ended = true;
    l->table = NULL;
}

static err_t begin_table(struct load *l, struct load_table *t, struct err *e)
{
    struct str *names = arena_array(l->a, t->t.column_count, sizeof(*names));
    for (size_t i = 0; i < t->t.column_count; i++)
        names[i] = t->t.columns[i].name;
    end_table(l);
    l->table = t;
    l->piece_number = 0;
    t->begun = true;
    hasher_begin(l->hasher);
    return table_insert(&l->insert, l->db, t->t.name, names, t->t.column_count, e);
}

static err_t put_rows(struct load *l, struct str content, struct err *e)
{
    struct str rest = content;
    err_t rc = OK;
    while (rc == OK && rest.len > 0) {
        struct str line = str_split(&rest, STR("\n"));
        if (!rest.ptr)
            return damaged(l, e, N_("a row is cut off"));
        rc = row_bind(l->insert, &l->table->t, line, l->piece, e);
        if (rc == OK)
            rc = stmt_run_later(l->insert, e);
        l->table->rows++;
    }
    return rc;
}

/* name: "TABLE/NNNNNN.jsonl" */
static err_t take_rows(struct load *l, struct str name, struct str content, struct err *e)
{
    char number[32];
    struct str rest = name, table = str_split(&rest, STR("/"));
    struct load_table *t = find_table(l, table);
    err_t rc = OK;
    if (!t || !rest.ptr || t->ended)
        return damaged(l, e, N_("rows of a table that it does not describe"));
    if (t != l->table)
        rc = begin_table(l, t, e);
    (void)snprintf(number, sizeof(number), "%06zu.jsonl", ++l->piece_number);
    if (rc == OK && !str_is(rest, number))
        rc = damaged(l, e, N_("rows are missing"));
    hasher_add(l->hasher, str_bytes(content));
    if (rc == OK && (rc = db_begin_write(l->db, e)) == OK) {
        rc = put_rows(l, content, e);
        if (rc == OK)
            rc = db_commit(l->db, e);
        else
            db_rollback(l->db);
    }
    /* What the store refuses stands in the file: it is the file that is wrong. */
    if (rc == E_CONFLICT && e)
        e->kind = E_INVALID;
    return rc == E_CONFLICT ? E_INVALID : rc;
}

/* --- uploaded files --------------------------------------------------------------------------------- */

static err_t open_blobs(struct load *l, struct err *e)
{
    struct blobs_options o = {.create = true, .clock = l->to->clock};
    return l->blobs ? OK : blobs_open(&l->blobs, l->to->blobs_url, &o, e);
}

static err_t take_file(struct load *l, const struct pack_part *part, struct str name, struct err *e)
{
    struct digest wanted, got;
    struct blob_put *put = NULL;
    uint8_t *piece = arena_alloc(l->piece, BLOB_CHUNK_BYTES);
    int64_t size = 0;
    size_t n = 1;
    struct str hex = arena_dup(l->a, name);
    if (!l->tables_seen || !hex_read(wanted.byte, HASH_LEN, name))
        return damaged(l, e, N_("an uploaded file has a name that none has"));
    end_table(l);
    err_t rc = open_blobs(l, e);
    if (rc != OK)
        return rc;
    blob_put_begin(&put, l->blobs, (int64_t)part->size);
    while (rc == OK && n > 0)
        if ((rc = pack_read(&n, l->pack, piece, BLOB_CHUNK_BYTES, e)) == OK && n > 0)
            rc = blob_put_add(put, (struct bytes){piece, n}, e);
    if (rc != OK) {
        blob_put_abort(put);
        return rc;
    }
    rc = blob_put_end(&got, &size, put, e);
    if (rc == OK && !digest_eq(&got, &wanted))
        VEC_PUSH(l->a, &l->differing, hex);
    l->r->files++;
    return rc;
}

/* --- the manifest -------------------------------------------------------------------------------------- */

static bool same_digest(const struct digest *d, const struct jvalue *v)
{
    char hex[SHA256_HEX_LEN + 1];
    sha256_hex(hex, d);
    return str_is(jin_text(v, "sha256"), hex);
}

static bool check_tables(struct load *l, const struct jvalue *all)
{
    struct digest empty = sha256_of((struct bytes){NULL, 0});
    if (!all || all->type != J_ARRAY || all->count != l->tables.len)
        return false;
    for (size_t i = 0; i < all->count; i++) {
        struct load_table *t = find_table(l, jin_text(&all->items[i], "name"));
        int64_t rows = -1;
        if (!t || !jin_i64(&rows, &all->items[i], "rows") || rows != (int64_t)t->rows ||
            !same_digest(t->begun ? &t->digest : &empty, &all->items[i]))
            return false;
        l->r->rows += t->rows;
    }
    return true;
}

static bool check_parts(struct load *l, const struct jvalue *all)
{
    if (!all || all->type != J_ARRAY || all->count != l->parts.len)
        return false;
    for (size_t i = 0; i < all->count; i++)
        if (!str_eq(jin_text(&all->items[i], "name"), l->parts.ptr[i].name) ||
            !same_digest(&l->parts.ptr[i].digest, &all->items[i]))
            return false;
    return true;
}

static bool check_files(struct load *l, const struct jvalue *v)
{
    const struct jvalue *named = jin_get(v, "damaged");
    int64_t files = -1;
    if (!named || named->type != J_ARRAY || !jin_i64(&files, v, "files") ||
        files != (int64_t)l->r->files)
        return false;
    for (size_t i = 0; i < l->differing.len; i++)
        if (!FIND_BY(named->items, named->count, text, l->differing.ptr[i]))
            return false;
    struct str *names = arena_array(l->a, named->count ? named->count : 1, sizeof(*names));
    for (size_t i = 0; i < named->count; i++)
        names[i] = named->items[i].text;
    l->r->damaged = names;
    l->r->damaged_count = named->count;
    return true;
}

static err_t take_manifest(struct load *l, struct str content, struct err *e)
{
    const struct jvalue *v = NULL;
    end_table(l);
    if (jin_parse(&v, content, l->a, NULL) != OK)
        return damaged(l, e, N_("its manifest does not read back"));
    if (!check_parts(l, jin_get(v, "parts")) || !check_tables(l, jin_get(v, "tables")) ||
        !check_files(l, v))
        return damaged(l, e, N_("its parts are not what its manifest says of them"));
    l->r->tables = l->tables.len;
    l->complete = true;
    return OK;
}

/* --- all parts --------------------------------------------------------------------------------------------- */

static bool strip(struct str *name, const char *folder)
{
    if (!str_starts(*name, str_of(folder)))
        return false;
    *name = (struct str){name->ptr + strlen(folder), name->len - strlen(folder)};
    return true;
}

static err_t take_part(struct load *l, const struct pack_part *part, struct err *e)
{
    struct str name = part->name, content;
    err_t rc;
    if (l->complete || (!l->about_seen && !str_is(name, "about.json")))
        return damaged(l, e, N_("its parts are not in their order"));
    if (strip(&name, "files/"))
        return take_file(l, part, name, e);
    bool rows = strip(&name, "store/");
    rc = pack_read_all(&content, l->pack, rows ? ROW_LINE_MAX * 2 : BACKUP_SMALL_MAX,
                       rows ? l->piece : l->a, e);
    if (rc != OK || rows)
        return rc == OK ? take_rows(l, name, content, e) : rc;
    if (str_is(name, "manifest.json"))
        return take_manifest(l, content, e);
    note_part(l, part->name, content);
    if (str_is(name, "about.json") && !l->about_seen)
        return take_about(l, content, e);
    if (str_is(name, "tables.json"))
        return take_tables(l, content, e);
    if (strip(&name, "types/dictionaries/"))
        return put_file(l, arena_printf(l->piece, "%s/types/dictionaries", l->to->data).ptr, name,
                        content, e);
    if (strip(&name, "types/"))
        return put_file(l, arena_printf(l->piece, "%s/types", l->to->data).ptr, name, content, e);
    if (strip(&name, "keys/") && l->keys_inside)
        return l->o->keys ? OK : put_file(l, l->keys, name, content, e);
    return damaged(l, e, N_("it has a part that no backup has"));
}

err_t load_all(struct load *l, struct err *e)
{
    struct pack_part part;
    bool more = true;
    err_t rc = OK;
    while (rc == OK && (rc = pack_next(&part, &more, l->pack, e)) == OK && more) {
        rc = take_part(l, &part, e);
        arena_reset(l->piece);
        if (l->o->progress)
            l->o->progress(l->o->progress_arg, pack_read_bytes(l->pack), l->file_bytes);
        if (rc == OK && l->o->stops && l->o->stops(l->o->progress_arg))
            rc = err_set(e, E_BUSY, "it was asked to end");
    }
    end_table(l);
    if (rc == OK && !l->complete)
        rc = damaged(l, e, N_("it ends before its manifest"));
    if (rc == OK &&
        (rc = target_end(l->filling, l->db, l->described.ptr, l->described.len, e)) == E_CORRUPT) {
        if (e)
            e->kind = E_INVALID;
        rc = E_INVALID;
    }
    return rc == OK ? open_blobs(l, e) : rc;
}
