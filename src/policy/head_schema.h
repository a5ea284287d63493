/* The keys of pack.yaml, of its sections that are no lists of items and of case files (pack_keys.yaml), and the
 * words that tests, SQL, deadlines, steps and effects are written in: one table each, from which they are read
 * and from which the reference is made (tests/pack_reference.c). */
#ifndef POLICY_HEAD_SCHEMA_H
#define POLICY_HEAD_SCHEMA_H
#include "policy/parts.h"

struct said_word {
    const char *name;  /* in tables that end, NULL ends them */
    const char *about; /* what it is: English, of the catalogue */
};

extern const char *const said_standings[], *const said_held[], *const said_hows[];
extern const char *const said_fold_names[]; /* by enum fold */
extern const struct said_word said_folds[]; /* likewise */
extern const struct said_word
    said_parameters[]; /* of an indicator's SQL, in the order of their numbers */
extern const struct said_word said_columns[]; /* of its rows, by enum row_column (indicator.c) */
extern const struct said_word
    process_effects[]; /* by enum process_effect_kind, then `list` (process.c) */
extern const struct said_word process_list_acts[];   /* what `list` does (process.c) */
extern const struct said_word deadline_forms[];      /* deadline_rule.c */
extern const struct said_word expr_words[];          /* functions of tests (expr.c) */
extern const struct said_word pack_function_words[]; /* functions of SQL (pack_functions.c) */
/* Actors other than authorities (process.c); `at` from 0; false: no more. */
bool process_actor_at(struct said_word *out, size_t at);

extern const struct part_key head_basis_end[];
extern const struct part_key head_document[];
extern const struct part_key head_pack[];
extern const struct part_key head_deadline[];
extern const struct part_key head_indicator[];
extern const struct part_key head_reading[];
extern const struct part_key head_criterion[];
extern const struct part_key head_question[];
extern const struct part_key head_alternative[];
extern const struct part_key head_considered[];
extern const struct part_key head_ambiguity[];
extern const struct part_key head_flag[];
extern const struct part_key head_clause[];
extern const struct part_key head_unquoted[];
extern const struct part_key head_naming[];
extern const struct part_key head_naming_level[];
extern const struct part_key case_keys[]; /* of a case file */
/* The sections in the order of the reference; `keys` NULL: a map of labels. */
extern const struct part_kind head_kinds[];
#endif
