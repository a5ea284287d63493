/* The sections of a pack that are lists of items: forms, materials, processes … One table
 * (pack_keys.yaml) defines the keys of each item; the parser, the JSON of a pack and `pack diff`
 * use it, so a new key is one line there.
 *
 * Every item has an id and either clause and quote, or `own`: the reason why it exists although
 * the document does not state it. An omitted value is absent; there are no defaults. */
#ifndef POLICY_PARTS_H
#define POLICY_PARTS_H
#include "base/vec.h"
#include "model/citation.h"

struct pack;

enum part_section {
    PART_AUTHORITIES,
    PART_DICTIONARIES,
    PART_FORMS,
    PART_PAPERS,
    PART_MATERIALS,
    PART_PROCESSES,
    PART_EVALUATIONS,
    PART_PROHIBITIONS,
    PART_FUNDS,
    PART_INTERPRETATIONS,
    PART_NOT_SAID,
    PART_COMPARISONS,
    PART_RECORD_LABELS,
    PART_FACT_WORDS,
    PART_RECORDS,
    PART_SECTIONS
};

enum part_type {
    PART_TEXT,
    PART_VALUE, /* one value as it stands, an empty one too */
    PART_QUOTE, /* words of the document: looked for in the source */
    PART_ID,
    PART_WORDS,
    PART_BOOL,
    PART_WORD, /* one of `words` */
    PART_INT,
    PART_MONEY, /* yuan with at most two decimals, as text */
    PART_DATE,
    PART_ITEMS, /* a list of maps: `inner` */
    PART_MAP,   /* one map: `inner` */
    PART_NAMES /* a map of names that somebody else gives; a value that is a map: `inner`, or NULL */
};

struct part_key {
    const char *name;
    const char *label; /* English sentence of the catalogue; NULL: the value needs none */
    const char *about; /* what it is, with an example: English, of the catalogue; never NULL */
    enum part_type type;
    bool required;
    const char *const *words;     /* PART_WORD, PART_WORDS: those there are, or NULL */
    const struct part_key *inner; /* ends with a name of NULL */
};

struct part_kind {
    const char *section; /* its top-level key */
    const char *label;
    const struct part_key *keys; /* ends with a name of NULL */
};
extern const struct part_kind part_kinds[PART_SECTIONS];

/* Values of `says` in comparisons; NULL-terminated. */
#define PART_RELATIONS 5
extern const char *const part_relations[];
extern const char *const part_functions[]; /* of offices; likewise */

struct part;
struct part_value {
    bool given;
    int line;
    struct str text; /* all but WORDS and ITEMS */
    const struct str *words;
    size_t word_count;
    const struct part *items;
    size_t item_count;
};

struct part {
    struct str id; /* empty where its kind has none */
    const struct pack *from;
    int line;
    const struct part_key *keys;
    const struct part_value *values; /* one for each key */
};

struct part_list {
    VEC(const struct part) list;
};

/* The value of a key; one that its kind does not have is not given. */
const struct part_value *part_value(const struct part *p, const char *key);
struct str part_text(const struct part *p, const char *key);
bool part_true(const struct part *p, const char *key);
/* The value of a PART_INT; 0 if absent. */
int part_int(const struct part *p, const char *key);
struct citation part_citation(const struct part *p);

/* Whether it is a function that an authority can have ("recognise"). */
bool authority_has_function(struct str word);

/* NULL: none of that id. */
const struct part *part_among(const struct part *items, size_t count, struct str id);
const struct part *part_named(const struct pack *p, enum part_section section, struct str id);
#endif
