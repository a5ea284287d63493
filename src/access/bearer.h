/* Secrets that a person or a program carries (a session's cookie, a device's, an API
 * token, a link): who has the text is let in. 256 random bits in hex; the store
 * holds a digest, so that a copy of it lets nobody in. */
#ifndef ACCESS_BEARER_H
#define ACCESS_BEARER_H
#include "crypto/hash.h"

#define BEARER_LEN 64 /* characters, without the NUL */

void bearer_make(char out[BEARER_LEN + 1]);

/* What the store holds of it. Texts that are no bearer (from a cookie by hand) have
 * one too and are found nowhere. */
void bearer_digest(char out[HASH_HEX_LEN + 1], enum hash_kind kind, struct str bearer);

/* A further secret that follows from it (the CSRF token of a session): known to who
 * knows the bearer, telling nothing of it. `use` keeps different ones apart. */
void bearer_derive(char out[HASH_HEX_LEN + 1], enum hash_kind kind, struct str bearer,
                   const char *use);
#endif
