/* The frame of a format whose records are objects of a JSON file. */
#ifndef INGEST_JSON_FORMAT_H
#define INGEST_JSON_FORMAT_H
#include "ingest/doc.h"
#include "text/json.h"

struct json_format {
    const char *source, *office;
    const char *const *paths; /* as json_split_open */
    /* Fill f->p; false: refused, with f->item->reason set. */
    bool (*read)(struct doc *f, const struct jvalue *record);
};
err_t json_format_open(void **state, struct input *in, struct err *e); /* in->frame */
err_t json_format_next(struct item *out, void *state, struct arena *a, struct err *e);
void json_format_close(void *state);
#define JSON_FORMAT(frame_)                                                                        \
    .frame = &(frame_), .open = json_format_open, .next = json_format_next,                        \
    .close = json_format_close

/* Both names stand as keys (in quotes) in the first bytes, which begin as JSON. */
int json_format_sniff(struct bytes head, const char *first, const char *second, int score);

/* --- reading objects; NULL and other types give what is empty ----------------- */
/* The string, number, or first element of an array of them, of a child. */
struct str jdoc_text(const struct jvalue *v, const char *name);
/* The i-th of a child that is an array of strings (a single string is one). */
struct str jdoc_item(const struct jvalue *v, const char *name, size_t i);
size_t jdoc_count(const struct jvalue *v, const char *name);
/* The i-th object of a child that is an array of objects; NULL behind the last. */
const struct jvalue *jdoc_object(const struct jvalue *v, const char *name, size_t i);
#endif
