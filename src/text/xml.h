/* Streaming XML 1.0 through expat with the cures of old patent files: external
 * parts are never opened; ISO character entities of our own table are known
 * (&ndash; &ccaron; …); an unknown entity becomes its name in text and is
 * counted; entity amplification is bounded (XML_AMPLIFICATION_FROM); documents
 * concatenated in one file (USPTO and EPO weekly files) are read one after the
 * other. A bare '&' that is no reference is read as '&' and counted.
 *
 * Two ways to read: events, or "subtree": the caller names record elements and
 * gets each as a small tree in an arena, so memory stays at one record. */
#ifndef TEXT_XML_H
#define TEXT_XML_H
#include "base/arena.h"
#include "base/err.h"
#include "text/stream.h"

struct xml_node {
    struct str name; /* element name without namespace prefix; empty: text */
    struct str text; /* text nodes only */
    int64_t line;
    const struct xml_attr {
        struct str name, value;
    } *attrs;
    size_t attr_count;
    struct xml_node *first, *next, *parent; /* children in document order */
};

struct xml_reader;

/* `records`: NULL-terminated names of the elements that are records; an element
 * inside a record is never a record of its own. The stream stays the caller's. */
MUST_CHECK err_t xml_open(struct xml_reader **out, struct stream *in, const char *const *records,
                          struct err *e);

/* The next record element; *out NULL at the end. E_INVALID: not well-formed,
 * with line and column. After an error the reader skips to the next document
 * of a concatenated file where there is one; the call after the error goes on
 * there, or gives the end. */
MUST_CHECK err_t xml_next(struct xml_node **out, struct xml_reader *r, struct arena *a,
                          struct err *e);

/* Ancestors of the current record as far as known: name and attributes of the
 * document element (NULL before the first record). */
const struct xml_node *xml_root(const struct xml_reader *r);

/* Counts since open, for the report. */
size_t xml_unknown_entities(const struct xml_reader *r);
size_t xml_bare_ampersands(const struct xml_reader *r);
void xml_close(struct xml_reader *r); /* accepts NULL */

/* --- walking a tree ------------------------------------------------------ */
/* First child element of that name, or NULL. */
const struct xml_node *xml_child(const struct xml_node *n, const char *name);
/* Next sibling element of the same name, or NULL. */
const struct xml_node *xml_same(const struct xml_node *n);
/* Child of child …: path "a/b/c"; each step takes the first. */
const struct xml_node *xml_at(const struct xml_node *n, const char *path);
/* First descendant element of that name in document order, or NULL. */
const struct xml_node *xml_find(const struct xml_node *n, const char *name);
struct str xml_attr(const struct xml_node *n, const char *name); /* empty when absent */
/* All text below n in order, white space runs folded to one blank, trimmed.
 * Block elements of patent texts (p, claim, heading, li, br, row …) end a line. */
struct str xml_text(const struct xml_node *n, struct arena *a);
#endif
