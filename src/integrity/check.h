/* The check across programmes as a job: what claims there are and what looks wrong among them
 * (suspect.h), each raised as a flag. It begins by itself once records were
 * written since it last ran, and when somebody asks. */
#ifndef INTEGRITY_CHECK_H
#define INTEGRITY_CHECK_H
#include "integrity/flag.h"
#include "model/job_worker.h"

/* parts: struct kernel. Result: {"claims","found","raised"}. */
extern const struct job_kind integrity_check_kind;

/* What a check is made of, for each kind of suspicion: flags raised by one call for a province. */
struct checking {
    struct kernel *kernel;
    struct flags *flags;
    struct str province;
    const struct claim *claims;
    size_t claim_count;
    struct arena *arena; /* of this province */
    int64_t found, raised;
};
MUST_CHECK err_t checking_raise(struct checking *c, const struct flag_draft *draft, struct err *e);
struct flagged_record checking_record(const struct claim *c);
#endif
