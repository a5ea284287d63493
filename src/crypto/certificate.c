/* X.509 through OpenSSL, which reads certificates of SM2 keys like any other. */
#include "crypto/certificate.h"
#include "crypto/encode.h"
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;
    return at && c != ('0' ^ 0x20) ? (int)(at - digits) : -1;
}

/* "%0A" and the like made characters again. False: a % that stands for none. */
static bool unescape(struct str *out, struct str text, struct arena *a)
{
    char *to = arena_alloc(a, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '%') {
            to[len++] = text.ptr[i];
            continue;
        }
        int high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1,
            low = high >= 0 ? hex_digit(text.ptr[i + 2]) : -1;
        if (low < 0)
            return false;
        to[len++] = (char)(high << 4 | low);
        i += 2;
    }
    *out = (struct str){to, len};
    return true;
}

static X509 *from_der(struct str text, struct arena *a)
{
    uint8_t *der = arena_alloc(a, CERTIFICATE_BYTES_MAX);
    const uint8_t *at = der;
    size_t len = 0;
    if (!base64_read(der, &len, CERTIFICATE_BYTES_MAX, text))
        return NULL;
    X509 *x = d2i_X509(NULL, &at, (long)len);
    if (x && at == der + len)
        return x;
    X509_free(x);
    return NULL;
}

/* One certificate and nothing behind it. */
static X509 *from_pem(struct str escaped, struct arena *a)
{
    const struct str begin = STR("-----BEGIN ");
    struct str text;
    if (!unescape(&text, escaped, a) || text.len > 2 * CERTIFICATE_BYTES_MAX ||
        !str_starts(text, begin) || str_find(text, begin, begin.len) < text.len)
        return NULL;
    BIO *bio = BIO_new_mem_buf(text.ptr, (int)text.len);
    X509 *x = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return x;
}

static bool is_clear(const unsigned char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] < 0x20 || text[i] == 0x7F)
            return false;
    return len > 0;
}

static bool read_part(struct certificate_part *out, const X509_NAME_ENTRY *entry, struct arena *a)
{
    const ASN1_OBJECT *object = X509_NAME_ENTRY_get_object(entry);
    int nid = OBJ_obj2nid(object);
    char number[80];
    unsigned char *text = NULL;
    int len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry));
    bool clear = len > 0 && is_clear(text, (size_t)len);
    if (clear)
        out->value = arena_dup(a, (struct str){(const char *)text, (size_t)len});
    OPENSSL_free(text);
    if (nid != NID_undef)
        out->name = str_of(OBJ_nid2sn(nid));
    else if (OBJ_obj2txt(number, sizeof(number), object, 1) > 0)
        out->name = arena_dup(a, str_of(number));
    return clear && out->name.len > 0;
}

static bool read_name(struct certificate_name *out, const X509_NAME *name, struct arena *a)
{
    int count = X509_NAME_entry_count(name);
    struct certificate_part *parts = arena_array(a, count > 0 ? (size_t)count : 1, sizeof(*parts));
    for (int i = 0; i < count; i++) {
        const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, count - 1 - i);
        parts[i] = (struct certificate_part){0};
        /* Each part is a set of its own. */
        if (X509_NAME_ENTRY_set(entry) != count - 1 - i || !read_part(&parts[i], entry, a))
            return false;
    }
    *out = (struct certificate_name){parts, count > 0 ? (size_t)count : 0};
    return true;
}

static bool read_time(int64_t *ms, const ASN1_TIME *t)
{
    struct tm tm;
    if (ASN1_TIME_to_tm(t, &tm) != 1)
        return false;
    *ms = (int64_t)timegm(&tm) * 1000;
    return true;
}

static bool read_serial(struct str *out, const X509 *x, struct arena *a)
{
    BIGNUM *n = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
    char *hex = n ? BN_bn2hex(n) : NULL;
    *out = hex ? arena_dup(a, str_of(hex)) : STR_NONE;
    OPENSSL_free(hex);
    BN_free(n);
    return out->len > 0;
}

err_t certificate_read(struct certificate *out, struct str header, struct arena *a, struct err *e)
{
    bool rfc9440 = header.len > 2 && header.ptr[0] == ':' && header.ptr[header.len - 1] == ':';
    X509 *x =
        rfc9440 ? from_der((struct str){header.ptr + 1, header.len - 2}, a) : from_pem(header, a);
    *out = (struct certificate){0};
    bool clear = x && read_name(&out->subject, X509_get_subject_name(x), a) &&
                 read_name(&out->issuer, X509_get_issuer_name(x), a) &&
                 read_serial(&out->serial, x, a) &&
                 read_time(&out->not_before_ms, X509_get0_notBefore(x)) &&
                 read_time(&out->not_after_ms, X509_get0_notAfter(x));
    X509_free(x);
    return clear ? OK
                 : err_set(e, E_INVALID,
                           "the certificate cannot be read; it is to be :base64 of its DER: (RFC "
                           "9440) or nginx's $ssl_client_escaped_cert");
}
