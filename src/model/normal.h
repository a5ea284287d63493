/* Small normalisers of patent facts: classes, dates, names, regions, types,
 * legal status. Each keeps what was written and adds what is canonical; what it
 * does not understand it leaves empty, never guesses. */
#ifndef MODEL_NORMAL_H
#define MODEL_NORMAL_H
#include "base/arena.h"
#include "base/date.h"
#include "base/str.h"

/* --- classes -------------------------------------------------------------- */
enum class_scheme { CLASS_IPC, CLASS_CPC, CLASS_LOCARNO, CLASS_USPC, CLASS_FI, CLASS_ECLA };
#define CLASS_SCHEMES 6
const char *class_scheme_name(enum class_scheme s); /* "ipc" "cpc" "locarno" "uspc" "fi" "ecla" */

struct class_symbol {
    struct str symbol;  /* canonical: "H01M10/052", "H01M", "H01", "H"; Locarno "14-02" */
    struct str version; /* "2006.01" or empty */
    char position;      /* ST.8: 'F' first, 'L' later; 0 not known */
    char value;         /* ST.8: 'I' inventive, 'N' additional; 0 not known */
};

/* One symbol in any writing: "H01M 10/052 (2010.01)", "E01B3/32(2006.01)I",
 * "H01M0010052000", "H01M001005200", "G02B  27/01", IPC 1–7 "B 29 C 45/00",
 * Int. Cl.⁷ "7 H 04 L 12/28", ST.8 fixed width "B41J  2/01  20060101AFI20…".
 * False when it is none (the caller keeps the text as a vendor field). */
bool class_parse(struct class_symbol *out, struct str written, enum class_scheme scheme,
                 struct arena *a);

/* Cut a list at ";" "|" "," "、" line breaks (and full-width forms); a comma
 * inside an FI symbol or before a flag of ST.8 does not cut. Empty parts are
 * left out. Returns how many there are, which may be more than `cap`; the parts
 * borrow from `list`. */
size_t class_split(struct str *out, size_t cap, struct str list, enum class_scheme scheme);

/* The ancestors of a symbol with itself, top first: H, H01, H01M, H01M10,
 * H01M10/052; Locarno 14, 14-02; USPC 250, 250/208.1. Returns how many (1..5,
 * 0 for an empty one), borrowed from `symbol`. */
size_t class_ancestors(struct str out[5], struct str symbol);

/* --- dates: 20170503, 2017.05.03, 2017-05-03, 2017/5/3, 2017年5月3日,
 * 03.05.2017 (dd.mm.yyyy), "May 3, 2017", "3 May 2017", ISO timestamps,
 * day or month 00 (old US files: kept as year or month only). --------------- */
/* False when it is no date. Missing parts are 0 in *out (then not date_valid). */
bool foreign_date_parse(struct date *out, struct str written);

/* The part that comes first in 03/05/2017, 3-5-2017 or 21/12/31. One text can leave it open; the other
 * values of its column may decide it (ingest/survey.h). */
enum day_order { DAY_ORDER_UNKNOWN, DAY_FIRST, MONTH_FIRST, YEAR_FIRST, DAY_ORDERS };
/* True for a date of this kind. out[order] is the date if its parts come in that order; year 0: they cannot. */
bool foreign_date_readings(struct date out[DAY_ORDERS], struct str written);
/* As foreign_date_parse, and where the text does not say what stands first, `order` does; a two-digit year
 * (25/08/95) is accepted only then, and is the latest one that is not in the future. */
bool foreign_date_parse_as(struct date *out, struct str written, enum day_order order);
/* "1900-01-00", "0-Jan-00", "0000-00-00", "00:00:00": the zero of a spreadsheet or database, no date. */
bool foreign_date_is_zero(struct str written);
/* True for a time in UTC from 13:00 on. Where it is a full hour, *d becomes the next day: midnight of a
 * place east of Greenwich, 2019-05-31T16:00:00Z in China. */
bool foreign_date_utc(struct date *d, struct str written);
/* True if the office took applications on that day, CN since 1985-04-01 (reference/office_first_days.csv), and for an
 * office whose first day is not known. */
bool office_is_older(struct str code, struct date day);
/* True if the year has two digits, so that its century may have to come from another column. */
bool foreign_date_short_year(struct str written);

/* --- names ---------------------------------------------------------------- */
/* Key under which spellings of a name meet: folded (text/unicode.h), blanks and
 * punctuation dropped or unified, each dash of whatever shape, or run of them with or without blanks, one "-" that is
 * never dropped ("甲-乙" and "甲乙" are two), full-width forms unified, legal-form suffixes
 * of companies unified (有限责任公司 = 有限公司 = co ltd is NOT assumed; only
 * spelling variants of the same words are). Person names: "SMITH JOHN",
 * "Smith, John" and "John Smith" stay different where order is not marked. */
struct str name_key(struct str written, struct arena *a);

/* The part of a key before its legal form (甲有限公司 and 甲股份有限公司: 甲), a part of `key`. The whole key
 * where less than two characters would be left, and of persons ("smith, john"). */
struct str name_stem(struct str key);
/* Version of this rule and of patent_merge. When it changes, the next start merges all documents again
 * (patent_names.h). */
#define NAME_RULE "5"

/* --- numbers of contracts, projects, invoices, vouchers ---------------------- */
/* Without blanks, brackets and quotation marks that enclose all of it, and 第 … 号; borrowed. */
struct str written_bare(struct str written);
/* Without blanks and what cannot be seen, each dash of whatever shape, or run of them, as one "-"; in the arena. */
struct str written_even(struct str folded, struct arena *a);
/* "ＨＴ－2025（01）", "第ht—2025(01)号" and "HT - 2025［01］" are one: "ht-2025.01": NFKC, case folded, even, letters and
 * digits, and of the signs the dashes, which are never dropped ("1-1" and "11" are two); of other signs what sets digits
 * apart, as a point. Empty where nothing is said. */
struct str written_key(struct str written, struct arena *a);
/* Of this rule: stored keys of another are made again at the next start (record/ddl_migrate.c). */
#define WRITTEN_RULE "3"

/* --- regions (GB/T 2260) -------------------------------------------------- */
struct region {
    struct str code;                   /* "510000", "510100", "510104"; empty when not known */
    struct str province, city, county; /* official names, empty when not given */
};
/* Any of province, city, county as written (四川, 四川省, 成都, "四川;51", 国省代码).
 * A name that stands for two places gives the code of their common province,
 * or none; one of former times the place of today, a zone's its city. Static storage. */
void region_of(struct region *out, struct str province, struct str city, struct str county);
struct str region_name(struct str code); /* "510100" → "四川省成都市"; static; empty when unknown */
/* One of the places right below another. */
struct region_place {
    struct str code, name, full; /* "510104", "锦江区", "四川省成都市锦江区"; static */
    bool leaf;                   /* nothing lies below it */
    bool statistical;            /* no division: shown where stored, not offered */
};
/* Empty (the country), or the 2, 4 or 6 digits of a place of the table, "51", "5101". */
bool region_is(struct str code);
/* The next place right below `under`, by code; *at: 0 at first. Districts of 北京市 and counties that a province governs
 * itself have no city between. */
bool region_next(struct region_place *out, size_t *at, struct str under);

/* --- patent type and legal status ----------------------------------------- */
enum patent_type {
    TYPE_UNKNOWN,
    TYPE_INVENTION,
    TYPE_UTILITY_MODEL,
    TYPE_DESIGN,
    TYPE_PLANT,
    TYPE_OTHER
};
const char *patent_type_name(enum patent_type t); /* "unknown" "invention" "utility" "design" … */
enum patent_type patent_type_of(struct str written, struct str office, struct str kind);

enum patent_status { STATUS_UNKNOWN, STATUS_PENDING, STATUS_ACTIVE, STATUS_INACTIVE };
const char *patent_status_name(enum patent_status s); /* "unknown" "pending" "active" "inactive" */
/* 审中/实质审查/公开 → pending, 有效/授权/专利权维持 → active, 失效/终止/驳回/撤回/放弃/届满 →
 * inactive (reference/status_words.csv has each vendor's words). A list of
 * words ("授权 | 质押") has the status of its most final word. */
enum patent_status patent_status_of(struct str written);

/* WIPO 35 technology fields of an IPC symbol (reference/wipo35.csv): number
 * 1..35, 0 when none. */
unsigned wipo35_field(struct str ipc_symbol);
struct str wipo35_name(unsigned field, bool english); /* static; empty when there is none */

/* Chinese title of a section, class or subclass of the IPC; empty when not held. */
struct str ipc_title_zh(struct str symbol);
#endif
