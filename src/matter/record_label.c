/* Display names of records and their fields in cases of a pack. */
#include "matter/matter.h"

static struct label labelled(const struct programme *p, const struct part *part, struct label own)
{
    if (!part)
        return own;
    struct str label = part_text(part, "label");
    return (struct label){.zh = label, .en = pack_label_en(p->pack, label, p->arena)};
}

static const struct part *record_part(const struct programme *p, const struct record_type *t)
{
    return p->pack ? part_named(p->pack, PART_RECORD_LABELS, t->name) : NULL;
}

struct label programme_type_label(const struct programme *p, const struct record_type *t)
{
    return labelled(p, record_part(p, t), t->label);
}

struct label programme_field_label(const struct programme *p, const struct record_type *t,
                                   const struct field *f)
{
    const struct part *record = record_part(p, t);
    const struct part_value *fields = record ? part_value(record, "fields") : NULL;
    return labelled(p, fields ? part_among(fields->items, fields->item_count, f->name) : NULL,
                    f->label);
}
