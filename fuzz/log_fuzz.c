/* What arrives from outside about the evidence log: checkpoint, verifier key,
 * entry, content, proof, receipt, bundle. Whatever parses is spelt in the one way
 * (writing it again gives the same bytes); nothing but what the fixed key signed is
 * ever good; proofs agree with another way to check them. */
#include "audit/bundle.h"
#include "audit/canon.h"
#include "audit/receipt.h"
#include "base/limits.h"
#include "crypto/encode.h"
#include "fuzz.h"
#include "text/json.h"
#include <inttypes.h>

/* --- a log with a fixed key --------------------------------------------------------------- */
#define ORIGIN "zhiyun/fuzz"

static void fixed_signer(struct note_signer *s, uint8_t seed, const char *name, enum note_use use)
{
    uint8_t secret[SIGN_SECRET_LEN];
    memset(secret, seed, sizeof(secret));
    FUZZ_ASSERT(sign_key_from(&s->secret, SIGN_ED25519, secret, NULL) == OK);
    note_key_make(&s->key, str_of(name), use, sign_key_public(s->secret));
}

static struct str genuine_head(const struct note_signer *log, const struct note_signer *witness,
                               uint64_t size, const struct digest *root, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    head_write_text(&b, ORIGIN, size, root, 1795173753123 + (int64_t)size);
    struct str text = arena_dup(a, buf_str(&b));
    buf_addc(&b, '\n');
    note_sign(&b, log, text);
    note_cosign(&b, witness, text, 1795173800);
    struct str note = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return note;
}

#define ENTRY(uid, rest)                                                                           \
    "{\"v\":1,\"log\":\"" ORIGIN "\",\"uid\":\"" uid                                               \
    "\",\"at\":\"2026-11-20T11:22:33.123Z\",\"who\":7,\"do\":\"create\"" rest "}"
/* The second commits to {"amount":"12.50"} under the key 000102…0f. */

static struct str entry_at(size_t i, const char *commitment, struct arena *a)
{
    switch (i) {
    case 0:
        return STR(ENTRY("01a1f8b1a123000000000000000000aa", ""));
    case 1:
        return arena_printf(a,
                            ENTRY("01a1f8b1a123000000000000000000ab",
                                  ",\"type\":\"deal\",\"id\":1,\"version\":1,\"content\":\"%s\""),
                            commitment);
    default:
        return STR(ENTRY("01a1f8b1a123000000000000000000ac", ",\"status\":409"));
    }
}

#define CONTENT                                                                                    \
    "{\"content\":{\"amount\":\"12.50\"},\"seal\":{\"amount\":{\"k\":"                             \
    "\"000102030405060708090a0b0c0d0e0f\"}}}"

static void commitment_of(char hex[HASH_HEX_LEN + 1])
{
    uint8_t key[LOG_FIELD_KEY_LEN];
    for (uint8_t i = 0; i < LOG_FIELD_KEY_LEN; i++)
        key[i] = i;
    struct digest c = hmac_of(HASH_SHA256, (struct bytes){key, sizeof(key)},
                              (struct bytes){(const uint8_t *)"amount\0\"12.50\"", 14});
    struct hasher *h = hasher_new();
    hasher_add(h, str_bytes(STR("zhiyun-content/1\namount")));
    hasher_add(h, (struct bytes){(const uint8_t *)"", 1});
    hasher_add(h, (struct bytes){c.byte, HASH_LEN});
    struct digest d = hasher_end(h);
    hasher_free(h);
    digest_hex(hex, &d);
}

/* The genuine bundle of the first `size` (0 … 3) entries. */
static struct str genuine_bundle(size_t size, const struct note_signer *log,
                                 const struct note_signer *witness, struct arena *a)
{
    struct buf b;
    struct tree_edge edge = {0};
    struct hasher *h = hasher_new();
    char commitment[HASH_HEX_LEN + 1], hex[HASH_HEX_LEN + 1];
    commitment_of(commitment);
    buf_init(&b, 0);
    buf_addf(&b, BUNDLE_LINE "\n" ORIGIN "\n%zu\n", size);
    for (size_t i = 0; i < size; i++) {
        struct str entry = entry_at(i, commitment, a);
        struct digest leaf = tree_leaf(h, str_bytes(entry));
        tree_edge_add(&edge, &leaf, h);
        digest_hex(hex, &leaf);
        buf_addf(&b, "%.*s\n@ %s\n", STR_ARG(entry), hex);
        if (i == 1)
            buf_addz(&b, "= " CONTENT "\n");
    }
    struct digest root = tree_edge_root(&edge, h);
    buf_addc(&b, '\n');
    buf_add(&b, genuine_head(log, witness, size, &root, a));
    struct str text = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    hasher_free(h);
    return text;
}

static struct str genuine_receipt(const struct note_signer *log, const struct note_signer *witness,
                                  struct arena *a)
{
    struct buf b;
    struct hasher *h = hasher_new();
    struct tree_edge edge = {0};
    struct digest leaf[3];
    char commitment[HASH_HEX_LEN + 1];
    commitment_of(commitment);
    for (size_t i = 0; i < 3; i++) {
        leaf[i] = tree_leaf(h, str_bytes(entry_at(i, commitment, a)));
        tree_edge_add(&edge, &leaf[i], h);
    }
    struct digest root = tree_edge_root(&edge, h);
    buf_init(&b, 0);
    buf_addz(&b, RECEIPT_LINE "\nextra ");
    base64_add(&b, str_bytes(entry_at(1, commitment, a)));
    buf_addz(&b, "\nindex 1\n");
    base64_add(&b, (struct bytes){leaf[0].byte, HASH_LEN});
    buf_addc(&b, '\n');
    base64_add(&b, (struct bytes){leaf[2].byte, HASH_LEN});
    buf_addz(&b, "\n\n");
    buf_add(&b, genuine_head(log, witness, 3, &root, a));
    struct str text = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    hasher_free(h);
    return text;
}

struct world {
    struct note_signer log, witness;
    struct note_key keys[2];
    struct log_trust trust;
};

/* Once: making keys and signatures takes longer than judging a text. */
static struct world *open_world(void)
{
    static struct world world, *w = NULL;
    if (w)
        return w;
    w = &world;
    fixed_signer(&w->log, 1, ORIGIN, NOTE_LOG);
    fixed_signer(&w->witness, 2, "witness/fuzz", NOTE_COSIGNER);
    w->keys[0] = w->log.key;
    w->keys[1] = w->witness.key;
    w->trust = (struct log_trust){.keys = w->keys, .key_count = 2, .witnesses = 1};
    return w;
}

static void check_verdict(const struct log_verdict *v, const struct log_verdict *again)
{
    FUZZ_ASSERT(v->kind == again->kind && strcmp(v->fault, again->fault) == 0);
    FUZZ_ASSERT(verdict_good(v) == (v->fault[0] == '\0'));
    FUZZ_ASSERT(fuzz_is_utf8(str_of(v->fault)));
    FUZZ_ASSERT(fuzz_is_utf8(str_of(v->type)));
}

/* --- targets --------------------------------------------------------------------------------- */

static void check_receipt(struct bytes input, struct arena *a)
{
    struct world *w = open_world();
    struct log_verdict v, again;
    struct entry entry;
    struct str line;
    receipt_check(&v, &entry, &line, bytes_str(input), &w->trust, a);
    receipt_check(&again, &entry, &line, bytes_str(input), &w->trust, a);
    check_verdict(&v, &again);
    FUZZ_ASSERT(!verdict_good(&v) ||
                str_eq(bytes_str(input), genuine_receipt(&w->log, &w->witness, a)));
}

static void check_bundle(struct bytes input, struct arena *a)
{
    struct world *w = open_world();
    struct log_verdict v, again;
    bundle_check(&v, bytes_str(input), &w->trust);
    bundle_check(&again, bytes_str(input), &w->trust);
    check_verdict(&v, &again);
    bool genuine = false;
    for (size_t size = 0; size <= 3 && verdict_good(&v); size++)
        genuine |= str_eq(bytes_str(input), genuine_bundle(size, &w->log, &w->witness, a));
    FUZZ_ASSERT(genuine == verdict_good(&v));
}

static void check_checkpoint(struct bytes input, struct arena *a)
{
    struct world *w = open_world();
    struct head head;
    struct err e = {0};
    struct buf b;
    err_t rc = head_parse(&head, bytes_str(input), &e);
    FUZZ_ASSERT(rc == OK || (rc == E_INVALID && e.text[0] != '\0'));
    if (rc != OK)
        return;
    /* Written from what was read, it is the same text. */
    buf_init(&b, 0);
    head_write_text(&b, arena_cstr(a, head.origin), head.size, &head.root, head.time_ms);
    FUZZ_ASSERT(str_eq(buf_str(&b), head.text));
    buf_addc(&b, '\n');
    for (size_t i = 0; i < head.line_count; i++)
        buf_addf(&b, "— %.*s %.*s\n", STR_ARG(head.line[i].name), STR_ARG(head.line[i].base64));
    FUZZ_ASSERT(str_eq(buf_str(&b), bytes_str(input)));
    if (head_check(&head, &w->log.key, NULL) == OK) {
        struct str mine = genuine_head(&w->log, &w->witness, head.size, &head.root, a);
        FUZZ_ASSERT(head.size <= 3 && str_starts(mine, head.text)); /* nothing else was signed */
    }
    buf_clear(&b);
}

static void check_key(struct bytes input, struct arena *a)
{
    struct note_key key;
    struct note_signer signer;
    struct str s = bytes_str(input);
    if (note_key_parse(&key, s, NULL) == OK)
        FUZZ_ASSERT(str_eq(note_key_text(&key, a), s));
    if (note_signer_parse(&signer, s, NULL) == OK) {
        FUZZ_ASSERT(str_eq(note_signer_text(&signer, a), s));
        note_signer_clear(&signer);
    }
}

/* What our strict reader took, the library reads as well, and written it is the
 * same text. Deeper texts than the library allows are left alone. */
static void check_same(struct str json, struct arena *a)
{
    const struct jvalue *v;
    struct buf b;
    struct jout j;
    struct err e;
    if (jin_parse(&v, json, a, &e) != OK) {
        size_t depth = 0;
        for (size_t i = 0; i < json.len; i++)
            depth += json.ptr[i] == '[' || json.ptr[i] == '{';
        FUZZ_ASSERT(depth >= JSON_DEPTH_MAX);
        return;
    }
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_value(&j, v);
    FUZZ_ASSERT(str_eq(buf_str(&b), json));
    buf_clear(&b);
}

static void check_entry(struct bytes input, struct arena *a)
{
    struct entry entry, guess;
    struct str line = bytes_str(input);
    entry_guess(&guess, line);
    if (!entry_parse(&entry, line))
        return;
    check_same(line, a);
    FUZZ_ASSERT(line.len <= LOG_ENTRY_BYTES_MAX && entry.action.len > 0);
    /* A guess is of what a damaged line says; of a whole one it is right, unless a
     * text before it looks the same. */
    FUZZ_ASSERT(str_eq(guess.type, entry.type) || str_contains(line, STR("\\\"")));
}

static void check_content(struct bytes input, struct arena *a)
{
    struct str s = bytes_str(input), json;
    struct canon c = canon_of(s);
    if (!fuzz_is_utf8(s))
        return;
    if (canon_fields(&json, &c) && canon_done(&c)) {
        FUZZ_ASSERT(str_eq(json, s));
        check_same(s, a);
    }
    /* As content and seal of each other: never crashes, never fits a commitment. */
    struct opener o;
    opener_init(&o, HASH_SHA256);
    char hex[HASH_HEX_LEN + 1];
    commitment_of(hex);
    FUZZ_ASSERT(content_check(&o, s, s, false, str_of(hex)) != CONTENT_FITS);
    FUZZ_ASSERT(content_check(&o, STR_NONE, s, true, str_of(hex)) != CONTENT_FITS ||
                str_contains(s, STR("{\"c\":")));
    opener_clear(&o);
}

/* --- proofs: another way to check them -------------------------------------------------------- */

/* The root that a path gives, by RFC 6962's own recursion from the top. False: the
 * path is too short. */
static bool climb(struct digest *out, uint64_t m, uint64_t n, const struct digest *leaf,
                  const struct digest *path, size_t *used, size_t count, struct hasher *h)
{
    uint64_t k = 1;
    if (n == 1) {
        *out = *leaf;
        return true;
    }
    while (2 * k < n)
        k *= 2;
    struct digest part;
    if (!(m < k ? climb(&part, m, k, leaf, path, used, count, h)
                : climb(&part, m - k, n - k, leaf, path, used, count, h)) ||
        *used == count)
        return false;
    const struct digest *side = &path[(*used)++];
    *out = m < k ? tree_node(h, &part, side) : tree_node(h, side, &part);
    return true;
}

/* Both roots that a consistency proof gives (RFC 6962 §2.1.2, SUBPROOF read
 * backwards). */
static bool climb_both(struct digest *was, struct digest *is, uint64_t m, uint64_t n, bool whole,
                       const struct digest *old, const struct digest *path, size_t *used,
                       size_t count, struct hasher *h)
{
    uint64_t k = 1;
    if (m == n) {
        if (!whole && *used == count)
            return false;
        *was = *is = whole ? *old : path[(*used)++];
        return true;
    }
    while (2 * k < n)
        k *= 2;
    if (m <= k) {
        if (!climb_both(was, is, m, k, whole, old, path, used, count, h) || *used == count)
            return false;
        *is = tree_node(h, is, &path[(*used)++]);
        return true;
    }
    if (!climb_both(was, is, m - k, n - k, false, old, path, used, count, h) || *used == count)
        return false;
    const struct digest *left = &path[(*used)++];
    *was = tree_node(h, left, was);
    *is = tree_node(h, left, is);
    return true;
}

struct source {
    const uint8_t *at, *end;
};

static uint64_t take_number(struct source *s)
{
    uint64_t n = 0;
    size_t len = s->at < s->end ? *s->at++ % 8 : 0;
    for (size_t i = 0; i < len && s->at < s->end; i++)
        n = n << 8 | *s->at++;
    return n;
}

/* Three numbers and a seed; the proof is made right for what they say, then the rest
 * of the input changes hashes, or their number. */
static void check_proof(struct bytes input, struct arena *a)
{
    struct source s = {input.ptr, input.ptr + input.len};
    struct hasher *h = hasher_new();
    struct tree_proof p = {0};
    struct digest leaf, root, was, is;
    uint64_t size = 1 + take_number(&s) % (TREE_SIZE_MAX - 1), index = take_number(&s) % size;
    size_t length = tree_path_length(index, size), used = 0;
    (void)a;
    leaf = sha256_of(input);
    p.count = length;
    for (size_t i = 0; i < TREE_PROOF_MAX; i++)
        memset(p.hash[i].byte, (int)i + 1, HASH_LEN);
    FUZZ_ASSERT(climb(&root, index, size, &leaf, p.hash, &used, p.count, h) && used == length);
    FUZZ_ASSERT(tree_check_inclusion(index, size, &leaf, &p, &root, h));

    uint64_t old = 1 + take_number(&s) % size;
    used = 0;
    bool full = (old & (old - 1)) == 0;
    FUZZ_ASSERT(climb_both(&was, &is, old, size, true, &leaf, p.hash, &used, TREE_PROOF_MAX, h));
    struct tree_proof c = p;
    c.count = used;
    FUZZ_ASSERT(!full || digest_eq(&was, &leaf));
    FUZZ_ASSERT(tree_check_consistency(old, &was, size, &is, &c, h));

    /* Both ways must say the same of whatever it becomes. */
    for (int change = 0; change < 4 && s.at + 2 < s.end; change++) {
        size_t which = s.at[0] % TREE_PROOF_MAX, count = s.at[1] % (TREE_PROOF_MAX + 1);
        if (s.at[2] & 1)
            p.hash[which].byte[s.at[2] >> 1 & 31] ^= 1;
        if (s.at[2] & 64)
            p.count = count;
        s.at += 3;
        struct digest other;
        used = 0;
        bool good = climb(&other, index, size, &leaf, p.hash, &used, p.count, h) &&
                    used == p.count && digest_eq(&other, &root);
        FUZZ_ASSERT(tree_check_inclusion(index, size, &leaf, &p, &root, h) == good);
        c = p;
        struct digest other_was, other_is;
        used = 0;
        good =
            climb_both(&other_was, &other_is, old, size, true, &was, c.hash, &used, c.count, h) &&
            used == c.count && digest_eq(&other_was, &was) && digest_eq(&other_is, &is);
        FUZZ_ASSERT(tree_check_consistency(old, &was, size, &is, &c, h) == good);
    }
    hasher_free(h);
}

static const struct fuzz_target targets[] = {
    {"checkpoint", check_checkpoint}, {"vkey", check_key},        {"log-entry", check_entry},
    {"log-content", check_content},   {"log-proof", check_proof}, {"receipt", check_receipt},
    {"bundle", check_bundle},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_one_of(targets, ARRAY_LEN(targets), data, size);
}

#ifdef LOG_FUZZ_SEEDS
/* Writes the genuine texts into fuzz/corpus; how they were made. */
static void put(const char *path, struct str text)
{
    FILE *f = fopen(path, "w");
    fwrite(text.ptr, 1, text.len, f);
    fclose(f);
}
int main(void)
{
    struct world *w = open_world();
    char commitment[HASH_HEX_LEN + 1];
    struct arena *a = arena_new();
    commitment_of(commitment);
    put("fuzz/corpus/bundle/empty", genuine_bundle(0, &w->log, &w->witness, a));
    put("fuzz/corpus/bundle/three", genuine_bundle(3, &w->log, &w->witness, a));
    put("fuzz/corpus/receipt/genuine", genuine_receipt(&w->log, &w->witness, a));
    struct str whole = genuine_bundle(3, &w->log, &w->witness, a);
    size_t at = str_find(whole, STR("\n\n"), 0) + 2;
    put("fuzz/corpus/checkpoint/genuine", (struct str){whole.ptr + at, whole.len - at});
    put("fuzz/corpus/vkey/log", note_key_text(&w->log.key, a));
    put("fuzz/corpus/vkey/witness", note_key_text(&w->witness.key, a));
    put("fuzz/corpus/vkey/private", note_signer_text(&w->log, a));
    put("fuzz/corpus/log-entry/plain", entry_at(0, commitment, a));
    put("fuzz/corpus/log-entry/version", entry_at(1, commitment, a));
    return 0;
}
#endif
