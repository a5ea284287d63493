/* References as EndNote keeps them in XML: the fields of reference.c under names of its own. */
#include "base/msg.h"
#include "ingest/formats_priv.h"

static bool is_aside(struct str name)
{
    static const char *const aside[] = {"secondary-authors", "secondary-title", "urls",
                                        "periodical",        "database",        "source-app",
                                        "foreign-keys"};
    for (size_t i = 0; i < ARRAY_LEN(aside); i++)
        if (str_is(name, aside[i]))
            return true;
    return false;
}

/* Texts stand in elements <style>. */
static void add_leaves(struct reference_list *to, const struct xml_node *n, struct arena *a)
{
    for (const struct xml_node *c = n->first; c; c = c->next) {
        if (c->name.len == 0 || is_aside(c->name))
            continue;
        if (str_is(c->name, "ref-type"))
            VEC_PUSH(a, to, ((struct tagged){STR("ref-type"), xml_attr(c, "name")}));
        else if (c->first && c->first->name.len && !str_is(c->first->name, "style"))
            add_leaves(to, c, a);
        else
            VEC_PUSH(a, to, ((struct tagged){arena_dup(a, c->name), doc_flat(c, a)}));
    }
}

static bool read_record(struct doc *f, const struct xml_node *record, const struct xml_node *root)
{
    struct reference_list list = {0};
    (void)root;
    add_leaves(&list, record, f->a);
    return reference_read(f, &list);
}

static const char *const records[] = {"record", NULL};
static const struct xml_format frame = {
    .source = "", .office = "", .records = records, .read = read_record};

static int sniff(struct bytes head)
{
    static const char *const roots[] = {"xml", "records", NULL};
    return str_contains(bytes_str(head), STR("<ref-type")) ? xml_format_sniff(head, roots) : 0;
}

const struct format format_endnote = {.name = "endnote",
                                      .title = N_("references of EndNote (XML)"),
                                      .sniff = sniff,
                                      XML_FORMAT(frame)};
