/* The verdict of a pack on one party's facts for one question. */
#ifndef POLICY_PACK_VERDICT_H
#define POLICY_PACK_VERDICT_H
#include "policy/facts.h"
#include "policy/indicator.h"
#include "policy/packs.h"
#include "policy/words.h"
#include "text/json.h"

enum pack_status { STATUS_DRAFT, STATUS_NOT_YET, STATUS_IN_FORCE, STATUS_LAPSED };

struct evidence { /* the rows behind one indicator of a criterion, and what they come to */
    const struct indicator *indicator;
    const struct fact_row *rows;
    size_t row_count;
    const struct outcome *outcome; /* NULL: of a report, which tells it itself */
};

/* Inputs of a criterion's verdict besides its number and rows. */
struct operand_day {
    struct str name; /* "as_of", "effective", "expires", or a deadline of the pack … */
    struct str from; /* … with the day it is counted from; empty: it is not counted */
    struct str day;
    bool provisional;
};
struct operand_fact {
    struct str path, value; /* "project.start", "2026-01-01" */
};
struct operands {
    struct str growth; /* "100 → 172 件, +72 %"; empty: the test compares no growth and no ratio */
    const struct operand_day *days;
    size_t day_count;
    const struct operand_fact
        *facts; /* of records that are no list, and dates of the rows of lists */
    size_t fact_count;
    const struct str *missing; /* keys and lists whose value would be needed, by path */
    size_t missing_count;
};

struct criterion_result {
    const struct criterion *criterion;
    enum truth pass;
    bool applicable;
    bool has_value; /* of the number that its test compares */
    enum fold fold; /* of that number */
    struct range value;
    struct str unit, needs, advice; /* empty: none */
    const struct str *unknown;      /* records and lists that would settle it */
    size_t unknown_count;
    const struct evidence *evidence; /* of its test, in the order of its text */
    size_t evidence_count;
    struct operands operands; /* empty where many are judged at once (judge/many.h) */
    struct fact_words words;  /* whose word its facts are; by pack_verdict_check */
};

/* The record behind a row of the facts, where they came out of a store. */
struct verdict_file {
    struct str field, digest, name;
};
struct verdict_source {
    struct str row;  /* "staff[2]" */
    struct str type; /* of the record */
    int64_t id, version;
    const struct verdict_file *files;
    size_t file_count;
    bool takes_files; /* its type has files as evidence */
};

struct raised_flag {
    struct str id, text;
    struct str label; /* of the first row that raises it; may be empty */
    bool watched;
    const struct str *records;
    size_t record_count;
};

struct pack_verdict {
    const struct pack *pack;
    const struct question *question;
    enum truth verdict;
    enum pack_status status;
    bool binding;
    const struct criterion_result *results; /* one for each criterion of the question */
    size_t result_count;
    const struct str *ambiguities; /* ids, each once */
    size_t ambiguity_count;
    const struct raised_flag *flags;
    size_t flag_count;
    const struct verdict_source *sources; /* set by who has them; none: the facts are a file's */
    size_t source_count;
};

/* NULL: the row is no record's. */
const struct verdict_source *verdict_source(const struct pack_verdict *v, struct str row);

struct proofs pack_proofs(const struct pack_verdict *sources, const struct outcome *o);
/* "counted" and "proven" inside an open object; nothing where each row has a file. */
void proofs_json(struct jout *j, struct proofs p);

/* The facts are in `db` as `subject`, and `db` is confined to the pack (sandbox_confine).
 * question empty: what the facts ask, else "apply". E_INVALID: a question that the pack
 * does not know, facts of another programme, an unknown reading. E_LIMIT. */
MUST_CHECK err_t pack_verdict_of(struct pack_verdict *out, const struct pack *p, struct db *db,
                                 int64_t subject, const struct facts *facts, struct str question,
                                 struct arena *a, struct err *e);

/* The whole way for one document: a private database, the facts, the verdict. */
MUST_CHECK err_t pack_verdict_check(struct pack_verdict *out, const struct pack *p,
                                    const struct yvalue *document, struct str question,
                                    struct arena *a, struct err *e);

/* Some indicators of the pack alone, on one document: out[i] is p->indicators.ptr[indicators[i]]. */
MUST_CHECK err_t pack_indicators_check(struct outcome *out, const struct pack *p,
                                       const size_t *indicators, size_t count,
                                       const struct yvalue *document, struct arena *a,
                                       struct err *e);

/* "indicator", "label", "unit", "value" (as of a criterion) and "holds" (of one that is true
 * or false), inside an open object. */
void outcome_json(struct jout *j, const struct indicator *i, const struct outcome *o,
                  struct arena *a);

/* One object, as printed by `zhiyun check --json`. */
void pack_verdict_json(struct jout *j, const struct pack_verdict *v, struct arena *a);
/* Its members, inside an open object. */
void pack_verdict_members(struct jout *j, const struct pack_verdict *v, struct arena *a);

/* The operands of one criterion on one line: numbers, truth values and days, without missing
 * facts, as in `zhiyun check`. Papers use other wording (document/criteria_fill.h). */
struct str operands_text(const struct criterion_result *r, struct arena *a);
/* "business date" …; a deadline is called by its id, as in `zhiyun deadline`. In the language spoken. */
struct str operand_day_name(const struct operand_day *d);
/* The keys that are missing; where no key is, the records that do not say enough. Borrowed. */
size_t missing_of(const struct str **out, const struct criterion_result *r);
/* The number and the demand: "3 人 (>= 5 人)"; empty: the criterion has no number. */
struct str criterion_value_text(const struct criterion_result *r, struct arena *a);

/* {"indicator","label","in","possible","out"}: the rows that a number opens into. */
void evidence_members(struct jout *j, const struct pack_verdict *v, const struct evidence *e);

/* A criterion's number: "5", "1000000.00", "13/20"; of a range its two ends. */
struct str value_low_text(const struct criterion_result *r, struct arena *a);
struct str value_high_text(const struct criterion_result *r, struct arena *a);
bool value_is_exact(const struct criterion_result *r);

const char *status_name(enum pack_status s);
const char *pack_verdict_name(enum truth t); /* "pass", "fail", "unknown" */

enum pack_status pack_status_on(const struct pack *p, struct str as_of);
#endif
