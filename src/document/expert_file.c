/* The file of a case, as the experts of a panel get it. */
#include "document/expert_file.h"
#include "matter/review.h"
#include "model/file.h"

/* --- reading ------------------------------------------------------------------------------ */

static err_t read_forms(struct expert_file *out, struct step *g)
{
    const struct case_paper *all = NULL;
    size_t count = 0;
    err_t rc = case_papers(&all, &count, g);
    out->forms = arena_array(g->x->arena, count + 1, sizeof(*out->forms));
    for (size_t i = 0; rc == OK && i < count; i++)
        if (all[i].form && all[i].superseded_by == 0)
            out->forms[out->form_count++] = all[i];
    return rc;
}

/* The verdict stored by the last reviewing step. */
static err_t read_verdict(struct expert_file *out, struct step *g)
{
    struct str result;
    err_t rc = db_text(&result, g->db,
                       "SELECT result FROM flow_step WHERE case_id = ?1 AND result LIKE"
                       " '%\"verdict\":%' ORDER BY id DESC LIMIT 1",
                       VALUES(v_i64(g->x->c.id)), g->x->arena, g->e);
    return result.len ? review_read_verdict(&out->verdict, result, g->x->arena, g->e) : rc;
}

err_t expert_file_read(struct expert_file *out, struct step *g)
{
    *out = (struct expert_file){0};
    err_t rc = hand_in_of_case(&out->handed, g);
    if (rc != OK || (rc = step_reader(g)) != OK)
        return rc;
    rc = read_forms(out, g);
    if (rc == OK)
        rc = read_verdict(out, g);
    step_reader_end(g);
    return rc;
}

/* --- what is given ------------------------------------------------------------------------ */

/* Whether the evidence is in a record about a person. */
static bool is_of_person(const struct form_material *m, const struct programme *p)
{
    const struct part_value *proof = part_value(m->material, "proof");
    for (size_t i = 0; i < proof->word_count; i++) {
        struct str rest = proof->words[i];
        const struct record_type *t =
            record_type_find(p->kernel->types, str_split(&rest, STR(".")));
        for (size_t k = 0; t && k < t->field_count; k++)
            if (t->fields[k].type == FIELD_PERSON)
                return true;
    }
    return false;
}

static err_t is_given(bool *out, struct step *g, const struct form_material *m, struct str digest)
{
    const struct file_row *rows = NULL;
    size_t count = 0;
    *out = false;
    if (is_of_person(m, g->p))
        return OK;
    err_t rc = file_rows(&rows, &count, g->db, digest, g->x->arena, g->e);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (rows[i].secrecy == SECRECY_SECRET)
            return OK;
    *out = rc == OK && count > 0;
    return rc;
}

static err_t material_json(struct jout *j, struct step *g, const struct form_material *m)
{
    struct citation from = part_citation(m->material);
    int64_t counted = 0;
    err_t rc = OK;
    jout_object(j);
    jout_pair(j, "material", m->material->id);
    jout_pair(j, "label", part_text(m->material, "label"));
    jout_pair(j, "clause", from.clause);
    jout_pair_i64(j, "lacking", (int64_t)m->lacking);
    jout_pair_array(j, "files");
    for (size_t i = 0; rc == OK && i < m->file_count; i++) {
        bool given = false;
        rc = is_given(&given, g, m, m->files[i].digest);
        counted += rc == OK && !given;
        if (rc != OK || !given)
            continue;
        jout_object(j);
        jout_pair(j, "name", m->files[i].name);
        jout_pair(j, "digest", m->files[i].digest);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_i64(j, "counted", counted);
    jout_end_object(j);
    return rc;
}

err_t expert_file_json(struct jout *j, const struct expert_file *f, struct step *g)
{
    err_t rc = step_reader(g);
    jout_pair_array(j, "forms");
    for (size_t i = 0; i < f->form_count; i++) {
        jout_object(j);
        jout_pair_i64(j, "id", f->forms[i].id);
        jout_pair(j, "title", f->forms[i].title);
        jout_pair(j, "digest", f->forms[i].digest);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_array(j, "materials");
    for (size_t i = 0; rc == OK && i < f->handed.material_count; i++)
        if (f->handed.materials[i].asked)
            rc = material_json(j, g, &f->handed.materials[i]);
    jout_end_array(j);
    step_reader_end(g);
    jout_name(j, "verdict");
    if (f->verdict)
        jout_value_ordered(j, f->verdict, g->x->arena);
    else
        jout_null(j);
    return rc;
}

err_t expert_file_gives(bool *out, const struct expert_file *f, struct str digest, struct step *g)
{
    err_t rc = step_reader(g);
    *out = false;
    for (size_t i = 0; rc == OK && !*out && i < f->handed.material_count; i++)
        for (size_t k = 0; rc == OK && !*out && k < f->handed.materials[i].file_count; k++)
            if (f->handed.materials[i].asked &&
                str_eq(f->handed.materials[i].files[k].digest, digest))
                rc = is_given(out, g, &f->handed.materials[i], digest);
    step_reader_end(g);
    return rc;
}
