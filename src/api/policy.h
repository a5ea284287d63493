/* Shared by the resources on policies: the packs of the instance, opened for a request. */
#ifndef API_POLICY_H
#define API_POLICY_H
#include "api/resource.h"
#include "policy/packs.h"

/* Packs of the program and of the instance, in force, counting by its working days; they go with the
 * request's arena. */
MUST_CHECK err_t policy_open(struct packs **out, const struct request *r, struct err *e);
/* … and the tables of working days besides the built-in ones (NULL: none). */
struct calendar;
MUST_CHECK err_t policy_open_with(struct packs **out, const struct calendar **calendar,
                                  const struct request *r, struct err *e);
/* The pack that the path names, in {id} or {pack}: the version in force; where the request has another
 * `digest`, the one in the folder, which waits and is for its office. E_CONFLICT: the files are others
 * by now; E_DENIED: another office; E_NOTFOUND. */
MUST_CHECK err_t policy_version(struct packs **packs, const struct pack **out,
                                const struct request *r, const char *name, struct err *e);
/* E_DENIED: who asks is not of the office of the pack. */
MUST_CHECK err_t policy_check_office(const struct request *r, const struct pack *p, struct err *e);
/* The same of a document: a library is none. */
MUST_CHECK err_t policy_pack(const struct pack **out, const struct request *r, const char *name,
                             struct err *e);
/* The date in question; default: today. E_INVALID. */
MUST_CHECK err_t policy_day(struct str *out, const struct request *r, struct err *e);

extern const struct schema schema_verdict;    /* as `zhiyun check --json`, and `read` */
extern const struct schema schema_facts_read; /* facts_read_json (record/facts.h) */
extern const struct schema schema_evidence_reply;
extern const struct schema schema_quantity; /* value_json (policy/pack_verdict_json.c) */
/* Members of outcome_json (policy/pack_verdict.h). */
#define OUTCOME_MEMBERS                                                                            \
    REQUIRED("indicator", schema_string), OPTIONAL("label", schema_string),                        \
        OPTIONAL("unit", schema_string), NULLABLE("value", schema_quantity),                       \
        NULLABLE("holds", schema_boolean)
#define PROOFS_MEMBERS /* of proofs_json (policy/pack_verdict.h) */                                \
    OPTIONAL("counted", schema_integer), OPTIONAL("proven", schema_integer)
extern const struct schema schema_pack_findings; /* pack_findings_json (policy/pack_show.h) */
#endif
