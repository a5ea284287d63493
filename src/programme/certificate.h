/* 核验: whether a paper or a certificate that somebody holds was issued here, and stands. For anybody,
 * by the code of its QR, or by number and digest as they are printed on it. What a paper says is not
 * told: who holds it compares. `db` reads past the second fence (db/fence.h). */
#ifndef PROGRAMME_CERTIFICATE_H
#define PROGRAMME_CERTIFICATE_H
#include "programme/programme.h"

struct paper_check {
    /* "valid", "revoked" (取消), "exited" (who was
     * recognised left otherwise), "replaced" (a later version was issued), "trial" (under a draft: nothing is
     * decided by it), "different" (not with the digest that was asked), "issued" (a paper that is no
     * certificate), "unknown" */
    const char *state;
    struct str number; /* of the certificate, as asked, or of the document (文号) */
    struct str title, digest, entry, issued_on; /* of the paper; empty: none was issued */
    int64_t version;                            /* of the paper; 0: none was issued */
    int64_t
        agrees; /* how many characters of the digest were asked, and agree; 0: none were asked */
    struct str name, date, programme, revoked_on, left_on; /* of the recognition; empty: none */
};

/* By the code. An unknown one is state "unknown", no error. `digest`: hexadecimal, as somebody typed it,
 * or its first characters, 16 at least; empty: he did not. E_INVALID: it cannot be compared (too short,
 * too long, no hexadecimal, several versions begin so): nothing is said of the paper then. */
MUST_CHECK err_t paper_check_code(struct paper_check *out, struct db *db, struct programme *p,
                                  struct str code, struct str digest, struct err *e);
/* By the number of a certificate. */
MUST_CHECK err_t paper_check_number(struct paper_check *out, struct db *db, struct programme *p,
                                    struct str number, struct str digest, struct err *e);
/* {"state", "number", …}: what is empty is left out. */
void paper_check_json(struct jout *j, const struct paper_check *c);
#endif
