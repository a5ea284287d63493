/* Writing side of the log: the commitment to a content, and the entry's line.
 * The line is made here and nowhere else, so that it has one spelling. */
#include "audit/log.h"
#include "audit/suite.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/limits.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include "text/json.h"
#include <assert.h>
#include <stdio.h>

#define CONTENT_HEAD STR("zhiyun-content/1\n")

/* What a seal says of a field: its key in hex, between these. */
#define KEY_BEGIN "{\"k\":\""
#define KEY_END "\"}"
#define KEY_AT (sizeof(KEY_BEGIN) - 1)

void log_commit(struct log_commitment *out, const struct log_suite *suite,
                const struct log_field *fields, size_t count, struct arena *a)
{
    const struct bytes zero = {(const uint8_t *)"", 1};
    struct hmac *m = hmac_new(suite->hash);
    struct hasher *h = hasher_new_of(suite->hash);
    uint8_t *keys = arena_alloc(a, count * LOG_FIELD_KEY_LEN + 1);
    char member[KEY_AT + 2 * LOG_FIELD_KEY_LEN + sizeof(KEY_END)] = KEY_BEGIN;
    struct buf text;
    struct jout seal;

    jout_begin(&seal, &text);
    hasher_add(h, str_bytes(CONTENT_HEAD));
    random_bytes(keys, count * LOG_FIELD_KEY_LEN); /* at once: a call into the kernel costs more
                                                      than the commitment to a field */
    for (size_t i = 0; i < count; i++) {
        const uint8_t *key = keys + i * LOG_FIELD_KEY_LEN;
        assert(i == 0 || str_cmp(fields[i - 1].name, fields[i].name) < 0);
        hmac_begin(m, (struct bytes){key, LOG_FIELD_KEY_LEN});
        hmac_add(m, str_bytes(fields[i].name));
        hmac_add(m, zero);
        hmac_add(m, str_bytes(fields[i].value));
        struct digest c = hmac_end(m);
        hasher_add(h, str_bytes(fields[i].name));
        hasher_add(h, zero);
        hasher_add(h, (struct bytes){c.byte, HASH_LEN});

        hex_write(member + KEY_AT, (struct bytes){key, LOG_FIELD_KEY_LEN});
        memcpy(member + sizeof(member) - sizeof(KEY_END), KEY_END, sizeof(KEY_END));
        jout_name_str(&seal, fields[i].name);
        jout_raw(&seal, (struct str){member, sizeof(member) - 1});
    }
    jout_end_object(&seal);
    struct digest content = hasher_end(h);
    digest_hex(out->hex, &content);
    out->seal = buf_take(&text, a);
    hasher_free(h);
    hmac_free(m);
}

static void make_uid(char uid[LOG_UID_LEN + 1], int64_t now_ms)
{
    uint8_t byte[LOG_UID_LEN / 2];
    for (int i = 0; i < 6; i++)
        byte[i] = (uint8_t)((uint64_t)now_ms >> (40 - 8 * i));
    random_bytes(byte + 6, sizeof(byte) - 6);
    hex_write(uid, (struct bytes){byte, sizeof(byte)});
}

void log_time_format(char out[LOG_TIME_LEN + 1], int64_t ms)
{
    char seconds[21];
    time_format(seconds, ms);
    snprintf(out, LOG_TIME_LEN + 1, "%.19s.%03uZ", seconds, (unsigned)(ms % 1000) % 1000);
}

static void positive(struct jout *j, const char *name, int64_t n)
{
    if (n != 0)
        jout_pair_i64(j, name, n);
}

static void write_line(struct buf *to, const char *uid, int64_t now_ms,
                       const struct log_suite *suite, const struct log_draft *d)
{
    char at[LOG_TIME_LEN + 1];
    struct jout j;
    log_time_format(at, now_ms);
    jout_init(&j, to);
    jout_object(&j);
    jout_pair_i64(&j, "v", 1);
    jout_pair(&j, "log", str_of(suite->origin));
    jout_pair(&j, "uid", str_of(uid));
    jout_pair(&j, "at", str_of(at));
    jout_pair(&j, "date", d->date);
    if (d->has_who)
        jout_pair_i64(&j, "who", d->who);
    positive(&j, "for", d->on_behalf_of);
    positive(&j, "unit", d->unit);
    jout_pair(&j, "role", d->role);
    jout_pair(&j, "do", d->action);
    jout_pair(&j, "type", d->type);
    positive(&j, "id", d->id);
    positive(&j, "version", d->version);
    jout_pair(&j, "content", str_of(d->content));
    if (d->batch.len > 0)
        jout_pair_raw(&j, "batch", d->batch);
    positive(&j, "status", d->status);
    jout_end_object(&j);
}

static bool holds_nul(const struct log_draft *d)
{
    const struct str texts[] = {d->role, d->action, d->type, d->date, d->batch};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i].len > 0 && memchr(texts[i].ptr, '\0', texts[i].len))
            return true;
    return false;
}

err_t log_append(char uid[LOG_UID_LEN + 1], struct db *db, const struct log_suite *suite,
                 const struct clock *clock, const struct log_draft *d, struct arena *a,
                 struct err *e)
{
    struct buf line;
    struct str rest = d->action, word = str_split(&rest, STR(" ")),
               verb = str_split(&word, STR(":"));
    int64_t now_ms = d->at_ms != 0 ? d->at_ms : clock_now_ms(clock);
    err_t rc;

    (void)a;
    assert(d->action.len > 0 && d->id >= 0 && d->version >= 0 && d->status >= 0 && d->who >= 0);
    make_uid(uid, now_ms);
    buf_init(&line, LOG_ENTRY_BYTES_MAX);
    write_line(&line, uid, now_ms, suite, d);
    if (holds_nul(d))
        rc = err_set(e, E_INVALID, "a text of the log entry holds a NUL");
    else if (!buf_ok(&line))
        rc = err_set(e, E_LIMIT, "the log entry of \"%.*s\" is longer than %zu bytes",
                     STR_ARG(d->action), LOG_ENTRY_BYTES_MAX);
    else
        rc = db_run_later(
            db,
            "INSERT INTO log_entry (uid, at_ms, body, who, unit, verb, type, record_id, status)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            VALUES(v_str(str_of(uid)), v_i64(now_ms), v_str(buf_str(&line)),
                   d->has_who ? v_i64(d->who) : v_id(0), v_id(d->unit), v_str(verb), v_str(d->type),
                   v_id(d->id), v_id(d->status)),
            e);
    if (rc != OK)
        err_note(e, "the evidence log");
    buf_clear(&line);
    return rc;
}
