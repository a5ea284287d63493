/* Words and codes of dictionaries, over all packs. */
#include "policy/choices.h"
#include "base/buf.h"
#include "policy/parts.h"

static void choose(struct str *code, struct buf *all, const struct pack *p,
                   const struct part *dictionary, struct str said)
{
    const struct part_value *entries = part_value(dictionary, "entries");
    for (size_t i = 0; i < entries->item_count; i++) {
        struct str word = part_text(&entries->items[i], "word");
        const struct part_value *codes = part_value(&entries->items[i], "codes");
        for (size_t c = 0; c < codes->word_count; c++) {
            if (str_eq(codes->words[c], said) || (codes->word_count == 1 && str_eq(word, said)))
                *code = codes->words[c];
            buf_addf(all, "%s%.*s（%.*s，%.*s）", all->len ? "、" : "", STR_ARG(word),
                     STR_ARG(codes->words[c]), STR_ARG(p->id));
        }
    }
}

/* Whether the document is of the province, or of the whole country. */
static bool is_of(const struct pack *p, struct str province)
{
    struct str of = p->document.jurisdiction;
    return of.len < 2 || str_eq((struct str){of.ptr, 2}, province) || str_is(of, "000000");
}

err_t policy_choice(struct str *code, struct str *all, struct packs *packs, struct str province,
                    struct str fact, struct str said, struct arena *a, struct err *e)
{
    const struct str *ids;
    size_t count = packs_ids(&ids, packs);
    struct buf text;
    err_t rc = OK;
    *code = STR_NONE;
    buf_init(&text, 0);
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct pack *p = NULL;
        struct err why;
        if ((rc = packs_get(&p, packs, ids[i], &why)) == E_INVALID || rc == E_NOTFOUND) {
            rc = OK;
            continue;
        }
        if (rc != OK && e)
            *e = why;
        if (rc == OK && !is_of(p, province))
            continue;
        for (size_t k = 0; rc == OK && k < p->parts[PART_DICTIONARIES].list.len; k++) {
            const struct part *one = &p->parts[PART_DICTIONARIES].list.ptr[k];
            if (one->from == p && str_eq(part_text(one, "of"), fact))
                choose(code, &text, p, one, said);
        }
    }
    *code = arena_dup(a, *code);
    *all = arena_dup(a, buf_str(&text));
    buf_clear(&text);
    return rc;
}
