/* 送达: delivery of a paper, as records of type paper_service (owed, sent, served).
 *
 * A paper that states remedies (a refusal, a revocation) is owed to the party from its issue and
 * is in the 待办 of the office that issued it. Service through the system is proven by the party's
 * reading; any other service by what the officer enters. A period starts with service only if an
 * officer says so, with a basis: no policy document here counts from service. */
#ifndef DOCUMENT_SERVICE_H
#define DOCUMENT_SERVICE_H
#include "base/date.h"
#include "document/seal.h"

#define SERVICE_TYPE "paper_service"

/* In the step that issues a paper: it is owed, where it tells remedies or a step waits for its service. Of the
 * versions that it corrects what is not served yet is served no more. */
MUST_CHECK err_t service_owe(struct step *g, const struct grant *as, const struct case_paper *c);

/* Records a service by a person who may issue the paper, in its own store step. `said` has fields
 * of the type (recipient, channel, sent_on, served_on, tracking, url, proof); without a recipient
 * it is the paper's addressee, else the party. It completes a service that is owed or sent to the
 * same recipient. Without served_on it is sent and stays with the office. E_INVALID: out->faults, or
 * the paper owed to the party is addressed to another recipient; E_CONFLICT: the recipient has
 * been served, or the paper has no seal yet; E_DENIED. */
MUST_CHECK err_t service_begin(struct written *out, struct step *g, const struct case_paper *c,
                               const struct jvalue *said);

/* E_CONFLICT: a paper that another version has replaced, which it names, is neither served nor opened by the party
 * that was not served with it. */
err_t service_check_current(const struct case_paper *c, struct err *e);

struct service_period {
    struct str step, basis; /* of the case's process; on what the officer rests it */
    struct str
        due; /* last day, where the rule leaves it to an officer or there is none; else empty */
};

/* Adds obstacles for papers that must be issued and served on the party before x->step (`served`).
 * No policy document demands it, so no clause is cited. */
MUST_CHECK err_t service_check(struct step *g);

struct service {
    int64_t id;
    struct str state, channel, recipient, sent_on, served_on, entry;
    struct str read_by, read_at; /* in the system: a name, when */
};

/* Services of a paper in x's case, in order; for the party, only its own. */
MUST_CHECK err_t services_of(const struct service **out, size_t *count, struct step *g,
                             int64_t paper, struct arena *a);

/* Is the paper one that the party is owed: it tells remedies, or a step waits for its service? */
bool service_is_owed(struct step *g, struct str paper);

/* *out: whether x->by may read the content of the paper. Its party may read an owed paper when it
 * is sealed and sent, and a trial's paper, which has no seal, when it is sent; if it was served
 * outside the system, the paper copy counts. *sealed: its latest seal (document/seal.h). */
MUST_CHECK err_t service_allows_reading(bool *out, struct sealed *sealed, struct step *g,
                                        const struct case_paper *c);

/* Likewise where x->by opens it, as its recipient gets it (as_file) or as PDF or Word: what is sealed or was sent
 * in the system the party opens in the first way alone, which serves it. E_CONFLICT. */
MUST_CHECK err_t service_open(struct sealed *sealed, struct step *g, const struct case_paper *c,
                              bool as_file);
#endif
