/* A bundle is taken apart into the lines of each entry, changed, and put together
 * again; who has the key signs anew, who has not leaves the old signature. */
#include "audit/attack.h"
#include "audit/bundle.h"
#include "audit/receipt.h"
#include "base/vec.h"
#include "crypto/encode.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define ENTRIES 24
#define OLDER 15 /* entries of the copy that is kept */
#define TARGET 9 /* the entry that is attacked: one with a content */
#define PLAIN 10 /* one without */

struct block { /* lines with their LF */
    struct str entry, leaf, content;
};

struct workshop {
    struct arena *a;
    struct scratch_log log, other; /* other: another instance's */
    struct note_signer signer, thief, witness, stranger;
    struct str vkey, witness_key, other_vkey;
    struct str whole, older; /* bundles of the log */
    struct str other_whole;
    struct str receipt, other_receipt;
    struct block block[ENTRIES + 2];
    size_t count;
    struct str checkpoint; /* of `whole`, cosigned */
    struct str older_head, other_head;
    VEC(struct attack) made;
};

static void need(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "attacks: %s\n", what);
    abort();
}

/* --- texts ----------------------------------------------------------------------------- */

static err_t append_piece(void *arg, struct str piece, struct err *e)
{
    (void)e;
    buf_add(arg, piece);
    return OK;
}

static struct str export(struct workshop *w, struct scratch_log *l)
{
    struct db *db = NULL;
    struct buf b;
    struct bundle_options o = {.suite = &l->suite, .write = append_piece, .write_arg = &b};
    struct err e;
    buf_init(&b, 0);
    need(store_reader_get(&db, l->store, &e) == OK, "reader");
    need(bundle_export(db, &o, &e) == OK, e.text);
    store_reader_put(l->store, db);
    return buf_take(&b, w->a);
}

static struct str receipt_of(struct workshop *w, struct scratch_log *l, int64_t leaf)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct buf b;
    struct err e;
    bool has_row;
    buf_init(&b, 0);
    need(store_reader_get(&db, l->store, &e) == OK, "reader");
    need(db_query(&st, db, "SELECT uid FROM log_entry WHERE leaf = ?1", VALUES(v_i64(leaf)), &e) ==
             OK,
         "query");
    need(stmt_next(&has_row, st, &e) == OK && has_row, "row");
    need(receipt_write(&b, db, &l->suite, stmt_str(st, 0), w->a, &e) == OK, e.text);
    stmt_free(st);
    store_reader_put(l->store, db);
    return buf_take(&b, w->a);
}

static struct str head_of(struct str bundle)
{
    size_t at = str_find(bundle, STR("\n\n"), 0);
    return (struct str){bundle.ptr + at + 2, bundle.len - at - 2};
}

static struct str with_lf(struct str line)
{
    return (struct str){line.ptr, line.len + 1};
}

static void take_apart(struct workshop *w)
{
    struct lines l = {w->whole, 0};
    struct str line;
    for (int i = 0; i < 3; i++)
        need(lines_take(&line, &l), "header");
    while (lines_take(&line, &l) && line.len > 0) {
        if (line.ptr[0] == '{')
            w->block[w->count++] = (struct block){.entry = with_lf(line)};
        else if (line.ptr[0] == '@')
            w->block[w->count - 1].leaf = with_lf(line);
        else
            w->block[w->count - 1].content = with_lf(line);
    }
    need(w->count == ENTRIES, "blocks");
    w->checkpoint = l.rest;
}

static struct str replaced(struct workshop *w, struct str in, const char *find, const char *put)
{
    size_t at = str_find(in, str_of(find), 0), after = at + strlen(find);
    need(at < in.len, find);
    struct str parts[] = {{in.ptr, at}, str_of(put), {in.ptr + after, in.len - after}};
    return arena_join_all(w->a, parts, 3);
}

static struct str leaf_line(struct workshop *w, struct str entry)
{
    char hex[HASH_HEX_LEN + 1];
    struct hasher *h = hasher_new_of(w->log.suite.hash);
    struct digest d = tree_leaf(h, (struct bytes){(const uint8_t *)entry.ptr, entry.len - 1});
    hasher_free(h);
    digest_hex(hex, &d);
    return arena_printf(w->a, "@ %s\n", hex);
}

static struct str join_bundle(struct workshop *w, const struct block *blocks, size_t count,
                              uint64_t said, struct str checkpoint)
{
    struct buf b;
    buf_init(&b, 0);
    buf_addf(&b, BUNDLE_LINE "\n%s\n%" PRIu64 "\n", w->log.suite.origin, said);
    for (size_t i = 0; i < count; i++) {
        buf_add(&b, blocks[i].entry);
        buf_add(&b, blocks[i].leaf);
        buf_add(&b, blocks[i].content);
    }
    buf_addc(&b, '\n');
    buf_add(&b, checkpoint);
    return buf_take(&b, w->a);
}

static struct digest root_of(struct workshop *w, const struct block *blocks, size_t count)
{
    struct tree_edge edge = {0};
    struct hasher *h = hasher_new_of(w->log.suite.hash);
    for (size_t i = 0; i < count; i++) {
        struct digest d = tree_leaf(
            h, (struct bytes){(const uint8_t *)blocks[i].entry.ptr, blocks[i].entry.len - 1});
        tree_edge_add(&edge, &d, h);
    }
    struct digest root = tree_edge_root(&edge, h);
    hasher_free(h);
    return root;
}

static struct str sign(struct workshop *w, const struct note_signer *by, uint64_t size,
                       const struct digest *root, int64_t time_ms)
{
    struct buf b;
    buf_init(&b, 0);
    head_write_text(&b, by->key.name, size, root, time_ms);
    struct str text = arena_dup(w->a, buf_str(&b));
    buf_addc(&b, '\n');
    note_sign(&b, by, text);
    return buf_take(&b, w->a);
}

static struct str cosigned(struct workshop *w, struct str note, const struct note_signer *by)
{
    struct buf b;
    struct str text = {note.ptr, str_find(note, STR("\n\n"), 0) + 1};
    buf_init(&b, 0);
    buf_add(&b, note);
    note_cosign(&b, by, text, 1795173800);
    return buf_take(&b, w->a);
}

/* A bundle whose leaves, root and signature all fit what it now says. */
static struct str rebuilt(struct workshop *w, struct block *blocks, size_t count,
                          const struct note_signer *by, int64_t time_ms)
{
    for (size_t i = 0; i < count; i++)
        blocks[i].leaf = leaf_line(w, blocks[i].entry);
    struct digest root = root_of(w, blocks, count);
    return join_bundle(w, blocks, count, count, sign(w, by, count, &root, time_ms));
}

/* --- noting them ------------------------------------------------------------------------- */

static struct attack *note(struct workshop *w, const char *name, bool receipt, struct str text,
                           enum log_fault expected, int64_t index)
{
    VEC_PUSH(w->a, &w->made,
             ((struct attack){.name = name,
                              .receipt = receipt,
                              .text = text,
                              .keys = {w->vkey},
                              .key_count = 1,
                              .expected = expected,
                              .index = index}));
    return &w->made.ptr[w->made.len - 1];
}

static struct attack *bundle(struct workshop *w, const char *name, struct str text,
                             enum log_fault expected, int64_t index)
{
    return note(w, name, false, text, expected, index);
}

static struct attack *receipt(struct workshop *w, const char *name, struct str text,
                              enum log_fault expected, int64_t index)
{
    return note(w, name, true, text, expected, index);
}

static void trust(struct attack *x, struct str key)
{
    x->keys[x->key_count++] = key;
}

/* --- the attacks --------------------------------------------------------------------------- */
#define COPY_BLOCKS(b, w)                                                                          \
    struct block b[ENTRIES + 2];                                                                   \
    memcpy(b, (w)->block, sizeof(b))

static void genuine(struct workshop *w)
{
    COPY_BLOCKS(b, w);
    bundle(w, "genuine-bundle", w->whole, LOG_FAULT_NONE, -1);
    struct attack *x = bundle(w, "genuine-bundle-with-a-witness", w->whole, LOG_FAULT_NONE, -1);
    trust(x, w->witness_key);
    x->witnesses = 1;
    x = bundle(w, "genuine-bundle-that-continues-a-held-head", w->whole, LOG_FAULT_NONE, -1);
    x->held = w->older_head;
    bundle(w, "genuine-older-bundle", w->older, LOG_FAULT_NONE, -1);
    struct digest root = root_of(w, b, 0);
    bundle(w, "genuine-empty-bundle",
           join_bundle(w, b, 0, 0, sign(w, &w->signer, 0, &root, 1795173000000)), LOG_FAULT_NONE,
           -1);
    receipt(w, "genuine-receipt", w->receipt, LOG_FAULT_NONE, -1);
    x = receipt(w, "genuine-receipt-older-than-a-held-head", w->receipt, LOG_FAULT_NONE, -1);
    x->held = w->checkpoint;
    b[0].leaf = leaf_line(w, b[0].entry);
    root = root_of(w, b, 1);
    struct str extra = base64_of(str_bytes((struct str){b[0].entry.ptr, b[0].entry.len - 1}), w->a);
    struct str head = sign(w, &w->signer, 1, &root, 1795173760000);
    receipt(w, "genuine-receipt-of-a-tree-of-one",
            arena_printf(w->a, RECEIPT_LINE "\nextra %.*s\nindex 0\n\n%.*s", STR_ARG(extra),
                         STR_ARG(head)),
            LOG_FAULT_NONE, -1);
}

static void moved_entries(struct workshop *w)
{
    const size_t rest = ENTRIES - TARGET - 1;
    {
        COPY_BLOCKS(b, w);
        memmove(b + TARGET, b + TARGET + 1, rest * sizeof(*b));
        bundle(w, "deleted-entry", join_bundle(w, b, ENTRIES - 1, ENTRIES, w->checkpoint),
               LOG_FAULT_MISSING, ENTRIES - 1);
        bundle(w, "deleted-entry-counted",
               join_bundle(w, b, ENTRIES - 1, ENTRIES - 1, w->checkpoint), LOG_FAULT_SIZE, -1);
    }
    {
        COPY_BLOCKS(b, w);
        memmove(b + TARGET + 1, b + TARGET, (rest + 1) * sizeof(*b));
        b[TARGET].entry = replaced(w, w->block[PLAIN + 2].entry, "\"uid\":\"0", "\"uid\":\"f");
        b[TARGET].leaf = leaf_line(w, b[TARGET].entry);
        b[TARGET].content = STR_NONE;
        bundle(w, "inserted-entry", join_bundle(w, b, ENTRIES + 1, ENTRIES, w->checkpoint),
               LOG_FAULT_EXCESS, ENTRIES);
        bundle(w, "inserted-entry-counted",
               join_bundle(w, b, ENTRIES + 1, ENTRIES + 1, w->checkpoint), LOG_FAULT_SIZE, -1);
        bundle(w, "inserted-entry-for-the-last", join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint),
               LOG_FAULT_ROOT, -1);
    }
    {
        COPY_BLOCKS(b, w);
        struct block t = b[TARGET];
        b[TARGET] = b[TARGET + 2];
        b[TARGET + 2] = t;
        bundle(w, "swapped-entries", join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint),
               LOG_FAULT_ROOT, -1);
    }
    {
        COPY_BLOCKS(b, w);
        b[TARGET + 2] = b[TARGET];
        bundle(w, "duplicated-entry", join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint),
               LOG_FAULT_UID, TARGET + 2);
        bundle(w, "duplicated-entry-signed-by-the-log",
               rebuilt(w, b, ENTRIES, &w->signer, 1795173999000), LOG_FAULT_UID, TARGET + 2);
    }
    {
        COPY_BLOCKS(b, w);
        bundle(w, "truncated-tail", join_bundle(w, b, OLDER, ENTRIES, w->checkpoint),
               LOG_FAULT_MISSING, OLDER);
        bundle(w, "truncated-tail-counted", join_bundle(w, b, OLDER, OLDER, w->checkpoint),
               LOG_FAULT_SIZE, -1);
        bundle(w, "older-entries-under-the-newer-head",
               join_bundle(w, b, OLDER, OLDER, w->checkpoint), LOG_FAULT_SIZE, -1);
        bundle(w, "newer-entries-under-the-older-head",
               join_bundle(w, b, ENTRIES, ENTRIES, w->older_head), LOG_FAULT_SIZE, -1);
        bundle(w, "overstated-size", join_bundle(w, b, ENTRIES, ENTRIES + 1, w->checkpoint),
               LOG_FAULT_MISSING, ENTRIES);
        bundle(w, "understated-size", join_bundle(w, b, ENTRIES, ENTRIES - 1, w->checkpoint),
               LOG_FAULT_EXCESS, ENTRIES - 1);
        struct attack *x =
            bundle(w, "truncated-tail-signed-by-the-log-against-a-held-head",
                   rebuilt(w, b, OLDER, &w->signer, 1795173999000), LOG_FAULT_OLDER, -1);
        x->held = w->checkpoint;
    }
}

static void changed_entries(struct workshop *w)
{
    {
        COPY_BLOCKS(b, w);
        b[TARGET].entry = replaced(w, b[TARGET].entry, "\"who\":7", "\"who\":8");
        bundle(w, "changed-entry", join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint),
               LOG_FAULT_LEAF, TARGET);
        b[TARGET].leaf = leaf_line(w, b[TARGET].entry);
        bundle(w, "changed-entry-and-leaf", join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint),
               LOG_FAULT_ROOT, -1);
        struct digest root = root_of(w, b, ENTRIES);
        struct str head = sign(w, &w->signer, ENTRIES, &root, 1795173999000);
        size_t end = str_find(w->checkpoint, STR("\n\n"), 0);
        struct str text = {head.ptr, str_find(head, STR("\n\n"), 0)},
                   old = {w->checkpoint.ptr + end, w->checkpoint.len - end};
        bundle(w, "recomputed-suffix-with-the-old-signature",
               join_bundle(w, b, ENTRIES, ENTRIES, arena_join(w->a, text, old)),
               LOG_FAULT_SIGNATURE, -1);
        struct attack *x =
            bundle(w, "recomputed-suffix-signed-by-the-log-against-a-held-head",
                   join_bundle(w, b, ENTRIES, ENTRIES, head), LOG_FAULT_INCONSISTENT, -1);
        x->held = w->older_head;
        x = bundle(w, "fork-of-the-same-size-against-the-other-auditors-head",
                   join_bundle(w, b, ENTRIES, ENTRIES, head), LOG_FAULT_INCONSISTENT, -1);
        x->held = w->checkpoint;
        head = sign(w, &w->thief, ENTRIES, &root, 1795173999000);
        bundle(w, "replaced-key", join_bundle(w, b, ENTRIES, ENTRIES, head), LOG_FAULT_SIGNATURE,
               -1);
    }
    {
        COPY_BLOCKS(b, w);
        b[TARGET].entry = replaced(w, b[TARGET].entry, "\"at\":\"2026", "\"at\":\"2025");
        bundle(w, "changed-clock-of-an-entry", join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint),
               LOG_FAULT_LEAF, TARGET);
    }
    static const struct {
        const char *name, *find, *put;
    } misspelt[] = {
        {"entry-with-white-space-signed-by-the-log", "\"v\":1,", "\"v\":1, "},
        {"entry-with-keys-in-another-order-signed-by-the-log", "\"type\":\"deal\",\"id\":5",
         "\"id\":5,\"type\":\"deal\""},
        {"entry-with-a-key-twice-signed-by-the-log", "\"id\":5", "\"id\":5,\"id\":6"},
        {"entry-with-an-unknown-key-signed-by-the-log", "\"v\":1,", "\"v\":1,\"x\":1,"},
        {"entry-with-upper-case-hex-signed-by-the-log", "\"content\":\"", "\"content\":\"A"},
        {"entry-with-a-leading-zero-signed-by-the-log", "\"who\":7", "\"who\":07"},
        {"entry-with-a-needless-escape-signed-by-the-log", "\"do\":\"c", "\"do\":\"\\u0063"},
        {"entry-on-a-day-that-never-was-signed-by-the-log", "\"at\":\"2026-11-20",
         "\"at\":\"2026-02-29"},
    };
    for (size_t i = 0; i < ARRAY_LEN(misspelt); i++) {
        COPY_BLOCKS(b, w);
        size_t target = str_contains(b[TARGET].entry, str_of(misspelt[i].find)) ? TARGET : 17;
        b[target].entry = replaced(w, b[target].entry, misspelt[i].find, misspelt[i].put);
        bundle(w, misspelt[i].name, rebuilt(w, b, ENTRIES, &w->signer, 1795173999000),
               LOG_FAULT_ENTRY, (int64_t)target);
    }
    {
        COPY_BLOCKS(b, w);
        b[PLAIN].entry = replaced(w, b[PLAIN].entry, w->log.suite.origin, w->other.suite.origin);
        bundle(w, "entry-of-another-log-signed-by-the-log",
               rebuilt(w, b, ENTRIES, &w->signer, 1795173999000), LOG_FAULT_ORIGIN, PLAIN);
    }
    {
        COPY_BLOCKS(b, w);
        struct str e = b[PLAIN].entry; /* a LF within: one entry that reads as two lines */
        b[PLAIN].entry = replaced(w, e, ",\"do\"", ",\n\"do\"");
        bundle(w, "entry-on-two-lines", join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint),
               LOG_FAULT_ENTRY, PLAIN);
        b[PLAIN].entry = e;
        b[PLAIN].leaf = replaced(w, b[PLAIN].leaf, "@ ", "@  ");
        bundle(w, "leaf-line-misspelt", join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint),
               LOG_FAULT_LINE, PLAIN);
        b[PLAIN].leaf = STR_NONE;
        bundle(w, "leaf-line-missing", join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint),
               LOG_FAULT_LINE, PLAIN);
    }
}

static void changed_contents(struct workshop *w)
{
    static const struct {
        const char *name, *find, *put;
        enum log_fault expected;
    } changes[] = {
        {"changed-content", "\"share\":60", "\"share\":61", LOG_FAULT_COMMITMENT},
        {"changed-seal-key", "\"amount\":{\"k\":\"", "\"amount\":{\"k\":\"f", LOG_FAULT_CONTENT},
        {"renamed-field", "\"amount\":\"", "\"amounu\":\"", LOG_FAULT_CONTENT},
        {"dropped-reason", "\"_reason\":\"补正金额\",", "", LOG_FAULT_CONTENT},
        {"content-with-null", "\"share\":60", "\"share\":null", LOG_FAULT_CONTENT},
        {"content-with-a-fraction", "\"share\":60", "\"share\":60.0", LOG_FAULT_CONTENT},
        {"content-with-white-space", "\"share\":60", "\"share\": 60", LOG_FAULT_CONTENT},
        {"content-with-a-field-twice", "\"amount\":\"", "\"amount\":\"1\",\"amount\":\"",
         LOG_FAULT_CONTENT},
        {"erased-field-that-kept-its-value",
         "\"parties\":{\"k\":", "\"parties\":{\"c\":", LOG_FAULT_CONTENT},
        {"withheld-content-that-keeps-a-key", "= {", "! {", LOG_FAULT_CONTENT},
        {"content-line-misspelt", "= {", "={", LOG_FAULT_LINE},
    };
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        COPY_BLOCKS(b, w);
        b[TARGET].content = replaced(w, b[TARGET].content, changes[i].find, changes[i].put);
        bundle(w, changes[i].name, join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint),
               changes[i].expected, TARGET);
    }
    {
        COPY_BLOCKS(b, w);
        struct str t = b[TARGET].content;
        b[TARGET].content = b[TARGET + 2].content;
        b[TARGET + 2].content = t;
        bundle(w, "exchanged-contents", join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint),
               LOG_FAULT_COMMITMENT, TARGET);
        b[TARGET].content = STR_NONE;
        bundle(w, "content-line-missing", join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint),
               LOG_FAULT_LINE, TARGET);
    }
    {
        COPY_BLOCKS(b, w);
        b[PLAIN].content = STR("= {\"content\":{},\"seal\":{}}\n");
        bundle(w, "content-where-none-was-committed-to",
               join_bundle(w, b, ENTRIES, ENTRIES, w->checkpoint), LOG_FAULT_ENTRY, PLAIN + 1);
    }
}

static void changed_heads(struct workshop *w)
{
    COPY_BLOCKS(b, w);
    struct digest root = root_of(w, b, ENTRIES);
    struct attack *x =
        bundle(w, "restored-older-copy-against-a-held-head", w->older, LOG_FAULT_OLDER, -1);
    x->held = w->checkpoint;
    x = bundle(
        w, "clock-set-back-against-a-held-head",
        join_bundle(w, b, ENTRIES, ENTRIES, sign(w, &w->signer, ENTRIES, &root, 1795173000000)),
        LOG_FAULT_OLDER, -1);
    x->held = w->older_head;
    x = bundle(w, "held-head-of-another-key", w->whole, LOG_FAULT_HELD, -1);
    x->held = sign(w, &w->thief, ENTRIES, &root, 1795173000000);

    bundle(w, "checkpoint-of-another-instance", join_bundle(w, b, ENTRIES, ENTRIES, w->other_head),
           LOG_FAULT_KEY, -1);
    x = bundle(w, "checkpoint-of-another-trusted-instance",
               join_bundle(w, b, ENTRIES, ENTRIES, w->other_head), LOG_FAULT_ORIGIN, -1);
    trust(x, w->other_vkey);
    bundle(w, "bundle-of-another-instance-in-this-ones-name",
           replaced(w, w->other_whole, w->other.suite.origin, w->log.suite.origin),
           LOG_FAULT_ORIGIN, 0);
    bundle(w, "bundle-of-an-unknown-log", w->other_whole, LOG_FAULT_KEY, -1);
    bundle(
        w, "head-without-signature",
        join_bundle(w, b, ENTRIES, ENTRIES,
                    (struct str){w->checkpoint.ptr, str_find(w->checkpoint, STR("\n\n"), 0) + 2}),
        LOG_FAULT_CHECKPOINT, -1);
    bundle(w, "no-head-at-all", join_bundle(w, b, ENTRIES, ENTRIES, STR_NONE), LOG_FAULT_CHECKPOINT,
           -1);

    /* Witnesses. */
    struct str plain = sign(w, &w->signer, ENTRIES, &root, 1795173999000);
    x = bundle(w, "no-witness-where-one-is-asked-for", join_bundle(w, b, ENTRIES, ENTRIES, plain),
               LOG_FAULT_WITNESSES, -1);
    trust(x, w->witness_key);
    x->witnesses = 1;
    x = bundle(w, "cosignature-by-a-stranger-where-one-is-asked-for",
               join_bundle(w, b, ENTRIES, ENTRIES, cosigned(w, plain, &w->stranger)),
               LOG_FAULT_WITNESSES, -1);
    trust(x, w->witness_key);
    x->witnesses = 1;
    struct str copied = {strstr(w->checkpoint.ptr, "— witness/"), 0};
    copied.len = (size_t)(w->checkpoint.ptr + w->checkpoint.len - copied.ptr);
    x = bundle(w, "cosignature-copied-from-another-head",
               join_bundle(w, b, ENTRIES, ENTRIES, arena_join(w->a, plain, copied)),
               LOG_FAULT_COSIGNATURE, -1);
    trust(x, w->witness_key);
    struct str own = {strstr(w->checkpoint.ptr, "— zhiyun/"), 0};
    own.len = (size_t)(w->checkpoint.ptr + w->checkpoint.len - own.ptr);
    own.len = str_find(own, STR("\n"), 0) + 1;
    bundle(w, "signature-of-the-log-twice",
           join_bundle(w, b, ENTRIES, ENTRIES, arena_join(w->a, plain, own)), LOG_FAULT_CHECKPOINT,
           -1);
    bundle(w, "cosignature-twice",
           join_bundle(w, b, ENTRIES, ENTRIES, arena_join(w->a, w->checkpoint, copied)),
           LOG_FAULT_CHECKPOINT, -1);

    /* Form. */
    bundle(w, "something-after-the-end", arena_join(w->a, w->whole, STR("\n")),
           LOG_FAULT_CHECKPOINT, -1);
    bundle(w, "no-line-feed-at-the-end", (struct str){w->whole.ptr, w->whole.len - 1},
           LOG_FAULT_CHECKPOINT, -1);
    bundle(w, "carriage-returns", replaced(w, w->whole, BUNDLE_LINE "\n", BUNDLE_LINE "\r\n"),
           LOG_FAULT_FORMAT, -1);
    bundle(w, "size-with-a-leading-zero", replaced(w, w->whole, "\n24\n", "\n024\n"),
           LOG_FAULT_LINE, -1);
    bundle(w, "size-beyond-all-numbers",
           replaced(w, w->whole, "\n24\n", "\n18446744073709551640\n"), LOG_FAULT_LINE, -1);
    bundle(w, "another-version-of-the-format", replaced(w, w->whole, "@v1\n", "@v2\n"),
           LOG_FAULT_FORMAT, -1);
    size_t end = str_find(w->checkpoint, STR("=\ntime"), 0);
    need(end < w->checkpoint.len, "root");
    char *surplus = (char *)(uintptr_t)arena_dup(w->a, w->checkpoint).ptr;
    surplus[end - 1] = surplus[end - 1] == 'A' ? 'B' : (char)(surplus[end - 1] + 1);
    bundle(w, "root-with-surplus-bits",
           join_bundle(w, b, ENTRIES, ENTRIES, (struct str){surplus, w->checkpoint.len}),
           LOG_FAULT_CHECKPOINT, -1);
}

/* Line `n` (from 0) of a text, with its LF. */
static struct str line_at(struct str text, size_t n)
{
    struct lines l = {text, 0};
    struct str line = STR_NONE;
    for (size_t i = 0; i <= n; i++)
        need(lines_take(&line, &l), "line");
    return with_lf(line);
}

static struct str with_line(struct workshop *w, struct str text, size_t n, struct str line)
{
    struct str old = line_at(text, n);
    struct str parts[] = {str_range(text.ptr, old.ptr), line,
                          str_range(old.ptr + old.len, text.ptr + text.len)};
    return arena_join_all(w->a, parts, 3);
}

static void changed_receipts(struct workshop *w)
{
    struct str good = w->receipt, first = line_at(good, 3), second = line_at(good, 4);
    struct str many = STR_NONE;
    for (int i = 0; i < 300; i++)
        many = arena_join(w->a, many, first);
    receipt(w, "proof-too-long", with_line(w, good, 3, arena_join(w->a, first, first)),
            LOG_FAULT_PATH, TARGET);
    receipt(w, "proof-longer-than-any-tree", with_line(w, good, 3, many), LOG_FAULT_PATH, TARGET);
    receipt(w, "proof-too-short", with_line(w, good, 3, STR_NONE), LOG_FAULT_PATH, TARGET);
    receipt(w, "proof-without-its-last-hash", with_line(w, good, 6, STR_NONE), LOG_FAULT_PATH,
            TARGET);
    receipt(w, "proof-in-another-order", with_line(w, with_line(w, good, 3, second), 4, first),
            LOG_FAULT_ROOT, TARGET);
    receipt(w, "proof-with-a-hash-of-33-bytes",
            with_line(w, good, 3, STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")),
            LOG_FAULT_LINE, TARGET);
    receipt(w, "proof-with-an-empty-hash", with_line(w, good, 3, STR("\n")), LOG_FAULT_CHECKPOINT,
            -1);
    receipt(w, "index-beyond-the-size", with_line(w, good, 2, STR("index 24\n")), LOG_FAULT_INDEX,
            24);
    receipt(w, "index-of-another-entry", with_line(w, good, 2, STR("index 8\n")), LOG_FAULT_ROOT,
            8);
    receipt(w, "index-negative", with_line(w, good, 2, STR("index -1\n")), LOG_FAULT_LINE, -2);
    receipt(w, "index-that-wraps-around",
            with_line(w, good, 2, STR("index 18446744073709551615\n")), LOG_FAULT_LINE, -2);
    struct str other = w->block[PLAIN].entry;
    receipt(w, "entry-of-another-place",
            with_line(w, good, 1,
                      arena_printf(
                          w->a, "extra %.*s\n",
                          STR_ARG(base64_of(
                              (struct bytes){(const uint8_t *)other.ptr, other.len - 1}, w->a)))),
            LOG_FAULT_ROOT, TARGET);
    other = replaced(w, w->block[TARGET].entry, "\"who\":7", "\"who\":8");
    receipt(w, "receipt-of-a-changed-entry",
            with_line(w, good, 1,
                      arena_printf(
                          w->a, "extra %.*s\n",
                          STR_ARG(base64_of(
                              (struct bytes){(const uint8_t *)other.ptr, other.len - 1}, w->a)))),
            LOG_FAULT_ROOT, TARGET);

    /* An inner node passed off as a leaf: its two hashes as the "entry". */
    uint8_t pair[64];
    size_t len;
    struct str leaf = w->block[TARGET].leaf;
    need(hex_read(pair, 32, (struct str){leaf.ptr + 2, 64}), "leaf");
    need(base64_read(pair + 32, &len, 32, (struct str){first.ptr, first.len - 1}), "sibling");
    struct str node = base64_of((struct bytes){pair, 64}, w->a);
    receipt(w, "inner-node-as-an-entry",
            with_line(w, with_line(w, good, 1, arena_printf(w->a, "extra %.*s\n", STR_ARG(node))),
                      3, STR_NONE),
            LOG_FAULT_ENTRY, -2);

    struct str head = head_of(good);
    size_t before = good.len - head.len;
    struct str body = {good.ptr, before};
    struct attack *x = receipt(w, "receipt-with-another-instances-head",
                               arena_join(w->a, body, w->other_head), LOG_FAULT_ORIGIN, TARGET);
    trust(x, w->other_vkey);
    receipt(w, "receipt-of-an-unknown-log", w->other_receipt, LOG_FAULT_KEY, -1);
    receipt(w, "receipt-with-a-newer-head", arena_join(w->a, body, w->checkpoint), LOG_FAULT_PATH,
            TARGET);
    COPY_BLOCKS(b, w);
    struct digest root = root_of(w, b, OLDER);
    receipt(w, "receipt-signed-by-another-key",
            arena_join(w->a, body, sign(w, &w->thief, OLDER, &root, 1795173999000)),
            LOG_FAULT_SIGNATURE, -1);
    b[0].entry = replaced(w, b[0].entry, "\"do\":\"login\"", "\"do\":\"logout\"");
    root = root_of(w, b, OLDER);
    x = receipt(w, "receipt-of-a-fork-against-a-held-head", good, LOG_FAULT_INCONSISTENT, -1);
    x->held = sign(w, &w->signer, OLDER, &root, 1795173999000);
    x = receipt(w, "receipt-with-a-clock-ahead-of-a-held-head", good, LOG_FAULT_TIME, -1);
    root = root_of(w, w->block, ENTRIES);
    x->held = sign(w, &w->signer, ENTRIES, &root, 1795173000000);
    receipt(w, "receipt-with-something-after-the-end", arena_join(w->a, good, STR("more\n")),
            LOG_FAULT_CHECKPOINT, -1);
    receipt(w, "receipt-cut-off", body, LOG_FAULT_CHECKPOINT, -1);
    receipt(w, "receipt-cut-off-within-its-proof", (struct str){good.ptr, before - 20},
            LOG_FAULT_END, TARGET);
    receipt(w, "receipt-without-its-entry", with_line(w, good, 1, STR_NONE), LOG_FAULT_LINE, -2);
}

/* --- the logs behind them --------------------------------------------------------------------- */

static void add_cosignature(struct workshop *w, struct scratch_log *l);

static void open_logs(struct workshop *w, const char *suite)
{
    struct err e;
    const char *keys;
    scratch_log_open(&w->log, suite);
    scratch_log_open(&w->other, suite);
    enum sign_kind kind = w->log.suite.sign;
    keys = arena_printf(w->a, "%s/keys", w->log.dir).ptr;
    need(log_signer_open(&w->signer, &w->log.suite, &fs_system, keys, &e) == OK, "signer");
    note_signer_make(&w->thief, str_of(w->log.suite.origin), NOTE_LOG, kind);
    note_signer_make(&w->witness, STR("witness/province"), NOTE_COSIGNER, kind);
    note_signer_make(&w->stranger, STR("witness/stranger"), NOTE_COSIGNER, kind);
    w->vkey = note_key_text(&w->signer.key, w->a);
    w->witness_key = note_key_text(&w->witness.key, w->a);
    w->other_vkey = note_key_text(&w->other.suite.key, w->a);

    scratch_log_fill(&w->log, OLDER);
    w->older = export(w, &w->log);
    w->receipt = receipt_of(w, &w->log, TARGET);
    scratch_log_fill(&w->log, ENTRIES - OLDER);
    add_cosignature(w, &w->log);
    w->whole = export(w, &w->log);
    scratch_log_fill(&w->other, ENTRIES);
    w->other_whole = export(w, &w->other);
    w->other_receipt = receipt_of(w, &w->other, 3);
    w->older_head = head_of(w->older);
    w->other_head = head_of(w->other_whole);
    take_apart(w);
}

struct cosigning {
    struct workshop *w;
    struct scratch_log *l;
};

static err_t keep_cosignature(struct db *db, void *arg, struct err *e)
{
    struct cosigning *c = arg;
    struct workshop *w = c->w;
    struct stmt *st = NULL;
    bool has_row = false;
    struct buf b;
    err_t rc = db_prepare(&st, db, "SELECT size, note FROM log_head ORDER BY size DESC LIMIT 1", e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    need(rc == OK && has_row, "head");
    int64_t size = stmt_i64(st, 0);
    struct str note = arena_dup(w->a, stmt_str(st, 1));
    stmt_free(st);
    buf_init(&b, 0);
    note_cosign(&b, &w->witness, (struct str){note.ptr, str_find(note, STR("\n\n"), 0) + 1},
                1795173790);
    rc = db_run(db, "INSERT INTO log_cosignature (size, name, line) VALUES (?1, ?2, ?3)",
                VALUES(v_i64(size), v_str(str_of(w->witness.key.name)),
                       v_str((struct str){b.ptr, b.len - 1})),
                e);
    buf_clear(&b);
    return rc;
}

static void add_cosignature(struct workshop *w, struct scratch_log *l)
{
    struct cosigning c = {w, l};
    struct err e;
    need(store_write(l->store, keep_cosignature, &c, &e) == OK, e.text);
}

struct attack_list attacks_make(const char *suite, struct arena *a)
{
    struct workshop *w = arena_alloc(a, sizeof(*w));
    w->a = a;
    open_logs(w, suite);
    genuine(w);
    moved_entries(w);
    changed_entries(w);
    changed_contents(w);
    changed_heads(w);
    changed_receipts(w);
    note_signer_clear(&w->signer);
    note_signer_clear(&w->thief);
    note_signer_clear(&w->witness);
    note_signer_clear(&w->stranger);
    scratch_log_close(&w->log);
    scratch_log_close(&w->other);
    return (struct attack_list){w->made.ptr, w->made.len};
}
