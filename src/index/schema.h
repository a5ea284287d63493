/* What an index holds, said by its user; the engine knows bytes, terms and
 * document numbers, never "patent". The schema is written into the manifest
 * and must be equal when the index is opened again. */
#ifndef INDEX_SCHEMA_H
#define INDEX_SCHEMA_H
#include "base/str.h"

#define INDEX_FIELDS_MAX 32
#define INDEX_COLUMNS_MAX 64

/* A weighted frequency is cut here: f/(f + norm) hardly moves beyond it, and one
 * byte a posting is enough everywhere. Part of the definition of the score. */
#define FREQ_MAX 255u

/* Text field. BM25F in its simple form (Robertson, Zaragoza, Taylor 2004): a
 * term's frequency in a document is min(FREQ_MAX, Σ weight·tf) over the fields,
 * the length is Σ weight·length; one k1 and b for all. weight 0: searchable and filterable,
 * but adds neither to frequency nor to length (class symbols, numbers). */
struct index_field {
    const char *name;
    uint8_t weight; /* 0..15 */
};

enum column_kind {
    COLUMN_U32,    /* one number a document; COLUMN_NONE: missing */
    COLUMN_STRINGS /* any number of strings a document, dictionary-coded ("ordinals") */
};
#define COLUMN_NONE UINT32_MAX

struct index_column {
    const char *name;
    enum column_kind kind;
};

struct index_schema {
    const struct index_field *fields;
    size_t field_count;
    const struct index_column *columns;
    size_t column_count;
    bool positions; /* keep positions, for phrases and field: terms */
    float k1, b;    /* BM25; 1.2 and 0.75 */
};

/* Position of a token: field in the upper 10 bits, token number in the field in
 * the lower 22 (a field longer than 4 M tokens is cut there by the analyser,
 * which says so). */
#define POSITION_FIELD_SHIFT 22
#define POSITION_OF(field, n) ((uint32_t)(field) << POSITION_FIELD_SHIFT | (uint32_t)(n))

struct index_token {
    struct str term;   /* 1..TERM_BYTES_MAX bytes */
    uint32_t position; /* POSITION_OF(field, n) */
};

struct index_tokens {
    struct index_token *ptr;
    size_t len, cap;
};

struct index_values {
    const struct str *values; /* any order, repeats are dropped */
    size_t count;
};

struct index_doc {
    uint64_t id;                      /* the user's own; adding an id again replaces the document */
    const struct index_token *tokens; /* in any order of fields, positions rising in a field */
    size_t token_count;
    const uint32_t *numbers;            /* one per column of the schema; used where COLUMN_U32 */
    const struct index_values *strings; /* one per column; used where COLUMN_STRINGS */
};
#endif
