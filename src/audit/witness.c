/* The witness's memory is the checkpoint itself, in a file named by the digest of
 * the log's name: it can be shown to anybody, and checked. */
#include "audit/witness.h"
#include "audit/lines.h"
#include "audit/rows.h"
#include "crypto/encode.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>

#define REQUEST_PROOF_MAX 63 /* lines: C2SP tlog-witness */
#define LIST_BYTES_MAX ((size_t)64 << 10)

/* --- requests -------------------------------------------------------------------------- */

err_t witness_request_write(struct buf *to, struct db *db, const struct log_suite *suite,
                            uint64_t old, struct arena *a, struct err *e)
{
    struct hasher *h = hasher_new_of(suite->hash);
    struct tile_source tiles = log_tiles(db);
    struct tree_proof proof;
    struct log_head_row head;
    err_t rc = log_head_latest(&head, db, a, e);
    if (rc == OK && old > head.size)
        rc = err_set(e, E_INVALID, "the latest head has %llu entries, fewer than %llu",
                     (unsigned long long)head.size, (unsigned long long)old);
    if (rc == OK)
        rc = tree_consistency(&proof, &tiles, old, head.size, h, a, e);
    hasher_free(h);
    if (rc != OK)
        return rc;
    buf_addf(to, "old %" PRIu64 "\n", old);
    for (size_t i = 0; i < proof.count; i++) {
        base64_add(to, (struct bytes){proof.hash[i].byte, HASH_LEN});
        buf_addc(to, '\n');
    }
    buf_addc(to, '\n');
    buf_add(to, head.note);
    return OK;
}

struct request {
    uint64_t old;
    struct tree_proof proof;
    struct head head;
    struct str checkpoint;
};

static err_t malformed(struct err *e, size_t line)
{
    return err_set(e, E_INVALID, "line %zu of the request to the witness is not as it has to be",
                   line);
}

static err_t parse_request(struct request *r, struct str text, struct err *e)
{
    struct lines lines = {text, 0};
    struct str line;
    size_t len;
    r->proof.count = 0;
    if (!lines_take(&line, &lines) || !str_starts(line, STR("old ")) ||
        !head_number(&r->old, (struct str){line.ptr + 4, line.len - 4}))
        return malformed(e, lines.number);
    for (;;) {
        struct digest *d = &r->proof.hash[r->proof.count];
        if (!lines_take(&line, &lines))
            return malformed(e, lines.number);
        if (line.len == 0)
            break;
        if (r->proof.count == REQUEST_PROOF_MAX || !base64_read(d->byte, &len, HASH_LEN, line) ||
            len != HASH_LEN)
            return malformed(e, lines.number);
        r->proof.count++;
    }
    r->checkpoint = lines.rest;
    return head_parse(&r->head, lines.rest, e);
}

/* --- the witness's memory ------------------------------------------------------------------ */

static const char *memory_path(const struct witness *w, struct str origin, struct arena *a)
{
    char hex[HASH_HEX_LEN + 1];
    struct digest d = sha256_of(str_bytes(origin));
    digest_hex(hex, &d);
    return arena_printf(a, "%s/%s.head", w->dir, hex).ptr;
}

/* The head cosigned last; size 0 and no text where there is none. */
static err_t recall(struct head *out, const struct witness *w, const char *path,
                    const struct note_key *log, struct arena *a, struct err *e)
{
    struct bytes file;
    *out = (struct head){.size = 0};
    err_t rc = fs_read(&file, w->fs, path, HEAD_BYTES_MAX, a, e);
    if (rc == E_NOTFOUND)
        return OK;
    if (rc == OK && (head_parse(out, bytes_str(file), e) != OK || head_check(out, log, e) != OK)) {
        err_note(e, "%s", path);
        rc = E_CORRUPT;
    }
    return rc;
}

static err_t remember(const struct witness *w, const char *path, struct str checkpoint,
                      struct arena *a, struct err *e)
{
    const char *temporary = arena_printf(a, "%s.new", path).ptr;
    err_t rc = fs_write_synced(w->fs, temporary, str_bytes(checkpoint), e);
    return rc == OK ? fs_publish(w->fs, temporary, path, e) : rc;
}

static err_t take_lock(int *fd, const struct witness *w, struct arena *a, struct err *e)
{
    const char *path = arena_printf(a, "%s/lock", w->dir).ptr;
    err_t rc = fs_make_dirs(w->fs, w->dir, e);
    if (rc != OK)
        return rc;
    *fd = w->fs->open(w->fs, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0)
        return err_errno(e, errno, "cannot open %s", path);
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
        return OK;
    return errno == EWOULDBLOCK ? err_set(e, E_BUSY, "%s: another process answers; try again", path)
                                : err_errno(e, errno, "cannot lock %s", path);
}

/* Whether the new head continues the one that was cosigned last. */
static err_t check_growth(const struct request *r, const struct head *last,
                          const struct note_key *log, struct err *e)
{
    const struct head *head = &r->head;
    struct log_suite suite;
    err_t rc = log_suite_of(&suite, log, e);
    if (rc != OK)
        return rc;
    struct hasher *h = hasher_new_of(suite.hash);
    struct digest empty = tree_empty(h);
    bool fits = r->old == 0 ? r->proof.count == 0
                            : tree_check_consistency(r->old, &last->root, head->size, &head->root,
                                                     &r->proof, h);
    if (head->size == 0)
        fits = fits && digest_eq(&head->root, &empty);
    hasher_free(h);
    if (!fits)
        return err_set(e, E_INVALID,
                       "the head of %llu entries does not continue the one of %llu that was "
                       "cosigned before: the log was rewritten, or has two versions; keep this "
                       "request as proof",
                       (unsigned long long)head->size, (unsigned long long)r->old);
    if (head->time_ms < last->time_ms)
        return err_set(e, E_INVALID, "the head is older than the one that was cosigned before");
    return OK;
}

static err_t answer_request(struct buf *answer, uint64_t *last_size, const struct witness *w,
                            struct request *r, struct arena *a, struct err *e)
{
    const struct note_key *key = NULL;
    struct head last;
    err_t rc;
    for (size_t i = 0; i < w->log_count; i++)
        if (str_is(r->head.origin, w->logs[i].name))
            key = &w->logs[i];
    if (!key)
        return err_set(e, E_NOTFOUND, "the log %.*s is none that this witness watches",
                       STR_ARG(r->head.origin));
    if (head_check(&r->head, key, e) != OK)
        return err_set(e, E_DENIED, "the head is not signed by the log %s", key->name);
    if (r->old > r->head.size)
        return err_set(e, E_INVALID, "the head has fewer entries than the request starts from");
    const char *path = memory_path(w, r->head.origin, a);
    if ((rc = recall(&last, w, path, key, a, e)) != OK)
        return rc;
    *last_size = last.size;
    if (r->old != last.size)
        return err_set(e, E_CONFLICT,
                       "this witness cosigned %llu entries last; make the request from there",
                       (unsigned long long)last.size);
    if ((rc = check_growth(r, &last, key, e)) != OK ||
        (rc = remember(w, path, r->checkpoint, a, e)) != OK)
        return rc;
    *last_size = r->head.size;
    note_cosign(answer, w->signer, r->head.text, clock_now_ms(w->clock) / 1000);
    return OK;
}

err_t witness_cosign(struct buf *answer, uint64_t *last, const struct witness *w,
                     struct str request, struct err *e)
{
    struct arena *a = arena_new();
    struct request r;
    int lock = -1;
    *last = 0;
    err_t rc = parse_request(&r, request, e);
    if (rc == OK && (rc = take_lock(&lock, w, a, e)) == OK)
        rc = answer_request(answer, last, w, &r, a, e);
    if (lock >= 0)
        w->fs->close(w->fs, lock);
    arena_free(a);
    return rc;
}

/* --- the log's instance ----------------------------------------------------------------------- */

err_t witness_list_read(struct witness_list *out, const struct fs *fs, const char *dir,
                        struct err *e)
{
    struct arena *a = arena_new();
    const char *path = arena_printf(a, "%s/witnesses", dir).ptr;
    struct bytes file = {NULL, 0};
    out->count = 0;
    err_t rc = fs_read(&file, fs, path, LIST_BYTES_MAX, a, e);
    struct lines lines = {bytes_str(file), 0};
    struct str line;
    if (rc == E_NOTFOUND)
        rc = OK;
    while (rc == OK && lines_take(&line, &lines)) {
        if (out->count == ARRAY_LEN(out->key))
            rc = err_set(e, E_LIMIT, "%s: more than %zu witnesses", path, ARRAY_LEN(out->key));
        else if ((rc = note_key_parse(&out->key[out->count], line, e)) != OK)
            err_note(e, "%s", path);
        else if (out->key[out->count].use != NOTE_COSIGNER)
            rc = err_set(e, E_INVALID, "%s: %s is no witness's key", path,
                         out->key[out->count].name);
        else
            out->count++;
    }
    if (rc == OK && lines.rest.len > 0)
        rc = err_set(e, E_INVALID, "%s: its last line is cut off", path);
    arena_free(a);
    return rc;
}

err_t witness_list_add(const struct fs *fs, const char *dir, const struct note_key *key,
                       struct err *e)
{
    struct arena *a = arena_new();
    const char *path = arena_printf(a, "%s/witnesses", dir).ptr;
    const char *temporary = arena_printf(a, "%s.new", path).ptr;
    struct witness_list list;
    struct str text = STR_NONE;
    err_t rc = witness_list_read(&list, fs, dir, e);
    if (rc == OK && key->use != NOTE_COSIGNER)
        rc = err_set(e, E_INVALID, "%s is the key of a log, not of a witness", key->name);
    if (rc == OK && list.count == ARRAY_LEN(list.key))
        rc = err_set(e, E_LIMIT, "%s: more than %zu witnesses", path, ARRAY_LEN(list.key));
    for (size_t i = 0; i < list.count && rc == OK; i++) {
        if (strcmp(list.key[i].name, key->name) == 0)
            rc = err_set(e, E_CONFLICT, "the witness %s is known already", key->name);
        text = arena_join(a, arena_join(a, text, note_key_text(&list.key[i], a)), STR("\n"));
    }
    text = arena_join(a, arena_join(a, text, note_key_text(key, a)), STR("\n"));
    if (rc == OK && (rc = fs_write_synced(fs, temporary, str_bytes(text), e)) == OK)
        rc = fs_publish(fs, temporary, path, e);
    arena_free(a);
    return rc;
}

struct keeping {
    const struct log_suite *suite;
    const struct witness_list *known;
    uint64_t size;
    struct str line; /* without LF */
    struct arena *a;
};

/* The name of whoever signed the line, once it is good. */
static err_t check_line(struct str *name, const struct keeping *k, struct str note, struct err *e)
{
    struct head head;
    struct str parts[] = {note, k->line, STR("\n")};
    err_t rc = head_parse(&head, arena_join_all(k->a, parts, 3), e);
    if (rc != OK || (rc = head_check(&head, &k->suite->key, e)) != OK)
        return rc;
    *name = head.line_count == 2 ? head.line[1].name : STR_NONE;
    for (size_t i = 0; i < k->known->count; i++) {
        bool found = false;
        int64_t seconds;
        if ((rc = head_check_cosignature(&found, &seconds, &head, &k->known->key[i], e)) != OK)
            return rc;
        if (found)
            return OK;
    }
    return err_set(e, E_INVALID, "\"%.*s\" is none of the witnesses that are known here",
                   STR_ARG(*name));
}

static err_t keep_line(struct db *db, void *arg, struct err *e)
{
    static const struct upsert cosignature = {"log_cosignature", "size, name", "line"};
    struct keeping *k = arg;
    struct str note, name = STR_NONE;
    bool found;
    err_t rc = db_row(&found, db, "SELECT note FROM log_head WHERE size = ?1",
                      VALUES(v_i64((int64_t)k->size)), INTO(into_str(&note)), k->a, e);
    if (rc == OK)
        rc = found ? check_line(&name, k, note, e)
                   : err_set(e, E_NOTFOUND, "the log has no head of %llu entries",
                             (unsigned long long)k->size);
    return rc == OK ? db_upsert(db, &cosignature,
                                VALUES(v_i64((int64_t)k->size), v_str(name), v_str(k->line)), e)
                    : rc;
}

err_t witness_answer_keep(struct store *store, const struct log_suite *suite,
                          const struct witness_list *known, uint64_t size, struct str line,
                          struct err *e)
{
    struct arena *a = arena_new();
    if (str_ends(line, STR("\n")))
        line.len--;
    struct keeping k = {suite, known, size, line, a};
    err_t rc = store_write(store, keep_line, &k, e);
    arena_free(a);
    return rc;
}
