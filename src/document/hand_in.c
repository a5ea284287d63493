/* Forms filled, materials counted, the commitment in full. */
#include "document/hand_in.h"
#include "base/msg.h"
#include "document/form_paper.h"
#include "document/listed.h"

struct handing {
    struct hand_in *out;
    struct step g;
    struct subject all;
    struct form_subject of;
    struct form_rows_known rows;
    struct arena *a;
    VEC(struct hand_in_cell) lacks;
    VEC(struct hand_in_form) forms;
};

/* A material that depends on something is asked of the facts; the rest is not. */
static err_t read_facts(struct handing *h, struct form_source *s)
{
    const struct part_list *all = &s->pack->parts[PART_MATERIALS];
    bool asked = false;
    for (size_t i = 0; i < all->list.len; i++)
        asked |= part_text(&all->list.ptr[i], "when").len &&
                 str_eq(part_text(&all->list.ptr[i], "process"), h->g.x->process->id);
    return asked ? programme_facts(&s->document, &h->g) : OK;
}

static void take_commitment(struct handing *h, const struct part *form, struct str text)
{
    h->out->commitment = text;
    h->out->digest = text_digest(text, h->a);
    h->out->from = part_citation(form);
}

static void take_cell(struct handing *h, const struct part *form, const struct form_filled *filled,
                      size_t n)
{
    VEC(struct form_gap) gaps = {0};
    for (size_t i = 0; i < filled->gap_count; i++)
        if (filled->gaps[i].of == filled->missing_in[n])
            VEC_PUSH(h->a, &gaps, filled->gaps[i]);
    VEC_PUSH(h->a, &h->lacks,
             ((struct hand_in_cell){form, filled->missing[n], filled->missing_in[n], gaps.ptr,
                                    gaps.len}));
}

static err_t fill(struct handing *h, const struct part *form, const struct form_source *s)
{
    struct form_source draft = *s;
    struct form_filled filled;
    draft.draft = true;
    if (part_value(form, "sections")->item_count == 0) /* the document does not lay it out */
        return form_materials(&h->out->materials, &h->out->material_count, s, h->g.x->process->id,
                              h->a, h->g.e);
    err_t rc = form_fill(&filled, form, &draft, h->a, h->g.e);
    if (rc != OK)
        return rc;
    VEC_PUSH(h->a, &h->forms, ((struct hand_in_form){form, *s}));
    h->out->materials = filled.materials;
    h->out->material_count = filled.material_count;
    for (size_t i = 0; i < filled.missing_cells; i++)
        take_cell(h, form, &filled, i);
    if (filled.commitment.len)
        take_commitment(h, form, filled.commitment);
    return OK;
}

/* The record as it is once the step has written what its body says of it (RFC 7396). */
static struct jvalue merged(const struct jvalue *record, const struct jvalue *said, struct arena *a)
{
    size_t most = record->count + said->count + 1;
    struct jvalue *items = arena_array(a, most, sizeof(*items));
    struct str *names = arena_array(a, most, sizeof(*names));
    struct jvalue out = {.type = J_OBJECT, .items = items, .names = names};
    for (size_t i = 0; i < record->count; i++)
        if (!jin_get(said, arena_cstr(a, record->names[i]))) {
            names[out.count] = record->names[i];
            items[out.count++] = record->items[i];
        }
    for (size_t i = 0; i < said->count; i++)
        if (said->items[i].type != J_NULL) {
            names[out.count] = said->names[i];
            items[out.count++] = said->items[i];
        }
    return out;
}

/* A step that hands in may bring the last of it: the case's own record counts as the step leaves it. */
static void take_said(const struct handing *h, struct form_source *s)
{
    const struct flow_case *c = &h->g.x->c;
    const struct jvalue *records = h->g.x->arguments ? jin_get(h->g.x->arguments, "records") : NULL;
    const struct jvalue *said = records ? jin_get(records, arena_cstr(h->a, c->type)) : NULL;
    struct form_rows *rows = arena_array(h->a, s->row_count + 1, sizeof(*rows));
    if (!said || said->type != J_OBJECT)
        return;
    for (size_t i = 0; i < s->row_count; i++) {
        struct jvalue *items = arena_array(h->a, s->rows[i].count + 1, sizeof(*items));
        rows[i] = s->rows[i];
        if (!str_eq(rows[i].type->name, c->type))
            continue;
        for (size_t k = 0; k < rows[i].count; k++) {
            int64_t id = 0;
            bool own = jin_i64(&id, &rows[i].items[k], "id") && id == c->record_id;
            items[k] = own ? merged(&rows[i].items[k], said, h->a) : rows[i].items[k];
        }
        rows[i].items = items;
    }
    s->rows = rows;
}

static err_t hand_in_form(struct handing *h, struct str id)
{
    const struct part *form = part_named(h->g.p->pack, PART_FORMS, id);
    bool kept = h->g.x->prepared;
    struct form_source s = {.pack = h->g.p->pack,
                            .today = h->g.x->today,
                            .known = kept ? &documents_prepared(h->g.x)->rows : &h->rows};
    if (!form)
        return err_set(h->g.e, E_INTERNAL, "the policy has no form %.*s", STR_ARG(id));
    err_t rc = form_rows_read(&s, &(struct record_call){h->g.p->kernel, &h->all, NULL, 0, h->a},
                              form, &h->of, h->g.e);
    if (rc == OK)
        take_said(h, &s);
    if (rc == OK)
        rc = read_facts(h, &s);
    return rc == OK ? fill(h, form, &s) : rc;
}

/* Materials listed in the notice of the case's call are required by it. */
static err_t take_listed(struct hand_in *out, struct step *g)
{
    struct form_material *all = arena_array(g->x->arena, out->material_count + 1, sizeof(*all));
    struct listed l = {0};
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = listed_read(&l, g, g->x->c.call);
    step_reader_end(g);
    for (size_t i = 0; rc == OK && i < out->material_count; i++) {
        all[i] = out->materials[i];
        all[i].listed = all[i].asked && !all[i].required && listed_has(&l, all[i].material);
        all[i].required |= all[i].listed;
    }
    out->materials = all;
    return rc;
}

static bool same_gap(const struct form_gap *a, const struct form_gap *b)
{
    return a->id == b->id && str_eq(a->type, b->type) && str_eq(a->field, b->field) &&
           str_eq(a->inner, b->inner);
}

static bool is_told(const struct hand_in *out, const struct handing *h, size_t cells,
                    const struct form_gap *g)
{
    for (size_t i = 0; i < out->material_count; i++)
        for (size_t k = 0; hand_in_needs(&out->materials[i]) && k < out->materials[i].lacking; k++)
            if (same_gap(&out->materials[i].gaps[k], g))
                return true;
    for (size_t i = 0; i < cells; i++)
        for (size_t k = 0; k < h->lacks.ptr[i].gap_count; k++)
            if (same_gap(&h->lacks.ptr[i].gaps[k], g))
                return true;
    return false;
}

/* Reports each missing field once, under its first user. */
static void tell_once(struct hand_in *out, struct handing *h)
{
    size_t cells = 0;
    for (size_t i = 0; i < h->lacks.len; i++) {
        struct hand_in_cell c = h->lacks.ptr[i];
        struct form_gap *own = arena_array(h->a, c.gap_count + 1, sizeof(*own));
        size_t count = 0;
        for (size_t k = 0; k < c.gap_count; k++)
            if (!is_told(out, h, cells, &c.gaps[k]))
                own[count++] = c.gaps[k];
        if (count == 0 && c.gap_count)
            continue;
        c.gaps = own;
        c.gap_count = count;
        h->lacks.ptr[cells++] = c;
    }
    out->lacks = h->lacks.ptr;
    out->lack_count = cells;
}

err_t hand_in_of(struct hand_in *out, struct step *g, const struct process_step *step)
{
    const struct flow_case *c = &g->x->c;
    struct handing h = {.out = out,
                        .g = {NULL, g->db, g->x, g->p, g->e},
                        .of = {c->type, c->record_id, c->number, {.unit = c->unit}},
                        .a = g->x->arena};
    err_t rc = OK;
    *out = (struct hand_in){.step = NULL};
    for (size_t i = 0; rc == OK && i < step->effect_count; i++) {
        if (step->effects[i].kind != EFFECT_HAND_IN)
            continue;
        if (!out->step) {
            subject_program(&h.all, g->x->today);
            rc = programme_party_code(&h.of.party.code, &h.g);
        }
        out->step = step;
        if (rc == OK)
            rc = hand_in_form(&h, step->effects[i].object);
    }
    if (rc == OK && out->step)
        rc = take_listed(out, g);
    tell_once(out, &h);
    out->forms = h.forms.ptr;
    out->form_count = h.forms.len;
    return rc;
}

/* --- what was accepted ---------------------------------------------------------------------- */

err_t hand_in_accepted(struct form_acceptance *out, struct db *db, int64_t case_id, struct arena *a,
                       struct err *e)
{
    const struct flow_done *all;
    size_t count = 0;
    err_t rc = flow_history(&all, &count, db, case_id, a, e);
    *out = (struct form_acceptance){.digest = STR_NONE};
    for (size_t i = count; rc == OK && i > 0 && out->digest.len == 0; i--) {
        const struct flow_done *d = &all[i - 1];
        const struct jvalue *result = NULL, *said;
        if (d->result.len == 0)
            continue;
        rc = jin_parse(&result, d->result, a, e);
        said = rc == OK ? jin_get(result, "commitment") : NULL;
        const struct role *role = said ? role_find(jin_text(said, "role")) : NULL;
        if (said)
            *out = (struct form_acceptance){.name = jin_text(said, "name"),
                                            .role = role ? role->label_zh : STR_NONE,
                                            .at = business_time(d->at_ms, a),
                                            .digest = jin_text(said, "digest")};
    }
    return rc;
}

/* --- the refusal -------------------------------------------------------------------------------- */

#define NAMED_MAX 10 /* of the records that lack a file; how many there are is said beside */

static struct str lacking_names(const struct form_material *m, struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < m->lacking && i < NAMED_MAX; i++)
        all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), i ? "、" : "", STR_ARG(m->lacks[i]));
    return m->lacking > NAMED_MAX ? arena_printf(a, "%.*s… (%zu)", STR_ARG(all), m->lacking) : all;
}

static void name_gap(struct flow_obstacles *to, const struct form_gap *g, struct arena *a)
{
    struct flow_missing *m = &to->ptr[to->len - 1].missing;
    m->path = arena_printf(a, "%.*s.%.*s", STR_ARG(g->type), STR_ARG(g->field));
    m->id = g->id;
    m->is_new = g->id == 0;
}

static void say_lacks(struct flow_obstacles *to, const struct hand_in *h, struct arena *a)
{
    for (size_t i = 0; i < h->lack_count; i++) {
        struct citation from = part_citation(h->lacks[i].form);
        obstacle_add(to, WHY_FORM_LACKS, h->lacks[i].label, &from,
                     FLOW_ARGS(h->lacks[i].label, part_text(h->lacks[i].form, "label")));
        if (h->lacks[i].gap_count)
            name_gap(to, &h->lacks[i].gaps[0], a);
    }
    for (size_t i = 0; i < h->material_count; i++) {
        const struct form_material *m = &h->materials[i];
        struct citation from = part_citation(m->material);
        if (!hand_in_needs(m))
            continue;
        enum why why = m->unnamed  ? WHY_MATERIAL_UNNAMED
                       : m->listed ? WHY_MATERIAL_LISTED
                                   : WHY_MATERIAL;
        obstacle_add(to, why, m->material->id, m->listed ? NULL : &from,
                     FLOW_ARGS(part_text(m->material, "label"), lacking_names(m, a)));
        name_gap(to, &m->gaps[0], a);
    }
}

/* Only a person who represents the organisation in his own right, in a role granted by nobody else
 * in it, can accept its commitment. */
static err_t check_authorised(struct step *g, const struct hand_in *h, struct str *role_said)
{
    struct str *roles = arena_array(g->x->arena, g->x->step->role_count + 1, sizeof(*roles));
    struct decision d = {.allowed = false};
    struct str labels = STR_NONE;
    size_t count = 0;
    for (size_t i = 0; i < g->x->step->role_count; i++) {
        const struct role *r = role_find(g->x->step->roles[i]);
        if (!r || r->granted_by.len)
            continue;
        roles[count++] = r->name;
        labels = arena_printf(g->x->arena, "%.*s%s%.*s", STR_ARG(labels), labels.len ? "、" : "",
                              STR_ARG(role_label(r)));
    }
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = flow_allows(&d, g->db, g->x->by, &g->x->c, roles, count, g->x->step->id, g->x->arena,
                         g->e);
    step_reader_end(g);
    if (rc != OK)
        return rc;
    if (d.allowed && d.grant && d.grant->on_behalf_of)
        obstacle_add(g->to, WHY_COMMITMENT_IN_PERSON, STR("commitment"), &h->from,
                     FLOW_ARGS(labels));
    else if (!d.allowed || !d.grant)
        obstacle_add(g->to, WHY_COMMITMENT_BY, STR("commitment"), &h->from, FLOW_ARGS(labels));
    else
        *role_said = d.grant->role->name;
    return OK;
}

static void check_digest(struct flow_obstacles *to, const struct flow_call *x,
                         const struct hand_in *h)
{
    struct str given = x->arguments ? jin_text(x->arguments, "commitment") : STR_NONE;
    if (x->looking || str_eq(given, h->digest))
        return;
    obstacle_add(to, given.len ? WHY_COMMITMENT_OTHER : WHY_COMMITMENT, STR("commitment"), &h->from,
                 NULL, 0);
}

err_t programme_check_submission(struct step *g)
{
    struct prepared *ready = g->x->prepared;
    struct hand_in h;
    err_t rc = hand_in_of(&h, g, g->x->step);
    if (rc != OK || !h.step)
        return rc;
    say_lacks(g->to, &h, g->x->arena);
    ready->commitment = h.commitment;
    ready->commitment_digest = h.digest;
    if (h.commitment.len) {
        check_digest(g->to, g->x, &h);
        rc = check_authorised(g, &h, &ready->commitment_role);
    }
    /* Forms are not filled if the submission is refused. */
    return rc == OK && !g->x->looking && g->to->len == 0 ? form_papers_fill(g, &h) : rc;
}

/* --- the checklist ------------------------------------------------------------------------------ */

static void citation_json(struct jout *j, struct citation from)
{
    jout_pair(j, "clause", from.clause);
    jout_pair(j, "quote", from.quote);
}

void hand_in_gap_json(struct jout *j, const struct form_gap *g, bool named)
{
    jout_pair(j, "record_type", g->type);
    jout_pair(j, "field", g->field);
    jout_pair(j, "inner", g->inner);
    jout_pair(j, "label", g->label);
    jout_pair_id(j, "id", g->id);
    jout_pair(j, "title", named ? g->title : STR_NONE);
}

static void gaps_json(struct jout *j, const struct form_gap *gaps, size_t count, bool named)
{
    jout_pair_array(j, "fields");
    for (size_t i = 0; i < count; i++) {
        jout_object(j);
        hand_in_gap_json(j, &gaps[i], named);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void cells_json(struct jout *j, const struct hand_in *h, bool own)
{
    jout_pair_array(j, "cells");
    for (size_t i = 0; i < h->lack_count; i++) {
        jout_object(j);
        jout_pair(j, "form", h->lacks[i].form->id);
        jout_pair(j, "label", h->lacks[i].label);
        gaps_json(j, h->lacks[i].gaps, h->lacks[i].gap_count, own);
        citation_json(j, part_citation(h->lacks[i].form));
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void material_json(struct jout *j, const struct form_material *m, bool own, struct arena *a)
{
    jout_object(j);
    jout_pair(j, "material", m->material->id);
    jout_pair(j, "label", part_text(m->material, "label"));
    jout_pair_bool(j, "required", m->required);
    jout_pair_bool(j, "listed", m->listed);
    jout_pair_bool(j, "there", m->lacking == 0);
    jout_pair_i64(j, "wanted", (int64_t)m->wanted);
    jout_pair_i64(j, "lacking", (int64_t)m->lacking);
    jout_pair_strs(j, "lacks", m->lacks, own ? m->lacking : 0);
    gaps_json(j, m->gaps, own ? m->lacking : 0, own);
    jout_pair(j, "ends", m->ends);
    jout_pair(j, "warning", /* no lack: it stands in nobody's way */
              m->ends.len ? arena_printf(a, msg("it ends on %.*s, in less than %d months"),
                                         STR_ARG(m->ends), part_int(m->material, "months"))
                          : STR_NONE);
    citation_json(j, part_citation(m->material));
    jout_pair(j, "own", part_text(m->material, "own"));
    jout_pair(j, "note", part_text(m->material, "note"));
    jout_end_object(j);
}

void hand_in_commitment_json(struct jout *j, const struct hand_in *h,
                             const struct form_acceptance *by)
{
    jout_name(j, "commitment");
    if (h->commitment.len == 0) {
        jout_null(j);
        return;
    }
    jout_object(j);
    jout_pair(j, "text", h->commitment);
    jout_pair(j, "digest", h->digest);
    citation_json(j, h->from);
    jout_pair_bool(j, "accepted", str_eq(by->digest, h->digest));
    jout_pair(j, "name", by->name);
    jout_pair(j, "role", by->role);
    jout_pair(j, "at", by->at);
    jout_pair(j, "accepted_digest", by->digest);
    jout_end_object(j);
}

err_t hand_in_find(const struct process_step **out, struct step *g)
{
    bool mine = false;
    err_t rc = OK;
    *out = NULL;
    for (size_t i = 0; rc == OK && !mine && i < g->x->process->step_count; i++) {
        const struct process_step *s = &g->x->process->steps[i];
        struct flow_obstacles o = {.arena = g->x->arena};
        if (!process_step_has(s, EFFECT_HAND_IN))
            continue;
        g->x->step = s;
        rc = programme_check_when(&(struct step){&o, g->db, g->x, g->p, g->e});
        mine = o.len == 0;
        if (mine || !*out)
            *out = s;
    }
    g->x->step = *out;
    return rc;
}

err_t hand_in_of_case(struct hand_in *out, struct step *g)
{
    const struct process_step *first;
    err_t rc = hand_in_find(&first, g);
    *out = (struct hand_in){.step = NULL};
    return rc == OK && first ? hand_in_of(out, g, first) : rc;
}

err_t hand_in_json(struct buf *out, struct step *g)
{
    struct form_acceptance by = {.digest = STR_NONE};
    struct hand_in h;
    struct jout j;
    err_t rc = hand_in_of_case(&h, g);
    if (rc != OK || (rc = step_reader(g)) != OK)
        return rc;
    rc = hand_in_accepted(&by, g->db, g->x->c.id, g->x->arena, g->e);
    step_reader_end(g);
    if (rc != OK)
        return rc;
    bool complete = h.lack_count == 0, own = g->x->by->unit == g->x->c.unit;
    for (size_t i = 0; i < h.material_count; i++)
        complete &= !hand_in_needs(&h.materials[i]);
    if (!own && by.digest.len == 0) /* until it is accepted, the text is the party's draft */
        h.commitment = STR_NONE;
    jout_init(&j, out);
    jout_object(&j);
    jout_pair(&j, "action", h.step ? h.step->id : STR_NONE);
    jout_pair(&j, "label", h.step ? h.step->label : STR_NONE);
    jout_pair_array(&j,
                    "actions"); /* more than one where the policy leaves open with whom to begin */
    for (size_t i = 0; i < g->x->process->step_count; i++)
        if (process_step_has(&g->x->process->steps[i], EFFECT_HAND_IN))
            jout_str(&j, g->x->process->steps[i].id);
    jout_end_array(&j);
    jout_pair_bool(&j, "complete", complete);
    cells_json(&j, &h, own);
    jout_pair_array(&j, "materials");
    for (size_t i = 0; i < h.material_count; i++)
        material_json(&j, &h.materials[i], own, g->x->arena);
    jout_end_array(&j);
    hand_in_commitment_json(&j, &h, &by);
    jout_end_object(&j);
    return OK;
}
