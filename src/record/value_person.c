/* The two faces of a resident identity number, by crypto/seal.h. */
#include "record/value_person.h"
#include "crypto/seal.h"

#define ABOUT STR("person") /* the same for all types: one person is found across them */

struct str person_seal(const struct seal_key *keys, struct str number, struct arena *a)
{
    return seal_text(keys, number, ABOUT, a);
}

struct str person_index(const struct seal_key *keys, struct str number, struct arena *a)
{
    char hex[HASH_HEX_LEN + 1];
    blind_index(hex, keys, ABOUT, number);
    return arena_dup(a, str_of(hex));
}

err_t person_text(struct str *out, const struct seal_key *keys, struct str sealed, struct arena *a,
                  struct err *e)
{
    if (!keys)
        return err_set(e, E_CORRUPT, "this program has no key to open sealed values");
    return seal_open_text(out, keys, sealed, ABOUT, a, e);
}

err_t person_open(char number[PERSON_LEN + 1], const struct seal_key *keys, struct str sealed,
                  struct err *e)
{
    struct arena *a = arena_new();
    struct str plain;
    err_t rc = person_text(&plain, keys, sealed, a, e);
    if (rc == OK && plain.len != PERSON_LEN)
        rc = err_set(e, E_CORRUPT, "a sealed value is no resident identity number");
    if (rc == OK) {
        memcpy(number, plain.ptr, PERSON_LEN);
        number[PERSON_LEN] = '\0';
    }
    arena_free(a);
    return rc;
}
