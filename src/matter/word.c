/* Whose statement a field of a record is, and which fields follow from the case. */
#include "base/msg.h"
#include "matter/matter.h"

enum follows programme_derivation_of(const struct record_type *t, const struct field *f)
{
    bool of_office = t->owner == OWNER_OFFICE;
    if (str_is(f->name, "programme"))
        return FOLLOWS_PROGRAMME;
    if (str_is(f->name, "case_number"))
        return FOLLOWS_CASE;
    if (str_is(f->name, "recognition_no"))
        return FOLLOWS_CERTIFICATE;
    if (str_is(f->name, "industry") && f->type == FIELD_TEXT && of_office)
        return FOLLOWS_INDUSTRY;
    if (f == programme_year_field(t))
        return FOLLOWS_YEAR;
    if (f->type == FIELD_PARTY && (of_office || str_is(f->name, "credit_code")))
        return FOLLOWS_PARTY;
    return f->type == FIELD_REGION && of_office ? FOLLOWS_REGION : FOLLOWS_NOTHING;
}

/* Whether the person taking the step may state the fact: a step gives nobody the right to state
 * another's facts. Results of a step are stated by the office that takes it, whichever it is (a
 * finance office grants an award). */
static bool says_himself(const struct flow_call *x, const struct field *f)
{
    enum word_kind kind = f->word.kind == WORD_STEP ? WORD_OFFICE : f->word.kind;
    if (f->word.kind == WORD_STEP && x->step && programme_is_office(x->by))
        return true;
    return !f->has_word || fact_word_may(kind, x->as ? x->as->role->name : STR_NONE) ||
           subject_is_program(x->by);
}

bool programme_check_fact_source(struct flow_obstacles *to, const struct flow_call *x,
                                 const struct field *f)
{
    struct str zh[] = {f->label.zh, fact_word_label(f->word.name, false)};
    struct str en[] = {f->label.en, fact_word_label(f->word.name, true)};
    if (says_himself(x, f))
        return true;
    obstacle_add_in(to, WHY_SAID_BY_OTHERS, f->name,
                    x->step ? &x->step->citation : &x->process->citation, zh, en, 2);
    return false;
}

err_t programme_check_owner(struct step *g, const struct record_type *t, int64_t id)
{
    bool found;
    struct str sql =
        arena_printf(g->x->arena,
                     "SELECT 1 FROM %.*s WHERE id = ?1 AND owner_province = ?2 AND ended_ms IS NULL"
                     " AND (owner_unit = ?3 OR ?4 = 1)",
                     STR_ARG(t->table));
    err_t rc = db_row_once(&found, g->db, sql.ptr,
                           VALUES(v_i64(id), v_str(g->x->c.province), v_i64(g->x->c.unit),
                                  v_i64(t->owner == OWNER_OFFICE)),
                           NULL, 0, NULL, g->e);
    struct str type = msg_lang() == LANG_ZH ? t->label.zh : t->label.en;
    return rc == OK && !found
               ? err_set(g->e, E_INVALID, "there is no record \"%.*s\" %lld of this case",
                         STR_ARG(type), (long long)id)
               : rc;
}
