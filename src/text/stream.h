/* A pull stream of bytes: a file, memory, or a decompressor on top of another
 * stream. Not thread-safe. */
#ifndef TEXT_STREAM_H
#define TEXT_STREAM_H
#include "base/err.h"
#include "base/fs.h"
#include "base/str.h"

struct stream;

/* Plain file. E_NOTFOUND, E_IO. */
MUST_CHECK err_t stream_open_file(struct stream **out, const struct fs *fs, const char *path,
                                  struct err *e);

/* Bytes that outlive the stream. */
struct stream *stream_open_memory(struct bytes content);

/* A stream that reads `inner` and whose close leaves it open: for a layer that
 * takes what it is given, on top of a stream that is somebody else's. */
struct stream *stream_borrow(struct stream *inner);

/* Unpack gzip (RFC 1952, all members) or Zstandard (RFC 8878, all frames).
 * Takes `inner`: it is closed with the result, also on error. Counts what goes
 * in and out: more than UNPACKED_BYTES_MAX or UNPACK_RATIO_MAX is E_LIMIT. */
MUST_CHECK err_t stream_open_gzip(struct stream **out, struct stream *inner, struct err *e);
MUST_CHECK err_t stream_open_zstd(struct stream **out, struct stream *inner, struct err *e);

/* Likewise zlib (RFC 1950), as it lies in the midst of other data: it ends where it says so, or is cut off or damaged,
 * and nothing says which. */
MUST_CHECK err_t stream_open_zlib(struct stream **out, struct stream *inner, struct err *e);

/* Read up to cap bytes; *got is 0 only at the end. A cut compressed file is
 * E_INVALID with the offset in the text. */
MUST_CHECK err_t stream_read(size_t *got, struct stream *s, void *to, size_t cap, struct err *e);

/* Look at the next bytes without taking them: up to `want` (≤ 64 KiB), fewer
 * only at the end or before damage, which is told once the bytes before it are
 * taken. Borrowed until the next call on the stream. */
MUST_CHECK err_t stream_peek(struct bytes *out, struct stream *s, size_t want, struct err *e);

/* Bytes taken so far, after unpacking; and taken from the innermost source
 * (for the progress bar: its total is the file size). */
uint64_t stream_offset(const struct stream *s);
uint64_t stream_raw_offset(const struct stream *s);

/* Everything that follows as one read-only mapping: the file itself where the
 * stream is a plain file at its start, else an unlinked temporary file in
 * `tmpdir`. The mapping lives until stream_close. */
MUST_CHECK err_t stream_map(struct bytes *out, struct stream *s, const char *tmpdir, struct err *e);

/* A stream of the same bytes that can be read twice: `s` itself where it is a plain file or
 * memory at its start, else an unlinked temporary file in `tmpdir` of all that comes before the
 * end or damage, and to be closed. */
MUST_CHECK err_t stream_repeatable(struct stream **out, struct stream *s, const char *tmpdir,
                                   struct err *e);
void stream_restart(struct stream *s); /* of such a stream: from its first byte again */

void stream_close(struct stream *s); /* accepts NULL */

/* --- for implementers of a kind of stream (zip members, test doubles) --- */
struct stream_ops {
    err_t (*read)(size_t *got, void *state, void *to, size_t cap, struct err *e);
    uint64_t (*raw_offset)(const void *state);
    void (*close)(void *state);
};
struct stream *stream_new(const struct stream_ops *ops, void *state);
#endif
