/* Finds the values that a paper of a pack prints, and the cases that it lists. */
#include "document/case_paper_priv.h"
#include "policy/paper_value.h"

bool case_paper_goes_through(const struct part *from, const char *list)
{
    const struct part_value *blocks = part_value(from, "blocks");
    for (size_t i = 0; i < blocks->item_count; i++)
        if (str_is(part_text(&blocks->items[i], "each"), list))
            return true;
    return false;
}

static bool text_prints(struct str text, struct str name)
{
    struct str piece, found;
    if (str_starts(text, name))
        return true;
    while (text.ptr && paper_text_next(&text, &piece, &found))
        if (found.ptr && str_starts(found, name))
            return true;
    return false;
}

static bool part_prints(const struct part *p, struct str name)
{
    for (size_t i = 0; p->keys[i].name; i++) {
        const struct part_value *v = &p->values[i];
        if (p->keys[i].type == PART_TEXT && text_prints(v->text, name))
            return true;
        for (size_t k = 0; k < v->word_count; k++)
            if (str_starts(v->words[k], name))
                return true;
        for (size_t k = 0; k < v->item_count; k++)
            if (part_prints(&v->items[k], name))
                return true;
    }
    return false;
}

bool case_paper_prints(const struct case_paper_known *k, const char *name)
{
    return part_prints(k->paper, str_of(name)) || part_prints(k->from, str_of(name));
}

const struct part *case_paper_blocks_from(const struct pack *pack, const struct part *paper)
{
    const struct part *like = part_named(pack, PART_PAPERS, part_text(paper, "like"));
    return like ? like : paper;
}

bool case_paper_lists_parties(const struct pack *pack, const struct part *paper)
{
    return case_paper_goes_through(case_paper_blocks_from(pack, paper), "parties") &&
           !part_true(paper, "internal");
}

err_t case_paper_cases(const struct jvalue **out, const struct case_paper_known *k)
{
    const struct jvalue *result = NULL;
    struct str text;
    *out = NULL;
    if (!k->step || !case_paper_lists_parties(k->g.p->pack, k->paper))
        return OK;
    err_t rc = db_text(&text, k->g.db,
                       "SELECT result FROM flow_step WHERE case_id = ?1 AND kind = 'step' AND step"
                       " = ?2 ORDER BY id DESC NULLS LAST LIMIT 1",
                       VALUES(v_i64(k->g.x->c.id), v_str(k->step->id)), k->a, k->g.e);
    if (rc == OK && text.len)
        rc = jin_parse(&result, text, k->a, k->g.e);
    *out = rc == OK && result ? jin_get(result, "cases") : NULL;
    return rc;
}
