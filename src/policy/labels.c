/* Labels of a pack in English: labels.en.yaml beside its other files, by the Chinese label. Chinese alone is
 * the document's; the English is a help to read it. */
#include "base/msg.h"
#include "policy/lint_priv.h"
#include <string.h>

void pack_read_labels(struct pack_reader *r)
{
    const struct yvalue *map = pack_take(pack_section(r, "labels_en"), "labels_en");
    if (map && map->type != Y_MAP) {
        pack_fault(r, map, "\"%s\" is a map: a Chinese label, and its English one", "labels_en");
        return;
    }
    for (size_t i = 0; map && i < map->count; i++) {
        struct pack_label one = {.label = arena_dup(r->arena, map->names[i].text),
                                 .line = map->names[i].line};
        if (map->items[i].type == Y_TEXT)
            one.en = arena_dup(r->arena, str_trim(map->items[i].text));
        if (one.en.len == 0)
            pack_fault(r, &map->names[i], "\"%.*s\" has no English label", STR_ARG(one.label));
        VEC_PUSH(r->arena, &r->pack->labels, one);
    }
}

const struct pack_label *pack_label_find(const struct pack *p, struct str label)
{
    for (; p; p = p->parent)
        for (size_t i = 0; i < p->labels.len; i++)
            if (str_eq(p->labels.ptr[i].label, label))
                return &p->labels.ptr[i];
    return NULL;
}

struct str pack_label_en(const struct pack *p, struct str label, struct arena *a)
{
    const struct pack_label *found = pack_label_find(p, label);
    if (found || label.len == 0)
        return found ? found->en : label;
    return arena_printf(a, msg_in(LANG_EN, N_("%.*s (in Chinese only)")), STR_ARG(label));
}

struct str pack_label(const struct pack *p, struct str label, struct arena *a)
{
    return msg_lang() == LANG_EN ? pack_label_en(p, label, a) : label;
}

/* --- whose labels are shown -------------------------------------------------------------------------- */

/* Sections whose labels people meet while they work; the others are read beside the text. */
static bool is_shown(enum part_section section)
{
    return section == PART_AUTHORITIES || section == PART_FORMS || section == PART_PAPERS ||
           section == PART_MATERIALS || section == PART_PROCESSES || section == PART_EVALUATIONS ||
           section == PART_PROHIBITIONS || section == PART_FUNDS || section == PART_RECORD_LABELS ||
           section == PART_RECORDS;
}

/* Within them: what a paper prints is Chinese like the paper. */
static bool is_printed(const char *key)
{
    return strcmp(key, "blocks") == 0;
}

static void each_of(const struct part *p, pack_label_fn *fn, void *arg)
{
    struct str label = part_text(p, "label");
    if (label.len)
        fn(arg, p->from, label, part_value(p, "label")->line);
    for (size_t k = 0; p->keys[k].name; k++)
        for (size_t i = 0; !is_printed(p->keys[k].name) && i < p->values[k].item_count; i++)
            each_of(&p->values[k].items[i], fn, arg);
}

/* Words that people choose from: of fields whose codes policies alone give. */
static void each_word(const struct part *p, pack_label_fn *fn, void *arg)
{
    const struct part_value *entries = part_value(p, "entries");
    struct str field = part_text(p, "of"), type = str_split(&field, STR("."));
    for (size_t i = 0; field.len && !lint_field_codes(type, field) && i < entries->item_count; i++)
        fn(arg, p->from, part_text(&entries->items[i], "word"), entries->items[i].line);
}

void pack_labels_each(const struct pack *p, pack_label_fn *fn, void *arg)
{
    for (size_t s = 0; s < PART_SECTIONS; s++)
        for (size_t i = 0; is_shown((enum part_section)s) && i < p->parts[s].list.len; i++)
            each_of(&p->parts[s].list.ptr[i], fn, arg);
    for (size_t i = 0; i < p->parts[PART_DICTIONARIES].list.len; i++)
        each_word(&p->parts[PART_DICTIONARIES].list.ptr[i], fn, arg);
    for (size_t i = 0; i < p->indicators.len; i++)
        if (p->indicators.ptr[i].label.len)
            fn(arg, p->indicators.ptr[i].from, p->indicators.ptr[i].label,
               p->indicators.ptr[i].line);
    if (p->document.title.len)
        fn(arg, p, p->document.title, 1);
    for (size_t i = 0; i < p->questions.len; i++)
        fn(arg, p->questions.ptr[i].from, p->questions.ptr[i].label, p->questions.ptr[i].line);
}

static const char *party_name(struct str actor)
{
    return str_is(actor, "applicant") ? N_("the applicant")
           : str_is(actor, "centre")  ? N_("the centre")
           : str_is(actor, "expert")  ? N_("an expert")
           : str_is(actor, "public")  ? N_("anybody")
                                      : N_("the system");
}

struct str pack_actor_label(const struct pack *p, struct str actor, struct arena *a)
{
    const struct part *office = part_named(p, PART_AUTHORITIES, actor);
    return office ? pack_label(p, part_text(office, "label"), a) : str_of(msg(party_name(actor)));
}
