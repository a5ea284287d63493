/* Bans on applying again: consequences of prohibitions, counted from the step that caused them. */
#include "policy/ban.h"
#include "base/date.h"
#include "base/msg.h"
#include "matter/matter.h"

struct looking {
    struct step *g;
    int64_t unit;
    const struct part *prohibition, *consequence;
};

/* A case in which the step was taken against the party. */
struct taken {
    struct str date, type;
    int64_t record;
};

struct taken_list {
    VEC(struct taken) list;
};

/* By its code, too: whoever comes back as another unit is the same party. */
static err_t find_taken(struct taken_list *out, const struct looking *l, struct str process,
                        struct str step)
{
    static const char sql[] =
        "SELECT s.date, c.record_type, c.record_id FROM flow_step s JOIN flow_case c ON c.id ="
        " s.case_id WHERE c.programme = ?1 AND c.process = ?2 AND s.kind = 'step' AND s.step = ?3"
        " AND c.trial = ?4 AND (c.owner_unit = ?5 OR c.owner_unit IN (SELECT o.id FROM unit o JOIN"
        " unit u ON u.credit_code = o.credit_code WHERE u.id = ?5)) ORDER BY s.id";
    bool trial = l->g->p->pack->document.standing != PACK_IN_FORCE;
    struct taken one;
    return db_rows(
        ROWS(&out->list, one), l->g->db, sql,
        VALUES(v_str(l->g->p->pack->id), v_str(process), v_str(step), v_i64(trial), v_i64(l->unit)),
        INTO(into_str(&one.date), into_str(&one.type), into_i64(&one.record)), l->g->x->arena,
        l->g->e);
}

/* Whether it was for a ground of the prohibition; what names no ground is for any. */
static err_t is_for(bool *out, bool *known, const struct looking *l, const struct taken *t)
{
    const struct record_type *type = record_type_find(l->g->p->kernel->types, t->type);
    const struct jvalue *ground = NULL;
    err_t rc = OK;
    *out = *known = true;
    if (!type || !record_field(type, STR("ground")))
        return OK;
    rc = record_value(&ground, l->g->db, l->g->p->kernel, type, t->record, STR("ground"),
                      l->g->x->arena, l->g->e);
    *out = ban_is_for(known, l->prohibition, programme_condition_text(ground));
    return rc;
}

static void tell(struct ban *out, const struct looking *l, const struct taken *t, bool known,
                 struct str until)
{
    struct str what = part_text(l->consequence, "what");
    *out = (struct ban){.bars = true, .count = 3, .citation = part_citation(l->prohibition)};
    out->citation.clause = ban_clause(l->prohibition, l->consequence);
    out->citation.quote = what;
    out->why = known ? WHY_BARRED : WHY_BARRED_MAYBE;
    for (int i = 0; i < 3; i++)
        out->zh[i] = out->en[i] = i == 0 ? t->date : i == 1 ? until : what;
}

static err_t look_at(struct ban *out, const struct looking *l)
{
    struct str step = part_text(l->consequence, "counted"), process = str_split(&step, STR("."));
    struct counting how = {0};
    struct taken_list all = {0};
    err_t rc = find_taken(&all, l, process, step);
    if (rc == OK)
        rc = programme_counting(&how, l->g->db, l->g->p, l->g->e);
    for (size_t i = 0; rc == OK && i < all.list.len; i++) {
        const struct taken *t = &all.list.ptr[i];
        bool its = false, known = false;
        struct str until = STR_NONE;
        struct date from;
        rc = is_for(&its, &known, l, t);
        if (rc == OK && its && date_parse(&from, t->date))
            rc = ban_until(&until, l->g->p->pack, l->consequence, from, l->g->x->today, &how,
                           l->g->x->arena, l->g->e);
        if (rc == OK && until.len)
            tell(out, l, t, known, until);
    }
    return rc;
}

err_t programme_find_ban(struct ban *out, struct step *g, int64_t unit)
{
    const struct part_list *all = &g->p->pack->parts[PART_PROHIBITIONS];
    struct looking l = {.g = g, .unit = unit};
    err_t rc = OK;
    *out = (struct ban){0};
    for (size_t i = 0; rc == OK && !out->bars && i < all->list.len; i++) {
        l.prohibition = &all->list.ptr[i];
        const struct part_value *to = part_value(l.prohibition, "consequences");
        for (size_t k = 0; rc == OK && !out->bars && k < to->item_count; k++) {
            l.consequence = &to->items[k];
            if (str_eq(part_text(l.consequence, "bars"), g->x->process->id))
                rc = look_at(out, &l);
        }
    }
    return rc;
}
