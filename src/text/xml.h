/* Streaming XML 1.0 through expat with the cures of old patent files: external
 * parts are never opened; ISO character entities of our own table are known
 * (&ndash; &ccaron; …); an unknown entity becomes its name in text and is
 * counted; entity amplification is bounded (XML_AMPLIFICATION_FROM); documents
 * concatenated in one file (USPTO and EPO weekly files) are read one after the
 * other. A bare '&' that is no reference is read as '&' and counted; a byte or
 * character that XML does not allow becomes U+FFFD and is counted. An end tag
 * of which no element is open is left out and counted.
 *
 * Encoding: byte order mark, else the XML declaration of the first document,
 * else UTF-8; whatever iconv knows.
 *
 * The caller names record elements and gets each as a small tree in an arena,
 * so memory stays at one record. */
#ifndef TEXT_XML_H
#define TEXT_XML_H
#include "base/arena.h"
#include "base/err.h"
#include "text/stream.h"

struct xml_node {
    struct str name; /* element name without namespace prefix; empty: text.
                        Borrowed from the reader: compare, do not keep */
    struct str text; /* text nodes only */
    int64_t line;    /* of the start tag, 1-based in the whole file */
    const struct xml_attr {
        struct str name, value; /* name without prefix; xmlns… left out */
    } * attrs;
    size_t attr_count;
    unsigned flow; /* how its text is set off from its neighbours': xml_text's business */
    struct xml_node *first, *last, *next, *parent; /* children in document order */
};

struct xml_reader;

/* `records`: NULL-terminated names (without prefix, static storage) of the
 * elements that are records; an element inside a record is never a record of
 * its own. The stream stays the caller's. E_INVALID: unknown encoding. */
MUST_CHECK err_t xml_open(struct xml_reader **out, struct stream *in, const char *const *records,
                          struct err *e);

/* The next record element; *out NULL at the end. E_INVALID: not well-formed,
 * with line and column; E_LIMIT: larger or deeper than base/limits.h allows.
 * After such an error the reader skips to the next document of a concatenated
 * file or the next record element of the same one, where there is one; the
 * call after the error goes on there, or gives the end. E_IO and errors of the
 * stream itself end the reading. */
MUST_CHECK err_t xml_next(struct xml_node **out, struct xml_reader *r, struct arena *a,
                          struct err *e);

/* Name and attributes of the document element the current record lies in (NULL
 * before the first one), valid until the next document. */
const struct xml_node *xml_root(const struct xml_reader *r);

/* Counts since open, for the report. */
size_t xml_unknown_entities(const struct xml_reader *r);
size_t xml_bare_ampersands(const struct xml_reader *r);
size_t xml_bad_characters(const struct xml_reader *r);
size_t xml_stray_ends(const struct xml_reader *r);
/* The sentence for an error code of expat, in the chosen language. Static storage. */
const char *xml_fault_text(int expat_code);
void xml_close(struct xml_reader *r); /* accepts NULL */

/* What a file's first bytes say, for sniffing: UTF-8 and UTF-16 are understood. */
struct xml_head {
    char doctype[64], root[64]; /* names as written but without prefix; empty when not there */
    char text[8192];            /* from the root element's '<' on, ASCII kept, NUL-terminated */
    bool declared;              /* begins with <?xml */
};
/* False: does not look like XML (no '<' first, or no element within `head`). */
bool xml_head(struct xml_head *out, struct bytes head);

/* --- walking a tree; every function accepts a NULL node -------------------- */
/* First child element of that name, or NULL. */
const struct xml_node *xml_child(const struct xml_node *n, const char *name);
/* Next sibling element of the same name, or NULL. */
const struct xml_node *xml_same(const struct xml_node *n);
/* First child element / next sibling element of any name, or NULL. */
const struct xml_node *xml_first(const struct xml_node *n);
const struct xml_node *xml_after(const struct xml_node *n);
/* Child of child …: path "a/b/c"; each step takes the first. */
const struct xml_node *xml_at(const struct xml_node *n, const char *path);
/* First descendant element of that name in document order, or NULL. */
const struct xml_node *xml_find(const struct xml_node *n, const char *name);
/* The next element of that name after `at` in document order below `top`;
 * `at` == top gives the first (as xml_find). Elements inside `at` count too. */
const struct xml_node *xml_find_next(const struct xml_node *top, const struct xml_node *at,
                                     const char *name);
bool xml_is(const struct xml_node *n, const char *name);
struct str xml_attr(const struct xml_node *n, const char *name); /* empty when absent */
/* A deep copy that owes nothing to reader or arena of the original. */
struct xml_node *xml_copy(const struct xml_node *n, struct arena *a);
/* All text below n in order, white space runs folded to one blank, trimmed.
 * Block elements of patent texts (p, claim, heading, li, br, row …) end a line. */
struct str xml_text(const struct xml_node *n, struct arena *a);
/* The same without what stands in elements of the names in `without`. */
struct str xml_text_without(const struct xml_node *n, const char *const *without, struct arena *a);
/* xml_text of the node at `path`; empty when there is none. */
struct str xml_text_at(const struct xml_node *n, const char *path, struct arena *a);
#endif
