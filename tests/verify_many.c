/* verify_many: judges many cases from stdin in one process, one line of verdict each,
 * so that the second verifier (web/verifier) can be compared with this one.
 *
 *   trust K H W      then K verifier keys, one a line, and H held heads, each as
 *                    "text N" and N bytes; W cosignatures are asked for
 *   receipt N        then N bytes, judged by the trust of before; bundle N likewise
 *   inclusion HASH INDEX SIZE LEAF ROOT [NODE…]            HASH: sha256, sm3
 *   consistency HASH OLD SIZE OLDROOT ROOT [NODE…]         others: hex
 *
 * Verdict of a text: fault kind or "good", index, type, id of the first bad entry ("-":
 * none); of a proof: "good" or "bad". Anything else on stdin ends the program with 2. */
#include "audit/bundle.h"
#include "audit/receipt.h"
#include "crypto/encode.h"

#define KEYS_MAX 8

struct judge {
    struct arena *trusted, *scratch;
    struct note_key keys[KEYS_MAX];
    struct str held[HELD_MAX];
    struct log_trust trust;
    char *line;
    size_t line_room;
    struct hasher *hasher[2]; /* by hash_kind */
};

static void refuse(const char *why)
{
    fprintf(stderr, "verify_many: %s\n", why);
    exit(2);
}

/* The next line without its LF; false at the end. */
static bool take_line(struct judge *j, struct str *line)
{
    ssize_t len = getline(&j->line, &j->line_room, stdin);

    if (len < 0)
        return false;
    if (j->line[len - 1] != '\n')
        refuse("a line without end");
    *line = (struct str){j->line, (size_t)len - 1};
    return true;
}

static uint64_t number(struct str s)
{
    uint64_t n = 0;

    if (!str_to_u64(&n, s))
        refuse("no number");
    return n;
}

static struct str take_bytes(struct arena *a, uint64_t len)
{
    char *to = arena_alloc(a, len + 1);

    if (fread(to, 1, len, stdin) != len)
        refuse("the bytes end too early");
    return (struct str){to, len};
}

static struct digest digest_read(struct str hex)
{
    struct digest d;

    if (!hex_read(d.byte, sizeof(d.byte), hex))
        refuse("no digest");
    return d;
}

static void read_trust(struct judge *j, struct str rest)
{
    size_t key_count = number(str_split(&rest, STR(" ")));
    size_t held_count = number(str_split(&rest, STR(" ")));
    size_t witnesses = number(rest);
    struct err e = {0};
    struct str line;

    if (key_count > KEYS_MAX || held_count > HELD_MAX)
        refuse("too many keys or heads");
    arena_reset(j->trusted);
    for (size_t i = 0; i < key_count; i++) {
        if (!take_line(j, &line) || note_key_parse(&j->keys[i], line, &e) != OK)
            refuse("no verifier key");
    }
    for (size_t i = 0; i < held_count; i++) {
        if (!take_line(j, &line) || !str_starts(line, STR("text ")))
            refuse("no held head");
        uint64_t len = number((struct str){line.ptr + 5, line.len - 5});
        j->held[i] = take_bytes(j->trusted, len);
    }
    j->trust = (struct log_trust){.keys = j->keys,
                                  .key_count = key_count,
                                  .held = j->held,
                                  .held_count = held_count,
                                  .witnesses = witnesses};
}

static void print_verdict(const struct log_verdict *v)
{
    printf("%s", verdict_good(v) ? "good" : log_fault_name(v->kind));
    if (v->names_entry && v->has_index)
        printf(" %llu", (unsigned long long)v->index);
    else
        printf(" -");
    printf(" %s", v->names_entry && v->type[0] ? v->type : "-");
    if (v->names_entry && v->id)
        printf(" %lld\n", (long long)v->id);
    else
        printf(" -\n");
}

static void judge_text(struct judge *j, bool receipt, uint64_t len)
{
    struct log_verdict *v;
    struct entry entry;
    struct str line;

    arena_reset(j->scratch);
    v = arena_alloc(j->scratch, sizeof(*v));
    /* Of just that size, so that a sanitizer sees a read past the end. */
    char *text = malloc(len ? len : 1);
    if (!text)
        abort();
    if (fread(text, 1, len, stdin) != len)
        refuse("the bytes end too early");
    if (receipt)
        receipt_check(v, &entry, &line, (struct str){text, len}, &j->trust, j->scratch);
    else
        bundle_check(v, (struct str){text, len}, &j->trust);
    print_verdict(v);
    free(text);
}

static void judge_proof(struct judge *j, bool inclusion, struct str rest)
{
    enum hash_kind kind = str_is(str_split(&rest, STR(" ")), "sm3") ? HASH_SM3 : HASH_SHA256;
    uint64_t first = number(str_split(&rest, STR(" ")));
    uint64_t size = number(str_split(&rest, STR(" ")));
    struct digest given = digest_read(str_split(&rest, STR(" ")));
    struct digest root = digest_read(str_split(&rest, STR(" ")));
    struct tree_proof proof = {0};
    struct hasher *h = j->hasher[kind];

    while (rest.ptr) {
        if (proof.count == TREE_PROOF_MAX)
            refuse("a proof longer than any can be");
        proof.hash[proof.count++] = digest_read(str_split(&rest, STR(" ")));
    }
    bool good = inclusion ? tree_check_inclusion(first, size, &given, &proof, &root, h)
                          : tree_check_consistency(first, &given, size, &root, &proof, h);
    puts(good ? "good" : "bad");
}

int main(void)
{
    struct judge j = {.trusted = arena_new(), .scratch = arena_new()};
    struct str line;

    j.hasher[HASH_SHA256] = hasher_new_of(HASH_SHA256);
    j.hasher[HASH_SM3] = hasher_new_of(HASH_SM3);
    while (take_line(&j, &line)) {
        struct str rest = line;
        struct str word = str_split(&rest, STR(" "));

        if (str_is(word, "trust"))
            read_trust(&j, rest);
        else if (str_is(word, "receipt") || str_is(word, "bundle"))
            judge_text(&j, str_is(word, "receipt"), number(rest));
        else if (str_is(word, "inclusion") || str_is(word, "consistency"))
            judge_proof(&j, str_is(word, "inclusion"), rest);
        else
            refuse("no such word");
    }
    hasher_free(j.hasher[HASH_SHA256]);
    hasher_free(j.hasher[HASH_SM3]);
    arena_free(j.trusted);
    arena_free(j.scratch);
    free(j.line);
    return fflush(stdout) == 0 ? 0 : 2;
}
