/* Certificates made with `openssl req` and `openssl x509 -req`: one of an SM2 key signed with SM3,
 * one whose name has two parts in one. */
#include "test.h"

#include "crypto/certificate.h"

static const char sm2[] =
    "MIIBeTCCAR8CAgobMAoGCCqBHM9VAYN1MD4xCzAJBgNVBAYTAkNOMQ8wDQYDVQQKDAbnpLrkvosxHjAcBgNVBAMM"
    "Feecgee6p+eUteWtkOaUv+WKoSBDQTAeFw0yNjExMjAyMTE0NTZaFw0zNjExMTcyMTE0NTZaMFIxCzAJBgNVBAYT"
    "AkNOMRUwEwYDVQQKDAznpLrkvovlhazlj7gxGzAZBgNVBAsMEjkxMzUwMTAwTTAwMDEwMFk0MzEPMA0GA1UEAwwG"
    "5byg5LiJMFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEfHjORqdnWDJG52Rabhp9vIjgFIZQpcBW8dPmDJ8PqccR"
    "lmVbry4vqpRkH8Dse6UdaISEE0vcIi8D9BylZXRLozAKBggqgRzPVQGDdQNIADBFAiEA5BGmCnyD4wSEbEqSOYOV"
    "eVKMuZUgi21AdCK7CkJWf8UCIHE6yWetZjTHpDYJvhYxARhVKsTo5XBZsGf4XQRplZDI";
static const char two_in_one[] =
    "MIIBlDCCATqgAwIBAgIBATAKBggqhkjOPQQDAjApMQowCAYDVQQLDAF4MRswCAYDVQQDDAFhMA8GCgmSJomT8ixk"
    "AQEMAWIwHhcNMjYxMTIwMjExNTI4WhcNMzYxMTE3MjExNTI4WjApMQowCAYDVQQLDAF4MRswCAYDVQQDDAFhMA8G"
    "CgmSJomT8ixkAQEMAWIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQW0wv6SIU9lhn4Q3Y7uYig5irXsL86fpKo"
    "3qBTsJUzHPN2H8pfwvKQfoy2VyUf13QxxxWDPfsd8y0sTfnp8TVXo1MwUTAdBgNVHQ4EFgQU9cnAYe6N0vSX+fmF"
    "PAbp0CWxByowHwYDVR0jBBgwFoAU9cnAYe6N0vSX+fmFPAbp0CWxByowDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjO"
    "PQQDAgNIADBFAiAU6if63wXID835qhiIA+IBiEetKF0BmE7TVnh06f0zaAIhAOoOHmHno9fui6gkQxbmzmH/b/Fw"
    "Bo/HqnQBko+3bdop";

static struct arena *a;

static int open_arena(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static void is_of_zhang(const struct certificate *c)
{
    static const char *const subject[][2] = {
        {"CN", "张三"}, {"OU", "91350100M000100Y43"}, {"O", "示例公司"}, {"C", "CN"}};
    static const char *const issuer[][2] = {{"CN", "省级电子政务 CA"}, {"O", "示例"}, {"C", "CN"}};
    assert_int_equal(c->subject.count, ARRAY_LEN(subject));
    for (size_t i = 0; i < c->subject.count; i++) {
        assert_str(c->subject.parts[i].name, subject[i][0]);
        assert_str(c->subject.parts[i].value, subject[i][1]);
    }
    assert_int_equal(c->issuer.count, ARRAY_LEN(issuer));
    for (size_t i = 0; i < c->issuer.count; i++) {
        assert_str(c->issuer.parts[i].name, issuer[i][0]);
        assert_str(c->issuer.parts[i].value, issuer[i][1]);
    }
    assert_str(c->serial, "0A1B");
    assert_int_equal(c->not_before_ms, INT64_C(1795209296000));
    assert_int_equal(c->not_after_ms - c->not_before_ms, INT64_C(3650) * 24 * 3600 * 1000);
}

/* As nginx writes it: all but letters, digits and -._~ escaped. */
static struct str escaped(const char *base64)
{
    struct str body = str_of(base64);
    struct str text = STR("-----BEGIN%20CERTIFICATE-----%0A");
    for (size_t at = 0; at < body.len; at += 64) {
        struct str line = {body.ptr + at, body.len - at < 64 ? body.len - at : 64};
        text = arena_printf(a, "%.*s%.*s%%0A", STR_ARG(text), STR_ARG(line));
    }
    return arena_join(a, text, STR("-----END%20CERTIFICATE-----%0a"));
}

static void both_forms_of_the_header_say_the_same(void **state)
{
    (void)state;
    struct certificate c;
    struct err e;
    assert_ok(certificate_read(&c, arena_printf(a, ":%s:", sm2), a, &e), &e);
    is_of_zhang(&c);
    assert_ok(certificate_read(&c, escaped(sm2), a, &e), &e);
    is_of_zhang(&c);
}

static void what_is_no_certificate_is_refused(void **state)
{
    (void)state;
    struct certificate c;
    struct err e;
    struct str twice = escaped(sm2);
    const struct str wrong[] = {STR_NONE,
                                STR(":"),
                                STR("::"),
                                STR(":AAAA:"),
                                str_of(sm2),
                                arena_printf(a, ":%s", sm2),
                                arena_printf(a, ":%sAAAA:", sm2),
                                arena_printf(a, ":%.400s:", sm2),
                                arena_join(a, twice, twice),
                                arena_join(a, STR("x"), twice),
                                arena_printf(a, "%.*s%%", STR_ARG(twice)),
                                arena_printf(a, "%.*s%%4", STR_ARG(twice)),
                                arena_printf(a, "%%GG%.*s", STR_ARG(twice)),
                                arena_printf(a, ":%s:", two_in_one)};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        if (certificate_read(&c, wrong[i], a, &e) != E_INVALID)
            fail_msg("%zu: %.*s", i, STR_ARG(wrong[i]));
}

/* Every byte changed in turn: read or refused, never past its end (the sanitizers look). */
static void a_changed_byte_does_no_harm(void **state)
{
    (void)state;
    char text[sizeof(sm2) + 2];
    size_t len = (size_t)snprintf(text, sizeof(text), ":%s:", sm2);
    for (size_t i = 1; i + 1 < len; i++) {
        struct arena *mine = arena_new();
        struct certificate c;
        char was = text[i];
        text[i] = was == 'A' ? 'B' : 'A';
        err_t rc = certificate_read(&c, (struct str){text, len}, mine, NULL);
        assert_true(rc == OK || rc == E_INVALID);
        text[i] = was;
        arena_free(mine);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_of_the_header_say_the_same),
        cmocka_unit_test(what_is_no_certificate_is_refused),
        cmocka_unit_test(a_changed_byte_does_no_harm),
    };
    return cmocka_run_group_tests_name("certificate", tests, open_arena, close_arena);
}
