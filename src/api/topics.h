/* Topic databases (专题数据库) that filters of a search name, with the numbers that the asker
 * may read of them: those of types/topic_database.yaml and topic_member.yaml, by the access
 * rules of these. Asked anew with every search, so a revocation acts on the next one. */
#ifndef API_TOPICS_H
#define API_TOPICS_H
#include "record/record.h"
#include "search/search.h"

/* Reads the topic databases named in the query or the filters, by number or name, with the subject's rights; those of
 * one name are joined. Unknown ones are left out, and search_run reports them. */
MUST_CHECK err_t topics_read(const struct search_topic **out, size_t *count, struct kernel *k,
                             const struct subject *s, struct str query, const struct str *filters,
                             size_t filter_count, struct arena *a, struct err *e);
#endif
