/* Signatures of others, by keys that they publish as JSON Web Keys (RFC 7517): RSA with
 * SHA-256, both paddings, and ECDSA on P-256. Only what proves a sign-in elsewhere
 * (JWS, RFC 7515) is checked here; nothing is signed. */
#ifndef CRYPTO_WEB_KEY_H
#define CRYPTO_WEB_KEY_H
#include "base/str.h"

enum web_signature { WEB_RS256, WEB_PS256, WEB_ES256 };

/* RSA: modulus and exponent, big-endian. P-256: x and y, 32 bytes each. */
struct web_key {
    enum web_signature use;
    struct bytes n, e;
    struct bytes x, y;
};

#define WEB_RSA_BITS_MIN 2048 /* a shorter key is no proof */
#define WEB_RSA_BITS_MAX 8192 /* a longer one only takes time */

/* False for anything but a signature by that key over exactly `text`: a key that is
 * none (short, even exponent, point off the curve), a wrong length. */
MUST_CHECK bool web_key_check(const struct web_key *key, struct bytes signature, struct bytes text);
#endif
