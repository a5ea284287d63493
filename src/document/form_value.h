/* Values of records as words on a paper, and where they are read from. */
#ifndef DOCUMENT_FORM_VALUE_H
#define DOCUMENT_FORM_VALUE_H
#include "base/vec.h"
#include "policy/indicator.h"
#include "policy/pack.h"
#include "record/record.h"
#include "text/yaml.h"

/* Texts printed for missing values, the same on every paper. */
#define FORM_MISSING STR("待补")

#define FORM_ERASED STR("已依法删除")

struct form_rows { /* records of one type, whole, as who fills the paper may see them */
    const struct record_type *type;
    const struct jvalue *items;
    size_t count;
};

struct form_acceptance { /* of the commitment; digest empty: none */
    struct str name, role, at,
        digest; /* role: as papers call it; at: "2026-01-05 09:00"; digest: SHA-256 of the text, hex */
};

struct form_source {
    const struct pack *pack;
    const struct yvalue *document; /* facts of the party, for numbers; NULL: they are not known */
    const struct pack_verdict *sources; /* of its rows, for their proofs; NULL: not read */
    const struct form_rows *rows;
    size_t row_count;
    struct form_acceptance accepted;
    const struct record_types
        *types;       /* by which what is printed of criteria and numbers calls facts; NULL: a form
                                         prints none */
    struct str level; /* of the recognition that the case is for; empty: of the pack's first */
    struct str today; /* from which it is counted how long a material lasts; empty: not looked at */
    bool draft;       /* it is not handed in yet: marked 草稿 */
    struct form_rows_known *known; /* of its rows; NULL: none */
};

/* NULL: none of the type was read. */
const struct form_rows *form_rows_of(const struct form_source *s, struct str type);

/* Formats a number: no trailing zeros after the point; amounts with thousands separators and with
 * two decimals or none. Text that is not a plain number is unchanged. In the arena, or part of
 * `n`. */
struct str form_number(struct str n, bool amount, struct arena *a);

/* The sum ("107,000.53元") in capitals: 壹拾万零柒仟元伍角叁分. Empty: it is no sum in yuan. */
struct str form_capitals(struct str sum, struct arena *a);

struct form_path {                 /* "industry.chain_parties.name" */
    struct str type, field, inner; /* inner: empty, or a field of a table's rows */
};

struct form_path form_path_of(struct str text);

struct form_at {
    const struct form_rows *rows;
    const struct jvalue *record; /* one of them */
    const struct jvalue *row;    /* of a table of it; or NULL */
};

/* The value of the path's field there; inner: in the row. Empty: it has
 * none. dictionary: words of the pack for codes, or NULL. */
struct str form_value(struct form_at at, const struct form_path *path,
                      const struct part *dictionary, struct arena *a);

/* The field that the path names; NULL: the type has none. */
const struct field *form_field(const struct form_rows *rows, const struct form_path *path);

/* The JSON text of a plain value of the record or table row; empty: none. */
struct str form_json_text(const struct jvalue *record, const struct jvalue *row,
                          const struct form_path *path, struct arena *a);

/* A number as the field's values are written. */
struct str form_number_text(const struct field *f, struct str number, struct arena *a);

/* Rows of the path's table in the record. */
size_t form_table(const struct jvalue **out, const struct jvalue *record,
                  const struct form_path *path);

/* The Chinese label of the field. */
struct str form_label(const struct form_rows *rows, const struct form_path *path);

/* The value of an indicator as an office writes it: 6个; 13/20（65%）; 不少于3个 for an incomplete list;
 * and with rows that may or may not count 0个（另有1个因缺交易（签订日期）待定）. lacks: what is missing; empty
 * if it is printed elsewhere. Empty: unknown. */
struct str form_quantity(const struct indicator *i, const struct outcome *o, struct str lacks,
                         struct arena *a);

/* Indicators of the pack on the facts, as text: "6个". An unknown one names the records that are
 * missing (尚缺：人员（专职）、交易), by the names of s->types. Unknown indicator ids, and all indicators
 * without facts, are reported as missing the party's. proofs: of each; NULL: not asked. */
MUST_CHECK err_t form_indicators(struct str *out, struct proofs *proofs,
                                 const struct form_source *s, const struct str *ids, size_t count,
                                 struct arena *a, struct err *e);

/* True if `printed` is the text of an unknown number: 尚缺：… */
bool form_is_lacking(struct str printed);

/* Missing facts of all numbers of a paper, listed once. */
struct form_lacks {
    VEC(struct str) items;
};

/* Missing facts of a printed number; none if it is known. */
void form_lacks_add(struct form_lacks *all, struct str printed, struct arena *a);

/* The sentence of it; empty: nothing lacks. */
struct str form_lacks_text(const struct form_lacks *all, struct arena *a);

/* 2026-01-05 as 2026年1月5日; what is no date comes back as it is. */
struct str form_date(struct str iso, struct arena *a);

/* The name by the rule of the pack, of the industry that the records name. Empty: the pack has no
 * rule, or there is no industry (or none that can be in a name). */
struct str form_centre_name(const struct form_source *s, struct arena *a);

struct form_party {
    int64_t unit;
    struct str code; /* unified social credit code */
};

struct form_subject { /* the record that a case moves; type empty: none */
    struct str type;
    int64_t id;
    struct str number; /* of that case: what another case wrote is left out; empty: not asked */
    struct form_party party;
};

/* Types that were read before for the same subject, party and record; their values lie in the arena. */
struct form_rows_known {
    struct form_rows *ptr;
    size_t len, cap;
};

/* Reads into s->rows the party's records that the form or paper names, and the materials of its process:
 * of each type all records that have not ended and do not belong to another programme, and of the
 * subject's type only that record. Visible to who->subject only. Types that are read are added to s->known,
 * and types in it are not read again. E_LIMIT: more than a paper can list. */
MUST_CHECK err_t form_rows_read(struct form_source *s, const struct record_call *who,
                                const struct part *form, const struct form_subject *of,
                                struct err *e);
#endif
