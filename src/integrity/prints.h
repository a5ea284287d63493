/* The prints of many files: those that the store has not are made, by as many threads as there are processors,
 * since most of it is waiting for another program, and kept one by one. */
#ifndef INTEGRITY_PRINTS_H
#define INTEGRITY_PRINTS_H
#include "integrity/print.h"
#include "model/job_worker.h"

/* Of each digest one, in their order, an empty one where no file that is not secret has it. The job's parts are
 * struct integrity_parts (check.h); it is told how far this is, and a step of its own keeps each print: after an
 * end amid it the rest is left to make. E_BUSY: the job was asked to end. */
MUST_CHECK err_t prints_of(struct print **out, struct job_run *r, const struct str *digests,
                           size_t count, struct arena *a, struct err *e);
#endif
