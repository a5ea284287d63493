/* What the codes of a list are in words: the states and choices of a record type, roles, policy packs and
 * what they name, and the few words of the lists themselves. */
#ifndef API_LIST_WORD_H
#define API_LIST_WORD_H
#include "api/resource.h"
#include "base/map.h"
#include "base/vec.h"

struct list_words {
    const struct request *request;
    struct str of;             /* last word of the list's path: "cases" */
    const struct jvalue *item; /* the row at hand */
    struct shelved *packs;     /* taken when first needed */
    struct db *db;             /* so too */
    struct map *known;         /* place of an account in `answers`, from 1; NULL: none yet */
    VEC(struct str) answers;   /* empty: there is none */
    err_t rc;                  /* the first that went wrong; a word is then its code */
    struct err *e;             /* of rc */
};

/* Gives back what was taken; rc stays. */
void list_words_end(struct list_words *w);
/* The words of a member ("state") of the row at hand or of something in it; a value that is no code of
 * its member stays as it is. */
struct str list_word(struct list_words *w, struct str name, struct str code);
/* The name of an account by its number; empty: who asks may not read the account. */
struct str list_account(struct list_words *w, struct str number);
#endif
