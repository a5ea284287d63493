/* Text inside XML and HTML. */
#ifndef TEXT_XML_OUT_H
#define TEXT_XML_OUT_H
#include "base/buf.h"

/* As element or attribute content; control characters and bad UTF-8 are shown as U+FFFD, since no
 * XML 1.0 document may hold them. */
void xml_escape(struct buf *out, struct str s);
#endif
