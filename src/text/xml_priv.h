/* Shared by the makers of trees (xml.c) and xml_tree.c. */
#ifndef TEXT_XML_PRIV_H
#define TEXT_XML_PRIV_H
#include "text/xml.h"

enum xml_flow { XML_FLOW_INLINE, XML_FLOW_BLANK, XML_FLOW_LINE };

/* What an element of that name does to the text around it. */
enum xml_flow xml_flow_of(struct str name);

/* Hang n behind the children of `parent`. */
void xml_append(struct xml_node *parent, struct xml_node *n);
#endif
