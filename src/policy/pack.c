/* Looking up parts of a pack by name. */
#include "policy/pack.h"

#define FIND(list, id)                                                                             \
    for (size_t i = 0; i < (list).len; i++)                                                        \
        if (str_eq((list).ptr[i].id, id))

struct str pack_section_file(const struct pack *p, const char *section)
{
    for (size_t i = 0; i < p->sections.len; i++)
        if (str_is(p->sections.ptr[i].name, section))
            return p->sections.ptr[i].file;
    return p->file;
}

const struct question *pack_question(const struct pack *p, struct str id)
{
    FIND(p->questions, id)
    return &p->questions.ptr[i];
    return NULL;
}

const struct deadline_rule *pack_deadline(const struct pack *p, struct str id)
{
    FIND(p->deadlines, id)
    return &p->deadlines.ptr[i];
    return NULL;
}

const struct ambiguity *pack_ambiguity(const struct pack *p, struct str id)
{
    FIND(p->ambiguities, id)
    return &p->ambiguities.ptr[i];
    return NULL;
}

const struct ambiguity *pack_carrying(const struct pack *p)
{
    for (size_t i = 0; i < p->ambiguities.len; i++)
        if (p->ambiguities.ptr[i].carries.len)
            return &p->ambiguities.ptr[i];
    return NULL;
}

bool pack_find_criterion(size_t *index, const struct pack *p, struct str id)
{
    FIND(p->criteria, id)
    {
        *index = i;
        return true;
    }
    return false;
}

bool pack_find_indicator(size_t *index, const struct pack *p, struct str id)
{
    FIND(p->indicators, id)
    {
        *index = i;
        return true;
    }
    return false;
}

bool fold_is_truth(enum fold f)
{
    return f == FOLD_EXISTS || f == FOLD_EVERY;
}
