/* Words and codes of dictionaries, over all packs. */
#include "policy/choices.h"
#include "base/buf.h"
#include "text/unicode.h"

bool dictionary_words(struct enum_values *to, const struct pack *p, struct str fact,
                      struct arena *a)
{
    bool has = false;
    for (size_t k = 0; k < p->parts[PART_DICTIONARIES].list.len; k++) {
        const struct part *one = &p->parts[PART_DICTIONARIES].list.ptr[k];
        const struct part_value *entries = part_value(one, "entries");
        bool its = str_eq(part_text(one, "of"), fact);
        has |= its;
        for (size_t i = 0; its && i < entries->item_count; i++) {
            const struct part_value *codes = part_value(&entries->items[i], "codes");
            struct str word = arena_dup(a, part_text(&entries->items[i], "word"));
            const struct label label = {word, arena_dup(a, pack_label_en(p, word, a))};
            for (size_t c = 0; c < codes->word_count; c++)
                VEC_PUSH(a, &to->list,
                         ((struct enum_value){.code = arena_dup(a, codes->words[c]),
                                              .label = label,
                                              .pack = arena_dup(a, p->id)}));
        }
    }
    return has;
}

struct str dictionary_word(const struct pack *p, struct str fact, struct str code, struct arena *a)
{
    struct enum_values all = {0};
    (void)dictionary_words(&all, p, fact, a);
    for (size_t i = 0; i < all.list.len; i++)
        if (str_eq(all.list.ptr[i].code, code))
            return all.list.ptr[i].label.zh;
    return STR_NONE;
}

/* Whether the document is of the province, or of the whole country. */
static bool is_of(const struct pack *p, struct str province)
{
    struct str of = p->document.jurisdiction;
    return of.len < 2 || str_eq((struct str){of.ptr, 2}, province) || str_is(of, "000000");
}

/* The pack; NULL: it cannot be read, and is passed over. */
static err_t get(const struct pack **out, struct packs *packs, struct str id, struct err *e)
{
    struct err why;
    *out = NULL;
    err_t rc = packs_get(out, packs, id, &why);
    if (rc == E_INVALID || rc == E_NOTFOUND) {
        *out = NULL;
        return OK;
    }
    return err_pass(e, rc, &why);
}

static bool is_citys(const struct pack *p)
{
    struct str of = p->document.jurisdiction;
    return of.len >= 4 && !str_is((struct str){of.ptr + 2, of.len - 2}, "0000");
}

/* As is_of, but a city's document is of its city alone. */
static bool reaches(const struct pack *p, struct str region)
{
    return is_citys(p) ? str_starts(region, (struct str){p->document.jurisdiction.ptr, 4})
                       : is_of(p, (struct str){region.ptr, region.len < 2 ? region.len : 2});
}

static bool counts_on(const struct pack *p, struct str today)
{
    const struct document *d = &p->document;
    return !(d->expires.len && str_cmp(d->expires, today) < 0) &&
           !(d->replaced_from.len && str_cmp(d->replaced_from, today) <= 0);
}

err_t policy_record_parts(const struct part ***out, size_t *count, struct packs *packs,
                          struct str region, struct str today, struct arena *a, struct err *e)
{
    VEC(const struct part *) all = {0};
    const struct str *ids;
    size_t n = packs_ids(&ids, packs);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < n; i++) {
        const struct pack *p;
        rc = get(&p, packs, ids[i], e);
        if (rc != OK || !p || !reaches(p, region) || !counts_on(p, today))
            continue;
        for (size_t k = 0; k < p->parts[PART_RECORDS].list.len; k++)
            if (p->parts[PART_RECORDS].list.ptr[k].from == p)
                VEC_PUSH(a, &all, &p->parts[PART_RECORDS].list.ptr[k]);
    }
    *out = all.ptr;
    *count = all.len;
    return rc;
}

/* True if an indicator of the pack reads the list of this fact (services for services.duty). */
static bool reads_fact(const struct pack *p, struct str fact)
{
    struct str rest = fact, list = str_split(&rest, STR("."));
    for (size_t i = 0; i < p->indicators.len; i++)
        if (p->indicators.ptr[i].from == p &&
            str_among(list, p->indicators.ptr[i].lists, p->indicators.ptr[i].list_count))
            return true;
    return false;
}

err_t policy_words(const struct enum_value **out, size_t *count, struct packs *packs,
                   const struct choice_asker *by, struct str fact, struct arena *a, struct err *e)
{
    const struct str *ids;
    size_t n = packs_ids(&ids, packs);
    struct enum_values own = {0}, any = {0};
    bool reads = false, binds = true; /* of the unit's programmes */
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < n; i++) {
        const struct pack *p;
        rc = get(&p, packs, ids[i], e);
        if (rc != OK || !p || !is_of(p, by->province) || p->document.standing == PACK_INFORMATIVE)
            continue;
        bool of_unit = str_among(p->id, by->programmes, by->count);
        bool has = dictionary_words(of_unit ? &own : &any, p, fact, a);
        reads |= of_unit && (by->of_record || has || reads_fact(p, fact));
        binds &= !of_unit || has || !reads_fact(p, fact);
    }
    *out = reads ? own.list.ptr : any.list.ptr;
    *count = reads && !binds ? 0 : reads ? own.list.len : any.list.len;
    return rc;
}

/* Forms of one letter are one. */
static struct str folded(struct str s, struct arena *a)
{
    struct buf b = {0};
    unicode_fold(&b, s);
    return buf_take(&b, a);
}

err_t policy_mark_place(struct str *place, struct packs *packs, struct str mark, struct arena *a,
                        struct err *e)
{
    const struct str *ids;
    size_t count = packs_ids(&ids, packs);
    err_t rc = OK;
    *place = STR_NONE;
    for (size_t i = 0; rc == OK && place->len == 0 && i < count; i++) {
        const struct pack *p;
        rc = get(&p, packs, ids[i], e);
        for (size_t k = 0;
             rc == OK && p && p->document.jurisdiction.len && k < p->document.mark_count; k++)
            if (str_starts(folded(mark, a), folded(p->document.marks[k], a)))
                *place =
                    arena_dup(a, (struct str){p->document.jurisdiction.ptr, is_citys(p) ? 4 : 2});
    }
    return rc;
}
