/* Within value*.c: one field type's single value, as two functions and its columns. A reader turns
 * JSON into columns or reports a fault; a writer turns columns into JSON. */
#ifndef RECORD_VALUE_KIND_H
#define RECORD_VALUE_KIND_H
#include "base/limits.h"
#include "record/value.h"

/* The destination of a reader, and how it reports a fault. */
struct reading {
    struct value_reader *r;
    const struct field *f;
    struct str path;
    const struct value *before; /* columns of the same value now; NULL: none */
};

struct value_kind {
    /* True with cols[0] VALUE_NULL: no value. False: a fault is added. */
    bool (*read)(struct value *cols, const struct reading *in, const struct jvalue *v);
    void (*write)(struct jout *j, struct value_writer *w, const struct field *f,
                  const struct value *cols);
    struct {
        const char *suffix; /* "": the field's name alone; NULL: no such column */
        bool integer;
    } columns[VALUE_COLUMNS_MAX];
    enum value_order order;
    size_t order_column;
    bool merges; /* an object: a merge patch changes its members one by one */
    bool open;   /* its first column may be empty while it has a value: write decides */
};

extern const struct value_kind value_text, value_written, value_sorted, value_int, value_number, value_bool,
    value_ref, value_date, value_known_date, value_datetime, value_period, value_phone, value_email,
    value_url, value_enum, value_party, value_person, value_region, value_ipc, value_patent,
    value_file;

/* Add a fault at the value's path; false, for a reader to return. */
bool value_refuse(const struct reading *in, const char *code, const char *sentence);
bool value_refuse_with(const struct reading *in, const char *code, const char *sentence,
                       struct str arg);

/* A string's content, cleaned (value_clean); empty for null and "". */
bool value_read_string(struct str *out, const struct reading *in, const struct jvalue *v);
/* In characters, by the field's bounds; `standard` where it has no upper one. */
bool value_within_length(const struct reading *in, struct str s, int64_t standard);
/* Every member of an object is one of `names`; else a fault names it. */
bool value_only_members(const struct reading *in, const struct jvalue *v, const char *const *names,
                        size_t count);
/* The first column as a string. */
void value_write_text(struct jout *j, struct value_writer *w, const struct field *f,
                      const struct value *cols);

static inline bool is_letter_or_digit(char c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
#endif
