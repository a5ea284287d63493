/* What a verdict was made of, for whoever has to check it: days, values of the records that its SQL reads,
 * and which key of which record is missing. The columns that a statement reads are SQLite's own word
 * (db/sandbox.h), so that no pack says them twice. */
#ifndef POLICY_OPERANDS_H
#define POLICY_OPERANDS_H
#include "policy/evaluate.h"
#include "policy/pack_verdict.h"

/* Operands of one indicator, if evaluation.functions is set. */
struct indicator_reads {
    const struct operand_day *days;
    size_t day_count;
    const struct operand_fact *facts;
    size_t fact_count;
    const struct str *missing;
    size_t missing_count;
};

/* v->reads[i], right after the indicator ran on v->db. Errors of the database. */
MUST_CHECK err_t operands_read(struct evaluation *v, size_t i);

/* Of a criterion: of all indicators of its test, each thing once; of one that is judged, by whom
 * and how. `missing` where it is not known. test NULL: judged alone. */
void operands_of(struct operands *out, struct evaluation *v, const struct expr *test,
                 struct str criterion, enum truth pass);
#endif
