/* One table says what each type byte means; the texts are put together and taken
 * apart around it. */
#include "audit/note.h"
#include "base/msg.h"
#include "crypto/encode.h"
#include "crypto/hash.h"
#include <assert.h>
#include <inttypes.h>

/* type ‖ key, as hashed into the id and written into the verifier key. */
static const struct algorithm {
    enum sign_kind sign;
    enum note_use use;
    struct str type; /* a byte, or 0xff and an identifier */
} algorithms[] = {
    {SIGN_ED25519, NOTE_LOG, {"\x01", 1}},
    {SIGN_ED25519, NOTE_COSIGNER, {"\x04", 1}},
    {SIGN_SM2, NOTE_LOG, {"\xffzhiyun-sm2-sm3", 15}},
    {SIGN_SM2, NOTE_COSIGNER, {"\xffzhiyun-cosignature-sm2-sm3", 27}},
};
#define TYPE_MAX 27
#define TYPED_MAX (TYPE_MAX + SIGN_PUBLIC_MAX)

static const struct algorithm *algorithm_of(enum sign_kind sign, enum note_use use)
{
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++)
        if (algorithms[i].sign == sign && algorithms[i].use == use)
            return &algorithms[i];
    return NULL;
}

bool note_name_valid(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '/'))
            return false;
    }
    return name.len >= NOTE_NAME_MIN && name.len <= NOTE_NAME_MAX;
}

/* type ‖ bytes into `out`; its length. */
static size_t put_typed(uint8_t *out, const struct algorithm *a, const uint8_t *bytes, size_t len)
{
    memcpy(out, a->type.ptr, a->type.len);
    memcpy(out + a->type.len, bytes, len);
    return a->type.len + len;
}

void note_key_make(struct note_key *out, struct str name, enum note_use use,
                   const struct sign_public *public)
{
    uint8_t typed[TYPED_MAX];
    assert(note_name_valid(name));
    struct note_key made = {.use = use, .public = *public}; /* name may be out's own */
    memcpy(made.name, name.ptr, name.len);
    size_t len = put_typed(typed, algorithm_of(public->kind, use), public->byte, public->len);
    struct hasher *h = hasher_new(); /* SHA-256 in both suites: C2SP */
    hasher_add(h, str_bytes(name));
    hasher_add(h, str_bytes(STR("\n")));
    hasher_add(h, (struct bytes){typed, len});
    struct digest d = hasher_end(h);
    hasher_free(h);
    memcpy(made.id, d.byte, NOTE_ID_LEN);
    *out = made;
}

/* NAME, HEX8 and BASE64 of a key's text. */
static bool split_key(struct str part[3], struct str text)
{
    for (size_t i = 0; i < 3; i++) {
        if (!text.ptr)
            return false;
        part[i] = i < 2 ? str_split(&text, STR("+")) : text; /* base64 may hold + */
    }
    return note_name_valid(part[0]);
}

/* The algorithm whose type `b` begins with and that leaves `rest` bytes. */
static const struct algorithm *find_type(struct bytes b, bool secret)
{
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
        const struct algorithm *a = &algorithms[i];
        size_t rest = secret ? SIGN_SECRET_LEN : sign_public_len(a->sign);
        if (b.len == a->type.len + rest && memcmp(b.ptr, a->type.ptr, a->type.len) == 0)
            return a;
    }
    return NULL;
}

err_t note_key_parse(struct note_key *out, struct str vkey, struct err *e)
{
    struct str part[3];
    uint8_t typed[TYPED_MAX], id[NOTE_ID_LEN];
    size_t len;
    const struct algorithm *a;
    if (!split_key(part, vkey) || !hex_read(id, NOTE_ID_LEN, part[1]) ||
        !base64_read(typed, &len, sizeof(typed), part[2]) ||
        !(a = find_type((struct bytes){typed, len}, false)))
        return err_set(e, E_INVALID,
                       "\"%.*s\" is no key of a log or witness: NAME+8 hex digits+base64",
                       STR_ARG(vkey));
    struct sign_public public = {.kind = a->sign, .len = len - a->type.len};
    memcpy(public.byte, typed + a->type.len, public.len);
    note_key_make(out, part[0], a->use, &public);
    if (memcmp(out->id, id, NOTE_ID_LEN) != 0)
        return err_set(e, E_INVALID, "the key \"%.*s\" was changed: its digits do not fit",
                       STR_ARG(vkey));
    return OK;
}

static struct str key_text(const char *head, const struct note_key *k, const uint8_t *bytes,
                           size_t len, struct arena *a)
{
    uint8_t typed[TYPED_MAX];
    char hex[2 * NOTE_ID_LEN + 1];
    hex_write(hex, (struct bytes){k->id, NOTE_ID_LEN});
    size_t n = put_typed(typed, algorithm_of(k->public.kind, k->use), bytes, len);
    return arena_printf(a, "%s%s+%s+%.*s", head, k->name, hex,
                        STR_ARG(base64_of((struct bytes){typed, n}, a)));
}

struct str note_key_text(const struct note_key *k, struct arena *a)
{
    return key_text("", k, k->public.byte, k->public.len, a);
}

bool note_key_eq(const struct note_key *x, const struct note_key *y)
{
    return strcmp(x->name, y->name) == 0 && x->use == y->use && x->public.kind == y->public.kind &&
           x->public.len == y->public.len &&
           memcmp(x->public.byte, y->public.byte, x->public.len) == 0;
}

/* --- private keys ----------------------------------------------------------------- */
#define PRIVATE_HEAD "PRIVATE+KEY+"

void note_signer_make(struct note_signer *out, struct str name, enum note_use use,
                      enum sign_kind kind)
{
    out->secret = sign_key_new(kind);
    note_key_make(&out->key, name, use, sign_key_public(out->secret));
}

err_t note_signer_parse(struct note_signer *out, struct str text, struct err *e)
{
    struct str part[3];
    uint8_t typed[TYPE_MAX + SIGN_SECRET_LEN], id[NOTE_ID_LEN];
    size_t len;
    const struct algorithm *a;
    err_t rc;

    *out = (struct note_signer){.secret = NULL};
    if (!str_starts(text, STR(PRIVATE_HEAD)) ||
        !split_key(
            part, (struct str){text.ptr + strlen(PRIVATE_HEAD), text.len - strlen(PRIVATE_HEAD)}) ||
        !hex_read(id, NOTE_ID_LEN, part[1]) || !base64_read(typed, &len, sizeof(typed), part[2]) ||
        !(a = find_type((struct bytes){typed, len}, true)))
        return err_set(e, E_INVALID, "this is no private key of a log or witness");
    rc = sign_key_from(&out->secret, a->sign, typed + a->type.len, e);
    memset(typed, 0, sizeof(typed));
    if (rc != OK)
        return rc;
    note_key_make(&out->key, part[0], a->use, sign_key_public(out->secret));
    if (memcmp(out->key.id, id, NOTE_ID_LEN) != 0) {
        note_signer_clear(out);
        return err_set(e, E_INVALID, "this private key was changed: its digits do not fit");
    }
    return OK;
}

struct str note_signer_text(const struct note_signer *s, struct arena *a)
{
    uint8_t secret[SIGN_SECRET_LEN];
    sign_key_secret(secret, s->secret);
    return key_text(PRIVATE_HEAD, &s->key, secret, sizeof(secret), a);
}

void note_signer_clear(struct note_signer *s)
{
    sign_key_free(s->secret);
    s->secret = NULL;
}

/* --- signatures --------------------------------------------------------------------- */

static void put_line(struct buf *to, const struct note_key *k, const uint8_t *signature, size_t len)
{
    uint8_t whole[NOTE_SIGNATURE_MAX];
    assert(NOTE_ID_LEN + len <= sizeof(whole));
    memcpy(whole, k->id, NOTE_ID_LEN);
    memcpy(whole + NOTE_ID_LEN, signature, len);
    buf_addf(to, "— %s ", k->name);
    base64_add(to, (struct bytes){whole, NOTE_ID_LEN + len});
    buf_addc(to, '\n');
}

void note_sign(struct buf *to, const struct note_signer *log, struct str text)
{
    uint8_t signature[SIGN_LEN];
    assert(log->key.use == NOTE_LOG);
    sign_make(signature, log->secret, str_bytes(text));
    put_line(to, &log->key, signature, sizeof(signature));
}

/* What a witness signs: C2SP tlog-cosignature v1. */
static void cosigned_text(struct buf *out, struct str text, int64_t seconds)
{
    buf_init(out, 0);
    buf_addf(out, "cosignature/v1\ntime %" PRId64 "\n", seconds);
    buf_add(out, text);
}

void note_cosign(struct buf *to, const struct note_signer *witness, struct str text,
                 int64_t seconds)
{
    uint8_t signature[NOTE_TIME_LEN + SIGN_LEN];
    struct buf message;
    assert(witness->key.use == NOTE_COSIGNER && seconds >= 0);
    for (int i = 0; i < NOTE_TIME_LEN; i++)
        signature[i] = (uint8_t)(seconds >> (56 - 8 * i));
    cosigned_text(&message, text, seconds);
    sign_make(signature + NOTE_TIME_LEN, witness->secret, str_bytes(buf_str(&message)));
    buf_clear(&message);
    put_line(to, &witness->key, signature, sizeof(signature));
}

bool note_check(const struct note_key *k, struct bytes signature, struct str text, int64_t *seconds)
{
    struct buf message;
    uint64_t time = 0;
    if (seconds)
        *seconds = 0;
    if (k->use == NOTE_LOG)
        return sign_check(&k->public, signature, str_bytes(text));
    if (signature.len != NOTE_TIME_LEN + SIGN_LEN)
        return false;
    for (int i = 0; i < NOTE_TIME_LEN; i++)
        time = time << 8 | signature.ptr[i];
    if (time >= NOTE_TIME_MAX)
        return false;
    cosigned_text(&message, text, (int64_t)time);
    bool good = sign_check(&k->public, (struct bytes){signature.ptr + NOTE_TIME_LEN, SIGN_LEN},
                           str_bytes(buf_str(&message)));
    buf_clear(&message);
    if (seconds)
        *seconds = (int64_t)time;
    return good;
}
