/* The fields that columns, JSON members and --map can name, and what each does
 * with a value. For src/ingest only. */
#ifndef INGEST_FIELDS_PRIV_H
#define INGEST_FIELDS_PRIV_H
#include "ingest/columns.h"
#include "ingest/split.h"

/* Dates of a patent, in the order in which they come. */
enum date_target { DATE_PRIORITY, DATE_APPLICATION, DATE_PUBLICATION, DATE_GRANT, DATE_TARGETS };
#define DATE_FIRST_PUBLICATION DATE_TARGETS /* DATE_PUBLICATION where there is no later one */

/* A record being filled from named values. */
struct fill {
    struct patent *p;
    struct reading *how;
    struct arena *a;
    struct str column;      /* name of the column at hand */
    struct str office_hint; /* for numbers without an office; may be empty */
    struct str said_office; /* by the caller, for all numbers without an office; may be empty */
    struct str office;      /* from an office column */
    struct str kind;        /* from a kind column */
    struct str province, city, county;
    enum day_order order; /* of the dates in the column at hand */
    unsigned skip;        /* of the names in it: what does not separate them (split_list) */
    struct vendor_field short_year[DATE_TARGETS]; /* dates written with a year of two digits */
    bool refused;
};

enum field_pass {
    PASS_FIRST,   /* what numbers depend on: office, kind */
    PASS_NUMBERS, /* what everything else depends on */
    PASS_FACTS,
    PASS_FALLBACK, /* only where a better column gave nothing; kept as vendor field otherwise */
    PASSES
};

struct field {
    const char *name, *title;
    enum field_pass pass;
    char role; /* 'n' a number, 't' a title or text: identifies a record; 'f' a fact of a patent;
                  ' ' says nothing about what kind of table this is */
    /* False: the value was not understood; it is then kept as a vendor field and
     * warned of with `misread`. NULL: vendor field, or dropped ("ignore"). */
    bool (*read)(struct fill *f, const struct field *d, struct str value);
    int arg, arg2;
    const char *misread;
};

/* A list is searched for repeats up to here only: one hostile cell of 64 MB must not
 * buy quadratic time. Real lists of classes have some hundred. */
#define REPEATS_MAX 8192

extern const struct field fields[];
extern const size_t field_count;

const struct field *field_by_name(struct str name);
const struct field *field_vendor(void);
bool field_is_list(const struct field *d);
/* The field of the same parties separated by commas, or itself. */
const struct field *field_with_commas(const struct field *d);
enum field_fact field_fact(const struct field *d);  /* what kind of fact it is, for survey.h */
enum date_target field_date(const struct field *d); /* of FACT_DATE: which it is */
struct date *patent_date(struct patent *p, enum date_target target); /* not of DATE_PRIORITY */
struct str patent_office(const struct patent *p); /* of its number; may be empty */

/* "CN115000000-A 30 Dec 2022; CN115000000-B 05 Jan 2024" of Derwent, perhaps with an application number before the day:
 * the day beside the number. */
bool find_numbered_day(struct date *out, const struct number *own, struct str v, struct arena *a);
/* A date of the column at hand. True with year 0: the cell holds the zero of a database or spreadsheet. */
bool fill_date(struct fill *f, struct date *out, struct str value);

/* Read one value; what is not understood becomes a vendor field. */
void fill_value(struct fill *f, const struct field *d, struct str value);
void fill_vendor(struct fill *f, struct str name, struct str value);

/* After the last value: kind, region. */
void fill_finish(struct fill *f);

/* Readers of their own files (field_*.c). */
bool read_text(struct fill *f, const struct field *d, struct str value);
bool read_text_html(struct fill *f, const struct field *d, struct str value);
bool read_text_tagged(struct fill *f, const struct field *d, struct str value);
#define PARTY_COMMAS 4 /* arg2 of parties separated by commas */
bool read_party(struct fill *f, const struct field *d, struct str value);
enum split party_split(const struct field *d);
struct str text_unescape(struct str v, struct arena *a); /* &amp; &#38; → & */
void party_take_agency_code(struct party *p); /* "某某专利代理有限公司 32243" */
/* "SAMPLE WORKS (SAWO-C)", "ROE R (ROER-Individual)": four letters or digits of the party and what kind it is of. */
void party_take_derwent_code(struct party *p);
bool read_party_country(struct fill *f, const struct field *d, struct str value);
bool read_party_address(struct fill *f, const struct field *d, struct str value);
bool read_party_identifier(struct fill *f, const struct field *d, struct str value);
bool read_priority(struct fill *f, const struct field *d, struct str value);
bool read_priority_number(struct fill *f, const struct field *d, struct str value);
bool read_priority_date(struct fill *f, const struct field *d, struct str value);
bool read_priority_country(struct fill *f, const struct field *d, struct str value);
bool is_country(struct str s); /* two letters, of an office */
#endif
