/* Hex and base64 with exactly one spelling of each value: what is read here and
 * written again is the same text (RFC 4648 §4, padded; hex in lower case). Not
 * in constant time: public values only, and key files, which nobody else times. */
#ifndef CRYPTO_ENCODE_H
#define CRYPTO_ENCODE_H
#include "base/arena.h"
#include "base/buf.h"

/* `text` in an address: all but ASCII letters, digits and the characters of `kept` as %XX. */
void percent_add(struct buf *to, struct str text, const char *kept);

/* 2 × len characters and a NUL. */
void hex_write(char *out, struct bytes b);
/* All of `s` is `len` bytes in lower-case hex. */
MUST_CHECK bool hex_read(uint8_t *out, size_t len, struct str s);

#define BASE64_LEN(n) (((n) + 2) / 3 * 4) /* characters for n bytes */

void base64_add(struct buf *to, struct bytes b);
struct str base64_of(struct bytes b, struct arena *a);
/* All of `s` is base64 of at most `max` bytes; *len says how many. False for
 * line breaks, missing padding, bits set behind the end, other alphabets. */
MUST_CHECK bool base64_read(uint8_t *out, size_t *len, size_t max, struct str s);

/* RFC 4648 §6 without padding, as addresses of authenticators (otpauth://) want. */
struct str base32_of(struct bytes b, struct arena *a);

/* The alphabet of URLs, without padding (RFC 4648 §5, RFC 7515). */
struct str base64url_of(struct bytes b, struct arena *a);
/* False as base64_read; the bytes are in the arena. */
MUST_CHECK bool base64url_read(struct bytes *out, struct str s, struct arena *a);
#endif
