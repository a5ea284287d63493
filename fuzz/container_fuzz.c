/* Wrappings: gzip, Zstandard, ZIP, in each other. Whatever the bytes, unpacking
 * ends, and every content can be read to its end or to an error. */
#include "fuzz.h"
#include "ingest/container.h"

static err_t on_content(void *arg, const struct unpacked *u, struct err *e)
{
    size_t *total = arg, got = 1;
    char chunk[4096];

    (void)e;
    while (got && stream_read(&got, u->stream, chunk, sizeof(chunk), NULL) == OK &&
           *total < ((size_t)64 << 20))
        *total += got;
    return OK;
}

static err_t on_failed(void *arg, const char *name, err_t kind, struct str reason, struct err *e)
{
    (void)arg;
    (void)e;
    FUZZ_ASSERT(name && kind != OK && reason.len > 0);
    return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t total = 0;
    struct err e = {0};
    struct unpacker u = {
        .content = on_content, .failed = on_failed, .arg = &total, .tmpdir = "/tmp"};

    if (unpack(&u, stream_open_memory((struct bytes){data, size}), "fuzz", &e) != OK)
        FUZZ_ASSERT(e.text[0] != '\0');
    return 0;
}
