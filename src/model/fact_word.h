/* Sources of the facts in docs/facts.md (reference/fact_words.csv): who establishes a fact, on what
 * evidence, and who checks what a party says of itself. The one table from which types are
 * narrowed (record/type_words.c) and verdicts say it (policy/pack_verdict_json.c). */
#ifndef MODEL_FACT_WORD_H
#define MODEL_FACT_WORD_H
#include "base/str.h"

enum word_kind {
    WORD_PARTY,    /* its own word, in whichever role it writes */
    WORD_REGISTER, /* as that; the register of organisations must agree (a type's `never`) */
    WORD_SIGNED,   /* the party's until `fixed_by` has a value, the office's alone from then on */
    WORD_CITY,
    WORD_PROVINCE,
    WORD_OFFICE, /* of city or province */
    WORD_STEP,   /* what a step of a case, or an action, brings about */
    WORD_PROGRAM /* worked out from other records */
};

struct fact_word {
    struct str fact; /* "applicant.kind"; "ip_body" of the document itself */
    enum word_kind kind;
    struct str name;                  /* "province", as the table has it */
    struct str checked;               /* "city" "province" "office"; empty: nobody */
    struct str evidence, evidence_en; /* static */
    struct str means, means_en;       /* what the fact is */
};

/* False: there is no such fact. `key` may be empty. */
bool fact_word_find(struct fact_word *out, struct str record, struct str key);
/* As people read it; static. Of a word, or of who checks. */
struct str fact_word_label(struct str name, bool english);
/* Whether who holds the role may say it by hand. */
bool fact_word_may(enum word_kind kind, struct str role);
/* Whether it is the party's own word, which somebody else may check. */
bool fact_word_is_partys(const struct fact_word *w);
/* Whether who holds the role is who checks it; false where nobody does. */
bool fact_word_checks(const struct fact_word *w, struct str role);
/* Whether a value that is there is changed only with a reason: an office's word. */
bool fact_word_is_office(enum word_kind kind);
#endif
