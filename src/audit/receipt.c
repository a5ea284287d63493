/* The check is pure: no clock, no store, no network. */
#include "audit/receipt.h"
#include "audit/lines.h"
#include "base/utf8.h"
#include "crypto/encode.h"
#include <inttypes.h>

/* All but the head. */
static err_t write_proof(struct buf *to, struct db *db, const struct log_suite *suite,
                         struct str uid, uint64_t leaf, uint64_t size, struct arena *a,
                         struct err *e)
{
    struct hasher *h = hasher_new_of(suite->hash);
    struct tile_source tiles = log_tiles(db);
    struct tree_proof proof;
    struct str body;
    err_t rc = tree_inclusion(&proof, &tiles, leaf, size, h, a, e);
    hasher_free(h);
    if (rc == OK)
        rc = db_text(&body, db, "SELECT body FROM log_entry WHERE uid = ?1", VALUES(v_str(uid)), a,
                     e);
    if (rc != OK)
        return rc;
    buf_addz(to, RECEIPT_LINE "\nextra ");
    base64_add(to, str_bytes(body));
    buf_addf(to, "\nindex %" PRIu64 "\n", leaf);
    for (size_t i = 0; i < proof.count; i++) {
        base64_add(to, (struct bytes){proof.hash[i].byte, HASH_LEN});
        buf_addc(to, '\n');
    }
    buf_addc(to, '\n');
    return OK;
}

err_t receipt_write(struct buf *to, struct db *db, const struct log_suite *suite, struct str uid,
                    struct arena *a, struct err *e)
{
    struct log_head_row head;
    int64_t leaf = -1;
    err_t rc = log_leaf_of(&leaf, db, uid, e);
    if (rc != OK)
        return rc;
    rc = leaf < 0 ? E_NOTFOUND : log_head_for(&head, db, (uint64_t)leaf + 1, a, e);
    if (rc == E_NOTFOUND)
        return err_set(e, E_BUSY,
                       "the entry is kept, but under no signed head yet; ask again later");
    if (rc == OK)
        rc = write_proof(to, db, suite, uid, (uint64_t)leaf, head.size, a, e);
    return rc == OK ? log_head_write(to, db, &head, e) : rc;
}

err_t receipt_write_under(struct buf *to, struct db *db, const struct log_suite *suite,
                          struct str uid, const struct log_head_row *head, struct arena *a,
                          struct err *e)
{
    int64_t leaf = -1;
    err_t rc = log_leaf_of(&leaf, db, uid, e);
    if (rc == OK && (leaf < 0 || (uint64_t)leaf >= head->size))
        rc = err_set(e, E_BUSY, "the entry is kept, but under no signed head yet; ask again later");
    if (rc == OK)
        rc = write_proof(to, db, suite, uid, (uint64_t)leaf, head->size, a, e);
    if (rc == OK)
        buf_add(to, head->note);
    return rc;
}

/* --- checking ------------------------------------------------------------------------ */

struct reading {
    struct log_verdict *v;
    struct lines lines;
    struct str line; /* the entry's */
    uint64_t index;
    struct tree_proof path;
};

static bool misplaced(struct reading *r)
{
    return verdict_fault(r->v, LOG_FAULT_LINE, "line %zu is not what has to stand there",
                         r->lines.number);
}

static bool take(struct str *line, struct reading *r)
{
    if (!lines_take(line, &r->lines))
        return verdict_fault(r->v, LOG_FAULT_END, "the text breaks off in line %zu",
                             r->lines.number);
    return utf8_check(*line) == line->len || misplaced(r);
}

static bool take_after(struct str *rest, struct reading *r, struct str prefix)
{
    if (!take(rest, r))
        return false;
    if (!str_starts(*rest, prefix))
        return misplaced(r);
    *rest = (struct str){rest->ptr + prefix.len, rest->len - prefix.len};
    return true;
}

static bool read_entry(struct entry *entry, struct reading *r, struct arena *a)
{
    struct str text;
    size_t len;
    if (!take_after(&text, r, STR("extra ")))
        return false;
    uint8_t *room = arena_alloc(a, text.len + 1);
    if (!base64_read(room, &len, text.len, text))
        return misplaced(r);
    r->line = (struct str){(char *)room, len};
    if (entry_parse(entry, r->line)) {
        verdict_at(r->v, NULL, entry);
        return true;
    }
    struct entry guess;
    entry_guess(&guess, r->line);
    verdict_at(r->v, NULL, &guess);
    *entry = (struct entry){.has_who = false};
    return verdict_fault(r->v, LOG_FAULT_ENTRY, "line %zu is no entry as the log writes it",
                         r->lines.number);
}

static bool read_path(struct reading *r, const struct entry *entry)
{
    struct str text;
    if (!take_after(&text, r, STR("index ")))
        return false;
    if (!head_number(&r->index, text))
        return misplaced(r);
    verdict_at(r->v, &r->index, entry);
    for (;;) {
        struct digest d;
        size_t len;
        if (!take(&text, r))
            return false;
        if (text.len == 0)
            return true;
        if (!base64_read(d.byte, &len, HASH_LEN, text) || len != HASH_LEN)
            return misplaced(r);
        if (r->path.count == TREE_PROOF_MAX) /* no tree is so deep: no need to remember */
            return verdict_fault(r->v, LOG_FAULT_PATH, "the proof has the wrong length");
        r->path.hash[r->path.count++] = d;
    }
}

static bool check_path(struct reading *r, const struct entry *entry, enum hash_kind hash)
{
    struct log_verdict *v = r->v;
    const struct head *head = &v->head;
    if (!str_eq(entry->log, head->origin))
        return verdict_fault(v, LOG_FAULT_ORIGIN, "the entry is of another log: %.*s",
                             STR_ARG(entry->log));
    if (r->index >= head->size)
        return verdict_fault(v, LOG_FAULT_INDEX,
                             "the entry's index %llu is beyond the %llu entries of the head",
                             (unsigned long long)r->index, (unsigned long long)head->size);
    if (r->path.count != tree_path_length(r->index, head->size))
        return verdict_fault(v, LOG_FAULT_PATH, "the proof has the wrong length");
    struct hasher *h = hasher_new_of(hash);
    struct digest leaf = tree_leaf(h, str_bytes(r->line));
    bool fits = tree_check_inclusion(r->index, head->size, &leaf, &r->path, &head->root, h);
    hasher_free(h);
    return fits || verdict_fault(v, LOG_FAULT_ROOT,
                                 "the entry and its proof do not lead to the signed root");
}

/* A receipt does not become bad with age; but what can be compared has to agree. */
static bool compare_held(struct log_verdict *v, const struct log_trust *t)
{
    struct held_heads held;
    const struct head *head = &v->head;
    if (!verdict_held(v, &held, head->origin, t))
        return false;
    for (size_t i = 0; i < held.count; i++) {
        const struct head *old = &held.head[i];
        if (head->size == old->size && !digest_eq(&head->root, &old->root))
            return verdict_fault(v, LOG_FAULT_INCONSISTENT,
                                 "the head contradicts one that is held, of %llu entries",
                                 (unsigned long long)old->size);
        if ((head->size < old->size && head->time_ms > old->time_ms) ||
            (head->size > old->size && head->time_ms < old->time_ms))
            return verdict_fault(
                v, LOG_FAULT_TIME,
                "compared with the head that is held, of %llu entries, time goes backwards",
                (unsigned long long)old->size);
        v->held_consistent += head->size == old->size;
        v->held_unchecked += head->size != old->size;
    }
    return true;
}

static bool check(struct reading *r, struct entry *entry, const struct log_trust *t,
                  struct arena *a)
{
    struct log_verdict *v = r->v;
    struct log_suite suite;
    struct str first;
    bool known = lines_take(&first, &r->lines) && str_is(first, RECEIPT_LINE);
    if (!known)
        return verdict_fault(v, LOG_FAULT_FORMAT, "this is no receipt of an evidence log");
    v->names_entry = true;
    if (!read_entry(entry, r, a) || !read_path(r, entry))
        return false;
    uint64_t index = r->index;
    verdict_at(v, NULL, NULL);
    if (!verdict_head(v, r->lines.rest, t))
        return false;
    verdict_at(v, &index, entry);
    if (log_suite_of(&suite, trust_log_key(t, v->head.origin), NULL) != OK ||
        !check_path(r, entry, suite.hash))
        return false;
    v->entries = 1;
    verdict_at(v, NULL, NULL);
    return compare_held(v, t) && verdict_witnesses(v, t);
}

void receipt_check(struct log_verdict *v, struct entry *entry, struct str *line, struct str text,
                   const struct log_trust *t, struct arena *a)
{
    struct reading r = {.v = v, .lines = {text, 0}};
    *v = (struct log_verdict){.kind = LOG_FAULT_NONE};
    *entry = (struct entry){.has_who = false};
    (void)check(&r, entry, t, a);
    *line = r.line;
}
