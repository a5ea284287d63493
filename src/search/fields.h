/* What the index of patents holds: its text fields, its columns, its key terms,
 * and the names under which people ask for them. One table serves the query
 * syntax (title:…), the filters (ipc=…), help and the web page.
 *
 * Key terms are exact terms in the weight-0 field `keys`; they begin with a
 * byte that no folded word has, then a letter:
 *   "\x02iH01M10"   IPC symbol or ancestor      "\x02cH01M10"  CPC
 *   "\x02lG06-01"   Locarno                     "\x02uH01M10"  IPC or CPC
 *   "\x02nCN/…"     number look-up key (model/number.h)
 *   "\x02kB1"       kind code of the publication
 *   "\x02rCN/…"     a number that the document cites, without kind code
 *   "\x02bzh"       title or abstract in Chinese; "\x02bletters": written with letters (translate.h)
 */
#ifndef SEARCH_FIELDS_H
#define SEARCH_FIELDS_H
#include "index/query.h"
#include "model/normal.h"
#include "model/number.h"
#include "search/search.h"

enum text_field {
    FIELD_TITLE,
    FIELD_ABSTRACT,
    FIELD_CLAIMS, /* the claims; the first claim alone where no more is held */
    FIELD_DESCRIPTION,
    FIELD_APPLICANT, /* applicants and assignees */
    FIELD_INVENTOR,
    FIELD_AGENT,
    FIELD_KEYS,
    FIELDS
};

enum column {
    /* Dates stand in three columns each: X and DATE_LAST(X), the first and the last day
     * that it may be (equal where the day is known) as date_number() counts, and
     * DATE_YEAR(X), 0 where the date is missing. */
    COLUMN_DATE, /* publication, else grant, else application */
    COLUMN_DATE_LAST,
    COLUMN_YEAR,
    COLUMN_PUBLISHED,
    COLUMN_PUBLISHED_LAST,
    COLUMN_PUBLISHED_YEAR,
    COLUMN_APPLIED,
    COLUMN_APPLIED_LAST,
    COLUMN_APPLIED_YEAR,
    COLUMN_GRANTED,
    COLUMN_GRANTED_LAST,
    COLUMN_GRANTED_YEAR,
    COLUMN_OFFICE,    /* ST.3 */
    COLUMN_TYPE,      /* patent_type_name */
    COLUMN_KIND,      /* ST.16 kind of the publication */
    COLUMN_STATUS,    /* patent_status_name */
    COLUMN_IPC,       /* full symbols */
    COLUMN_IPC3,      /* classes: H01 */
    COLUMN_IPC4,      /* subclasses: H01M */
    COLUMN_CPC,       /* main groups: H01M10, or what is above them */
    COLUMN_APPLICANT, /* NAME_OPEN key NAME_CLOSE name as written */
    COLUMN_INVENTOR,  /* the same */
    COLUMN_ASSIGNEE,  /* the same, of current holders alone */
    COLUMN_AGENCY,    /* the same, of agents that are firms (party_is_firm) */
    COLUMN_COUNTRY,   /* of the applicants: ST.3 */
    COLUMN_REGION,    /* GB/T 2260 code with its ancestors */
    COLUMN_PROVINCE,
    COLUMN_CITY,
    COLUMN_SEI,
    COLUMN_WIPO35,
    COLUMN_CITED,  /* by how many documents, as the source counts */
    COLUMN_FAMILY, /* lower half of the family's key (families.h) */
    COLUMN_FAMILY_HIGH,
    COLUMNS
};
#define DATE_LAST(column) ((column) + 1)
#define DATE_YEAR(column) ((column) + 2)

/* Names are kept with their key, so that spellings count as one and a filter on
 * the key is a search for "NAME_OPEN key NAME_CLOSE" inside the value. */
#define NAME_OPEN "\x1e"
#define NAME_CLOSE "\x1f"

/* What a string column holds where the record does not say; shown as it is. */
#define NOT_KNOWN "未知"

extern const struct index_schema patent_schema, patent_schema_plain;
const struct index_schema *schema_of(enum index_kind kind);
/* The kind of an index by its schema. */
enum index_kind kind_of(const struct index_schema *schema);

/* Days since 0001-01-01, as columns keep them; COLUMN_NONE without a year. Of a
 * date known to the month or year alone: its first day, its last day. */
uint32_t date_number(struct date d);
uint32_t date_number_last(struct date d);

enum attribute_kind {
    ATTRIBUTE_TEXT,   /* words in a text field */
    ATTRIBUTE_TEXTS,  /* words in one of several: `field` has their bits */
    ATTRIBUTE_DATE,   /* two u32 columns: inside a day, month, year or range for certain */
    ATTRIBUTE_EXPIRY, /* the same of a day that is worked out */
    ATTRIBUTE_CLASS,  /* key terms of a scheme */
    ATTRIBUTE_NUMBER,
    ATTRIBUTE_PARTY,    /* name column */
    ATTRIBUTE_STANDARD, /* the same, by the key of its applicant (names.h) */
    ATTRIBUTE_OFFICE,
    ATTRIBUTE_TYPE,
    ATTRIBUTE_KIND, /* key terms; a letter finds all its digits */
    ATTRIBUTE_STATUS,
    ATTRIBUTE_REGION,
    ATTRIBUTE_LABEL,    /* string column, value as written */
    ATTRIBUTE_FAMILY,   /* numbers of documents in the snapshot that is searched */
    ATTRIBUTE_CITES,    /* key terms of the numbers that documents cite */
    ATTRIBUTE_CITED_BY, /* numbers of documents of the store; what these cite */
    ATTRIBUTE_COUNT,    /* a u32 column: 5, 5..9, >=5 */
    ATTRIBUTE_TOPIC,    /* key terms of the numbers that the asker handed in */
};

struct attribute {
    const char *name;
    enum attribute_kind kind;
    int field;        /* query syntax searches these words; -1: values alone */
    int column;       /* where values stand; -1: none */
    char key;         /* ATTRIBUTE_CLASS, _KIND: letter of its key terms */
    const char *help; /* English, shown through msg() */
};

/* What has values of its own is a filter too. */
static inline bool attribute_is_filter(const struct attribute *at)
{
    return at->kind > ATTRIBUTE_TEXTS;
}

extern const struct attribute attributes[];
extern const size_t attribute_count;

/* The line of reference/query_fields.csv of a name, or of a value under it; NULL: none. */
enum { QUERY_NAME, QUERY_VALUE, QUERY_MEANS, QUERY_INSTEAD };
const char *const *query_name_find(struct str name, struct str value);

/* By its name or another in the file, in any case or width; NULL when there is none. */
const struct attribute *attribute_find(struct str name);

/* The condition "attribute is one of the comma-separated values" as a query that
 * adds no score. Values:
 * 2019..2024, 2024-03, ≥2020; H01M, H01M*, H01M10/052; 四川, 510000; 有效, active;
 * 发明, invention, 授权发明; B, B1; CN, 中国. E_INVALID says what is expected. */
MUST_CHECK err_t attribute_query_any(struct query *out, const struct attribute *at,
                                     struct str values, struct arena *a, struct err *e);

#define KEY_LANGUAGE 'b'
#define KEY_CITED 'r'
#define KEY_CITES 'q' /* of records that state citations */

/* The key term of a cited number: a publication in any kind. */
struct str cited_term(char letter, const struct number *n, struct arena *a);

struct str key_term(char letter, struct str key, struct arena *a);

/* What people read for a value of a string column: "invention" → 发明; in Chinese
 * "H01M" → "H01M 用于直接转变化学能为电能的方法或装置…" */
struct str value_label(int column, struct str value, struct arena *a);
#endif
