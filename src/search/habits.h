/* Reads the query syntax of other tools (USPTO, Espacenet, Derwent, Lens, PatSnap, incoPat, CNIPA)
 * where it differs from syntax.h: names of fields, field names behind an operand, distances, lists
 * of numbers. */
#ifndef SEARCH_HABITS_H
#define SEARCH_HABITS_H
#include "search/fields.h"

/* attribute_find, also of "@PD", "EN_TI" and the names of reference/query_fields.csv. */
const struct attribute *habit_field(struct str name, struct arena *a);

/* In any case; NULL ends the words. */
bool habit_among(struct str word, const char *const *words);

/* Fields to write instead, parted by blanks, where a name is refused before that value; else NULL.
 * "": there are none. */
const char *habit_instead(struct str name, struct str value);

/* The value as it is written here: codes of other tools, and the < of "before:filing". Refused as
 * by habit_instead. */
const char *habit_value(struct str *value, struct str name, struct arena *a);

/* AN, AP name an applicant in some tools, a number in others, CL claims or a class, PN a number or
 * its office: what `value` looks like decides. Any other attribute stays. */
const struct attribute *habit_party(const struct attribute *at, struct str name, struct str value);

/* A field behind an operand: "wave.ti,ab." "wave[TTL]"; `at` is its first byte, *end behind it. */
const struct attribute *habit_suffix(size_t *end, struct str query, size_t at, struct arena *a);

/* "TTL/wave": the name before a slash, `behind` what stands after it. */
const struct attribute *habit_slash(struct str name, struct str behind);

#define NEAR_MAX 100 /* texts of one field stand further apart in the index (document.c) */
struct nearness {
    uint32_t apart;     /* 0: the word is of this sort, but says no distance */
    bool ordered, bare; /* bare: a word that texts have too */
};
/* NEAR/5, ADJ, W/3, 3W, $PRE2 …; NEAR, SAME, WITH, $WS, prox/… without a distance. */
bool habit_near(struct nearness *out, struct str word);

/* The next number of a pasted list; false at its end. */
struct number_list {
    struct str rest;
    int parted; /* by what: set by habit_numbers */
};
bool habit_next_number(struct str *out, struct number_list *list);
/* True if nearly all of the text is patent numbers, at least two. */
bool habit_numbers(struct number_list *out, struct str text);

/* Letters, digits and the marks that numbers are written with; enough digits that it is no year,
 * measure or model name. */
bool may_be_number(struct str s);
#endif
