/* One cell → its pieces: how exports write lists. */
#ifndef INGEST_SPLIT_H
#define INGEST_SPLIT_H
#include "base/arena.h"
#include "base/str.h"

enum split {
    SPLIT_NONE,    /* one value */
    SPLIT_NAMES,   /* people, companies: by the strongest separator that occurs, in the order
                      RS ";;" "|" line break ";" "；" "、", else a comma between Han names */
    SPLIT_PEOPLE,  /* as NAMES, and "Doe, Jane, Smith, John" into its pairs */
    SPLIT_COMMAS,  /* as NAMES, by commas instead of "、": "Jane Doe, Example Co., Ltd." */
    SPLIT_LABELS,  /* as NAMES, but not by "、" or commas, which stand inside labels */
    SPLIT_SYMBOLS, /* class symbols, numbers: by each of these and by commas, but for those that
                      group thousands */
    SPLIT_TEXTS,   /* references: RS, ";;", "|" and line breaks only */
};

/* Separates values that were apart in the file (JSON arrays). */
#define SPLIT_RS "\x1e"

/* Pieces of `v`, trimmed, empty ones left out; they borrow from `v` (those of a
 * list in brackets and quotes, as Python prints one, are copies where they held
 * an escape). The array is in `a`. */
size_t split_value(struct str **out, struct str v, enum split how, struct arena *a);

/* Separators of the names in a cell: RS or none, ";;", "|", a line break, ";", "、", ",". */
enum separator { SEP_NONE, SEP_TWO, SEP_BAR, SEP_LINE, SEP_SEMICOLON, SEP_STOP, SEP_COMMA, SEPS };
extern const char *const separator_text[SEPS];

/* As split_value, without the separators whose bits (1 << separator) are in `skip`; *by is what it
 * was cut by. */
size_t split_list(struct str **out, enum separator *by, struct str v, enum split how, unsigned skip,
                  struct arena *a);

/* False: a single plain value, as most cells hold. */
bool value_may_split(struct str v);

/* Full-width letters, digits and marks as ASCII, "ＣＮ１０" as "CN10": all, or those of `only`. `v` itself where it has
 * none, else in `a`. */
struct str value_narrow(struct str v, const char *only, struct arena *a);

/* A cell that says "nothing here": empty, "-", "--", "—", "N/A", "null", "nan",
 * "None", "[]" (vendors differ; none of these is a fact). */
bool value_is_empty(struct str v);
#endif
