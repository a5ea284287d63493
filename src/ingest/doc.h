/* Putting facts of a foreign document into a struct patent, for the readers of
 * office formats (XML, JSON, tagged text). Every function takes what the file
 * says and leaves out what is empty; what a class, date or number parser does
 * not understand is kept as a vendor field, so that nothing is lost. */
#ifndef INGEST_DOC_H
#define INGEST_DOC_H
#include "ingest/format.h"
#include "text/xml.h"

struct doc {
    struct patent *p;
    struct arena *a;
    struct item *item;
    const char *office; /* of numbers that are written without one: "US"; "" none */
    const struct xml_node
        *whole;       /* formats with parts: the record the part is of; gone after read */
    size_t part;      /* and its place among the parts, from 0 */
    VEC(size_t) room; /* of each text of p->texts that others were put to the end of */
};

/* A fresh patent in the item (which becomes ITEM_RECORD). `source`: the rank
 * name under which two files about one document meet ("uspto", "docdb" …). */
void doc_begin(struct doc *f, struct item *item, const char *source, const char *office,
               struct arena *a);

/* --- numbers and dates ----------------------------------------------------- */
/* From parts; country may be empty (then f->office), kind too. False: no digit in
 * it, and *out is left alone. */
bool doc_number(struct number *out, struct doc *f, struct str country, struct str number,
                struct str kind, enum number_use use);
/* Sets *out when it is still empty and `written` is a date (zero day or month allowed); what is none is warned of, but
 * zeros, which say that there is none. */
void doc_date(struct doc *f, struct date *out, struct str written);
/* The day of the data, as the file's header or the record itself says it, unless it is known; what is no whole day is
 * warned of. */
void doc_as_of(struct doc *f, struct str written);
/* Lists of one record are searched for repeats and twins up to here only: a hostile
 * file must not buy quadratic time. The longest real citation list has some 6,000
 * entries. */
#define DOC_REPEATS_MAX 8192
void doc_priority_add(struct doc *f, const struct priority *p); /* not twice */
void doc_priority(struct doc *f, struct str country, struct str number, struct str date);
void doc_family_member(struct doc *f, struct str country, struct str number, struct str kind);

/* --- parties ---------------------------------------------------------------- */
/* "last, first" where both are there. A comma stays the mark of the order. */
struct str doc_person(struct doc *f, struct str last, struct str first);
/* Not added twice with the same role and name. "unknown", "omitted", "N/A" are
 * the files' words for nothing. */
void doc_party(struct doc *f, enum party_role role, struct str name, struct str country,
               struct str address, struct str identifier);
/* Non-empty parts joined with ", " */
struct str doc_join(struct doc *f, const struct str *parts, size_t count);
/* The office's practice for US documents in DOCDB: where no applicant other than
 * an inventor is named, the assignees are; where none is, the inventors. */
void doc_us_applicants(struct doc *f);
/* The first half of it, for offices whose grants name the holder only. */
void doc_holder_applicants(struct doc *f);

/* --- classes ---------------------------------------------------------------- */
/* "05", "014", " 9" → the number without its filling; "" stays. */
struct str doc_unpadded(struct str s);
void doc_class(struct doc *f, enum class_scheme scheme, struct str written);
struct class_parts {
    struct str section, klass, subclass, group, subgroup;
    struct str version;         /* a date or "2013.01"; may be empty */
    struct str position, value; /* F L; I N A; may be empty */
};
void doc_class_parts(struct doc *f, enum class_scheme scheme, const struct class_parts *parts);
/* An ST.8 line in its columns or with other blanks: "A61K   9/16
 * 20060101A I20051008RMEP", "B05B 7/ 00 A I": symbol, version, level, position, value. */
void doc_ipcr(struct doc *f, enum class_scheme scheme, struct str written);
/* IPC 1–7 of the EPO: " 7A 61K   9/16   A": edition, symbol, invention or addition. */
void doc_ipc_old(struct doc *f, struct str written);
/* A USPC symbol as the office prints it ("600/301"), from class and subclass. */
void doc_uspc(struct doc *f, struct str klass, struct str subclass);
/* From the six characters that the offices' files hold: "600301", "428 641", "D 6396". */
void doc_uspc_packed(struct doc *f, struct str packed);

/* --- texts ------------------------------------------------------------------ */
/* lang: any case, "EN", "eng", "en-US"; kept as ISO 639-1. The text gets a
 * '\n' at its end unless it is a title. A second text of the same part and
 * language is appended. */
void doc_text(struct doc *f, enum text_part part, struct str lang, struct str content,
              bool translated);
/* Claims one after the other, each ending in '\n'; the first also as TEXT_FIRST_CLAIM.
 * A number ("1. ") is put before a claim that does not begin with one; `number`
 * empty: its place in the list. */
struct claims {
    struct buf text;
    struct str first;
    size_t count;
};
void claims_begin(struct claims *c);
void claims_add(struct claims *c, struct doc *f, struct str number, struct str claim);
void claims_end(struct claims *c, struct doc *f, struct str lang, bool translated);
/* Children <claim> (any of their names) of an XML element. */
void doc_claims(struct doc *f, const struct xml_node *claims, const char *name, struct str lang,
                bool translated);

/* --- citations, events, the rest ------------------------------------------- */
struct cited {
    struct str country, number, kind;
    struct str text; /* as written; empty: made from the parts */
    struct str category, origin;
};
void doc_cited(struct doc *f, const struct cited *c);
void doc_npl(struct doc *f, struct str text, struct str category, struct str origin);
void doc_event(struct doc *f, struct str date, struct str office, struct str code, struct str text);
void doc_extra(struct doc *f, const char *name, struct str value);
void doc_extra_str(struct doc *f, struct str name, struct str value);

/* --- XML -------------------------------------------------------------------- */
/* Texts of all leaves below n with one blank between: for facts, not for prose. */
struct str doc_flat(const struct xml_node *n, struct arena *a);
/* The text of a leaf as it stands: columns count in a line of ST.8, and "D 6396" keeps its blank. */
struct str doc_raw(const struct xml_node *n);
struct str doc_at(struct doc *f, const struct xml_node *n, const char *path); /* xml_text_at */

/* One child element of a block and what to do with it; end the table with {0}. */
struct doc_rule {
    const char *name;
    void (*fn)(struct doc *f, const struct xml_node *n); /* NULL: nothing to keep */
};
/* Each child by its rule; one without a rule becomes a vendor field of its name. */
void doc_children(struct doc *f, const struct xml_node *n, const struct doc_rule *rules);

/* The frame of a format whose records are elements of XML files. */
struct xml_format {
    const char *source, *office;
    const char *const *records; /* as xml_open */
    /* Fill f->p; false: refused, with f->item->reason (and column, value) set, or
     * f->item->kind set to ITEM_TABLE or ITEM_SKIP. */
    bool (*read)(struct doc *f, const struct xml_node *record, const struct xml_node *root);
    /* A record element that holds several documents: the one after `latest` (NULL:
     * the first), NULL when there are no more. NULL: a record is one document. */
    const struct xml_node *(*part)(const struct xml_node *record, const struct xml_node *latest);
};
/* 100 when the root element or the DOCTYPE is one of `roots` (NULL-terminated), also where a
 * long DTD subset hides the root; else 0. */
int xml_format_sniff(struct bytes head, const char *const *roots);
err_t xml_format_open(void **state, struct input *in, struct err *e); /* in->frame */
err_t xml_format_next(struct item *out, void *state, struct arena *a, struct err *e);
void xml_format_close(void *state);
#define XML_FORMAT(frame_)                                                                         \
    .frame = &(frame_), .open = xml_format_open, .next = xml_format_next, .close = xml_format_close
#endif
