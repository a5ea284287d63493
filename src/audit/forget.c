/* The commitment is worked out once more from key and value before both go. */
#include "audit/forget.h"
#include "audit/suite.h"
#include "base/buf.h"
#include "crypto/encode.h"
#include "text/json.h"

static bool commitment(char hex[HASH_HEX_LEN + 1], const struct log_suite *suite, struct str name,
                       struct str key_hex, struct str value)
{
    uint8_t key[LOG_FIELD_KEY_LEN];
    if (!hex_read(key, sizeof(key), key_hex))
        return false;
    struct hmac *m = hmac_new(suite->hash);
    hmac_begin(m, (struct bytes){key, sizeof(key)});
    hmac_add(m, str_bytes(name));
    hmac_add(m, (struct bytes){(const uint8_t *)"", 1});
    hmac_add(m, str_bytes(value));
    struct digest c = hmac_end(m);
    hmac_free(m);
    digest_hex(hex, &c);
    return true;
}

static err_t corrupt(struct str name, struct err *e)
{
    return err_set(e, E_CORRUPT, "the seal of \"%.*s\" does not read back", STR_ARG(name));
}

err_t log_forget(struct str *content, struct str *seal, size_t *forgotten,
                 const struct log_suite *suite, const struct str *names, size_t count,
                 struct arena *a, struct err *e)
{
    const struct jvalue *values, *keys;
    struct buf kept = {0}, sealed = {0};
    struct jout c, s;
    err_t rc = OK;

    *forgotten = 0;
    if (jin_parse(&values, *content, a, e) != OK || jin_parse(&keys, *seal, a, e) != OK)
        return E_CORRUPT;
    jout_init(&c, &kept);
    jout_init(&s, &sealed);
    jout_object(&c);
    jout_object(&s);
    for (size_t i = 0; rc == OK && i < keys->count; i++) {
        struct str name = keys->names[i];
        const struct jvalue *value = jin_get(values, arena_cstr(a, name));
        struct str key = jin_text(&keys->items[i], "k");
        jout_name_str(&s, name);
        if (key.len > 0 && !value)
            rc = corrupt(name, e);
        else if (key.len > 0 && str_among(name, names, count)) {
            char hex[HASH_HEX_LEN + 1];
            if (!commitment(hex, suite, name, key, jvalue_json(value, a)))
                rc = corrupt(name, e);
            jout_object(&s);
            jout_pair(&s, "c", str_of(hex));
            jout_end_object(&s);
            ++*forgotten;
        } else {
            jout_value(&s, &keys->items[i]);
            if (value) {
                jout_name_str(&c, name);
                jout_value(&c, value);
            }
        }
    }
    jout_end_object(&c);
    jout_end_object(&s);
    *content = arena_dup(a, buf_str(&kept));
    *seal = arena_dup(a, buf_str(&sealed));
    buf_clear(&kept);
    buf_clear(&sealed);
    return rc;
}
