/* A reader of JSON that takes one spelling only (docs/evidence-log.md): no white
 * space, members sorted by name, each once; strings escaped as needed and no more;
 * whole numbers of 64 bits; no null. What it accepts, written again by jout_*, is
 * the same bytes, so a commitment to the text is one to the value.
 *
 * Texts are handed out raw, as they stand between the quotes; nothing is copied.
 * The bytes must have been checked to be UTF-8. */
#ifndef AUDIT_CANON_H
#define AUDIT_CANON_H
#include "base/arena.h"
#include "base/str.h"

struct canon {
    const char *at, *end;
    bool bad; /* sticky: every later call is false */
};

static inline struct canon canon_of(struct str s)
{
    return (struct canon){s.ptr, s.ptr + s.len, false};
}
/* Everything was read and nothing was wrong. */
static inline bool canon_done(const struct canon *c)
{
    return !c->bad && c->at == c->end;
}

bool canon_skip(struct canon *c, const char *text);  /* exactly these bytes come next */
bool canon_string(struct str *raw, struct canon *c); /* what stands between the quotes */
bool canon_integer(int64_t *out, struct canon *c);
bool canon_value(struct str *json, struct canon *c); /* any value, as it is written */
bool canon_fields(struct str *json,
                  struct canon *c); /* an object of values, each 64 deep at most */

/* Walk an object: begin, then next until it says false; names in order.
 *     struct canon_walk w;
 *     for (canon_object(&w, c); canon_member(&name, &w, c);) … read one value … */
struct canon_walk {
    struct str last; /* raw name before this one */
    bool first;
};
bool canon_object(struct canon_walk *w, struct canon *c);
bool canon_member(struct str *raw_name, struct canon_walk *w, struct canon *c);

/* A raw text as it reads. Without escapes it is `raw` itself. */
struct str canon_text(struct str raw, struct arena *a);
#endif
