/* Documents in memory, on their way to a segment: tokens are counted per
 * document as they come and kept by document ("forward"); the flush turns that
 * round by counting, in the order of the segment. */
#ifndef INDEX_INVERT_H
#define INDEX_INVERT_H
#include "base/err.h"
#include "base/fs.h"
#include "index/schema.h"

struct inverter;

struct inverter *inverter_new(const struct index_schema *schema);
void inverter_free(struct inverter *v); /* accepts NULL */

/* Adds, and forgets an earlier document of the same id. E_INVALID: a term is
 * empty or too long, or a position names no field; nothing was added then. */
MUST_CHECK err_t inverter_add(struct inverter *v, const struct index_doc *doc, struct err *e);
void inverter_remove(struct inverter *v, uint64_t id);

uint32_t inverter_live(const struct inverter *v);
/* Memory that it takes, the flush included. */
size_t inverter_bytes(const struct inverter *v);
/* Every id that was added or replaced, dead ones included. */
const uint64_t *inverter_ids(const struct inverter *v, size_t *count);

/* Writes all live documents as a segment file; *length_sum of them. */
MUST_CHECK err_t inverter_write(uint64_t *seal, uint64_t *file_bytes, uint64_t *length_sum,
                                const struct inverter *v, const struct fs *fs, const char *path,
                                uint64_t id, struct err *e);
void inverter_reset(struct inverter *v);
#endif
