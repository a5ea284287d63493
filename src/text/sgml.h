/* SGML as the USPTO's ST.32 grants of 2001 are written: tags without XML's
 * rules. Read without the DTD by two observations that hold for any DTD: an
 * element whose end tag stands nowhere in the document is an empty one, and an
 * end tag closes everything opened since its start tag. Attribute values may
 * lack quotes, names may come in either case (they are given in upper case),
 * references may lack their ';'. */
#ifndef TEXT_SGML_H
#define TEXT_SGML_H
#include "text/xml.h"

struct sgml_counts {
    size_t unknown_entities;
    size_t stray_end_tags; /* end tags without a start: a hint of damage */
    size_t unclosed;       /* elements closed only by an outer end tag */
};

/* One document element, from its '<' (prolog before it is passed over), as a
 * tree; names live in `a`. Lines are counted from first_line. E_INVALID: no
 * element in it, or it ends before the document element does. E_LIMIT. */
MUST_CHECK err_t sgml_parse(struct xml_node **out, struct sgml_counts *counts, struct str text,
                            int64_t first_line, struct arena *a, struct err *e);

/* Offset of the next document in a file of several: its "<!DOCTYPE" or, where
 * there is none, its start tag <name; s.len when there is none from `at` on. */
size_t sgml_next_document(struct str s, size_t at, struct str name);

/* Offset of the next start tag <name at or behind `at`; s.len when there is none. */
size_t sgml_next_root(struct str s, size_t at, struct str name);
#endif
