/* Topic databases (专题数据库) that filters of a search name, with the numbers that the asker
 * may read of them: those of types/topic_database.yaml and topic_member.yaml, by the access
 * rules of these. Asked anew with every search, so a revocation acts on the next one. */
#ifndef API_TOPICS_H
#define API_TOPICS_H
#include "record/record.h"
#include "search/search.h"

/* Of the topics that the query or the filters name those that there are and the subject may read, found by number or
 * by name; two of one name are one. What is missing search_run refuses. */
MUST_CHECK err_t topics_read(const struct search_topic **out, size_t *count, struct kernel *k,
                             const struct subject *s, struct str query, const struct str *filters,
                             size_t filter_count, struct arena *a, struct err *e);
#endif
