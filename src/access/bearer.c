/* Random texts and their digests. A plain digest is enough here, with no salt and no
 * slow hash: 256 random bits cannot be guessed from it. */
#include "access/bearer.h"
#include "crypto/encode.h"
#include "crypto/random.h"

void bearer_make(char out[BEARER_LEN + 1])
{
    uint8_t byte[BEARER_LEN / 2];
    random_bytes(byte, sizeof(byte));
    hex_write(out, (struct bytes){byte, sizeof(byte)});
}

void bearer_digest(char out[HASH_HEX_LEN + 1], enum hash_kind kind, struct str bearer)
{
    struct digest d = hash_of(kind, str_bytes(bearer));
    digest_hex(out, &d);
}

void bearer_derive(char out[HASH_HEX_LEN + 1], enum hash_kind kind, struct str bearer,
                   const char *use)
{
    struct digest d = hmac_of(kind, str_bytes(bearer), str_bytes(str_of(use)));
    digest_hex(out, &d);
}
