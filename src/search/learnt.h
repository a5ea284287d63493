/* Files of the index's folder that are learnt from the store's records and can be learnt again, like the index. The first
 * line is the number of these records; the others, "key TAB …", are sorted by bytes. Files that the program carries
 * have the same form; their first line names the source. */
#ifndef SEARCH_LEARNT_H
#define SEARCH_LEARNT_H
#include "base/buf.h"
#include "db/store.h"
#include "index/query.h"
#include "model/patent.h"

/* The lines behind the first one. */
struct str learnt_lines(struct str file);
/* Removes the first of the lines and returns it without its end; an empty line at the end. */
struct str learnt_line(struct str *lines);
/* From the first line on that is not before `key`. */
struct str learnt_find(struct str lines, struct str key);

/* {NULL, 0} where there is none. fs_unmap gives it back. */
struct bytes learnt_map(const char *index_dir, const char *name);

struct learnt_from {
    const char *index_dir, *name;
    const struct query *query;                       /* of the records */
    size_t most;                                     /* records */
    bool (*take)(void *arg, const struct patent *p); /* false: it has enough */
    void *arg;
};

/* Reads the records where the index holds enough, and a fifth more than the file was learnt from; they are spread
 * over the store where `take` has enough before the end. *records: their number, 0 where none were read. */
MUST_CHECK err_t learnt_read(uint64_t *records, struct store *store, const struct learnt_from *from,
                             struct arena *a, struct err *e);
MUST_CHECK err_t learnt_write(const struct learnt_from *from, uint64_t records,
                              const struct buf *lines, struct err *e);
#endif
