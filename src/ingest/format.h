/* One import format is one file in formats/ with one `const struct format` and
 * its name in formats/meson.build. The pipeline, the command's help and the
 * fuzz harness loop over `formats[]`. */
#ifndef INGEST_FORMAT_H
#define INGEST_FORMAT_H
#include "base/arena.h"
#include "base/err.h"
#include "ingest/columns.h"
#include "model/patent.h"
#include "text/stream.h"

struct input {
    const char *name;      /* for messages: "weekly.zip/US1.xml" */
    struct str source;     /* source name of its records when the format has no better one */
    struct stream *stream; /* unpacked content, at its start; owned by the pipeline */
    const char *tmpdir;    /* for stream_map */
    const struct column_map *columns; /* alias table with the caller's --map on top */
};

struct item {
    enum item_kind {
        ITEM_END,
        ITEM_RECORD, /* `patent` is filled (patent_finish is the pipeline's) */
        ITEM_REJECT, /* this row cannot be read; the next one may */
        ITEM_TABLE,  /* not patents but a table we recognise (a class scheme …): `reason` names it;
                        nothing is imported and the report says so */
        ITEM_SKIP,   /* nothing here (blank row, repeated header): not counted */
    } kind;
    struct patent *patent; /* in the arena of next() */
    int64_t row;           /* row, line or record number as a person counts, from 1 */
    struct str column, value, reason; /* ITEM_REJECT: what, and how to mend it */
    struct str warning; /* ITEM_RECORD: shown in the report, e.g. a wrong check digit; may be empty */
    const struct row *raw; /* tabular formats: the row itself, for --rejects; else NULL */
};

struct format {
    const char *name;  /* --format, report: "xlsx", "uspto-redbook", "docdb" */
    const char *title; /* English sentence for help and report; translated by msg() */
    /* How sure: 0 none … 100 certain. `head` holds up to the first 64 KiB of the
     * unpacked content. Never looks at the name. */
    int (*sniff)(struct bytes head);
    /* *state is owned by the reader until close. */
    err_t (*open)(void **state, struct input *in, struct err *e);
    err_t (*next)(struct item *out, void *state, struct arena *a, struct err *e);
    void (*close)(void *state); /* accepts NULL */
};

extern const struct format *const formats[]; /* NULL-terminated; made from formats/meson.build */
#endif
