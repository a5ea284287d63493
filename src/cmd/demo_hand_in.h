/* What a party of the demo hands in: its records made whole, its commitment accepted. */
#ifndef CMD_DEMO_HAND_IN_H
#define CMD_DEMO_HAND_IN_H
#include "cmd/cmd.h"
#include "programme/programme.h"

struct demo_handing {
    struct instance *instance;
    struct programme *programme; /* of the case */
    struct flow_call *call;      /* its step, about to be taken by the party's manager */
};

/* A file as proof, uploaded by who takes the call; in its arena. */
MUST_CHECK err_t demo_file(const char **digest, const struct demo_handing *h, struct err *e);

/* Of a step that hands in, or by which the party signs its record: fields that its form wants and that are empty are filled, files that its
 * process asks for are added, what is there stays; and the commitment goes into call->arguments
 * where nothing else does. */
MUST_CHECK err_t demo_hand_in(const struct demo_handing *h, struct err *e);
#endif
