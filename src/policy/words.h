/* The sources of the facts behind a criterion: the keys that the SQL of its indicators reads, each
 * with its line of the table (model/fact_word.h). */
#ifndef POLICY_WORDS_H
#define POLICY_WORDS_H
#include "base/arena.h"
#include "db/db.h"
#include "model/fact_word.h"
#include "policy/pack.h"
#include "text/json.h"

/* The origin of facts in a facts document. */
struct checked_record;
struct word_state {
    /* "agrees", "differs" (then it counts as absent), "unknown": the register does not contain the
     * value or the party; NULL: the register is not consulted */
    const char *registered;
    /* The party's word, checked by who may; NULL: it is not, or the party has changed the record since. */
    const struct checked_record *checked;
};
struct fact_words {
    const struct fact_word *items;   /* each once, by the name of the fact */
    const struct word_state *states; /* one for each; NULL: of no document */
    size_t count;
};

/* `db` has the tables of facts documents (facts_create) and is confined to the pack. E_INVALID: SQL of
 * an indicator cannot be prepared. */
MUST_CHECK err_t criterion_words(struct fact_words *out, const struct pack *p,
                                 const struct criterion *c, struct db *db, struct arena *a,
                                 struct err *e);
/* Origins for some criteria of the pack, by id; uses a private database. */
MUST_CHECK err_t criteria_fact_words(struct fact_words *out, const struct pack *p,
                                     const struct str *ids, size_t count, struct arena *a,
                                     struct err *e);
/* Sets the states from a document. */
struct facts;
void words_state(struct fact_words *w, const struct facts *f, struct arena *a);
/* Origins for all criteria and flags of the pack; uses a private database. */
MUST_CHECK err_t pack_fact_words(struct fact_words *out, const struct pack *p, struct arena *a,
                                 struct err *e);
/* Describes item i and all later ones with the same source: "the party's own word (until the
 * office in charge has checked it): staff.from, staff.to". Empty: an earlier item has included it.
 */
struct str words_text(const struct fact_words *w, size_t i, struct arena *a);
/* "words": [{"fact","who","label","label_en","checked","evidence","evidence_en","register","confirmed"}], inside an open
 * object; the same bytes in every language, for decisions keep them. */
void words_json(struct jout *j, const struct fact_words *w);
#endif
