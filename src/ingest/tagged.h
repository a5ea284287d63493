/* Text of tagged lines, as the USPTO wrote it before XML (Green Book) and in its
 * search system (BRS), and as the Web of Science exports it: a tag at the start of a line, its value behind it, further
 * lines of the value indented by blanks. */
#ifndef INGEST_TAGGED_H
#define INGEST_TAGGED_H
#include "ingest/doc.h"

struct tagged {
    struct str tag; /* borrowed from the text */
    struct str
        value; /* lines joined; with runs of blanks kept in each, at its ends only in the first */
};
struct tagged_list {
    const struct tagged *ptr;
    size_t len;
};

/* `width`: longest tag; `joint` joins the lines of a value. Bytes that are not UTF-8 are read as
 * Latin-1. */
struct tagged_list tagged_read(struct str text, size_t width, char joint, struct arena *a);

/* A value joined by line breaks as one line. */
struct str tagged_line(struct str value, struct arena *a);

/* --- the frame of a format whose records are stretches of one text file --------- */
struct tagged_format {
    const char *source, *office;     /* as doc_begin */
    const char *none;                /* N_() sentence for a file without any record */
    bool any_encoding;               /* else UTF-8, or Latin-1 by tagged_read */
    size_t (*first)(struct str all); /* where the first record begins; all.len: none */
    /* The text of the record that begins at *at, which moves to the next one's
     * beginning, or to all.len. */
    struct str (*cut)(struct str all, size_t *at);
    /* Fill f->p; false: refused, with f->item->reason set. */
    bool (*read)(struct doc *f, struct str text);
};
MUST_CHECK err_t tagged_open(void **state, struct input *in, struct err *e); /* in->frame */
MUST_CHECK err_t tagged_next(struct item *out, void *state, struct arena *a, struct err *e);
void tagged_close(void *state); /* accepts NULL */
#define TAGGED_FORMAT(frame_)                                                                      \
    .frame = &(frame_), .open = tagged_open, .next = tagged_next, .close = tagged_close

/* Tell the kernel that the bytes of a mapped file before `end` will not be read
 * again, so that a long file does not stay in memory. *done: how far it was told,
 * 0 at first. */
void mapped_done(struct str all, size_t *done, size_t end);
#endif
