/* getrandom(2): no descriptor to run out of, no state of our own that a fork
 * would double. */
#include "crypto/random.h"
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <sys/random.h>

void random_bytes(void *to, size_t len)
{
    for (size_t at = 0; at < len;) {
        ssize_t n = getrandom((uint8_t *)to + at, len - at, 0);
        assert(n > 0 || errno == EINTR);
        if (n > 0)
            at += (size_t)n;
    }
}
