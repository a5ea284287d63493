/* Character entities by name: ISO 8879, ISO 9573-13 (MathML) and HTML 5. The
 * table is made at build by tools/make_entities.py. XML's own five are not in it. */
#ifndef TEXT_XML_ENTITIES_H
#define TEXT_XML_ENTITIES_H
#include "base/str.h"

struct xml_entity {
    const char *name, *text; /* text: one or more characters in UTF-8 */
};

extern const struct xml_entity xml_entities[]; /* sorted by name, byte order */
extern const size_t xml_entity_count;

/* The characters that &name; stands for; empty when the name is not known. */
struct str xml_entity_text(struct str name);
#endif
