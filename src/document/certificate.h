/* 核验: whether a paper or certificate was issued here and is valid. Open to the public, by the code
 * of its QR or by its number and printed digest. The content is not disclosed: the holder compares
 * it. There is no case. */
#ifndef DOCUMENT_CERTIFICATE_H
#define DOCUMENT_CERTIFICATE_H
#include "document/document.h"

struct paper_check {
    /* "valid", "revoked" (取消), "exited" (the recognised party left otherwise), "replaced" (a later
     * version was issued), "trial" (issued under a draft, decides nothing), "different" (has
     * another digest than the one given), "issued" (a paper that is no certificate), "unknown" */
    const char *state;
    struct str number; /* of the certificate, as asked, or of the document (文号) */
    struct str title, digest, entry, issued_on; /* of the paper; empty: none was issued */
    int64_t version;                            /* of the paper; 0: none was issued */
    int64_t
        agrees; /* how many characters of the digest were asked, and agree; 0: none were asked */
    struct str name, date, programme, revoked_on, left_on; /* of the recognition; empty: none */
    struct str corrected,
        changes; /* of a version that was corrected or replaces one: "corrected", "renamed"; and what it says
                                      otherwise. Empty: none */
};

/* By the code. An unknown code is state "unknown", not an error. `digest`: hexadecimal as typed,
 * or its first characters, at least 16; empty: not given. E_INVALID: the digest cannot be compared
 * (too short, too long, not hexadecimal, or several versions begin with it). */
MUST_CHECK err_t paper_check_code(struct paper_check *out, struct step *g, struct str code,
                                  struct str digest);

/* By the number of a certificate. */
MUST_CHECK err_t paper_check_number(struct paper_check *out, struct step *g, struct str number,
                                    struct str digest);

/* {"state", "number", …}: what is empty is left out. */
void paper_check_json(struct jout *j, const struct paper_check *c);
#endif
