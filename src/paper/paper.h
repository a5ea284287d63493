/* A paper that people sign: plain content, and what is made of it. The content is data and
 * says nothing of points or fonts; how its roles look stands in reference/paper.yaml.
 *
 * The digest is of the content's one spelling (paper_canonical) and is printed on the paper;
 * the bytes of a rendered file depend on the content, the stamp and the fonts there are, on
 * nothing else: no clock, no user, no host. */
#ifndef PAPER_PAPER_H
#define PAPER_PAPER_H
#include "base/arena.h"
#include "base/buf.h"
#include "crypto/hash.h"
#include "text/json.h"

/* What a piece of text is in the paper; its looks in each layout: reference/paper.yaml. */
#define PAPER_ROLES(X)                                                                             \
    X(MASTHEAD, "masthead") /* 发文机关标志 */                                               \
    X(NUMBER, "number")     /* 文号 */                                                           \
    X(TITLE, "title")                                                                              \
    X(ADDRESSEE, "addressee")   /* 主送 */                                                       \
    X(HEADING, "heading")       /* 一、… */                                                    \
    X(SUBHEADING, "subheading") /* （一）… */                                                 \
    X(TEXT, "text")             /* its line feeds part paragraphs */                               \
    X(REMEDY, "remedy")         /* how to appeal: stands on one page */                            \
    X(ITEM, "item")             /* label and value */                                              \
    X(ATTACHMENT, "attachment") /* 附件说明 */                                                 \
    X(ANNEX, "annex")           /* 附件 itself, behind the date: a page of its own */            \
    X(SIGNER, "signer")         /* who signs; room for the seal is left above */                   \
    X(DATE, "date")             /* 成文日期 */                                                 \
    X(COPY, "copy")             /* 抄送 */                                                       \
    X(IMPRINT, "imprint")       /* its label: 印发机关; its text: 印发日期 */              \
    X(NOTE, "note")             /* small print */                                                  \
    X(DISPLAY, "display")       /* large and centred: a plaque, the name on a certificate */       \
    X(TABLE, "table")           /* no text: rows */

enum paper_role {
#define X(name, word) PAPER_##name,
    PAPER_ROLES(X)
#undef X
        PAPER_ROLE_COUNT
};
extern const char *const paper_role_names[]; /* ends with NULL */

enum paper_look {
    PAPER_VALUE,   /* on the left */
    PAPER_LABEL,   /* a label of the form: centred */
    PAPER_COLUMN,  /* head of a column */
    PAPER_FIGURE,  /* on the right */
    PAPER_SIGNING, /* room for a signature or a seal is left below */
    PAPER_LOOK_COUNT
};
extern const char *const paper_look_names[];

struct paper_cell {
    enum paper_look look;
    int width; /* thousandths of the table; those of a row are 1000 together */
    struct str text;
};

enum paper_row_kind {
    PAPER_LINE, /* of a form */
    PAPER_HEAD, /* repeated on each page on which rows below it stand */
    PAPER_DATA, /* below a head */
    PAPER_ROW_KIND_COUNT
};
extern const char *const paper_row_kind_names[];

struct paper_row {
    enum paper_row_kind kind;
    struct str
        group; /* label beside this row and its neighbours with the same group; may be empty */
    const struct paper_cell *cells;
    size_t cell_count;
};

struct paper_block {
    enum paper_role role;
    struct str label; /* of an item */
    struct str text;
    const struct paper_row *rows; /* of a table */
    size_t row_count;
    const struct str *pieces; /* of a title: names and the words between them, over which no line is
                               * broken where that takes no more lines */
    size_t piece_count;
};

struct paper {
    struct str layout; /* "form", "official", "certificate": reference/paper.yaml */
    struct str id;     /* of the form or paper in its pack */
    struct str pack, pack_version;
    struct str title;   /* for lists and the file's properties; printed where a block says it */
    struct str number;  /* of this paper; empty: it has none yet */
    struct str version; /* of this content; empty: none */
    const struct str *marks; /* across each page: 草稿, 征求意见稿·试运行 */
    size_t mark_count;
    const struct paper_block *blocks;
    size_t block_count;
};

/* The first block of the end: what closes the text (特此通知。), what is annexed, who signs, the date, copies, imprint; block_count where the paper has none.
 * The end and the foot behind it do not stand on a page without the last lines before them. */
size_t paper_end(const struct paper *p);
/* The first block of what is annexed behind the date; its copies and imprint, where nothing is. */
size_t paper_annex(const struct paper *p);
/* The first of its copies and imprint (版记); block_count: none. */
size_t paper_imprint(const struct paper *p);

/* What is known once the content is in the log; printed at the foot. All may be empty. */
struct paper_stamp {
    struct str entry;     /* uid of the log entry of the digest */
    struct str check_url; /* in the QR: where anybody can check the paper */
};

/* The content's one spelling: JSON, every member present but `pieces` where there are none, in a fixed order. */
void paper_canonical(struct buf *out, const struct paper *p);
struct digest paper_digest(const struct paper *p);
/* Back from it; in the arena, which `v` is in too. E_INVALID: it is none. */
MUST_CHECK err_t paper_read(struct paper *out, const struct jvalue *v, struct arena *a,
                            struct err *e);

/* A face that is not the one the layout asks for first. */
struct paper_substitution {
    struct str font, wanted, used; /* "title", "方正小标宋简体", "Noto Serif CJK SC" */
};

struct paper_pdf {
    int pages;
    const struct paper_substitution *substitutions;
    size_t substitution_count;
};

struct paper_press {
    const char *program; /* zhiyun-paper; NULL: it is not installed */
    const char
        *fonts; /* folder with font files of the administrator, and fonts.yaml; may not exist */
};

/* The PDF into `out`, by a confined program of its own. E_INVALID: a character that no font
 * has, named, and where to put one; E_LIMIT: too long; E_NOTFOUND: the program is not there. */
MUST_CHECK err_t paper_pdf(struct buf *out, struct paper_pdf *said, const struct paper *p,
                           const struct paper_stamp *s, const struct paper_press *press,
                           struct arena *a, struct err *e);

/* Word (OOXML) into `out`: it names the standard faces, can be edited, and holds the same text. */
MUST_CHECK err_t paper_docx(struct buf *out, const struct paper *p, const struct paper_stamp *s,
                            struct arena *a, struct err *e);

/* --- building -------------------------------------------------------------------- */
/* A paper is filled block by block, in an arena. */
struct paper_build;
struct paper_build *paper_build_new(struct arena *a);
void paper_add(struct paper_build *b, enum paper_role role, struct str text);
/* `pieces`: in the arena. */
void paper_add_title(struct paper_build *b, struct str text, const struct str *pieces,
                     size_t count);
/* PAPER_ITEM or PAPER_IMPRINT. */
void paper_add_item(struct paper_build *b, enum paper_role role, struct str label, struct str text);
/* Rows of one table follow one another; anything else ends it. */
void paper_add_row(struct paper_build *b, enum paper_row_kind kind, struct str group,
                   const struct paper_cell *cells, size_t count);
void paper_add_mark(struct paper_build *b, struct str mark);
/* Puts blocks and marks into *p; the rest of it is the caller's. */
void paper_build_end(struct paper *p, struct paper_build *b);
#endif
