/* Between the files of archives. */
#ifndef DOCUMENT_CASE_ARCHIVE_PRIV_H
#define DOCUMENT_CASE_ARCHIVE_PRIV_H
#include "base/vec.h"
#include "document/case_archive.h"
#include "document/case_archive_check.h"
#include "document/step_paper.h"

struct case_archive_member {
    struct str name, title;
    struct str content;          /* made here */
    const struct file_row *file; /* or uploaded: read when it is packed; NULL: it was not */
    int64_t bytes;
    struct str digest; /* hex */
};

struct case_archive_withheld {
    struct str name, why;
};

struct case_archive_entry {        /* of the evidence log */
    struct str uid, content, seal; /* content empty: it is not opened here */
};

struct case_archive {
    struct arena *arena;   /* its own: it may outlive the call */
    struct arena *scratch; /* of one record, file or receipt: a case may have thousands */
    struct flow_call x;    /* that of the call, with this arena */
    struct step
        g; /* of x; as p and parts, not asked while it is packed. db and e: of who works on it now */
    const struct case_archive_parts *parts;
    struct file_place files_at;
    struct case_archive_terms terms;
    VEC(struct case_archive_member) members;
    VEC(struct case_archive_entry) entries;
    VEC(struct case_archive_withheld) withheld;
    VEC(struct record_named {
        const struct record_type *type;
        int64_t id;
    })
    records;
    VEC(struct case_paper) papers; /* that were issued */
    VEC(struct str) files;         /* digests that are in */
    VEC(struct str) offices;       /* that acted on it */
    const struct paper_due *due;   /* papers that nobody issued */
    size_t due_count;
    struct str catalogue, digest;
    int64_t made_bytes; /* of the members that were made here */
    int64_t id;         /* of the record */
    struct str entry, file_digest, archived_on;
    VEC(struct case_archive_member)
    packed; /* in the package's order; empty: it was not proved yet */
    struct str package_digest;
    int64_t package_bytes;
};

MUST_CHECK err_t case_archive_gather(struct case_archive *a);
#endif
