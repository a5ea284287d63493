/* Handling of secrets in memory. */
#ifndef CRYPTO_SECRET_H
#define CRYPTO_SECRET_H
#include <stdbool.h>
#include <stddef.h>

/* Compares in a time that says nothing of where the two differ. */
bool secret_eq(const void *x, const void *y, size_t len);

/* Zeroes, and is not optimised away. */
void secret_wipe(void *p, size_t len);
#endif
