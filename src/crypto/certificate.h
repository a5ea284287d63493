/* What a certificate (X.509, RFC 5280; SM2 ones too) says: whose it is, who issued it, when it
 * holds. Nothing is checked here: whoever hands it over has checked its chain and that the other
 * side has its key. */
#ifndef CRYPTO_CERTIFICATE_H
#define CRYPTO_CERTIFICATE_H
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Of DER; those of people have one or two thousand. */
#define CERTIFICATE_BYTES_MAX ((size_t)8 << 10)

/* One part of a distinguished name: "CN", "OU", "serialNumber" … by OpenSSL's short names, other
 * attributes by their dotted numbers; the value in UTF-8. */
struct certificate_part {
    struct str name, value;
};

struct certificate_name {
    const struct certificate_part *parts; /* the last of the DER first, as RFC 4514 writes them */
    size_t count;
};

struct certificate {
    struct certificate_name subject, issuer;
    struct str serial; /* hex, A to F in capitals, as nginx and `openssl x509 -serial` write it */
    int64_t not_before_ms, not_after_ms;
};

/* From the value of a gateway's header, in either of the forms that are in use:
 *   :BASE64 OF THE DER:                     Client-Cert of RFC 9440
 *   -----BEGIN%20CERTIFICATE-----%0A…       nginx's $ssl_client_escaped_cert
 * Texts in the arena. E_INVALID: it is neither, or a name in it is not clear (several parts in
 * one, control characters, no text). */
MUST_CHECK err_t certificate_read(struct certificate *out, struct str header, struct arena *a,
                                  struct err *e);
#endif
