/* JSON in and out (RFC 8259).
 *
 * In: json-c parses strictly with UTF-8 checked and depth bounded; the tree is
 * handed out in an arena. Numbers keep their literal, so that a 20-digit number
 * never becomes a float. Out: a buffer writer with sticky failure, which cannot leave a hole. */
#ifndef TEXT_JSON_H
#define TEXT_JSON_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum jtype { J_NULL, J_FALSE, J_TRUE, J_NUMBER, J_STRING, J_ARRAY, J_OBJECT };

struct jvalue {
    enum jtype type;
    struct str text;            /* J_STRING: content, unescaped; J_NUMBER: the literal */
    size_t count;               /* J_ARRAY, J_OBJECT: number of children */
    const struct jvalue *items; /* children; */
    const struct str *names;    /* J_OBJECT: names[i] belongs to items[i] */
};

/* One whole document. E_INVALID: "line 3, column 7: …" in the text; two equal names in one object. */
MUST_CHECK err_t jin_parse(const struct jvalue **out, struct str text, struct arena *a,
                           struct err *e);
/* The last of equal names counts; adds the number of the others to *duplicates. */
MUST_CHECK err_t jin_parse_last(const struct jvalue **out, struct str text, size_t *duplicates,
                                struct arena *a, struct err *e);

/* Child of an object by name, or NULL (also when v is NULL or no object). */
const struct jvalue *jin_get(const struct jvalue *v, const char *name);

/* The string or number literal of a child, or an empty str. */
struct str jin_text(const struct jvalue *v, const char *name);

/* Whole-number child; false when absent, not a number or not whole. */
MUST_CHECK bool jin_i64(int64_t *out, const struct jvalue *v, const char *name);

/* --- writer: commas, escapes and holes are its business ----------------------
 * It knows whether it stands in an object or an array and whether a name waits for its value. A name
 * that gets none has null: what is not known, never a hole. A value without a name in an object, or an
 * end of what is not open, is a fault of the program and stops it. At depth 0 it may also write members
 * for an object that somebody else opens. */
#define JOUT_DEPTH_MAX 128 /* what is parsed (JSON_DEPTH_MAX) within what is said about it */
struct jopen;
struct jout {
    struct buf *to;       /* text */
    struct arena *values; /* else values: they lie in it */
    struct jopen *open;
    bool comma, named; /* named: a name waits for its value */
    int depth;
    uint64_t objects[JOUT_DEPTH_MAX / 64]; /* by depth: a bit for each that is an object */
    /* A caller that writes a long text sets these after jout_init. The writer calls take_part when
     * the buffer holds JOUT_PART_BYTES or more; take_part consumes the text and resets the buffer.
     * NULL: the buffer keeps the whole text. */
    void (*take_part)(void *arg, struct buf *text);
    void *part_arg;
    struct buf own; /* of jout_own and jout_open */
};
#define JOUT_PART_BYTES ((size_t)1 << 20)

void jout_init(struct jout *j, struct buf *to);
void jout_own(struct jout *j); /* to a buffer of its own, j->to: *j stays where it is */
/* Values in the arena instead of text, for who reads them in C. */
void jout_init_values(struct jout *j, struct arena *a);
/* The value that was written; members that were written at depth 0, none too: their object. */
const struct jvalue *jout_made(struct jout *j);
void jout_object(struct jout *j);     /* { */
void jout_array(struct jout *j);      /* [ */
void jout_end_object(struct jout *j); /* } */
void jout_end_array(struct jout *j);  /* ] */
void jout_name(struct jout *j, const char *name);
void jout_name_str(struct jout *j, struct str name);
void jout_str(struct jout *j, struct str s); /* bad UTF-8 is written as U+FFFD */
void jout_z(struct jout *j, const char *z);  /* NULL: null */
void jout_i64(struct jout *j, int64_t n);
void jout_u64(struct jout *j, uint64_t n);
void jout_double(struct jout *j, double x); /* shortest that reads back; NaN, inf: null */
void jout_bool(struct jout *j, bool b);
void jout_null(struct jout *j);
void jout_raw(struct jout *j, struct str json);          /* a finished value; empty: null */
void jout_number(struct jout *j, struct str literal);    /* "12.50"; what is no number: null */
void jout_value(struct jout *j, const struct jvalue *v); /* a parsed one, numbers as written */
/* The same with the members of objects in the order of their names' bytes: equal bodies give
 * equal bytes. The arena is for the order. */
void jout_value_ordered(struct jout *j, const struct jvalue *v, struct arena *a);

/* A copy in the arena. */
const struct jvalue *jvalue_dup(const struct jvalue *v, struct arena *a);
/* A parsed value as JSON, members as they stand, or in the order of their names. In the arena. */
struct str jvalue_json(const struct jvalue *v, struct arena *a);
struct str jvalue_json_ordered(const struct jvalue *v, struct arena *a);
/* For people to compare: text and numbers bare, null (or NULL) empty, all else as ordered JSON. */
struct str jvalue_text(const struct jvalue *v, struct arena *a);

/* name and value in one call; an empty str writes nothing. */
void jout_pair(struct jout *j, const char *name, struct str s);
void jout_pair_or_null(struct jout *j, const char *name, struct str s); /* empty: null */
void jout_pair_str(struct jout *j, const char *name, struct str s);     /* also an empty one */
void jout_pair_z(struct jout *j, const char *name, const char *z);
void jout_pair_i64(struct jout *j, const char *name, int64_t n);
void jout_pair_id(struct jout *j, const char *name, int64_t n); /* 0: nothing */
void jout_pair_u64(struct jout *j, const char *name, uint64_t n);
void jout_pair_double(struct jout *j, const char *name, double x);
void jout_pair_bool(struct jout *j, const char *name, bool b);
void jout_pair_null(struct jout *j, const char *name);
void jout_pair_raw(struct jout *j, const char *name, struct str json);
void jout_pair_object(struct jout *j, const char *name); /* "name":{ */
void jout_pair_array(struct jout *j, const char *name);  /* "name":[ */
void jout_pair_strs(struct jout *j, const char *name, const struct str *all, size_t count);

void jout_strs(struct jout *j, const struct str *all, size_t count); /* an array of them */
/* An empty buffer of any length, with { in it. */
void jout_begin(struct jout *j, struct buf *to);
/* { in a buffer of its own: *j stays where it is, until jout_take has ended the object and gives the text. */
void jout_open(struct jout *j);
struct str jout_take(struct jout *j, struct arena *a);
#endif
