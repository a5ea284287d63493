/* Papers of a case: drawn up at a step of its process, kept as they were issued. One that lists parties,
 * of a step that was taken of several cases at once, lists them all, and is a paper of each.
 *
 * What the program knows stands by itself (case, party, name by the rule, clause of the step, the
 * numbers of the pack); the rest an officer enters, by the names of policy/paper_value.h. A value
 * that is counted is never taken from him. The digest of the content is in the log before anything
 * is rendered, and the PDF's own digest is a second entry. */
#ifndef PROGRAMME_CASE_PAPER_H
#define PROGRAMME_CASE_PAPER_H
#include "programme/paper_fill.h"
#include "programme/programme.h"

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

/* The paper filled, by who may issue it. x and p as of programme_case. E_NOTFOUND: no such paper; E_DENIED: it is
 * another's; E_INVALID: a name that is not to be entered, or what paper_fill says. */
MUST_CHECK err_t case_paper_fill(struct paper_filled *out, struct flow_call *x, struct programme *p,
                                 const struct case_paper_new *n, struct err *e);
/* The same in two parts: what is known before its step is taken, outside of any store step; the rest
 * through `db` alone. x, p and n as above; n of the first counts for paper and step. */
struct case_paper_known;
MUST_CHECK err_t case_paper_know(struct case_paper_known **out, struct flow_call *x,
                                 struct programme *p, const struct case_paper_new *n,
                                 struct err *e);
MUST_CHECK err_t case_paper_finish(struct paper_filled *out, struct db *db,
                                   const struct case_paper_known *k, const struct case_paper_new *n,
                                   struct err *e);
/* Inside a store step: numbered, filled, kept and logged, in the role `as`. The reason of the call is
 * kept where it was issued before. E_INVALID: there is none, and no step issues it again. */
MUST_CHECK err_t case_paper_put(struct case_paper *out, struct db *db,
                                const struct case_paper_known *k, const struct case_paper_new *n,
                                const struct grant *as, struct err *e);
/* A filled form that x->step hands in, likewise, by who takes the step (form_paper.h). */
MUST_CHECK err_t case_paper_keep_form(struct db *db, struct flow_call *x, struct programme *p,
                                      struct paper *paper, struct err *e);
/* Filled, kept and logged, in a store step of its own; by who may take the paper's step (of one that has
 * none: any step). Of a step of two persons one issues another text of it, with a reason. E_DENIED; E_CONFLICT: its
 * step was not taken, or does not stand, or the number is another paper's, or another than that of the decision. */
MUST_CHECK err_t case_paper_issue(struct case_paper *out, struct flow_call *x, struct programme *p,
                                  const struct case_paper_new *n, struct err *e);
/* Who takes its step (c->step; empty: one of its steps), and so issues it, has it sealed and serves it: *as, the
 * role. E_DENIED. */
MUST_CHECK err_t case_paper_actor(const struct grant **as, struct db *db, const struct flow_call *x,
                                  const struct programme *p, const struct case_paper *c,
                                  struct err *e);
/* "case_id", "paper_id", "title", "number" and "issued_on": as records about a paper name it. */
void case_paper_names(struct jout *j, const struct case_paper *c, struct arena *a);
/* The digest of its PDF, as first rendered: a second entry, in a store step of its own and in the role
 * in which x->by issues it. Once for each paper: where the job (paper_job.h) was first, *c has its. */
MUST_CHECK err_t case_paper_rendered(struct case_paper *c, struct flow_call *x, struct programme *p,
                                     struct str file_digest, struct err *e);
/* The same inside a store step, by whoever renders. */
MUST_CHECK err_t case_paper_rendered_in(struct case_paper *c, struct db *db, const struct deed *d,
                                        struct str file_digest, struct err *e);
/* Inside a store step: it could not be rendered, and is tried again later. *first: it had not failed
 * before. */
MUST_CHECK err_t case_paper_not_rendered(bool *first, const struct case_paper *c, struct db *db,
                                         int64_t now_ms, struct str why, struct err *e);

/* Why there is no PDF of it, as this subject is told; empty: there is one, or it was not tried yet. The
 * reason is for offices; what names programs and places of this machine is in the log alone. */
struct str case_paper_trouble(const struct case_paper *c, const struct subject *s);

/* Issued papers of a case in order; without their content. */
MUST_CHECK err_t case_papers(const struct case_paper **out, size_t *count, struct db *db,
                             int64_t case_id, struct arena *a, struct err *e);
/* One of them, whole. E_NOTFOUND. */
MUST_CHECK err_t case_paper_read(struct case_paper *out, struct db *db, int64_t case_id, int64_t id,
                                 struct arena *a, struct err *e);
/* Its content as a paper again. E_CORRUPT: it is not what its digest says. E_NOTFOUND: it was erased by
 * law. */
MUST_CHECK err_t case_paper_content(struct paper *out, const struct case_paper *c, struct arena *a,
                                    struct err *e);
#endif
