/* The canary in the mine: faults that `make fuzz` must catch before it may say
 * of any other target that there are none. Each word asks for one kind of fault;
 * the hidden one has no word in any corpus and only coverage leads to it. */
#include "base/arena.h"
#include "fuzz.h"

static bool is(const uint8_t *data, size_t size, const char *word)
{
    return str_is((struct str){(const char *)data, size}, word);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    volatile uint8_t *array = arena_alloc(a, 8);
    volatile int sum = INT32_MAX;

    if (is(data, size, "overrun"))
        array[8] = 1;
    if (is(data, size, "overflow"))
        sum = sum + (int)size;
    if (is(data, size, "leak")) {
        void *volatile lost = malloc(size);
        lost = NULL;
        (void)lost;
    }
    FUZZ_ASSERT(!is(data, size, "promise"));
    if (size > 3 && data[0] == 0xC9 && data[1] == 'a' && data[2] == 0x1B && data[3] == 'y')
        abort();
    arena_free(a);
    return 0;
}
