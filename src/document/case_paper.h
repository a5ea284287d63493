/* Papers of a case: drawn up at a step of its process and stored as issued. A paper that lists
 * parties, issued with a step taken for several cases at once, lists them all and belongs to each
 * case.
 *
 * Known values are filled in by the program (case, party, name by the rule, clause of the step,
 * the numbers of the pack). An officer enters the rest, under the names of policy/paper_value.h;
 * counted values cannot be entered. The digest of the content is logged before rendering, and the
 * digest of the PDF is a second entry. */
#ifndef DOCUMENT_CASE_PAPER_H
#define DOCUMENT_CASE_PAPER_H
#include "document/document.h"
#include "document/paper_fill.h"

struct case_paper {
    int64_t id, case_id, version, issued_ms, issued_by;
    struct str paper, title, step, number, code;
    struct str content, digest, entry, file_digest; /* file_digest empty: nothing was rendered */
    struct str name;                                /* of who issued it */
    struct str certificate; /* its number, where it is one (certificate.h) */
    struct str reason;      /* why it was issued again; empty: version 1 */
    bool form;              /* a form that the party handed in; its number is the case\'s */
    int64_t superseded_by;  /* the version after it; 0: it is the latest */
    struct str
        entered; /* {"reply.period": "…"}: values that people entered for it; empty: none. Read with the content */
    struct str render_error; /* why its PDF could not be made when it was tried last; empty: it was
                                made, or is to be made the first time */
};

struct case_paper_new {
    struct str paper;            /* id in the pack */
    struct str step;             /* empty: the first of the paper's steps */
    struct str number;           /* 文号; empty: none … */
    struct str mark;             /* … or the next one of this mark (document_number.h) */
    const struct jvalue *values; /* {"decision.reason": "…"}; NULL: none */
    const struct jvalue *lists;  /* {"findings": [{"facts": "…", "ground": "…"}]}; NULL: none */
    bool draft;                  /* shown, not issued */
    bool by_step;                /* a step issues it: what it prints is read as the program */
    bool at_once;    /* who issues it renders it: the job leaves it to him for a minute */
    int64_t version; /* that it prints; 0: none. Issuing sets it */
};

/* Fills the paper for a person who may issue it. x and p as for programme_case. E_NOTFOUND: no
 * such paper; E_DENIED: another actor issues it; E_INVALID: a value that cannot be entered, or as
 * paper_fill. */
MUST_CHECK err_t case_paper_fill(struct paper_filled *out, struct step *g,
                                 const struct case_paper_new *n);

/* The same in two parts: first the values known before the step, outside of any store step; then
 * the rest, of the same case with g->db. n as above; that of the first call selects paper and step. */
struct case_paper_known;

MUST_CHECK err_t case_paper_prepare(struct case_paper_known **out, struct step *g,
                                    const struct case_paper_new *n);

MUST_CHECK err_t case_paper_finish(struct paper_filled *out, struct step *g,
                                   const struct case_paper_known *known,
                                   const struct case_paper_new *n);

/* Inside the store step of k (case_paper_within): numbers, fills, stores and logs it, in the role `as`. If it was
 * issued before, the reason of the call is stored. E_INVALID: then the reason is missing, and no
 * step issues the paper again. */
MUST_CHECK err_t case_paper_put(struct case_paper *out, struct case_paper_known *k,
                                const struct grant *as);

/* A filled form that x->step hands in, likewise, by who takes the step (form_paper.h). */
MUST_CHECK err_t case_paper_keep_form(struct step *g, struct paper *paper);

/* The paper *c with another content, likewise: its next version, of the same number, for the reason of the call and for the same
 * cases. *c becomes that. */
MUST_CHECK err_t case_paper_put_again(struct case_paper *c, struct step *g, struct paper *paper);

/* Fills, stores and logs the paper in its own store step; for a person who may take the paper's
 * step (any step if it has none). After a two-person step, one person may issue a new text with a
 * reason. E_DENIED; E_CONFLICT: its step was not taken or is not in effect, or the number belongs
 * to another paper or differs from the decision's. */
MUST_CHECK err_t case_paper_issue(struct case_paper *out, struct step *g,
                                  const struct case_paper_new *n);

/* Checks that x->by may take the paper's step (c->step; empty: one of its steps), and so may
 * issue, seal and serve it; *as: the role. E_DENIED. */
MUST_CHECK err_t case_paper_actor(const struct grant **as, struct step *g,
                                  const struct case_paper *c);

/* "case_id", "paper_id", "title", "number" and "issued_on": as records about a paper name it. */
void case_paper_names(struct jout *j, const struct case_paper *c, struct arena *a);

/* Logs the digest of the PDF as first rendered: a second entry, in its own store step and in the
 * role in which x->by issues it. Once per paper: if the job (paper_job.h) was first, *c gets its
 * digest. */
MUST_CHECK err_t case_paper_rendered(struct case_paper *c, struct step *g, struct str file_digest);

/* The same inside a store step, by whoever renders. */
MUST_CHECK err_t case_paper_rendered_in(struct case_paper *c, struct db *db, const struct deed *d,
                                        struct str file_digest, struct err *e);

/* The same in its own store step, by the program: whoever needs its PDF first renders it. */
MUST_CHECK err_t case_paper_rendered_by_program(struct case_paper *c, struct step *g,
                                                struct str file_digest);

/* Inside a store step: it could not be rendered (c->render_error), and is tried again later. *first: it
 * had not failed before. */
MUST_CHECK err_t case_paper_not_rendered(bool *first, const struct case_paper *c, struct db *db,
                                         int64_t now_ms, struct err *e);

/* Why there is no PDF of the paper, for this subject; empty: there is one, or it was not tried
 * yet. Only offices get the reason; names of programs and paths of this machine are in the log
 * only. */
struct str case_paper_render_error(const struct case_paper *c, const struct subject *s);

/* Issued papers of a case in order; without their content. */
MUST_CHECK err_t case_papers(const struct case_paper **out, size_t *count, struct step *g);

/* The paper c->id of the case c->case_id, whole. E_NOTFOUND. */
MUST_CHECK err_t case_paper_read(struct case_paper *c, struct db *db, struct arena *a,
                                 struct err *e);

/* Parses the stored content. E_CORRUPT: it does not match its digest. E_NOTFOUND: it was erased by
 * law. */
MUST_CHECK err_t case_paper_content(struct paper *out, const struct case_paper *c, struct arena *a,
                                    struct err *e);
#endif
