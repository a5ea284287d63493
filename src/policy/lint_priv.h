/* Shared by the files that check a whole pack. */
#ifndef POLICY_LINT_PRIV_H
#define POLICY_LINT_PRIV_H
#include "policy/lint.h"
#include "policy/pack_priv.h"

struct linting {
    struct pack_reader reader; /* for findings */
    const struct pack *pack;
    struct packs *packs;
    const struct record_names *names; /* may be NULL */
    const struct clause_map *map;     /* of the pack's source */
    struct arena *arena;
    struct err *e;
};

/* section: the top-level key whose file the line is in; the sentence goes through msg(). */
#define LINT(l, section, line, ...)                                                                \
    pack_fault_at(&(l)->reader, pack_section_file((l)->pack, section), line, 0, __VA_ARGS__)

void lint_parts(struct linting *l);
/* Whether a cell of a form or a head of an evaluation is this number. */
bool lint_report_counts(const struct pack *p, struct str indicator);
/* Whether a criterion, a flag or a report asks for it. */
bool lint_is_used(const struct pack *p, size_t indicator);
void lint_processes(struct linting *l);
/* Quotes beside the clauses that are cited for them; makes l->map. */
void lint_clauses(struct linting *l);
/* All that stands in a clause, or in its whole article, without blanks. */
struct str lint_clause_words(struct linting *l, struct str clause, bool article);
/* Numbers, comparisons and names beside their words. */
void lint_traces(struct linting *l);
/* Weights and least points of the heads of an evaluation, in the words of its clause (without blanks). */
void lint_heads(struct linting *l, const struct part_value *heads, struct str text);
/* The quote of a part, the readings of the doubts that it names, its own and its note. */
struct str lint_part_words(const struct linting *l, const struct part *p);
/* The same for a deadline. */
struct str lint_deadline_words(const struct linting *l, const struct deadline_rule *d);
/* Letters and digits alone. */
struct str lint_letters(struct str s, struct arena *a);
void lint_document(struct linting *l);
/* Whether two letters in a row of the label stand in the words; both without blanks. */
bool lint_shares_words(struct str label, struct str words);
/* Whether all that the words say of `one`, in part alone, they say of `other` too, and more of it. */
bool lint_says_more(struct str other, struct str one, struct str words);
/* Whether each two letters in a row of the label stand in the words. */
bool lint_says_whole(struct str label, struct str words);
/* Constants of the SQL. */
void lint_constants(struct linting *l);
void lint_paper(struct linting *l, const struct part *p);

/* "applicant.name": a field of a record type or of a facts document. */
void lint_field(struct linting *l, const char *section, int line, struct str field);
void lint_names(struct linting *l, const char *section, const struct part *p, const char *key,
                enum part_section among);
void lint_criteria(struct linting *l, const char *section, int line, const struct str *ids,
                   size_t count);
/* The codes that a fact can have; NULL: it is no fact, or has none. */
const char *const *lint_field_codes(struct str type, struct str field);
bool lint_has_record(const struct linting *l, struct str type, struct str field);
#endif
