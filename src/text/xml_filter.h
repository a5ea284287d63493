/* Mends text on its way into expat (for xml.c only): entity names of our table
 * become their characters, unknown ones their name, a bare '&' "&amp;", bytes
 * and characters that XML forbids U+FFFD. What a document declares itself
 * (<!ENTITY …> in its internal subset) is left to expat, inside CDATA, comments
 * and processing instructions nothing but bad characters is touched.
 *
 * Why here and not in expat: expat stops for good at a bare '&', and reading a
 * table of 2,000 declarations again for each document of a concatenated file
 * costs more than most documents do. */
#ifndef TEXT_XML_FILTER_H
#define TEXT_XML_FILTER_H
#include "base/buf.h"
#include "base/map.h"

struct xml_filter {
    enum xml_filter_state {
        XML_IN_TEXT,
        XML_IN_CDATA,
        XML_IN_COMMENT,
        XML_IN_PI,
        XML_IN_DOCTYPE
    } state,
        outer;                 /* outer: where a comment or instruction returns to */
    bool subset;               /* in DOCTYPE: between [ and ] */
    char quote;                /* in DOCTYPE: inside a literal with this delimiter; else 0 */
    struct map *declared;      /* general entities of this document; NULL: none */
    size_t unknown, bare, bad; /* counts since the start, of what is settled */
    struct xml_mend {
        size_t at; /* about where in `out` */
        size_t *count;
    } mends[256]; /* not settled yet; when there is no room, counted at once */
    size_t mend_count;
    struct buf mended; /* scratch: the input with bad characters replaced */
};

/* Append the mended `in` to `out`. `in` ends outside of any reference and UTF-8
 * sequence; the state is kept between calls. */
void xml_filter_run(struct xml_filter *f, struct str in, struct buf *out);
/* Count the mends before offset `at` of the output: the reader gives pieces on
 * record by record, and a person wants to know which record was mended. */
void xml_filter_settle(struct xml_filter *f, size_t at);
void xml_filter_clear(struct xml_filter *f);
#endif
