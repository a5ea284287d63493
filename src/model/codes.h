/* National identifiers with a check digit. Each is brought to its one spelling
 * (half width, upper case, no blanks or dashes) and told to be right or wrong; what a
 * number stands for is not known here. */
#ifndef MODEL_CODES_H
#define MODEL_CODES_H
#include "base/arena.h"
#include "base/str.h"

enum code_fault {
    CODE_RIGHT,
    CODE_SHAPE, /* length or characters */
    CODE_CHECK, /* the check digit does not fit */
    CODE_DATE   /* the date inside is none */
};

/* 统一社会信用代码, GB 32100-2015: 18 characters of 0-9 and A-Z without I O S V Z,
 * the last one a check modulo 31. *out is the canonical spelling, also of a wrong
 * one (as far as its characters go). */
enum code_fault credit_code_parse(struct str *out, struct str written, struct arena *a);

/* Checks a code that is in the canonical spelling already. */
enum code_fault credit_code_check(struct str code);

/* 公民身份号码, GB 11643-1999: 17 digits and a check modulo 11-2 (ISO 7064); the
 * seventh to fourteenth digit are a day that exists. */
enum code_fault resident_id_parse(struct str *out, struct str written, struct arena *a);
#endif
