/* Rows of case_paper. */
#include "document/case_paper.h"
#include "base/msg.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include "document/case_paper_priv.h"
#include "document/document_number.h"
#include "document/service.h"
#include "document/step_paper.h"
#include "model/job.h"

#define CODE_BYTES 16

/* If the request that renders a paper at once does not finish, the job does it. */
#define AT_ONCE_MS 60000

/* --- issuing --------------------------------------------------------------------------- */

/* A number that may be taken. */
struct wanted_number {
    struct document_use use;
    struct str has; /* the decision's own; empty: none yet */
    bool again;     /* an earlier version bears it */
    bool none;      /* nobody asks for one */
};

/* The number this version may have: the decision's single number; none under a draft, which
 * decides nothing. */
static err_t want_number(struct wanted_number *w, struct case_paper_known *k,
                         const struct grant *as)
{
    const struct case_paper_new *n = k->n;
    struct str said = n->number.len ? n->number : n->mark;
    struct str title = part_text(k->paper, "label");
    *w = (struct wanted_number){.use = {.kernel = k->g.p->kernel,
                                        .db = k->g.db,
                                        .by = k->g.x->by,
                                        .as = as,
                                        .today = k->g.x->today,
                                        .paper = title,
                                        .case_number = k->g.x->c.number,
                                        .arena = k->a}};
    err_t rc = step_paper_number(&w->has, &w->again, k);
    w->none = said.len == 0 && w->has.len == 0;
    if (rc != OK || w->none)
        return rc;
    if (k->g.x->c.trial)
        return err_set(k->g.e, E_INVALID,
                       "a paper under a draft has no document number: nothing is decided by it");
    if (w->has.len && (n->number.len ? !str_eq(said, w->has) : !str_starts(w->has, said)))
        return err_set(
            k->g.e, E_CONFLICT,
            "one decision has one number: \"%.*s\" has %.*s, also where it is corrected, "
            "and not %.*s",
            STR_ARG(title), STR_ARG(w->has), STR_ARG(said));
    return OK;
}

/* Its number is its own from here on. Under a draft no number is used up. */
static err_t take_number(struct case_paper *c, struct case_paper_known *k, const struct grant *as)
{
    struct str said = k->n->number;
    struct document_number number = {0};
    struct wanted_number w;
    err_t rc = want_number(&w, k, as);
    if (rc != OK || w.none)
        return rc;
    if (w.again) {
        c->number = w.has;
        return OK;
    }
    rc = w.has.len || said.len
             ? document_number_use(&number, &w.use, w.has.len ? w.has : said, k->g.e)
             : document_number_draw(&number, &w.use, k->n->mark, k->g.e);
    c->number = number.written;
    return rc;
}

/* A paper whose number cannot be issued is rejected before a second person sees it. */
static err_t check_number(struct case_paper_known *k, const struct grant *as)
{
    struct str said = k->n->number;
    struct wanted_number w;
    err_t rc = want_number(&w, k, as);
    if (rc != OK || w.none || w.again || (w.has.len == 0 && said.len == 0))
        return rc;
    return document_number_check(&w.use, w.has.len ? w.has : said, k->g.e);
}

static err_t next_version(int64_t *out, struct db *db, int64_t case_id, struct str paper,
                          struct err *e)
{
    return db_i64(out, db,
                  "SELECT coalesce(max(version), 0) + 1 FROM case_paper WHERE case_id = ?1 "
                  "AND paper = ?2",
                  VALUES(v_i64(case_id), v_str(paper)), e);
}

static err_t entry_of(struct str *out, struct db *db, const struct case_paper *c, struct arena *a,
                      struct err *e)
{
    return db_row(NULL, db,
                  "SELECT entry FROM record_version WHERE type = 'case_paper' AND record_id "
                  "= ?1 AND version = 1",
                  VALUES(v_i64(c->id)), INTO(into_str(out)), a, e);
}

static struct deed deed_of(struct step *g, const struct grant *as)
{
    struct deed d = programme_deed(g);
    d.as = as;
    d.reason = g->x->reason;
    return d;
}

static err_t put_version(const struct case_paper *c, struct db *db, const struct deed *d,
                         int64_t version, struct err *e)
{
    const char *action = version == 1 ? "issue" : "render";
    const struct deed_field fields[] = {
        {"case_id", v_i64(c->case_id)}, {"certificate", v_str(c->certificate)},
        {"digest", v_str(c->digest)},   {"file_digest", v_str(c->file_digest)},
        {"number", v_str(c->number)},   {"paper", v_str(c->paper)},
        {"reason", v_str(c->reason)},   {"step", v_str(c->step)},
        {"title", v_str(c->title)},     {"version", v_i64(c->version)}};
    return deed_version(d, db, "case_paper", c->id, version, action, fields, ARRAY_LEN(fields), e);
}

static void set_content(struct case_paper *c, const struct paper *paper, struct arena *a)
{
    uint8_t code[CODE_BYTES];
    struct buf text = {0};
    paper_canonical(&text, paper);
    c->content = arena_dup(a, buf_str(&text));
    c->digest = text_digest(c->content, a);
    buf_clear(&text);
    random_bytes(code, sizeof(code));
    char *spelled = arena_alloc(a, 2 * CODE_BYTES + 1);
    hex_write(spelled, (struct bytes){code, sizeof(code)});
    c->code = str_of(spelled);
}

static err_t keep(struct case_paper *c, struct step *g, const struct grant *as, bool at_once)
{
    struct deed d = deed_of(g, as);
    c->issued_ms = deed_now_ms(&d);
    err_t rc = db_run(
        g->db,
        "INSERT INTO case_paper (case_id, paper, version, title, step, number, code, "
        "content, digest, entry, issued_ms, issued_by, certificate, reason, "
        "render_ms, form, entered) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, '-', ?10, "
        "?11, ?12, ?13, ?14, ?15, ?16)",
        VALUES(v_i64(c->case_id), v_str(c->paper), v_i64(c->version), v_str(c->title),
               v_str(c->step), v_str(c->number), v_str(c->code), v_str(c->content),
               v_str(c->digest), v_i64(c->issued_ms), v_i64(c->issued_by), v_str(c->certificate),
               v_str(c->reason), v_i64(c->issued_ms + (at_once ? AT_ONCE_MS : 0)), v_i64(c->form),
               v_str(c->entered)),
        g->e);
    c->id = rc == OK ? db_last_id(g->db) : 0;
    if (rc == OK)
        rc = put_version(c, g->db, &d, 1, g->e);
    if (rc == OK)
        rc = entry_of(&c->entry, g->db, c, g->x->arena, g->e);
    if (rc == OK)
        rc = service_owe(g, as, c);
    return rc == OK ? db_run(g->db, "UPDATE case_paper SET entry = ?2 WHERE id = ?1",
                             VALUES(v_i64(c->id), v_str(c->entry)), g->e)
                    : rc;
}

/* A step that is taken again says why by its own reason; it may have none. */
static struct str said_again(const struct flow_call *x, const struct process_step *step)
{
    struct str reason = str_trim(x->reason);
    return reason.len || !step
               ? reason
               : arena_printf(x->arena, msg_in(LANG_ZH, N_("taken again: \"%.*s\"")),
                              STR_ARG(step->label));
}

/* The paper of what two persons decided, with another reason or basis than theirs. */
static bool is_in_other_words(const struct case_paper_known *k)
{
    const struct case_paper_new *n = k->n;
    return k->step && k->step->two_persons && !n->by_step && !part_true(k->paper, "internal") &&
           n->values && n->values->type == J_OBJECT &&
           (jin_get(n->values, "decision.reason") || jin_get(n->values, "decision.basis"));
}

/* Whoever holds the version before asks why there is another. A step that is taken again says it by its
 * own reason; it may have none. */
static err_t say_again(struct case_paper *c, const struct case_paper_known *k)
{
    if (c->version == 1 && !is_in_other_words(k))
        return OK;
    c->reason = said_again(k->g.x, k->n->by_step ? k->step : NULL);
    if (c->version == 1 && c->reason.len == 0)
        return err_set(k->g.e, E_INVALID,
                       "\"%.*s\" gives another reason or basis than the decision: enter why "
                       "(reason)",
                       STR_ARG(c->title));
    return c->reason.len ? OK
                         : err_set(k->g.e, E_INVALID,
                                   "\"%.*s\" was issued before, as version %lld: give a reason for "
                                   "issuing it again (reason)",
                                   STR_ARG(c->title), (long long)c->version - 1);
}

/* The values of a request as JSON. */
static struct str as_entered(const struct jvalue *values, struct arena *a)
{
    struct jout j;
    if (!values)
        return STR_NONE;
    jout_own(&j);
    jout_value(&j, values);
    return buf_take(j.to, a);
}

/* It is each other's of the cases that it lists. */
static err_t share(const struct case_paper *c, const struct case_paper_known *k)
{
    const struct jvalue *cases = NULL;
    err_t rc = case_paper_cases(&cases, k);
    for (size_t i = 0; rc == OK && cases && i < cases->count; i++)
        rc = db_run(k->g.db,
                    "INSERT INTO case_paper_joint (case_id, paper) SELECT id, ?2 FROM flow_case"
                    " WHERE number = ?1 AND id <> ?3",
                    VALUES(v_str(cases->items[i].text), v_i64(c->id), v_i64(c->case_id)), k->g.e);
    return rc;
}

err_t case_paper_put(struct case_paper *out, struct case_paper_known *k, const struct grant *as)
{
    struct case_paper_new numbered = *k->n;
    struct paper_filled filled;
    *out = (struct case_paper){.case_id = k->g.x->c.id,
                               .paper = k->paper->id,
                               .title = part_text(k->paper, "label"),
                               .step = k->step ? k->step->id : STR_NONE,
                               .issued_by = k->g.x->by->account,
                               .name = k->g.x->by->display_name};
    err_t rc = next_version(&out->version, k->g.db, out->case_id, out->paper, k->g.e);
    if (rc == OK)
        rc = take_number(out, k, as);
    numbered.number = out->number;
    numbered.version = out->version;
    if (rc == OK)
        rc = case_paper_finish(&filled, &k->g, k, &numbered);
    if (rc == OK)
        rc = say_again(out, k);
    if (rc != OK)
        return rc;
    out->certificate = filled.certificate;
    out->entered = as_entered(k->n->values, k->a);
    set_content(out, &filled.paper, k->a);
    rc = keep(out, &k->g, as, k->n->at_once);
    if (rc == OK)
        rc = share(out, k);
    return rc == OK ? paper_due_over(&k->g, out) : rc;
}

/* As the next version of the paper. */
static err_t keep_next(struct case_paper *c, struct step *g, struct paper *paper, struct str reason)
{
    err_t rc = next_version(&c->version, g->db, c->case_id, c->paper, g->e);
    if (rc != OK)
        return rc;
    c->reason = c->version > 1 ? reason : STR_NONE;
    c->issued_by = g->x->by->account;
    paper->number = c->number;
    paper->version = arena_printf(g->x->arena, "%lld", (long long)c->version);
    set_content(c, paper, g->x->arena);
    return keep(c, g, g->x->as, false);
}

err_t case_paper_keep_form(struct step *g, struct paper *paper)
{
    struct case_paper c = {.case_id = g->x->c.id,
                           .paper = paper->id,
                           .title = paper->title,
                           .step = g->x->step->id,
                           .number = g->x->c.number,
                           .form = true};
    return keep_next(&c, g, paper, said_again(g->x, g->x->step));
}

err_t case_paper_put_again(struct case_paper *c, struct step *g, struct paper *paper)
{
    const struct value before = v_i64(c->id);
    c->file_digest = STR_NONE;
    err_t rc = keep_next(c, g, paper, g->x->reason);
    return rc == OK ? db_run(g->db,
                             "INSERT INTO case_paper_joint (case_id, paper) SELECT case_id, ?2 FROM"
                             " case_paper_joint WHERE paper = ?1",
                             VALUES(before, v_i64(c->id)), g->e)
                    : rc;
}

struct issuing {
    struct case_paper *out;
    struct case_paper_known *k;
};

static err_t issue_step(struct db *db, void *arg, struct err *e)
{
    struct issuing *i = arg;
    struct case_paper_known *k = i->k;
    const struct grant *as = NULL;
    k->g.db = db;
    k->g.e = e;
    i->out->paper = k->paper->id;
    i->out->title = part_text(k->paper, "label");
    i->out->step = k->step ? k->step->id : STR_NONE;
    err_t rc = case_paper_actor(&as, &k->g, i->out);
    if (rc == OK)
        rc = step_paper_may(k);
    if (rc == OK)
        rc = case_paper_issuer(k);
    if (rc == OK)
        rc = check_number(k, as);
    return rc == OK ? case_paper_put(i->out, k, as) : rc;
}

err_t case_paper_issue(struct case_paper *out, struct step *g, const struct case_paper_new *n)
{
    struct issuing i = {.out = out};
    *out = (struct case_paper){0};
    err_t rc = case_paper_prepare(&i.k, g, n);
    return rc == OK ? store_write(g->p->kernel->store, issue_step, &i, g->e) : rc;
}

/* --- its PDF ---------------------------------------------------------------------------- */

err_t case_paper_rendered_in(struct case_paper *c, struct db *db, const struct deed *d,
                             struct str file_digest, struct err *e)
{
    err_t rc = db_text(&c->file_digest, db, "SELECT file_digest FROM case_paper WHERE id = ?1",
                       VALUES(v_i64(c->id)), d->arena, e);
    if (rc != OK || c->file_digest.len)
        return rc;
    c->file_digest = file_digest;
    rc = db_run(db,
                "UPDATE case_paper SET file_digest = ?2, render_ms = NULL, render_error = NULL"
                " WHERE id = ?1",
                VALUES(v_i64(c->id), v_str(file_digest)), e);
    return rc == OK ? put_version(c, db, d, 2, e) : rc;
}

err_t case_paper_not_rendered(bool *first, const struct case_paper *c, struct db *db,
                              int64_t now_ms, struct err *e)
{
    bool has_row = false;
    int64_t tries = 0;
    err_t rc =
        db_row(&has_row, db,
               "UPDATE case_paper SET render_tries = render_tries + 1, render_error = ?2"
               " WHERE id = ?1 AND file_digest IS NULL RETURNING render_tries",
               VALUES(v_i64(c->id), v_str(c->render_error)), INTO(into_i64(&tries)), NULL, e);
    *first = tries == 1;
    return rc == OK && has_row
               ? db_run(db, "UPDATE case_paper SET render_ms = ?2 WHERE id = ?1",
                        VALUES(v_i64(c->id), v_i64(now_ms + job_backoff_ms(tries))), e)
               : rc;
}

struct str case_paper_render_error(const struct case_paper *c, const struct subject *s)
{
    return c->render_error.len == 0 || programme_is_office(s) ? c->render_error
                                                              : str_of(msg(N_("not made yet")));
}

struct rendered {
    struct step g;
    struct case_paper *c;
    struct str digest;             /* of its PDF */
    const struct subject *program; /* that rendered it; NULL: who issues it did */
};

static err_t rendered_step(struct db *db, void *arg, struct err *e)
{
    struct rendered *r = arg;
    const struct grant *as = NULL;
    r->g.db = db;
    r->g.e = e;
    err_t rc = r->program ? OK : case_paper_actor(&as, &r->g, r->c);
    struct deed d = deed_of(&r->g, as);
    if (r->program) {
        d.by = r->program;
        d.reason = STR_NONE;
    }
    return rc == OK ? case_paper_rendered_in(r->c, db, &d, r->digest, e) : rc;
}

err_t case_paper_rendered(struct case_paper *c, struct step *g, struct str file_digest)
{
    struct rendered r = {*g, c, file_digest, NULL};
    return store_write(g->p->kernel->store, rendered_step, &r, g->e);
}

err_t case_paper_rendered_by_program(struct case_paper *c, struct step *g, struct str file_digest)
{
    struct subject program;
    struct rendered r = {*g, c, file_digest, &program};
    subject_program(&program, g->x->today);
    return store_write(g->p->kernel->store, rendered_step, &r, g->e);
}
