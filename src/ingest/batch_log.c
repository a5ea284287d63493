/* Collected while the step runs, so that nothing is read back: the digests of what was
 * stored, sorted at its end as `verify` reads them from the store. */
#include "ingest/batch_log.h"
#include "audit/suite.h"
#include "model/patent_undo.h"
#include <assert.h>
#include <stdlib.h>

err_t batch_log_begin(struct batch_log *out, struct db *db, const struct import_by *by,
                      struct err *e)
{
    int64_t last = 0;
    out->by = by;
    out->first = 0;
    out->import_number = 0;
    out->count = 0;
    if (!by)
        return OK;
    err_t rc = changes_last(&last, db, e);
    out->first = last + 1;
    return rc;
}

void batch_log_add(struct batch_log *l, const struct patent *p)
{
    assert(l->count < BATCH_RECORDS_MAX);
    if (p->stored)
        l->stored[l->count++] = p->digest;
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct digest));
}

static struct str write_batch(struct str file, const char *mapping_hex, int64_t count,
                              const char *rows_hex, int64_t first, int64_t last, struct arena *a)
{
    return arena_printf(a,
                        "{\"file\":\"%.*s\",\"mapping\":\"%s\",\"count\":%lld,\"rows\":\"%s\","
                        "\"first\":%lld,\"last\":%lld}",
                        STR_ARG(file), mapping_hex, (long long)count, rows_hex, (long long)first,
                        (long long)last);
}

/* What patent_batch_rows reads from the store. One hasher for both digests: fetching
 * the algorithm costs more than they do. */
static struct str batch_json(struct batch_log *l, int64_t last, struct str file, struct str mapping,
                             struct arena *a)
{
    struct hasher *h = hasher_new_of(l->by->suite->hash);
    char mapping_hex[HASH_HEX_LEN + 1], rows_hex[HASH_HEX_LEN + 1];
    struct digest digest;
    hasher_add(h, str_bytes(mapping));
    digest = hasher_end(h);
    digest_hex(mapping_hex, &digest);
    qsort(l->stored, l->count, sizeof(l->stored[0]), by_bytes);
    hasher_add(h, str_bytes(STR("zhiyun-rows/1\n")));
    for (size_t i = 0; i < l->count; i++)
        hasher_add(h, (struct bytes){l->stored[i].byte, SHA256_LEN});
    digest = hasher_end(h);
    digest_hex(rows_hex, &digest);
    hasher_free(h);
    return write_batch(file, mapping_hex, (int64_t)l->count, rows_hex, l->first, last, a);
}

err_t batch_log_stored(struct str *out, struct db *db, const struct log_suite *suite,
                       struct str file, int64_t first, int64_t last, struct arena *a, struct err *e)
{
    char mapping_hex[HASH_HEX_LEN + 1], rows_hex[HASH_HEX_LEN + 1];
    struct digest rows, mapping = hash_of(suite->hash, (struct bytes){NULL, 0});
    struct hasher *h = hasher_new_of(suite->hash);
    int64_t count = 0;
    err_t rc = patent_batch_rows(&rows, &count, db, first, h, e);
    hasher_free(h);
    digest_hex(rows_hex, &rows);
    digest_hex(mapping_hex, &mapping);
    *out = write_batch(file, mapping_hex, count, rows_hex, first, last, a);
    return rc;
}

err_t batch_log_end(struct batch_log *l, struct db *db, struct str file, struct str mapping,
                    struct arena *a, struct err *e)
{
    char uid[LOG_UID_LEN + 1];
    int64_t last = 0;
    struct log_draft draft = {.has_who = true, .action = STR("import"), .type = STR("patent")};
    if (!l->by)
        return OK;
    err_t rc = changes_last(&last, db, e);
    if (rc != OK || last < l->first)
        return rc;
    draft.who = l->by->account;
    draft.unit = l->by->unit;
    draft.batch = batch_json(l, last, file, mapping, a);
    if ((rc = log_append(uid, db, l->by->suite, l->by->clock, &draft, a, e)) == OK)
        rc = patent_batch_put(db, l->first, last, str_of(uid), e);
    if (rc == OK && l->import_number)
        rc = publication_import_note(db, l->import_number, str_of(uid), e);
    return rc;
}
