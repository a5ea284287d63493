/* The table of suites. A suite is chosen whole, by one name: hash and signature in
 * two settings could be combined in ways that no verifier knows. */
#include "audit/suite.h"

static const struct {
    const char *name;
    enum hash_kind hash;
} suites[] = {
    {"sha256-ed25519", HASH_SHA256},
    {"sm3-sm2", HASH_SM3},
};

bool log_origin_valid(struct str origin)
{
    for (size_t i = 0; i < origin.len; i++) {
        char c = origin.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '/'))
            return false;
    }
    return origin.len >= LOG_ORIGIN_MIN && origin.len <= LOG_ORIGIN_MAX;
}

err_t log_suite_init(struct log_suite *out, struct str name, struct str origin, struct err *e)
{
    if (!log_origin_valid(origin))
        return err_set(e, E_INVALID,
                       "\"%.*s\" is no name of a log: 3 to 100 characters of a-z 0-9 . - /",
                       STR_ARG(origin));
    for (size_t i = 0; i < ARRAY_LEN(suites); i++)
        if (str_is(name, suites[i].name)) {
            *out = (struct log_suite){.name = suites[i].name, .hash = suites[i].hash};
            memcpy(out->origin, origin.ptr, origin.len);
            return OK;
        }
    return err_set(e, E_INVALID, "there is no suite \"%.*s\": sha256-ed25519 or sm3-sm2",
                   STR_ARG(name));
}
