/* What the second person of a pair (two_person.h pair_take) reads before he confirms, and who he may be. It is kept
 * with the proposal in sentences of the catalogue, so that each reads it in his language. */
#ifndef ACCESS_PAIR_SHOWN_H
#define ACCESS_PAIR_SHOWN_H
#include "access/deed.h"
#include "access/two_person.h"

struct pair_line {
    const char *label; /* a sentence of N_() */
    struct str text;   /* empty: the line is left out */
    struct str en;     /* for who reads English; empty: the same */
};
struct pair_shown {
    const char *kind, *what; /* sentences of N_(): what it is of ("Policy"), what is to be done */
    struct str title;        /* of what it is: a number, a name */
    int64_t case_id;         /* 0: it is of no case */
    enum pair_among among;
    const struct pair_line *lines;
    size_t line_count;
};

/* As it is kept, in the arena. */
struct str pair_shown_json(const struct pair_shown *s, struct arena *a);

struct pair_waiting {
    struct proposal p;
    struct str province; /* of the unit that proposed it, two digits */
    /* kind, what, title, case, among, lines: [[label, text]] or [[label, text, English]] */
    const struct jvalue *shown;
};

/* The open proposal `id` of a pair; out->p.id 0: it is none, or none any more. Texts in the arena. */
MUST_CHECK err_t pair_waiting_read(struct pair_waiting *out, struct db *db, int64_t id,
                                   struct arena *a, struct err *e);
/* The same from a row of the caller's: w->p is set, `shown` is the text as kept. E_CORRUPT. */
MUST_CHECK err_t pair_waiting_take(struct pair_waiting *w, struct str shown, struct arena *a,
                                   struct err *e);

/* Is he of those among whom the second is found? Whether he is another is proposal_waits_for's to say. */
bool pair_is_among(const struct pair_waiting *w, const struct subject *s);

/* Taken back by who proposed it, refused for d->reason by another of those among whom it waits, who has signed in;
 * with an entry. Inside a store step. E_NOTFOUND: nothing of that number waits with
 * him; E_DENIED; E_INVALID: no reason. */
MUST_CHECK err_t pair_refuse(struct db *db, const struct deed *d, int64_t id, struct err *e);
#endif
