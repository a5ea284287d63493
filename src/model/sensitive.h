/* What should not leave the building unseen: numbers of persons and cards, phones, e-mail addresses, prices, marks
 * of secrecy.
 * Found so that a person looks at each; what it is, nobody but that person decides. */
#ifndef MODEL_SENSITIVE_H
#define MODEL_SENSITIVE_H
#include "base/arena.h"
#include "base/str.h"

enum sensitive_kind {
    SENSITIVE_PERSON, /* a resident id (GB 11643), also one whose check digit does not fit */
    SENSITIVE_PHONE, /* a mobile number (11 digits from 13 on) or one with its area code, also with +86, blanks,
                         hyphens or brackets */
    SENSITIVE_PRICE, /* a number, in digits or words, with a unit or sign of money; with 万 or 亿 alone where its
                         sentence speaks of money */
    SENSITIVE_MARK, /* 绝密 机密 秘密 商业秘密 内部资料 内部文件 不得外传 */
    SENSITIVE_CARD, /* of a bank: 16 to 19 digits */
    SENSITIVE_MAIL  /* an e-mail address */
};
extern const char *const sensitive_kinds[]; /* person, phone, price, mark, card, mail */

struct sensitive_hit {
    enum sensitive_kind kind;
    size_t character; /* where it begins in the text, from 1 */
    struct str text;  /* of the text */
};

/* Everything that is found, in the order of the text; digits of full width count as digits. */
size_t sensitive_find(const struct sensitive_hit **out, struct str text, struct arena *a);
#endif
