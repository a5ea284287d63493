/* The reading half of an import: unpacks, tells the format, reads, and hands
 * out batches of items in file order. Knows no store. */
#ifndef INGEST_PRODUCER_H
#define INGEST_PRODUCER_H
#include "ingest/format.h"

#define BATCH_ITEMS 500
#define BATCH_BYTES ((size_t)4 << 20) /* a batch of full texts ends earlier */

/* One innermost content: a file, or a member of an archive. Lives from its
 * first batch to its last; whoever takes the last batch, or takes it abandoned,
 * frees it. */
struct source {
    struct arena *a;
    struct str name;        /* "weekly.zip/US1.xml" */
    struct str inner;       /* what the archive adds to the file's path; empty for a file */
    struct str packed_name; /* of its file: no path */
    struct str file_name;   /* the same, and its place in an archive */
    struct str records_of;  /* source name of its records */
    /* The entries of --map that it has, as they were when its first batch was full;
     * known: that was so. Fixed at a place of the content, so that a second reading
     * comes to the same. */
    struct str maps;
    bool maps_known;
    const struct format *format; /* NULL: none was found */
    struct notes notes;
    struct str table; /* not patents but this */
    struct err ended; /* kind OK: read to its end */
    bool member;
};
void source_free(struct source *s); /* accepts NULL */

struct batch {
    struct arena *a; /* all items live here */
    struct source *source;
    struct item items[BATCH_ITEMS]; /* ITEM_RECORD and ITEM_REJECT only */
    size_t count;
    bool last;           /* of its source */
    uint64_t raw_offset; /* bytes of the packed file taken so far */
    size_t bytes;        /* of the arena when it was given; whoever takes it counts by this */
};

/* A fresh or used batch to fill, its arena empty; E_BUSY: stop reading. Then
 * the filled one goes to `give`. Both are called on the producing thread. */
struct producer {
    err_t (*fresh)(struct batch **out, void *arg, struct err *e);
    err_t (*give)(void *arg, struct batch *b, struct err *e);
    /* Returns when every batch given has been emptied: records may borrow from the
     * reader that made them, which is closed after this. */
    void (*settle)(void *arg);
    /* Takes a source whose last batch will not come, because fresh or give failed. */
    void (*abandon)(void *arg, struct source *s);
    void *arg;
    const struct column_map *columns;
    const struct format *format; /* forced; NULL: by content */
    struct str source_name;      /* empty: base name of the file */
    bool lists; /* records of an office's formats are the file's own: who imports is no office */
    struct str shown; /* the file's name in all that is told; empty: its path */
    const char *tmpdir, *reader;
    const struct fs *fs;
};

/* Every content of one file. What is wrong with the input ends up in a source
 * (`ended`); an error here is the consumer's. */
MUST_CHECK err_t produce_file(const struct producer *p, const char *path, struct err *e);

const struct format *format_find(const char *name);
#endif
