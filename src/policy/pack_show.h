/* A whole pack as JSON: the contents of its files, in the order of sections, with the document's text
 * beside each item. */
#ifndef POLICY_PACK_SHOW_H
#define POLICY_PACK_SHOW_H
#include "policy/lint.h"
#include "policy/pack_diff.h"
#include "text/json.h"

/* Whether a document of its legal basis no longer holds today (YYYY-MM-DD). */
bool pack_basis_is_over(const struct document *d, struct str basis, struct str today);

/* One object; sections under their names in the files. */
void pack_show_json(struct jout *j, const struct pack *p, struct str today, struct arena *a);

/* Writes the entry of `pack list`: one object. */
void pack_head_json(struct jout *j, const struct pack *p, struct str today);
/* "clauses": […], inside an open object, as pack_show_json has them. */
void pack_clauses_json(struct jout *j, const struct pack *p);

/* "questions", "criteria", "deadlines", "clauses", "ambiguities", inside an open object. */
void pack_lists_json(struct jout *j, const struct pack *p, struct arena *a);

/* "comparisons": […]: its comparisons with other texts. */
void pack_comparisons_json(struct jout *j, const struct pack *p);

/* "coverage": {articles, sentences, quotes, numbers: {covered, total, missing}}, inside an open object. */
void pack_share_json(struct jout *j, const char *name, const struct share *s);
void pack_coverage_json(struct jout *j, const struct coverage *c);

/* Inside an open array. */
void pack_differences_json(struct jout *j, const struct pack_difference *d, size_t count);

/* "findings": [{file, line, column, reason}], inside an open object. */
void pack_findings_json(struct jout *j, const struct pack_finding *f, size_t count);

/* "in_force", "draft" … as `status` is written. */
const char *pack_standing_text(enum pack_standing s);
#endif
