/* Helpers for telling formats by their first bytes. */
#ifndef INGEST_SNIFF_H
#define INGEST_SNIFF_H
#include "base/arena.h"
#include "base/str.h"

/* The first bytes of a text file as UTF-8 (a sequence cut at the end left
 * out); empty when they are no text: control bytes that no text has. */
struct str sniff_text(struct bytes head, struct arena *a);

/* After leading white space. */
struct str sniff_skip_blank(struct str s);

/* What a file that is no format of ours is, by its magic bytes, with what to do
 * about it: "a PNG picture". NULL: not known. Constant sentence. */
const char *sniff_foreign(struct bytes head);
#endif
