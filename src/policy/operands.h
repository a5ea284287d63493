/* The operands of a verdict, for people who check it: days, values of the records that its SQL
 * reads, and missing keys of records. The columns that a statement reads are reported by SQLite
 * (db/sandbox.h), so packs need not list them. */
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

/* The operands of a criterion: those of all indicators of its test, each once; for a judged
 * criterion, by whom and how it is judged. `missing` is set if it is unknown. test NULL: only
 * judged. */
void operands_of(struct operands *out, struct evaluation *v, const struct expr *test,
                 struct str criterion, enum truth pass);
#endif
