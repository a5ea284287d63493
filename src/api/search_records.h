/* Records that searches apply: topic databases (专题数据库) that their filters name, with the numbers
 * that the asker may read of them, and names of applicants that are one (申请人归并): those of
 * types/topic_database.yaml, topic_member.yaml and applicant_name.yaml, by the access rules of these.
 * Records of applicants' names apply to searches of their unit; those of an office of the province to all searches of the
 * province. Read anew with every search, so a revocation acts on the next one. */
#ifndef API_SEARCH_RECORDS_H
#define API_SEARCH_RECORDS_H
#include "record/record.h"
#include "search/search.h"

/* Reads with the subject's rights the topic databases named in the query or the filters, by number or name; those of
 * one name are joined. Unknown ones are left out, and search_run reports them. Reads also up to GROUPS_MAX groups
 * of applicants' names, of its unit before the province's, the newest first. */
MUST_CHECK err_t search_records_read(struct search_records *out, struct kernel *k,
                                     const struct subject *s, struct str query,
                                     const struct str *filters, size_t filter_count,
                                     struct arena *a, struct err *e);
#endif
