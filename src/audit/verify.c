/* One walk over the entries in leaf order does nearly everything: each is parsed,
 * hashed, compared with its tile, opened with its version; heads are checked where
 * they end. What the walk cannot meet (rows too many) is counted afterwards. */
#include "audit/verify.h"
#include "audit/canon.h"
#include "audit/rows.h"
#include "base/mem.h"
#include "base/vec.h"
#include "db/row_mac.h"
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define RANGE 2000
#define PROGRESS_EVERY 10000

struct batch { /* publications that one transaction brought or took back */
    int64_t number, count;
    struct digest rows;
    bool good;
};

/* A thread compares rows with their codes while the log is read; its reader sees both as they were at
 * one moment. */
struct codes_check {
    struct store *store;
    pthread_t thread;
    bool runs, done; /* the thread */
    struct verify_found found;
    err_t rc;
    struct err e;
};

struct walk {
    struct log_verdict *v;
    const struct verify_options *o;
    struct db *db;
    int64_t now_ms;      /* when what is read here stood so: the walk itself may take minutes */
    struct arena *arena; /* of one entry */
    struct opener opener;
    struct tile_writer tiles;
    struct digest stored[TILE_WIDTH]; /* the tile of leaf hashes that the next entry is in */
    size_t stored_count;
    uint64_t from;     /* the first entry that is read */
    uint64_t size;     /* numbered entries */
    uint64_t versions; /* those that fit an entry */
    int64_t imported;  /* records of publications likewise */

    VEC(struct batch) batches;        /* those with numbers … */
    int64_t batches_from, batches_to; /* … from here on and below; by number */
    struct arena *batch_arena;

    bool head_there; /* a head that was not passed yet: */
    uint64_t head_size;
    int64_t head_ms;
    struct buf head_note, good_note; /* the next one; the last that was passed */
    int64_t good_ms;                 /* of the last one passed */
    uint64_t good_size;
    bool any_good;

    struct held_heads held;
    struct digest held_root[HELD_MAX];
    struct codes_check codes;
};

#define N(x) ((unsigned long long)(x))

/* Faults end the work; they are no errors. */
static bool go_on(const struct walk *w)
{
    return verdict_good(w->v);
}

/* --- heads --------------------------------------------------------------------------- */

static err_t next_head(struct walk *w, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, w->db,
                        "SELECT size, at_ms, note FROM log_head WHERE size > ?1 ORDER BY size "
                        "LIMIT 1",
                        VALUES(v_i64(w->any_good ? (int64_t)w->good_size : -1)), e);
    w->head_there = false;
    if (rc == OK && (rc = stmt_next(&w->head_there, st, e)) == OK && w->head_there) {
        w->head_size = (uint64_t)stmt_i64(st, 0);
        w->head_ms = stmt_i64(st, 1);
        buf_reset(&w->head_note);
        buf_add(&w->head_note, stmt_str(st, 2));
    }
    stmt_free(st);
    return rc;
}

static bool check_head(struct walk *w)
{
    struct log_verdict *v = w->v;
    struct head head;
    struct err e;
    verdict_at(v, NULL, NULL);
    if (head_parse(&head, buf_str(&w->head_note), &e) != OK)
        return verdict_fault(v, LOG_FAULT_CHECKPOINT, "%s", e.text);
    if (head.line_count != 1)
        return verdict_fault(v, LOG_FAULT_CHECKPOINT,
                             "the head of %llu entries has cosignatures in its own row",
                             N(w->head_size));
    if (head_check(&head, &w->o->suite->key, &e) != OK)
        return verdict_fault(v, LOG_FAULT_SIGNATURE, "%s", e.text);
    if (head.size != w->head_size || head.time_ms != w->head_ms)
        return verdict_fault(v, LOG_FAULT_ROW,
                             "the row of the head of %llu entries says otherwise than the head",
                             N(w->head_size));
    if (w->any_good && head.time_ms < w->good_ms)
        return verdict_fault(v, LOG_FAULT_TIME,
                             "the head of %llu entries is older than the one before it",
                             N(head.size));
    struct digest root = tile_writer_root(&w->tiles);
    return digest_eq(&root, &head.root) ||
           verdict_fault(v, LOG_FAULT_ROOT,
                         "the first %llu entries do not give the root that was signed for them: "
                         "some were changed, exchanged, removed or added",
                         N(head.size));
}

/* Heads, and held ones, that end where the walk stands. */
static err_t pass_heads(struct walk *w, struct err *e)
{
    for (size_t i = 0; i < w->held.count; i++)
        if (w->held.head[i].size == w->tiles.size)
            w->held_root[i] = tile_writer_root(&w->tiles);
    while (w->head_there && w->head_size == w->tiles.size && check_head(w)) {
        struct buf passed = w->head_note;
        w->head_note = w->good_note;
        w->good_note = passed;
        w->good_ms = w->head_ms;
        w->good_size = w->head_size;
        w->any_good = true;
        err_t rc = next_head(w, e);
        if (rc != OK)
            return rc;
    }
    return OK;
}

/* --- versions ------------------------------------------------------------------------- */

static bool equal_or_absent(struct walk *w, struct str raw, struct str column)
{
    return str_eq(canon_text(raw, w->arena), column);
}

/* The reason stands in a column and in the content: both or neither. */
static bool reason_fits(struct walk *w, struct str content, struct str reason)
{
    struct str member = content_member(content, "_reason");
    if (!member.ptr) /* none was asked for, or it was erased in both places */
        return reason.len == 0;
    return member.len >= 2 &&
           equal_or_absent(w, (struct str){member.ptr + 1, member.len - 2}, reason);
}

static bool check_version(struct walk *w, const struct entry *entry, struct stmt *st)
{
    struct log_verdict *v = w->v;
    struct str content = stmt_str(st, 5), seal = stmt_str(st, 6);
    bool same =
        stmt_i64(st, 0) == entry->at_ms && stmt_i64(st, 1) == (entry->has_who ? entry->who : 0) &&
        equal_or_absent(w, entry->role, stmt_str(st, 2)) &&
        equal_or_absent(w, entry->action, stmt_str(st, 3)) && str_eq(entry->uid, stmt_str(st, 7));
    if (!same)
        return verdict_fault(v, LOG_FAULT_ROW,
                             "the row of version %llu of %.*s %llu says otherwise than its entry",
                             N(entry->version), STR_ARG(entry->type), N(entry->id));
    enum content_state state = content_check(&w->opener, content, seal, false, entry->content);
    if (state == CONTENT_MALFORMED)
        return verdict_fault(v, LOG_FAULT_CONTENT,
                             "version %llu of %.*s %llu is not as it was written",
                             N(entry->version), STR_ARG(entry->type), N(entry->id));
    if (state == CONTENT_OTHER)
        return verdict_fault(v, LOG_FAULT_COMMITMENT,
                             "version %llu of %.*s %llu is not what its entry commits to: it was "
                             "changed",
                             N(entry->version), STR_ARG(entry->type), N(entry->id));
    if (!reason_fits(w, content, stmt_str(st, 4)))
        return verdict_fault(v, LOG_FAULT_ROW,
                             "the row of version %llu of %.*s %llu says otherwise than its entry",
                             N(entry->version), STR_ARG(entry->type), N(entry->id));
    v->contents_checked++;
    w->versions++;
    return true;
}

static err_t open_version(struct walk *w, const struct entry *entry, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(
        &st, w->db,
        "SELECT at_ms, account, role, action, reason, content, seal, entry FROM "
        "record_version WHERE type = ?1 AND record_id = ?2 AND version = ?3",
        VALUES(v_str(canon_text(entry->type, w->arena)), v_i64(entry->id), v_i64(entry->version)),
        e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    if (rc == OK && !has_row)
        verdict_fault(w->v, LOG_FAULT_VERSION, "version %llu of %.*s %llu is missing",
                      N(entry->version), STR_ARG(entry->type), N(entry->id));
    else if (rc == OK)
        (void)check_version(w, entry, st);
    stmt_free(st);
    return rc;
}

/* --- imported publications ---------------------------------------------------------------- */

/* What stands behind `"name":` in a batch, to the next sign of JSON; entry_parse has
 * seen that all its members are there, and none of them holds another's name. */
static struct str batch_member(struct str batch, struct str name)
{
    size_t from = str_find(batch, name, 0);
    assert(from < batch.len);
    from += name.len;
    size_t to = from;
    while (to < batch.len && batch.ptr[to] != ',' && batch.ptr[to] != '}' && batch.ptr[to] != '"')
        to++;
    return (struct str){batch.ptr + from, to - from};
}

static void take_batch(void *arg, int64_t batch, const struct digest *rows, int64_t count,
                       bool good)
{
    struct walk *w = arg;
    VEC_PUSH(w->batch_arena, &w->batches, ((struct batch){batch, count, *rows, good}));
}

static int by_number(const void *number, const void *of)
{
    const int64_t *a = number;
    const struct batch *b = of;
    return *a < b->number ? -1 : *a > b->number;
}

/* One that has no record is looked for by itself. */
static err_t find_batch(struct batch *out, struct walk *w, int64_t number, struct err *e)
{
    const struct verify_batches *b = w->o->batches;
    err_t rc = OK;
    if (number < w->batches_from || number >= w->batches_to) {
        arena_reset(w->batch_arena);
        w->batches.ptr = NULL;
        w->batches.len = w->batches.cap = 0;
        w->batches_from = number;
        rc = b->walk(&w->batches_to, w->db, number, w->opener.hasher, take_batch, w, e);
    }
    const struct batch *found = w->batches.len ? bsearch(&number, w->batches.ptr, w->batches.len,
                                                         sizeof(*w->batches.ptr), by_number)
                                               : NULL;
    *out = found ? *found : (struct batch){.number = number, .good = true};
    return rc == OK && !found ? b->rows(&out->rows, &out->count, w->db, number, w->opener.hasher, e)
                              : rc;
}

/* What the entry of an import says of the publications that it brought, and they. */
static err_t open_batch(struct walk *w, const struct entry *entry, struct err *e)
{
    char hex[HASH_HEX_LEN + 1];
    struct batch b;
    int64_t first = 0, said = -1;
    bool read = str_to_i64(&first, batch_member(entry->batch, STR("\"first\":"))) &&
                str_to_i64(&said, batch_member(entry->batch, STR("\"count\":")));
    assert(read); /* entry_parse has seen to their form */
    err_t rc = find_batch(&b, w, first, e);
    if (rc != OK)
        return rc;
    digest_hex(hex, &b.rows);
    if (b.count != said || !str_is(batch_member(entry->batch, STR("\"rows\":\"")), hex) || !b.good)
        verdict_fault(w->v, LOG_FAULT_BATCH,
                      "the publications from change %llu on are not what the entry of their import "
                      "commits to: some were changed, removed or added",
                      N(first));
    w->imported += b.count;
    return OK;
}

/* Every record that a batch brought was counted with its entry: are there others? */
static err_t check_imported(struct walk *w, struct err *e)
{
    int64_t total = 0;
    if (!w->o->batches)
        return OK;
    err_t rc = w->o->batches->total(&total, w->db, e);
    verdict_at(w->v, NULL, NULL);
    if (rc == OK && total != w->imported)
        verdict_fault(w->v, LOG_FAULT_BATCH,
                      "there are %llu records of publications; %llu of them have an entry",
                      N(total), N(w->imported));
    return rc;
}

/* --- rows ------------------------------------------------------------------------------------ */

/* Codes tell of rows that no entry determines. */
static void note_row(void *arg, enum row_mac_fault what, const char *table, struct str key)
{
    static const enum verify_difference kinds[] = {VERIFY_FOREIGN, VERIFY_CHANGED, VERIFY_REMOVED,
                                                   VERIFY_SQL};
    struct verify_found *found = arg;
    int64_t id;
    if (found->different++ > 0)
        return;
    found->what = kinds[what];
    found->id = str_to_i64(&id, key) ? id : 0;
    snprintf(found->type, sizeof(found->type), "%s", table);
    size_t len = (size_t)snprintf(found->field, sizeof(found->field), "%.*s", STR_ARG(key));
    for (size_t i = 0; i < len && i < sizeof(found->field); i++)
        if (found->field[i] == *ROW_KEY_SEPARATOR)
            found->field[i] = ' ';
}

/* When the program wrote that row last, by the log; 0: no entry says. */
static err_t last_written(int64_t *at_ms, struct db *db, const struct verify_found *found,
                          struct err *e)
{
    return db_i64(at_ms, db,
                  "SELECT coalesce(max(at_ms), 0) FROM record_version WHERE type = ?1"
                  " AND record_id = ?2",
                  VALUES(v_str(str_of(found->type)), v_i64(found->id)), e);
}

static void *check_codes(void *arg)
{
    struct codes_check *c = arg;
    struct db *db = NULL;
    c->rc = store_reader_get(&db, c->store, &c->e);
    if (c->rc == OK && (c->rc = db_begin_read(db, &c->e)) == OK) {
        c->rc = row_macs_compare(db, note_row, &c->found, &c->e);
        db_rollback(db);
    }
    store_reader_put(c->store, db);
    return NULL;
}

/* NULL: it was not begun. */
static const struct codes_check *end_codes(struct codes_check *c)
{
    if (c->runs)
        c->done = pthread_join(c->thread, NULL) == 0;
    c->runs = false;
    return c->done ? c : NULL;
}

/* The versions are what the log commits to: do the rows say what the last of them say? `codes`: what
 * the thread found, which is told where the rows are good; NULL: codes are compared now. */
static err_t check_current(struct log_verdict *v, const struct verify_current *current,
                           const struct codes_check *codes, struct db *db, struct err *e)
{
    struct verify_found found = {0};
    err_t rc = current->check(&found, current->arg, db, e);
    if (rc == OK && codes && codes->rc != OK && e)
        *e = codes->e;
    if (rc == OK && codes)
        rc = codes->rc;
    if (rc == OK && codes && found.different == 0) {
        uint64_t rows = found.rows;
        found = codes->found;
        found.rows = rows;
    } else if (rc == OK && found.different == 0) {
        rc = row_macs_compare(db, note_row, &found, e);
    }
    v->rows_checked = found.rows;
    if (rc != OK || found.different == 0 || (rc = last_written(&v->since_ms, db, &found, e)) != OK)
        return rc;
    struct entry entry = {.type = str_of(found.type), .id = (uint64_t)found.id};
    char of[sizeof(found.type) + 24];
    if (found.id)
        snprintf(of, sizeof(of), "%s %lld", found.type, (long long)found.id);
    else
        snprintf(of, sizeof(of), "%s", found.type);
    verdict_at(v, NULL, &entry);
    if (found.what == VERIFY_FOREIGN)
        verdict_fault(v, LOG_FAULT_CURRENT,
                      "the table %s holds what the program has not written: %s (%llu differences)",
                      found.type, found.field, N(found.different));
    else if (found.what == VERIFY_CHANGED)
        verdict_fault(
            v, LOG_FAULT_CURRENT,
            "the table %s was changed past the program, in the row: %s (%llu differences)",
            found.type, found.field, N(found.different));
    else if (found.what == VERIFY_REMOVED)
        verdict_fault(v, LOG_FAULT_CURRENT,
                      "rows of the table %s were removed past the program: %s (%llu differences)",
                      found.type, found.field[0] ? found.field : "?", N(found.different));
    else if (found.what == VERIFY_SQL)
        verdict_fault(v, LOG_FAULT_CURRENT,
                      "the database holds what no version of the program makes: %s (%llu in all)",
                      found.field, N(found.different));
    else if (found.what == VERIFY_NO_VERSION)
        verdict_fault(v, LOG_FAULT_CURRENT,
                      "%s has no version (changed past the program: %llu of %llu records)", of,
                      N(found.different), N(found.rows));
    else if (found.what == VERIFY_NO_ROW)
        verdict_fault(v, LOG_FAULT_CURRENT,
                      "%s has versions, its row is gone (changed past the program: %llu "
                      "records; %llu are there)",
                      of, N(found.different), N(found.rows));
    else
        verdict_fault(v, LOG_FAULT_CURRENT,
                      "%s does not say what its last version says, in: %s (changed past the "
                      "program: %llu of %llu records)",
                      of, found.field, N(found.different), N(found.rows));
    return rc;
}

err_t log_verify_current(struct log_verdict *v, const struct verify_current *current, struct db *db,
                         struct err *e)
{
    return check_current(v, current, NULL, db, e);
}

/* --- entries ----------------------------------------------------------------------------- */

/* Lists of the log choose by columns that repeat the line (log_append). */
static bool is_listed_well(const struct walk *w, const struct entry *entry, struct str listed)
{
    struct str rest = canon_text(entry->action, w->arena), word = str_split(&rest, STR(" ")),
               verb = str_split(&word, STR(":")), type = canon_text(entry->type, w->arena);
    struct str who =
        entry->has_who ? arena_printf(w->arena, "%lld", (long long)entry->who) : STR("-");
    return str_eq(listed, arena_printf(w->arena, "%.*s %lld %lld %lld %.*s %.*s", STR_ARG(who),
                                       (long long)entry->unit, (long long)entry->id,
                                       (long long)entry->status, STR_ARG(verb), STR_ARG(type)));
}

/* The line, the columns beside it, and what it commits to. */
static err_t check_entry(struct walk *w, struct entry *entry, const uint64_t *leaf,
                         const struct log_row *row, struct err *e)
{
    struct log_verdict *v = w->v;
    arena_reset(w->arena);
    if (!entry_parse(entry, row->body)) {
        entry_guess(entry, row->body);
        verdict_at(v, leaf, entry);
        verdict_fault(v, LOG_FAULT_ENTRY, "the entry %.*s is not as the log writes it",
                      STR_ARG(row->uid));
        return OK;
    }
    verdict_at(v, leaf, entry);
    if (!str_is(entry->log, w->o->suite->origin))
        verdict_fault(v, LOG_FAULT_ORIGIN, "the entry is of another log: %.*s",
                      STR_ARG(entry->log));
    else if (!str_eq(entry->uid, row->uid) || entry->at_ms != row->at_ms ||
             !is_listed_well(w, entry, row->listed))
        verdict_fault(v, LOG_FAULT_ROW, "the row of the entry %.*s says otherwise than the entry",
                      STR_ARG(row->uid));
    if (go_on(w) && entry->batch.len && str_is(entry->type, "patent") && w->o->batches)
        return open_batch(w, entry, e);
    if (!go_on(w) || entry->content.len == 0 || w->o->skip_contents)
        return OK;
    return open_version(w, entry, e);
}

/* The stored tile of leaf hashes that the next entry begins. Whether it is as long
 * as it should be shows when the walk reaches its end: which entry is missing is
 * worth more than that one is. */
static err_t load_tile(struct walk *w, struct err *e)
{
    struct tile_source tiles = log_tiles(w->db);
    struct bytes b = {NULL, 0};
    err_t rc = tiles.read(&b, tiles.arg, 0, w->tiles.size / TILE_WIDTH, 0, w->arena, e);
    w->stored_count = b.len / HASH_LEN < TILE_WIDTH ? b.len / HASH_LEN : TILE_WIDTH;
    if (rc == OK && w->stored_count > 0)
        memcpy(w->stored, b.ptr, w->stored_count * HASH_LEN);
    return rc;
}

static err_t walk_entry(void *arg, const struct log_row *row, struct err *e)
{
    struct walk *w = arg;
    struct log_verdict *v = w->v;
    struct entry entry;
    uint64_t leaf = w->tiles.size;
    err_t rc = OK;
    if (!go_on(w))
        return OK;
    if ((leaf % TILE_WIDTH == 0 || leaf == w->from) && (rc = load_tile(w, e)) != OK)
        return rc;
    if (go_on(w) && (uint64_t)row->leaf != leaf) {
        verdict_at(v, &leaf, NULL);
        verdict_fault(v, LOG_FAULT_MISSING, "entry %llu is missing", N(leaf));
    }
    if (!go_on(w) || (rc = check_entry(w, &entry, &leaf, row, e)) != OK || !go_on(w))
        return rc;
    if (leaf % TILE_WIDTH >= w->stored_count) {
        verdict_at(v, NULL, NULL);
        verdict_fault(v, LOG_FAULT_TILE, "tile 0/%llu of the log ends before entry %llu",
                      N(leaf / TILE_WIDTH), N(leaf));
        return OK;
    }
    struct digest d = tree_leaf(w->opener.hasher, str_bytes(row->body));
    if (!digest_eq(&d, &w->stored[leaf % TILE_WIDTH])) {
        verdict_fault(v, LOG_FAULT_LEAF,
                      "entry %llu has not the digest that is kept for it: it was changed", N(leaf));
        return OK;
    }
    if ((rc = tile_writer_add(&w->tiles, &d, e)) != OK || !go_on(w))
        return rc;
    v->entries++;
    if (w->o->progress && v->entries % PROGRESS_EVERY == 0)
        w->o->progress(w->o->progress_arg, v->entries, w->size);
    return pass_heads(w, e);
}

/* A tile as the entries give it: the stored one must be the same. */
static err_t compare_tile(void *arg, int level, uint64_t number, struct bytes hashes, struct err *e)
{
    struct walk *w = arg;
    struct tile_source tiles = log_tiles(w->db);
    struct bytes b = {NULL, 0};
    err_t rc = tiles.read(&b, tiles.arg, level, number, hashes.len / HASH_LEN, w->arena, e);
    if (rc == OK && (b.len != hashes.len || memcmp(b.ptr, hashes.ptr, b.len) != 0)) {
        verdict_at(w->v, NULL, NULL);
        verdict_fault(w->v, LOG_FAULT_TILE, "tile %d/%llu of the log is not of these entries",
                      level, N(number));
    }
    return rc;
}

static err_t walk_entries(struct walk *w, struct err *e)
{
    err_t rc = pass_heads(w, e);
    for (uint64_t next = w->from, from = next; rc == OK && go_on(w) && next < w->size;
         from = next) {
        rc = log_follow(&next, w->db, from, RANGE, walk_entry, w, e);
        if (rc == OK && next == from) {
            verdict_at(w->v, &from, NULL);
            verdict_fault(w->v, LOG_FAULT_MISSING, "entry %llu is missing", N(from));
        }
    }
    return rc == OK && go_on(w) ? tile_writer_flush(&w->tiles, e) : rc;
}

/* --- what waits ---------------------------------------------------------------------------- */

static err_t check_waiting(struct walk *w, struct err *e)
{
    int64_t after = -1;
    err_t rc = OK;
    for (bool more = true; rc == OK && more && go_on(w);) {
        struct stmt *st = NULL;
        more = false;
        rc = db_query(&st, w->db,
                      "SELECT id, at_ms, uid, body, " LOG_LISTED
                      " FROM log_entry WHERE leaf IS NULL AND id > ?1 ORDER BY id LIMIT ?2",
                      VALUES(v_i64(after), v_i64(RANGE)), e);
        while (rc == OK && go_on(w) && stmt_row(&rc, st, e)) {
            struct log_row row = {-1, stmt_i64(st, 1), stmt_str(st, 2), stmt_str(st, 3),
                                  stmt_str(st, 4)};
            struct entry entry;
            more = true;
            after = stmt_i64(st, 0);
            rc = check_entry(w, &entry, NULL, &row, e);
            if (rc == OK && go_on(w) && w->now_ms - row.at_ms > WAITING_MS_MAX)
                verdict_fault(w->v, LOG_FAULT_UNSEQUENCED,
                              "the entry %.*s was committed %lld s ago and is not numbered yet",
                              STR_ARG(row.uid), (long long)((w->now_ms - row.at_ms) / 1000));
        }
        stmt_free(st);
    }
    return rc;
}

/* Numbered, but under no head for too long. */
static err_t check_covered(struct walk *w, struct err *e)
{
    uint64_t leaf = w->any_good ? w->good_size : 0;
    int64_t at_ms = w->now_ms;
    if (leaf >= w->size)
        return OK;
    err_t rc = db_row(NULL, w->db, "SELECT at_ms FROM log_entry WHERE leaf = ?1",
                      VALUES(v_i64((int64_t)leaf)), INTO(into_i64(&at_ms)), NULL, e);
    if (w->now_ms - at_ms > WAITING_MS_MAX) {
        verdict_at(w->v, &leaf, NULL);
        verdict_fault(w->v, LOG_FAULT_UNSEQUENCED,
                      "entry %llu was committed %lld s ago and is under no signed head yet",
                      N(leaf), (long long)((w->now_ms - at_ms) / 1000));
    }
    return rc;
}

/* --- rows too many -------------------------------------------------------------------------- */

static err_t count_rows(uint64_t *out, struct db *db, const char *sql, struct err *e)
{
    int64_t count;
    err_t rc = db_i64(&count, db, sql, NULL, 0, e);
    *out = (uint64_t)count;
    return rc;
}

static err_t check_tile_count(struct walk *w, struct err *e)
{
    uint64_t expected = 0, count;
    for (int level = 0; level < TILE_LEVELS; level++)
        expected += ((w->size >> (TILE_HEIGHT * level)) + TILE_WIDTH - 1) / TILE_WIDTH;
    err_t rc = count_rows(&count, w->db, "SELECT count(*) FROM log_tile", e);
    verdict_at(w->v, NULL, NULL);
    if (rc == OK && count != expected)
        verdict_fault(w->v, LOG_FAULT_TILE, "the log has %llu tiles; %llu belong to its entries",
                      N(count), N(expected));
    return rc;
}

/* Over the index of names alone: no row is read. */
static err_t check_names(struct walk *w, struct err *e)
{
    struct str uid = STR_NONE;
    int64_t leaf = -1;
    bool found;
    err_t rc = db_row(&found, w->db,
                      "SELECT uid FROM log_entry GROUP BY uid HAVING count(*) > 1 ORDER BY uid "
                      "LIMIT 1",
                      NULL, 0, INTO(into_str(&uid)), w->arena, e);
    if (!found)
        return rc;
    rc = db_row(NULL, w->db, "SELECT coalesce(max(leaf), -1) FROM log_entry WHERE uid = ?1",
                VALUES(v_str(uid)), INTO(into_i64(&leaf)), NULL, e);
    if (rc == OK) {
        uint64_t at = (uint64_t)leaf;
        verdict_at(w->v, leaf < 0 ? NULL : &at, NULL);
        verdict_fault(w->v, LOG_FAULT_UID, "the same entry stands there twice: %.*s", STR_ARG(uid));
    }
    return rc;
}

/* Every version that fits was counted with its entry: are there others? */
static err_t check_versions(struct walk *w, struct err *e)
{
    struct entry entry = {.has_who = false};
    int64_t id = 0, version = 0;
    uint64_t count;
    bool found;
    err_t rc = count_rows(&count, w->db, "SELECT count(*) FROM record_version", e);
    if (rc != OK || count == w->versions)
        return rc;
    rc = db_row(&found, w->db,
                "SELECT v.type, v.record_id, v.version FROM record_version v WHERE NOT EXISTS "
                "(SELECT 1 FROM log_entry e WHERE e.uid = v.entry) "
                "ORDER BY v.type, v.record_id, v.version LIMIT 1",
                NULL, 0, INTO(into_str(&entry.type), into_i64(&id), into_i64(&version)), w->arena,
                e);
    if (rc != OK)
        return rc;
    entry.id = (uint64_t)id;
    verdict_at(w->v, NULL, found ? &entry : NULL);
    if (found)
        verdict_fault(w->v, LOG_FAULT_VERSION, "version %llu of %.*s %llu has no entry", N(version),
                      STR_ARG(entry.type), N(entry.id));
    else
        verdict_fault(w->v, LOG_FAULT_VERSION,
                      "there are %llu versions; %llu of them have an entry", N(count),
                      N(w->versions));
    return OK;
}

/* --- cosignatures ----------------------------------------------------------------------------- */

/* One line under its head: of a witness that is known, and good; of an unknown one
 * it is only told. */
static void check_cosignature(struct walk *w, struct stmt *st)
{
    struct log_verdict *v = w->v;
    const struct log_trust *t = w->o->trust;
    struct str name = stmt_str(st, 1);
    struct head head;
    struct err e = {0};
    bool known = false, found = false;
    struct str parts[] = {stmt_str(st, 3), stmt_str(st, 2), STR("\n")};
    bool form = !stmt_is_null(st, 3) &&
                head_parse(&head, arena_join_all(w->arena, parts, 3), &e) == OK &&
                head.line_count == 2 && str_eq(head.line[1].name, name);
    for (size_t i = 0; form && i < t->key_count && !found; i++) {
        int64_t seconds;
        if (t->keys[i].use != NOTE_COSIGNER || !str_is(name, t->keys[i].name))
            continue;
        known = true;
        form = head_check_cosignature(&found, &seconds, &head, &t->keys[i], &e) == OK;
    }
    if (!form || (known && !found))
        verdict_fault(v, LOG_FAULT_COSIGNATURE,
                      "the cosignature of %.*s under the head of %llu entries is not good",
                      STR_ARG(name), N(stmt_i64(st, 0)));
}

static err_t check_cosignatures(struct walk *w, struct err *e)
{
    struct buf name = {0};
    int64_t size = (int64_t)w->from - 1;
    err_t rc = OK;
    verdict_at(w->v, NULL, NULL);
    for (bool more = true; rc == OK && more && go_on(w);) {
        struct stmt *st = NULL;
        more = false;
        rc = db_query(
            &st, w->db,
            "SELECT c.size, c.name, c.line, h.note FROM log_cosignature c LEFT JOIN "
            "log_head h ON h.size = c.size WHERE c.size > ?1 OR (c.size = ?1 AND "
            "c.name > ?2) ORDER BY c.size, c.name LIMIT ?3",
            VALUES(v_i64(size), v_str(name.len ? buf_str(&name) : STR(" ")), v_i64(RANGE)), e);
        while (rc == OK && go_on(w) && stmt_row(&rc, st, e)) {
            more = true;
            size = stmt_i64(st, 0);
            buf_reset(&name);
            buf_add(&name, stmt_str(st, 1));
            arena_reset(w->arena);
            check_cosignature(w, st);
        }
        stmt_free(st);
    }
    buf_clear(&name);
    return rc;
}

/* --- all -------------------------------------------------------------------------------------- */

static void compare_held(struct walk *w)
{
    struct log_verdict *v = w->v;
    for (size_t i = 0; i < w->held.count; i++) {
        const struct head *old = &w->held.head[i];
        if (w->good_size < old->size || w->good_ms < old->time_ms || !w->any_good)
            verdict_fault(v, LOG_FAULT_OLDER,
                          "it is older than the head that is held, of %llu entries: the log may "
                          "have been set back",
                          N(old->size));
        else if (!digest_eq(&w->held_root[i], &old->root))
            verdict_fault(v, LOG_FAULT_INCONSISTENT,
                          "the head contradicts one that is held, of %llu entries", N(old->size));
        else
            v->held_consistent++;
    }
}

/* The latest head with its cosignatures, as verdicts show it. */
static err_t show_head(struct walk *w, struct arena *a, struct err *e)
{
    struct buf note = {0};
    struct log_verdict shown = {.kind = LOG_FAULT_NONE};
    struct log_head_row row = {w->good_size, w->good_ms, buf_str(&w->good_note)};
    if (!w->any_good)
        return OK;
    err_t rc = log_head_write(&note, w->db, &row, e);
    if (rc == OK && verdict_head(&shown, arena_dup(a, buf_str(&note)), w->o->trust)) {
        w->v->has_head = true;
        w->v->proven = w->good_size;
        w->v->head = shown.head;
        memcpy(w->v->witness, shown.witness, sizeof(shown.witness));
        w->v->witness_count = shown.witness_count;
    }
    buf_clear(&note);
    return rc;
}

/* The walk begins behind the latest head that is held: the tiles give its root, or compare_held says
 * that they do not. */
static err_t begin_behind(struct walk *w, struct err *e)
{
    struct tile_source tiles = log_tiles(w->db);
    for (size_t i = 0; w->o->only_new && i < w->held.count; i++)
        if (w->held.head[i].size > w->from)
            w->from = w->held.head[i].size;
    if (w->from == 0 || w->from > w->size)
        return OK;
    w->any_good = true;
    w->good_size = w->from - 1; /* next_head then finds the row of this head */
    w->v->before = w->from;
    return tile_writer_init(&w->tiles, w->from, &tiles, w->arena, e);
}

static err_t verify(struct walk *w, struct arena *a, struct err *e)
{
    err_t rc;
    if ((rc = log_size(&w->size, w->db, e)) != OK || (rc = begin_behind(w, e)) != OK ||
        (rc = next_head(w, e)) != OK || (rc = walk_entries(w, e)) != OK)
        return rc;
    if (go_on(w) && w->head_there) {
        verdict_at(w->v, NULL, NULL);
        verdict_fault(w->v, LOG_FAULT_SIZE, "a head counts %llu entries; here are %llu",
                      N(w->head_size), N(w->size));
    }
    /* The last three look at what is older, too. */
    err_t (*const rest[])(struct walk *, struct err *) = {
        check_covered, check_waiting,  check_tile_count, check_cosignatures,
        check_names,   check_versions, check_imported};
    size_t count = ARRAY_LEN(rest) - (w->v->before ? 3 : 0);
    for (size_t i = 0; i < count && rc == OK && go_on(w); i++)
        if (rest[i] != check_versions || !w->o->skip_contents)
            rc = rest[i](w, e);
    if (rc == OK && go_on(w) && w->o->current.check && !w->v->before)
        rc = check_current(w->v, &w->o->current, end_codes(&w->codes), w->db, e);
    if (rc == OK && go_on(w)) {
        verdict_at(w->v, NULL, NULL);
        compare_held(w);
    }
    if (rc == OK)
        rc = show_head(w, a, e);
    if (rc == OK && go_on(w))
        (void)verdict_witnesses(w->v, w->o->trust);
    return rc;
}

err_t log_verify_store(struct log_verdict *v, struct store *store, const struct verify_options *o,
                       struct arena *a, struct err *e)
{
    struct walk *w = mem_zalloc(sizeof(*w)); /* tiles: too much for a stack */
    struct err why = {0};
    err_t rc = OK;
    *v = (struct log_verdict){.kind = LOG_FAULT_NONE};
    w->v = v;
    w->o = o;
    w->now_ms = clock_now_ms(o->clock);
    w->arena = arena_new();
    w->batch_arena = arena_new();
    opener_init(&w->opener, o->suite->hash);
    w->tiles.write = compare_tile;
    w->tiles.arg = w;
    w->tiles.hasher = w->opener.hasher;
    buf_init(&w->head_note, 0);
    buf_init(&w->good_note, 0);
    if (verdict_held(v, &w->held, str_of(o->suite->origin), o->trust) &&
        (rc = store_reader_get(&w->db, store, e)) == OK) {
        w->codes.store = store;
        w->codes.runs = o->current.check && !o->only_new &&
                        pthread_create(&w->codes.thread, NULL, check_codes, &w->codes) == 0;
        if ((rc = db_begin_read(w->db, &why)) == OK) {
            rc = verify(w, a, &why);
            if (rc == OK && go_on(w) && !o->skip_pages && !v->before)
                rc = db_check(w->db, &why);
            db_rollback(w->db);
        }
        store_reader_put(store, w->db);
        (void)end_codes(&w->codes);
        if (rc == E_CORRUPT) { /* what was asked for, so no failure to look */
            verdict_at(v, NULL, NULL);
            verdict_fault(v, LOG_FAULT_STORE, "%s", why.text);
            rc = OK;
        } else if (rc != OK && e) {
            *e = why;
        }
    }
    buf_clear(&w->head_note);
    buf_clear(&w->good_note);
    opener_clear(&w->opener);
    arena_free(w->batch_arena);
    arena_free(w->arena);
    free(w);
    return rc;
}
