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

/* What a reader has to say about a whole file; filled while reading. Both lists
 * grow in `a`; each entry is written once. `a` outlives every record of the file
 * (records are written after the reader may have closed): what records share,
 * such as column names, may live there. */
/* What the values of a column say that it is, where the import asks (ingest/survey.h). */
struct import_guess {
    struct str column;
    struct str field;  /* one, or several that it could be, by commas; empty: not known */
    struct str values; /* examples */
};
/* A column of the first table in a file: what it is read as, and what stands in its first rows. */
#define IMPORT_SAMPLES 3
struct import_column {
    struct str name;           /* as the file has it */
    const char *field, *title; /* as field_doc says */
    bool known;                /* the name is known, or the caller mapped it */
    struct str sample[IMPORT_SAMPLES];
};
struct notes {
    struct arena *a;
    VEC(struct import_column) columns;
    VEC(struct import_guess) guesses;
    VEC(struct str) unknown_columns; /* kept as vendor fields, by name */
    VEC(struct str) remarks;         /* sentences: rows before the header, sheets left out … */
};
struct import_column import_column_dup(const struct import_column *c, struct arena *a);
void notes_unknown_column(struct notes *n, struct str name);
void notes_remark(struct notes *n, const char *fmt, ...) PRINTF_LIKE(2, 3);

struct input {
    const char *name;      /* for messages: "weekly.zip/US1.xml" */
    struct str source;     /* source name of its records when the format has no better one */
    bool source_named;     /* by who imports, not by the format or the file's name */
    struct stream *stream; /* unpacked content, at its start; owned by the pipeline */
    const char *tmpdir;    /* for stream_map */
    const char *reader;    /* of workbooks (text/book.h) */
    const struct column_map *columns; /* alias table with the caller's --map on top */
    struct survey *survey; /* of its columns; NULL where the format needs none (survey.h) */
    struct notes *notes;   /* never NULL */
    const void *frame;     /* of its format */
    double done; /* part of the content read, 0 … 1, where it is mapped and not read as a stream */
};

struct item {
    enum item_kind {
        ITEM_END,
        ITEM_RECORD, /* `patent` is filled (patent_finish is the pipeline's) */
        ITEM_REJECT, /* this row cannot be read; the next one may */
        ITEM_TABLE, /* not patents but a table we recognise (a class scheme …): `reason` names it;
                        nothing is imported and the report says so */
        ITEM_SKIP,  /* nothing here (blank row, repeated header): not counted */
    } kind;
    struct patent *patent;            /* in the arena of next() */
    int64_t row;                      /* row, line or record number as a person counts, from 1 */
    struct str column, value, reason; /* ITEM_REJECT: what, and how to mend it */
    struct warnings warnings;         /* ITEM_RECORD: by item_warn; usually none */
    bool by_file; /* the pipeline's: its source is the file, which may come anew, corrected */
    const struct row *raw;        /* tabular formats: the row itself, for --rejects; else NULL */
    const struct row *raw_header; /* and the header it stands under */
};

/* Something a person should know of a record that was imported all the same.
 * `kind` is a constant sentence (a catalogue key): the report counts by it.
 * (The pipeline itself warns of wrong check digits and of records without a
 * number; a format need not.) */
void item_warn(struct item *item, struct arena *a, const char *kind, struct str value);

struct format {
    const char *name;  /* --format, report: "xlsx", "uspto-redbook", "docdb" */
    const char *title; /* English sentence for help and report; translated by msg() */
    bool surveyed;     /* columns are named by whoever wrote the file (survey.h) */
    /* How sure: 0 none … 100 certain. `head` holds up to the first 64 KiB of the
     * unpacked content. Never looks at the name. */
    int (*sniff)(struct bytes head);
    const char *const *roots; /* XML formats, instead of sniff: root elements, NULL-terminated */
    const void *frame; /* its xml_format, json_format or tagged_format, for those that have one */
    /* *state is owned by the reader until close. */
    err_t (*open)(void **state, struct input *in, struct err *e);
    err_t (*next)(struct item *out, void *state, struct arena *a, struct err *e);
    void (*close)(void *state); /* accepts NULL */
};

int format_sniff(const struct format *f, struct bytes head);

extern const struct format *const formats[]; /* NULL-terminated; made from formats/meson.build */
#endif
