/* Wrappings around an input: gzip, Zstandard and ZIP, in each other, told by
 * content. Each innermost content is one input of its own. */
#ifndef INGEST_CONTAINER_H
#define INGEST_CONTAINER_H
#include "text/stream.h"

#define SNIFF_BYTES ((size_t)64 << 10)

/* Called for each innermost content with its name ("weekly.zip/US1.xml") and the
 * stream at its start (closed by the caller of fn). An error ends the walk. */
struct unpacked {
    const char *name;
    struct stream *stream;
    bool member; /* of an archive */
    /* Set when unpacking met damage while the content was read: its end is then
     * not the end, whatever the reader made of it. NULL: a plain file. */
    const struct err *damage;
};
typedef err_t (*unpacked_fn)(void *arg, const struct unpacked *u, struct err *e);

/* Called for a member of an archive that cannot be unpacked; the others follow. */
typedef err_t (*unpack_failed_fn)(void *arg, const char *name, err_t kind, struct str reason,
                                  struct err *e);

struct unpacker {
    unpacked_fn content;
    unpack_failed_fn failed;
    void *arg;
    const char *tmpdir;
};

/* Takes `s`. E_INVALID: damage of the outermost wrapping, a password, or
 * wrapped deeper than ARCHIVE_DEPTH_MAX (E_LIMIT). */
MUST_CHECK err_t unpack(const struct unpacker *u, struct stream *s, const char *name,
                        struct err *e);
#endif
