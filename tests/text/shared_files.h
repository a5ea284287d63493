/* Test helper: where the sample files of the offices and vendors lie. They are
 * no part of the product; a test that needs them skips itself without. */
#ifndef TEXT_SHARED_FILES_H
#define TEXT_SHARED_FILES_H
#include "base/arena.h"
#include "text/stream.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* $ZHIYUN_SHARED/data/NAME, else ../shared/data/NAME beside the source; NULL
 * when there is none. */
static inline const char *shared_file(struct arena *a, const char *name)
{
    const char *root = getenv("ZHIYUN_SHARED"), *source = getenv("MESON_SOURCE_ROOT");
    struct str path;
    if (root)
        path = arena_printf(a, "%s/data/%s", root, name);
    else
        path = arena_printf(a, "%s/../shared/data/%s", source ? source : ".", name);
    return access(path.ptr, R_OK) == 0 ? path.ptr : NULL;
}

/* Say that nothing was tested. (cmocka's skip() prints "not ok" in TAP, which
 * meson 1.0 counts as a failure.) */
static inline void shared_absent(void)
{
    printf("# skipped: the sample files are not here; set ZHIYUN_SHARED\n");
}

/* The file as a stream, unpacked when its name ends in .zst. */
static inline err_t shared_open(struct stream **out, const char *path, struct err *e)
{
    err_t rc = stream_open_file(out, &fs_system, path, e);
    if (rc == OK && str_ends(str_of(path), STR(".zst")))
        rc = stream_open_zstd(out, *out, e);
    return rc;
}
#endif
