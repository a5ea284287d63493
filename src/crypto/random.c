/* getrandom(2). A call costs as much for 10 bytes as for 200, and the thread that
 * writes the store needs 10 for each entry of the log: so short pieces are cut from a
 * block that each thread draws ahead. What was given out is wiped, so that nothing in
 * memory tells it later; and a process that forks forgets its block, so that two never
 * give out the same. */
#include "crypto/random.h"
#include "crypto/secret.h"
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#define BLOCK_BYTES 512
#define SHORT_BYTES 32 /* up to here a piece is cut from the block */

static _Thread_local struct {
    uint8_t byte[BLOCK_BYTES];
    size_t left; /* at the end of it */
} block;

static void draw(void *to, size_t len)
{
    for (size_t at = 0; at < len;) {
        ssize_t n = getrandom((uint8_t *)to + at, len - at, 0);
        assert(n > 0 || errno == EINTR);
        if (n > 0)
            at += (size_t)n;
    }
}

/* In the child, which has this thread alone. */
static void forget_block(void)
{
    secret_wipe(block.byte, sizeof(block.byte));
    block.left = 0;
}

static void watch_forks(void)
{
    int failed = pthread_atfork(NULL, NULL, forget_block);
    assert(!failed);
}

void random_bytes(void *to, size_t len)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (len > SHORT_BYTES) {
        draw(to, len);
        return;
    }
    if (block.left < len) {
        pthread_once(&once, watch_forks);
        draw(block.byte, sizeof(block.byte));
        block.left = sizeof(block.byte);
    }
    uint8_t *from = block.byte + sizeof(block.byte) - block.left;
    memcpy(to, from, len);
    secret_wipe(from, len);
    block.left -= len;
}
