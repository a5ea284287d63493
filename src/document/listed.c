/* Combines the materials listed in the notice of a call with those of its policy. */
#include "document/listed.h"

err_t listed_read(struct listed *out, struct step *g, int64_t call)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, STR("call"));
    const struct jvalue *v = NULL;
    err_t rc = OK;
    *out = (struct listed){0};
    if (t && call && record_field(t, STR("materials")))
        rc = record_value(&v, g->db, g->p->kernel, t, call, STR("materials"), g->p->arena, g->e);
    if (rc != OK || !v || v->type != J_ARRAY)
        return rc;
    struct str *names = arena_array(g->p->arena, v->count + 1, sizeof(*names));
    for (size_t i = 0; i < v->count; i++)
        names[out->count++] = str_trim(v->items[i].text);
    out->names = names;
    return OK;
}

static bool is_named(const struct part *material, struct str name)
{
    return str_eq(name, material->id) || str_eq(name, part_text(material, "label"));
}

bool listed_has(const struct listed *l, const struct part *material)
{
    for (size_t i = 0; i < l->count; i++)
        if (is_named(material, l->names[i]))
            return true;
    return false;
}

static bool is_handed_in(const struct pack *pack, const struct part *material)
{
    const struct process *p = pack_process(pack, part_text(material, "process"));
    for (size_t i = 0; p && i < p->step_count; i++)
        if (process_step_has(&p->steps[i], EFFECT_HAND_IN))
            return true;
    return false;
}

err_t listed_check(struct fault_list *to, struct step *g, const struct pack *pack, int64_t call)
{
    const struct part_list *all = &pack->parts[PART_MATERIALS];
    struct str title = pack->document.title, labels = STR_NONE;
    struct listed l;
    err_t rc = listed_read(&l, g, call);
    for (size_t i = 0; rc == OK && i < all->list.len; i++)
        if (is_handed_in(pack, &all->list.ptr[i]))
            labels =
                arena_printf(g->p->arena, "%.*s%s%.*s", STR_ARG(labels), labels.len ? "、" : "",
                             STR_ARG(part_text(&all->list.ptr[i], "label")));
    for (size_t i = 0; rc == OK && i < l.count; i++) {
        bool known = false;
        for (size_t k = 0; !known && k < all->list.len; k++)
            known =
                is_named(&all->list.ptr[k], l.names[i]) && is_handed_in(pack, &all->list.ptr[k]);
        if (!known)
            fault_add(to, STR("materials"), "unknown",
                      N_("\"%s\" is no material that is handed in under %s; these are: %s"),
                      FAULT_ARGS(((struct label){l.names[i], l.names[i]}),
                                 ((struct label){title, title}), ((struct label){labels, labels})));
    }
    return rc;
}
