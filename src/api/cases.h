/* Shared by the resources on cases. */
#ifndef API_CASES_H
#define API_CASES_H
#include "api/resource.h"
#include "case/case.h"
#include "document/case_paper.h"

/* {id} of a case in a path; alone; with the {paper} of it. */
extern const struct schema cases_id_schema;
extern const struct parameter path_case_id[], path_case_paper[];

/* Common members of the resources on one case, except .need. */
#define CASE_READ .hides = true, .scope = "records:read", .lane = LANE_SLOW
#define CASE_WRITE .hides = true, .scope = "records:write", .lane = LANE_SLOW
#define CASES_WRITE .hides = true, .scope = "records:write", .lane = LANE_LONG /* on hundreds */
#define CASE_ANSWER(say) .handle = cases_answer, .case_say = (say)

/* Opens the packs and readers that judge cases, in the request's arena. From here on the program
 * reads all facts of a party; check before, or in the answer, what the subject may see. */
MUST_CHECK err_t cases_open(struct programme *p, const struct request *r, struct err *e);
/* A step in the request's arena, of no case yet; reason and basis are the request's. */
void cases_step(struct step *g, const struct request *r, struct err *e);
/* A step of the case {id} of the path, if the subject may read it, with its pack and process.
 * E_NOTFOUND. */
MUST_CHECK err_t cases_read(struct step *g, const struct request *r, struct err *e);
/* Likewise the case `id`. */
MUST_CHECK err_t cases_read_one(struct step *g, const struct request *r, int64_t id, struct err *e);
/* Handler: the reply of what the resource's `case_say` writes of the case that the path names in {id}. */
MUST_CHECK err_t cases_answer(struct reply *out, const struct request *r, struct err *e);
/* The unit of the party that the request names, however it does; *unit stays: it names none. */
MUST_CHECK err_t cases_find_party(int64_t *unit, const struct request *r, struct err *e);
/* The case alone, before cases_open. */
MUST_CHECK err_t cases_find(struct flow_call *x, const struct request *r, int64_t id,
                            struct err *e);
/* The call {id} of the path, if the subject may read it. E_NOTFOUND. */
MUST_CHECK err_t call_check(const struct request *r, struct err *e);
/* Further arguments of a step from the body (NULL: none); members of `own`, the part for one case of
 * several, come first (NULL: none). */
const struct jvalue *cases_arguments(const struct request *r, const struct jvalue *own);
/* E_NOTFOUND: the case has no such paper for whoever asks. */
MUST_CHECK err_t cases_paper_shown(const struct step *g, struct str paper);
/* cases_read, with the issued paper of {paper}, whole. */
MUST_CHECK err_t cases_paper(struct case_paper *c, struct step *g, const struct request *r,
                             struct err *e);
/* *out: an issued paper that the subject may read shows the entry `uid` of the log. */
MUST_CHECK err_t cases_prints_entry(bool *out, const struct request *r, struct str uid,
                                    struct err *e);
/* Its PDF, made anew; of `r` the api and the arena alone. E_NOTFOUND: the program that makes PDF is not
 * there. */
MUST_CHECK err_t cases_paper_pdf(struct buf *out, struct paper_pdf *said,
                                 const struct case_paper *c, const struct request *r,
                                 struct err *e);
/* The same for whoever asked for it. If it was not rendered before, its digest is logged: *c gets
 * it. */
MUST_CHECK err_t cases_paper_asked(struct buf *out, struct case_paper *c, struct step *g,
                                   const struct request *r);
#endif
