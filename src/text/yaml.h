/* YAML in, through libyaml: the plain subset that data files of the program are
 * written in (record types, policy packs). One document of maps, lists and
 * scalars; every scalar is text, and whoever reads it says what it must be ("on",
 * 0012 and 2026-11-20 stay as written). Refused, each with its place: anchors,
 * aliases, tags, merge keys, a key twice, a key that is no scalar, directives, a
 * second document. All of them are told, not the first only, as the tree can be
 * built all the same; where the text is no YAML at all, reading ends there. */
#ifndef TEXT_YAML_H
#define TEXT_YAML_H
#include "base/arena.h"
#include "base/err.h"

enum ytype { Y_TEXT, Y_LIST, Y_MAP };

struct yvalue {
    enum ytype type;
    int line, column;           /* where it begins, from 1; columns count characters */
    struct str text;            /* Y_TEXT: with its NUL, as all of an arena */
    bool quoted;                /* Y_TEXT: 'so', "so", or a block (|, >) */
    size_t count;               /* Y_LIST, Y_MAP: number of children */
    const struct yvalue *items; /* children; */
    const struct yvalue *names; /* Y_MAP: names[i] (a text) belongs to items[i] */
};

struct yfault {
    int line, column;
    struct str reason; /* a sentence in the language of messages */
};

/* One whole document. E_INVALID: *faults has at least one, in the order of the
 * text, *e is the first with its place, and *out the tree where there is one
 * (of a key that stands twice: the first), else NULL. An empty text is a fault. */
MUST_CHECK err_t yin_parse(const struct yvalue **out, const struct yfault **faults,
                           size_t *fault_count, struct str text, struct arena *a, struct err *e);

/* Child of a map by name, or NULL (also when v is NULL or no map). */
const struct yvalue *yin_get(const struct yvalue *v, const char *name);

/* A scalar written with nothing, ~ or null: no value. */
bool yin_is_null(const struct yvalue *v);
#endif
