/* A list of publication references as programs that ask OPS keep it:
 * {"query": …, "results": [{"country", "doc_number", "kind", "family_id"}, …]}.
 * The numbers alone are imported; texts and facts come with OPS answers. */
#include "base/msg.h"
#include "ingest/json_format.h"

static const char *const paths[] = {"results", NULL};

static bool read_record(struct doc *f, const struct jvalue *v)
{
    struct str family = jdoc_text(v, "family_id");

    if (!doc_number(&f->p->publication, f, jdoc_text(v, "country"), jdoc_text(v, "doc_number"),
                    jdoc_text(v, "kind"), NUMBER_PUBLICATION))
        (void)doc_number(&f->p->publication, f, STR_NONE, jdoc_text(v, "docdb_number"), STR_NONE,
                         NUMBER_PUBLICATION);
    if (f->p->publication.key.len == 0) {
        f->item->reason = str_of(msg("the reference has no number (\"doc_number\")"));
        return false;
    }
    if (family.len > 0)
        f->p->family = arena_printf(f->a, "docdb:%.*s", STR_ARG(family));
    return true;
}

static const struct json_format frame = {"ops", "", paths, read_record};

static int sniff(struct bytes head)
{
    return json_format_sniff(head, "\"docdb_number\"", "\"doc_number\"", 95);
}

const struct format format_ops_search = {.name = "ops-search",
                                         .title = N_("publication references found by OPS (JSON)"),
                                         .sniff = sniff,
                                         JSON_FORMAT(frame)};
