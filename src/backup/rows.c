/* The writer knows the types of columns, the reader is told them and believes nothing
 * else. A text that is no UTF-8 (written by another program) is kept as {"t": base64}. */
#include "backup/rows.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "crypto/encode.h"
#include "text/json.h"

static void write_coded(struct jout *j, struct buf *to, const char *name, struct bytes b)
{
    jout_object(j);
    jout_pair_raw(j, name, STR("\""));
    base64_add(to, b);
    buf_addc(to, '"');
    jout_end_object(j);
}

static void write_value(struct jout *j, struct buf *to, enum value_type type, struct stmt *row,
                        int column)
{
    struct str text;
    if (stmt_is_null(row, column)) {
        jout_null(j);
        return;
    }
    switch (type) {
    case VALUE_I64:
        jout_i64(j, stmt_i64(row, column));
        break;
    case VALUE_STR:
        text = stmt_str(row, column);
        if (utf8_check(text) == text.len)
            jout_str(j, text);
        else
            write_coded(j, to, "t", str_bytes(text));
        break;
    case VALUE_BYTES:
        write_coded(j, to, "b", stmt_bytes(row, column));
        break;
    case VALUE_NULL:
        jout_null(j);
        break;
    }
}

err_t row_write(struct buf *line, const struct table *t, struct stmt *row, struct err *e)
{
    struct jout j;
    jout_init(&j, line);
    jout_array(&j);
    for (size_t i = 0; i < t->column_count; i++)
        write_value(&j, line, t->columns[i].type, row, (int)i);
    jout_end_array(&j);
    buf_addc(line, '\n');
    return buf_ok(line) ? OK
                        : err_set(e, E_LIMIT, "a row of the table %.*s is too large to be copied",
                                  STR_ARG(t->name));
}

static err_t bind_coded(struct stmt *insert, int param, const struct jvalue *v, bool text,
                        struct arena *a, struct err *e)
{
    struct str code = jin_text(v, text ? "t" : "b");
    size_t len = 0;
    uint8_t *to = arena_alloc(a, code.len + 1);
    if (v->count != 1 || !jin_get(v, text ? "t" : "b") || !base64_read(to, &len, code.len, code))
        return err_set(e, E_INVALID, "a value does not read back");
    return text ? stmt_bind_str(insert, param, (struct str){(char *)to, len}, e)
                : stmt_bind_bytes(insert, param, (struct bytes){to, len}, e);
}

static err_t bind_value(struct stmt *insert, int param, enum value_type type,
                        const struct jvalue *v, struct arena *a, struct err *e)
{
    int64_t n;
    if (v->type == J_NULL)
        return stmt_bind_null(insert, param, e);
    if (type == VALUE_I64 && v->type == J_NUMBER && str_to_i64(&n, v->text))
        return stmt_bind_i64(insert, param, n, e);
    if (type == VALUE_STR && v->type == J_STRING)
        return stmt_bind_str(insert, param, v->text, e);
    if ((type == VALUE_STR || type == VALUE_BYTES) && v->type == J_OBJECT)
        return bind_coded(insert, param, v, type == VALUE_STR, a, e);
    return err_set(e, E_INVALID, "a value is not of the type of its column");
}

err_t row_bind(struct stmt *insert, const struct table *t, struct str line, struct arena *a,
               struct err *e)
{
    const struct jvalue *row = NULL;
    err_t rc = jin_parse(&row, line, a, e);
    if (rc == OK && (row->type != J_ARRAY || row->count != t->column_count))
        rc = err_set(e, E_INVALID, "a row has not the columns of its table");
    for (size_t i = 0; rc == OK && i < t->column_count; i++)
        rc = bind_value(insert, (int)i + 1, t->columns[i].type, &row->items[i], a, e);
    if (rc != OK)
        err_note(e, "table %.*s", STR_ARG(t->name));
    return rc;
}

/* --- descriptions of tables -------------------------------------------------------------- */

static const char *const type_names[] = {
    [VALUE_NULL] = "", [VALUE_I64] = "integer", [VALUE_STR] = "text", [VALUE_BYTES] = "bytes"};

void table_write(struct jout *j, const struct table *t)
{
    jout_object(j);
    jout_pair(j, "name", t->name);
    jout_pair_array(j, "columns");
    for (size_t i = 0; i < t->column_count; i++) {
        jout_object(j);
        jout_pair(j, "name", t->columns[i].name);
        jout_pair(j, "type", str_of(type_names[t->columns[i].type]));
        jout_pair_bool(j, "not_null", t->columns[i].not_null);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_strs(j, "key", t->key, t->key_count);
    if (t->numbered)
        jout_pair_i64(j, "last_number", t->last_number);
    jout_pair_array(j, "references");
    for (size_t i = 0; i < t->reference_count; i++) {
        jout_object(j);
        jout_pair(j, "column", t->references[i].column);
        jout_pair(j, "table", t->references[i].table);
        jout_pair(j, "to", t->references[i].to);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_array(j, "indexes");
    for (size_t i = 0; i < t->index_count; i++) {
        jout_object(j);
        jout_pair(j, "name", t->indexes[i].name);
        jout_pair(j, "columns", t->indexes[i].columns);
        jout_pair(j, "where", t->indexes[i].where);
        jout_pair_bool(j, "unique", t->indexes[i].unique);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
}

static bool is_true(const struct jvalue *v, const char *name)
{
    const struct jvalue *b = jin_get(v, name);
    return b && b->type == J_TRUE;
}

static bool read_columns(struct table *t, const struct jvalue *v, struct arena *a)
{
    const struct jvalue *all = jin_get(v, "columns");
    VEC(struct table_column) columns = {0};
    for (size_t i = 0; all && all->type == J_ARRAY && i < all->count; i++) {
        struct table_column c = {.name = jin_text(&all->items[i], "name"),
                                 .not_null = is_true(&all->items[i], "not_null")};
        for (int k = VALUE_I64; k <= VALUE_BYTES; k++)
            if (str_is(jin_text(&all->items[i], "type"), type_names[k]))
                c.type = (enum value_type)k;
        if (c.type == VALUE_NULL || c.name.len == 0)
            return false;
        VEC_PUSH(a, &columns, c);
    }
    t->columns = columns.ptr;
    t->column_count = columns.len;
    return columns.len > 0;
}

static bool read_key(struct table *t, const struct jvalue *v, struct arena *a)
{
    const struct jvalue *all = jin_get(v, "key");
    VEC(struct str) key = {0};
    for (size_t i = 0; all && all->type == J_ARRAY && i < all->count; i++) {
        if (!FIND_BY(t->columns, t->column_count, name, all->items[i].text))
            return false;
        VEC_PUSH(a, &key, all->items[i].text);
    }
    t->key = key.ptr;
    t->key_count = key.len;
    return key.len > 0;
}

err_t table_read(struct table *out, const struct jvalue *v, struct arena *a, struct err *e)
{
    const struct jvalue *references = jin_get(v, "references"), *indexes = jin_get(v, "indexes");
    VEC(struct table_reference) refs = {0};
    VEC(struct table_index) all = {0};
    *out = (struct table){.name = jin_text(v, "name")};
    out->numbered = jin_i64(&out->last_number, v, "last_number");
    if (out->name.len == 0 || !read_columns(out, v, a) || !read_key(out, v, a))
        return err_set(e, E_INVALID, "the description of a table does not read back");
    for (size_t i = 0; references && references->type == J_ARRAY && i < references->count; i++) {
        const struct jvalue *r = &references->items[i];
        VEC_PUSH(a, &refs,
                 ((struct table_reference){jin_text(r, "column"), jin_text(r, "table"),
                                           jin_text(r, "to")}));
    }
    for (size_t i = 0; indexes && indexes->type == J_ARRAY && i < indexes->count; i++) {
        const struct jvalue *x = &indexes->items[i];
        VEC_PUSH(a, &all,
                 ((struct table_index){.name = jin_text(x, "name"),
                                       .columns = jin_text(x, "columns"),
                                       .where = jin_text(x, "where"),
                                       .unique = is_true(x, "unique")}));
    }
    out->references = refs.ptr;
    out->reference_count = refs.len;
    out->indexes = all.ptr;
    out->index_count = all.len;
    return OK;
}
