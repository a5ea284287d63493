/* 归档: a closed case as one ZIP that lasts: catalogue (JSON and Excel), papers (PDF, Word, content,
 * sealed), the case's history, its records and their files, and for each step, paper and record
 * of them the proof that its entry is in the evidence log.
 *
 * The catalogue names every member with its digest, and its own digest is logged before the
 * package is made; so the same case gives the same bytes to whoever may read the same of it. Who may
 * not read something gets a package without it, which says so. `zhiyun verify --archive` judges it
 * without an instance. */
#ifndef DOCUMENT_CASE_ARCHIVE_H
#define DOCUMENT_CASE_ARCHIVE_H
#include "document/case_paper.h"
#include "model/file.h"

#define ARCHIVE_TYPE "case_archive"

/* Bytes of the papers and records of one case; files do not count. */
#define ARCHIVE_MADE_MAX ((int64_t)256 << 20)

struct case_archive_parts {
    /* The PDF of an issued paper. E_NOTFOUND: none can be made here; the package says so. */
    err_t (*pdf)(struct buf *out, const struct case_paper *c, void *arg, struct err *e);
    void *arg;
    const struct file_place *files;
    const char *tmpdir;
    bool secrets; /* who asks may have secret files at this moment, as far as he may read them */
};

/* Retention and source empty: by the office's rule (type retention_rule), else as before. */
struct case_archive_terms {
    struct str retention, source;
    struct str
        missing_reason; /* why papers that the process owes were not issued (step_paper.h); the
                                  catalogue has them as 未制发, with it. Empty: as before */
};

struct case_archive;

void case_archive_free(struct case_archive *a); /* accepts NULL */

/* A closed case is gathered and its catalogue's digest logged, unless it is that of the latest; by the offices of its place. E_INVALID: it is
 * not closed; papers that its process owes were not issued, and nobody says why; no rule says how long it is kept, and the officer did not; p->faults. E_DENIED. *out is to
 * be freed, with an error too. */
MUST_CHECK err_t case_archive_make(struct case_archive **out, struct step *g,
                                   const struct case_archive_parts *parts,
                                   const struct case_archive_terms *terms);

/* The latest that was made of what who asks may read, gathered again. E_NOTFOUND: none was; E_CONFLICT: the
 * case has other content than any of the last CASE_ARCHIVES_TRIED_MAX, as far as he reads it. */
MUST_CHECK err_t case_archive_open(struct case_archive **out, struct step *g,
                                   const struct case_archive_parts *parts);

/* Its proofs, under the first signed head that reaches all of its entries, and the length and
 * digest of the package. E_BUSY: there is no such head yet (sequencer_cover). */
MUST_CHECK err_t case_archive_prove(struct case_archive *a, struct err *e);

/* After case_archive_prove: the digest of its first package, a second entry; nothing, where it stands. */
MUST_CHECK err_t case_archive_packed(struct case_archive *a, struct err *e);

struct case_archive_said {
    int64_t id, bytes; /* of the package, as its digest; 0: not proved */
    struct str entry, catalogue_digest, retention, source;
    size_t not_issued;              /* papers that stand in the catalogue as 未制发 */
    struct str digest, file_digest; /* of this package; of that which was logged */
    size_t members, withheld;
};

void case_archive_say(struct case_archive_said *out, const struct case_archive *a);

/* The package in pieces, after case_archive_prove; files are read as they are sent, so that it takes
 * the memory of a piece, and nothing of a secret file lies on a disk. Asks `a` and the blobs alone. */
struct case_archive_reader;

struct case_archive_reader *case_archive_read(struct case_archive *a);

/* Empty: the end. The piece is good until the next call. */
MUST_CHECK err_t case_archive_next(struct bytes *piece, struct case_archive_reader *r,
                                   struct err *e);

/* Accepts NULL; does not free the archive. */
void case_archive_read_end(struct case_archive_reader *r);
#endif
