/* A workbook's parts other than its sheets; xlsx_book.c reads them, xlsx.c the
 * sheets. */
#ifndef TEXT_XLSX_PRIV_H
#define TEXT_XLSX_PRIV_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "text/merges.h"
#include "text/rows.h"
#include "text/zip.h"
#include <expat.h>

struct xlsx_sheet {
    struct str name, part; /* part: name of the ZIP member */
    bool hidden;
};

struct xlsx_book {
    struct zip *zip;
    struct arena *a;
    bool from_1904;
    VEC(struct xlsx_sheet) sheets; /* tab order; worksheets only */
    struct buf shared;             /* texts one after the other */
    struct {
        uint64_t *ptr; /* where text i ends; it begins where i-1 ends */
        size_t len, cap;
    } shared_end;
    VEC(bool) date_styles; /* by cell style (s="…") */
};

MUST_CHECK err_t xlsx_book_open(struct xlsx_book *b, struct bytes file, struct err *e);
void xlsx_book_close(struct xlsx_book *b);

/* Text i of the shared strings; false when there is none. */
bool xlsx_shared(struct str *out, const struct xlsx_book *b, size_t i);

/* --- a part as XML events ------------------------------------------------- */
struct xlsx_part {
    struct stream *in;
    XML_Parser parser;
    struct str name;
    bool final;     /* all bytes are given to expat */
    bool suspended; /* a handler stopped it */
    err_t rc;       /* set by a handler that refuses something */
    struct err *e;  /* of the call in progress */
    void *arg;      /* the handlers' own */
};

/* What the handlers work on, from the user data that expat gives them. */
static inline void *xlsx_arg(void *data)
{
    return ((struct xlsx_part *)data)->arg;
}

/* Open the ZIP member; `p` stays where it is until the close. A DOCTYPE in the
 * part ends it. */
MUST_CHECK err_t xlsx_part_open(struct xlsx_part *p, const struct zip *zip, struct str name,
                                XML_StartElementHandler start, XML_EndElementHandler end,
                                XML_CharacterDataHandler text, void *arg, struct err *e);

/* Go on until a handler suspends the parser (p->suspended) or the end. */
MUST_CHECK err_t xlsx_part_run(struct xlsx_part *p, struct err *e);
void xlsx_part_close(struct xlsx_part *p);

/* Local name of an element or attribute, without prefix. */
static inline const char *xlsx_local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

/* Value of the attribute of that local name, or NULL. */
const char *xlsx_attr(const char **attrs, const char *name);
bool xlsx_true(const char *flag); /* NULL: false */

/* Relations of a part (xl/worksheets/sheet1.xml → …/_rels/sheet1.xml.rels):
 * calls fn for each; none when the relations part is missing. `target` is a
 * part name, or a URL when `external`. */
struct xlsx_relation {
    struct str id, type, target; /* borrowed during the call; type: its last step */
    bool external;
};

/* Append text with _x000D_ escapes (ECMA-376 part 1, 22.9.2.19) undone. */
void xlsx_unescape(struct buf *to, struct str s);

/* Go on from the element of that name, which stands behind what nobody needs: the part's own
 * root is left out. */
MUST_CHECK err_t xlsx_part_run_from(struct xlsx_part *p, const char *word);

/* "C5" → 3; 0 when it is no reference. */
size_t xlsx_ref_column(const char *ref);

/* --- merged cells (xlsx_merge.c) -------------------------------------------- */
/* Those of a sheet; a damaged list of them costs the merging only. */
void xlsx_merges_find(struct merges *m, const struct zip *zip, struct str part);
#endif
