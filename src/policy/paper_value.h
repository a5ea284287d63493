/* The names that papers of a pack (section `papers`) can use as {name}, besides fields of record
 * types ({applicant.name}). The issuer of a paper enters them; a name without a value prints 待补
 * and is reported. */
#ifndef POLICY_PAPER_VALUE_H
#define POLICY_PAPER_VALUE_H
#include "base/str.h"

struct paper_value_name {
    const char *name;  /* "case.number"; of a list "parties.name": in blocks with `each: parties` */
    const char *label; /* English sentence of the catalogue, for who is to enter it */
    bool list;
    bool known;  /* by the program: never entered, as what it counts is not */
    bool day;    /* entered as YYYY-MM-DD, printed as an office writes it */
    bool length; /* a length of time: the paper itself says from when, and 内 */
};
/* 六十日, 30日, 六个月: a number and what it counts, nothing more. */
bool paper_length(struct str text);
/* In a block with `each`, whatever its list: the number of the row, from 1. */
#define PAPER_ROW_NUMBER "row.number"
/* Behind the name of a sum: in capitals, by the rule for bills (支付结算办法, 附件一). */
#define PAPER_CAPITALS ".capitals"
extern const struct paper_value_name paper_value_names[]; /* ends with a name of NULL */

/* NULL: there is none. */
const struct paper_value_name *paper_value_name(struct str name);
bool paper_value_list(struct str list); /* "parties"; what each row of any list has is none */

/* The roles that a block of a paper can have: those of src/paper. */
extern const char *const paper_block_roles[];

/* Next piece of a text: *text is the part before the placeholder, *name the name in its braces
 * (ptr NULL: end of text). False: an unmatched brace. */
bool paper_text_next(struct str *rest, struct str *text, struct str *name);
#endif
