/* Between the files of service. */
#ifndef DOCUMENT_SERVICE_PRIV_H
#define DOCUMENT_SERVICE_PRIV_H
#include "document/service.h"

struct serving {
    struct step g; /* db and e: of the store step */
    struct written *out;
    const struct case_paper *paper;
    const struct jvalue *said; /* NULL: nothing */
    const struct service_period *period;
    int64_t id;                  /* 0: a new one */
    struct str party, recipient; /* names */
    bool others;                 /* it goes to somebody else than the party of the case */
    const struct grant *as;
};

MUST_CHECK err_t service_read_party(struct serving *s);

struct str service_said(const struct serving *s, const char *name);

void service_put_said(struct jout *j, const struct serving *s);

MUST_CHECK err_t service_put(struct serving *s, struct jout *body, struct str state);

/* It waits with the office of who issues or sends it. */
MUST_CHECK err_t service_give(struct serving *s);

/* …and what was sent in the system with its party, until somebody of it opens it (case/moves.c). */
MUST_CHECK err_t service_give_party(struct serving *s);

/* Names of the record; one paper may be of several cases, a service is in one. */
void service_put_names(struct jout *j, const struct serving *s);
#endif
