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
    struct arena *arena;
    struct err *e;
};

/* section: the top-level key whose file the line is in; the sentence goes through msg(). */
#define LINT(l, section, line, ...)                                                                \
    pack_fault_at(&(l)->reader, pack_section_file((l)->pack, section), line, 0, __VA_ARGS__)

void lint_parts(struct linting *l);
/* Whether a cell of a form or a head of an evaluation is this number. */
bool lint_report_counts(const struct pack *p, struct str indicator);
void lint_processes(struct linting *l);
/* Codes in the SQL of indicators. */
void lint_codes(struct linting *l);
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
