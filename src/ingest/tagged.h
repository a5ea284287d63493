/* Text of tagged lines, as the USPTO wrote it before XML (Green Book) and in its
 * search system (BRS): a tag at the start of a line, its value behind it, further
 * lines of the value indented by blanks. */
#ifndef INGEST_TAGGED_H
#define INGEST_TAGGED_H
#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"

struct tagged {
    struct str tag;   /* borrowed from the text */
    struct str value; /* lines joined by a blank; with runs of blanks kept in the first line */
};
struct tagged_list {
    const struct tagged *ptr;
    size_t len;
};

/* `width`: longest tag (4 in both formats). Bytes that are not UTF-8 are read as
 * Latin-1. */
struct tagged_list tagged_read(struct str text, size_t width, struct arena *a);

/* Tell the kernel that the bytes of a mapped file before `end` will not be read
 * again, so that a long file does not stay in memory. *done: how far it was told,
 * 0 at first. */
void mapped_done(struct str all, size_t *done, size_t end);
#endif
