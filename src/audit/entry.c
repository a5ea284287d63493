/* Keys come in one order, so reading is a straight line without a table. */
#include "audit/entry.h"
#include "audit/canon.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "crypto/encode.h"

/* ,"name": when it comes next. */
static bool key(struct canon *c, const char *name)
{
    size_t len = strlen(name);
    if (c->bad || (size_t)(c->end - c->at) < len + 4 || c->at[0] != ',' || c->at[1] != '"' ||
        memcmp(c->at + 2, name, len) != 0 || c->at[len + 2] != '"' || c->at[len + 3] != ':')
        return false;
    c->at += len + 4;
    return true;
}

static void text(struct str *out, struct canon *c, const char *name)
{
    *out = STR_NONE;
    if (key(c, name) && canon_string(out, c) && out->len == 0)
        c->bad = true;
}

/* Absent is 0. */
static bool number(int64_t *out, struct canon *c, const char *name)
{
    *out = 0;
    if (!key(c, name))
        return false;
    if (canon_integer(out, c) && *out < 0)
        c->bad = true;
    return true;
}

static bool is_hex(struct str s, size_t len)
{
    uint8_t byte[HASH_LEN];
    return s.len == len && hex_read(byte, len / 2, s);
}

static bool two_digits(int *out, const char *p)
{
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
        return false;
    *out = (p[0] - '0') * 10 + p[1] - '0';
    return true;
}

/* "2026-11-20T11:22:33.123Z" */
static bool read_time(int64_t *ms, struct str s)
{
    struct date d;
    int hour, minute, second, high;
    if (s.len != LOG_TIME_LEN || !date_parse(&d, (struct str){s.ptr, DATE_TEXT_LEN}) ||
        s.ptr[10] != 'T' || s.ptr[13] != ':' || s.ptr[16] != ':' || s.ptr[19] != '.' ||
        s.ptr[23] != 'Z' || !two_digits(&hour, s.ptr + 11) || !two_digits(&minute, s.ptr + 14) ||
        !two_digits(&second, s.ptr + 17) || !two_digits(&high, s.ptr + 20) || s.ptr[22] < '0' ||
        s.ptr[22] > '9' || hour > 23 || minute > 59 || second > 59)
        return false;
    *ms = ((((int64_t)date_to_days(d) * 24 + hour) * 60 + minute) * 60 + second) * 1000 +
          high * 10 + (s.ptr[22] - '0');
    return true;
}

static bool read_batch(struct str batch)
{
    static const char *const hex_keys[] = {"\"file\":", ",\"mapping\":"};
    struct canon c = canon_of(batch);
    struct str s;
    int64_t n;
    canon_skip(&c, "{");
    for (size_t i = 0; i < 2; i++)
        if (!canon_skip(&c, hex_keys[i]) || !canon_string(&s, &c) || !is_hex(s, HASH_HEX_LEN))
            return false;
    if (!canon_skip(&c, ",\"count\":") || !canon_integer(&n, &c) || n < 0)
        return false;
    if (!canon_skip(&c, ",\"rows\":") || !canon_string(&s, &c) || !is_hex(s, HASH_HEX_LEN))
        return false;
    if (!canon_skip(&c, ",\"first\":") || !canon_integer(&n, &c) || n < 0)
        return false;
    if (!canon_skip(&c, ",\"last\":") || !canon_integer(&n, &c) || n < 0)
        return false;
    return canon_skip(&c, "}") && canon_done(&c);
}

/* From the brace on to the one that closes it: a batch's keys are not sorted, so
 * read_batch looks into it, and here only its end is found. */
static bool take_batch(struct str *out, struct canon *c)
{
    const char *close = memchr(c->at, '}', (size_t)(c->end - c->at));
    if (!close)
        return false;
    *out = str_range(c->at, close + 1);
    c->at = close + 1;
    return read_batch(*out);
}

bool entry_parse(struct entry *out, struct str line)
{
    struct canon c = canon_of(line);
    struct date d;
    *out = (struct entry){.has_who = false};
    if (line.len > LOG_ENTRY_BYTES_MAX || utf8_check(line) != line.len ||
        !canon_skip(&c, "{\"v\":1"))
        return false;
    text(&out->log, &c, "log");
    text(&out->uid, &c, "uid");
    text(&out->at, &c, "at");
    text(&out->date, &c, "date");
    out->has_who = number(&out->who, &c, "who");
    number(&out->on_behalf_of, &c, "for");
    number(&out->unit, &c, "unit");
    text(&out->role, &c, "role");
    text(&out->action, &c, "do");
    text(&out->type, &c, "type");
    number(&out->id, &c, "id");
    number(&out->version, &c, "version");
    text(&out->content, &c, "content");
    if (key(&c, "batch") && !take_batch(&out->batch, &c))
        return false;
    number(&out->status, &c, "status");
    canon_skip(&c, "}");
    return canon_done(&c) && out->log.len > 0 && is_hex(out->uid, LOG_UID_LEN) &&
           read_time(&out->at_ms, out->at) && (!out->date.ptr || date_parse(&d, out->date)) &&
           out->action.len > 0 && (!out->content.ptr || is_hex(out->content, HASH_HEX_LEN));
}

void entry_guess(struct entry *out, struct str line)
{
    const struct str type = STR(",\"type\":\""), id = STR(",\"id\":");
    size_t at = str_find(line, type, 0);
    *out = (struct entry){.has_who = false};
    if (at < line.len) {
        struct canon c = canon_of((struct str){line.ptr + at + 8, line.len - at - 8});
        if (!canon_string(&out->type, &c) || utf8_check(out->type) != out->type.len)
            out->type = STR_NONE;
    }
    if ((at = str_find(line, id, 0)) < line.len) {
        struct canon c = canon_of((struct str){line.ptr + at + 6, line.len - at - 6});
        if (!canon_integer(&out->id, &c))
            out->id = 0;
    }
}

/* --- commitments -------------------------------------------------------------------- */

void opener_init(struct opener *o, enum hash_kind hash)
{
    *o = (struct opener){hasher_new_of(hash), hmac_new(hash), arena_new()};
}

void opener_clear(struct opener *o)
{
    hasher_free(o->hasher);
    hmac_free(o->hmac);
    arena_free(o->arena);
}

/* {"k":"…"} or {"c":"…"}; false: neither. */
static bool read_seal(uint8_t out[HASH_LEN], bool *is_key, struct canon *c)
{
    struct str hex;
    *is_key = (size_t)(c->end - c->at) > 2 && c->at[2] == 'k';
    size_t len = *is_key ? LOG_FIELD_KEY_LEN : HASH_LEN;
    if (!canon_skip(c, *is_key ? "{\"k\":" : "{\"c\":") || !canon_string(&hex, c) ||
        !canon_skip(c, "}"))
        return false;
    return hex_read(out, len, hex);
}

/* The hasher is as it was for whoever goes on with it. */
static enum content_state malformed(struct opener *o)
{
    hasher_begin(o->hasher);
    return CONTENT_MALFORMED;
}

enum content_state content_check(struct opener *o, struct str content, struct str seal,
                                 bool withheld, struct str hex)
{
    const struct bytes zero = {(const uint8_t *)"", 1};
    struct canon values = canon_of(withheld ? STR("{}") : content), seals = canon_of(seal);
    struct canon_walk in_values, in_seals;
    struct str name, value, field;
    char expected[HASH_HEX_LEN + 1];

    arena_reset(o->arena);
    if (utf8_check(seal) != seal.len || (!withheld && utf8_check(content) != content.len))
        return CONTENT_MALFORMED;
    hasher_begin(o->hasher);
    hasher_add(o->hasher, str_bytes(STR("zhiyun-content/1\n")));
    canon_object(&in_values, &values);
    for (canon_object(&in_seals, &seals); canon_member(&name, &in_seals, &seals);) {
        uint8_t given[HASH_LEN];
        bool is_key;
        if (!read_seal(given, &is_key, &seals))
            return malformed(o);
        struct str written = canon_text(name, o->arena);
        struct digest c;
        if (is_key) { /* names of both are sorted: the next value must be this one's */
            if (!canon_member(&field, &in_values, &values) || !str_eq(field, name) ||
                !canon_value(&value, &values))
                return malformed(o);
            hmac_begin(o->hmac, (struct bytes){given, LOG_FIELD_KEY_LEN});
            hmac_add(o->hmac, str_bytes(written));
            hmac_add(o->hmac, zero);
            hmac_add(o->hmac, str_bytes(value));
            c = hmac_end(o->hmac);
        } else {
            memcpy(c.byte, given, HASH_LEN);
        }
        hasher_add(o->hasher, str_bytes(written));
        hasher_add(o->hasher, zero);
        hasher_add(o->hasher, (struct bytes){c.byte, HASH_LEN});
    }
    if (canon_member(&field, &in_values, &values) || !canon_done(&values) || !canon_done(&seals))
        return malformed(o);
    struct digest d = hasher_end(o->hasher);
    digest_hex(expected, &d);
    return str_is(hex, expected) ? CONTENT_FITS : CONTENT_OTHER;
}

struct str content_member(struct str content, const char *name)
{
    struct canon c = canon_of(content);
    struct canon_walk w;
    struct str raw, value;
    for (canon_object(&w, &c); canon_member(&raw, &w, &c);)
        if (!canon_value(&value, &c))
            break;
        else if (str_is(raw, name))
            return value;
    return STR_NONE;
}
