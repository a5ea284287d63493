/* The first web page, inside the binary (tools/embed.py). It stands on the JSON
 * API alone and goes when the web app comes. check.html is the page to which the
 * QR of a paper leads (resources/checks.c). */
#ifndef API_EMBEDDED_H
#define API_EMBEDDED_H
#include <stddef.h>

struct embedded_file {
    const char *name; /* "index.html" */
    const unsigned char *bytes;
    size_t len;
    const char *etag; /* with its quotes */
};

extern const struct embedded_file embedded_files[]; /* ends with name NULL */
#endif
