/* Reading a ZIP archive that lies in memory (stream_map).
 *
 * The central directory is checked against every local header before anything
 * is unpacked: same name, no two members over the same bytes, none encrypted
 * when opened, method stored or deflate. Unpacking is zlib's, with the
 * bounds of base/limits.h counted here, and sizes and checksums must be right. */
#ifndef TEXT_ZIP_H
#define TEXT_ZIP_H
#include "text/stream.h"

struct zip;

struct zip_member {
    struct str name; /* UTF-8 (GB18030 names are converted), '/' between folders */
    uint64_t size;   /* unpacked bytes, as declared; checked while reading */
    bool folder;     /* a directory entry: no content */
    bool encrypted;
    bool link; /* as Unix marks one: its content is where it leads to */
};

/* Whether bytes begin as a ZIP archive does. */
bool zip_is(struct bytes head);

/* `file` must outlive the archive. E_INVALID: no ZIP, cut off, or one of the
 * checks above; E_LIMIT: more than ARCHIVE_MEMBERS_MAX members. */
MUST_CHECK err_t zip_open(struct zip **out, struct bytes file, struct err *e);
void zip_close(struct zip *z); /* accepts NULL; closes no stream of a member */

/* Members in the order of their bytes in the file: reading them so is one pass. */
size_t zip_count(const struct zip *z);
const struct zip_member *zip_get(const struct zip *z, size_t i);

/* Index of the member of that name, letters compared without case (as Office
 * does); zip_count when there is none. */
size_t zip_find(const struct zip *z, struct str name);

/* Where a member that is not compressed lies in the file; false: it is. Its checksum is not looked at. */
bool zip_stored(struct bytes *out, const struct zip *z, size_t i);

/* The content of one member. The stream keeps no hold on `z` but on the bytes
 * it was opened from. Reading: E_INVALID damage, E_LIMIT a bomb. */
MUST_CHECK err_t zip_open_member(struct stream **out, const struct zip *z, size_t i, struct err *e);
#endif
