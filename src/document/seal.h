/* Seals by file exchange: an issued paper goes out as PDF, and comes back as a PDF with a signature or
 * seal, as OFD, or as the scan of its sealed page (PDF, PNG, JPEG). What came back is a record of
 * type paper_seal with the file's digest; the latest is what recipients get, the unsealed stays. */
#ifndef DOCUMENT_SEAL_H
#define DOCUMENT_SEAL_H
#include "document/case_paper.h"

#define SEAL_TYPE "paper_seal"

struct seal_reading {
    bool unread;      /* there was no text to be read: a scan, OFD */
    struct str added; /* of a text that is read: what stands beside the paper's, cut */
    struct str why;   /* it is unread, for people; empty: the comparison does not know */
};

/* Whether the text of a PDF is that of the paper. `issued`: the text of the paper's own PDF, from
 * the same reader; if it is empty or its lines differ (a PDF made from the Word file), each piece
 * of the content and its digest must occur. White space is ignored. E_INVALID: it is another
 * paper; the error names what is missing. */
MUST_CHECK err_t seal_compare(struct seal_reading *out, const struct paper *p, struct str issued,
                              struct str came_back, struct arena *a, struct err *e);

struct seal_new {
    const struct jvalue *file;       /* {"digest","name"}: uploaded by who records it */
    struct str sealed_by, sealed_on; /* who sealed, ISO day */
    struct seal_reading reading;
};

/* In its own store step, by a person who may issue the paper. E_INVALID: out->faults. E_DENIED. */
MUST_CHECK err_t seal_record(struct written *out, struct step *g, const struct case_paper *c,
                             const struct seal_new *n);

struct sealed {
    int64_t id; /* 0: it was not sealed */
    struct str digest, name, sealed_by, sealed_on, reading, entry;
};

/* The latest of a paper. */
MUST_CHECK err_t seal_latest(struct sealed *out, struct db *db, int64_t paper, struct arena *a,
                             struct err *e);
#endif
