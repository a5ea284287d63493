/* Bytes that nobody can guess, from the kernel: keys, nonces, tokens, names. No two calls
 * give the same, by whatever thread or forked child. */
#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H
#include <stddef.h>

/* Fills `to`. Never fails: a kernel without randomness is one we cannot run on. */
void random_bytes(void *to, size_t len);
#endif
