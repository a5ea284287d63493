/* What a type's tables look like:
 *
 *   record_deal         system columns, then the fields' columns in the file's order
 *   record_deal_shares  (record_id, position) and the columns of a row; sets of
 *                       values likewise with value
 *
 * Indexes. (owner_unit, ended_ms, id, secrecy, import_id), and the same by province, with
 * the city: whose records a subject may list is nearly always one of these, and the exact
 * total is counted without the table (of a million records 80 ms instead of 4.9 s;
 * import_id, as the rows of an import that is not finished are not listed). No order and
 * no condition on a field has one: an index whose values fall all over has a page to be
 * written with every record, while by its number a record goes next to the one before.
 * With two indexes by the day it was signed a deal took half its pages for their sake.
 * Up to COLUMNS_FROM records are sorted in some 2 ms, more are
 * answered from memory (record/columns.h). Natural key and unique fields: among
 * records that have not ended. What refers to others: by whom it names, without those
 * that name nobody: most fields of most records do, and an index of them is written with
 * every one. */
#include "record/ddl.h"

/* NOT NULL is said of system columns alone: whether a field is needed can depend
 * on the record's state, and validation says it better. */
static const char system_columns[] = " id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
                                     " version INTEGER NOT NULL,\n"
                                     " state TEXT NOT NULL,\n"
                                     " owner_unit INTEGER NOT NULL,\n"
                                     " owner_city TEXT,\n"
                                     " owner_province TEXT NOT NULL,\n"
                                     " secrecy INTEGER NOT NULL,\n"
                                     " published INTEGER NOT NULL,\n"
                                     " created_ms INTEGER NOT NULL,\n"
                                     " created_by INTEGER NOT NULL,\n"
                                     " changed_ms INTEGER NOT NULL,\n"
                                     " changed_by INTEGER NOT NULL,\n"
                                     " ended_ms INTEGER,\n"
                                     " import_id INTEGER";

static void add_columns(struct buf *out, const struct column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_addf(out, ",\n %.*s %s", STR_ARG(columns[i].name),
                 columns[i].integer ? "INTEGER" : "TEXT");
}

/* record_id names a row that the same step writes and that nothing deletes. It is no
 * foreign key: PostgreSQL would look that row up for each of these, and of two steps that
 * each looked at a page which the other wrote to, it refuses one. With 64 writers that was
 * three attempts for every two records. */
void ddl_child(struct buf *out, const struct field *f, struct arena *a)
{
    const struct column *columns;
    size_t count = value_child_columns(&columns, f, a);
    buf_addf(out, "CREATE TABLE %.*s (\n record_id INTEGER NOT NULL,\n position INTEGER NOT NULL",
             STR_ARG(f->child));
    add_columns(out, columns, count);
    buf_addz(out, ",\n PRIMARY KEY (record_id, position)\n) STRICT, WITHOUT ROWID;\n");
}

void ddl_system_table(struct buf *out, struct str table)
{
    buf_addf(out, "CREATE TABLE %.*s (\n%s\n) STRICT;\n", STR_ARG(table), system_columns);
}

void ddl_tables(struct buf *out, const struct record_type *t, struct arena *a)
{
    struct column columns[VALUE_COLUMNS_MAX];
    if (t->core)
        return;
    buf_addf(out, "CREATE TABLE %.*s (\n%s", STR_ARG(t->table), system_columns);
    for (size_t i = 0; i < t->field_count; i++)
        if (t->fields[i].column.len)
            add_columns(out, columns, value_columns(columns, &t->fields[i], a));
    buf_addz(out, "\n) STRICT;\n");
    for (size_t i = 0; i < t->field_count; i++)
        if (t->fields[i].child.len)
            ddl_child(out, &t->fields[i], a);
}

void ddl_add_column(struct buf *out, struct str table, const struct column *column)
{
    buf_addf(out, "ALTER TABLE %.*s ADD COLUMN %.*s %s;\n", STR_ARG(table), STR_ARG(column->name),
             column->integer ? "INTEGER" : "TEXT");
}

/* --- indexes ------------------------------------------------------------------ */
/* Named <table>__<what> and <table>__<field>__<what>: names of types and fields
 * hold no "__", so two never meet, nor one a table. */

struct index_list {
    struct arena *arena;
    VEC(struct ddl_index) all;
};

static void add_index_where(struct index_list *list, const char *suffix, struct ddl_index x)
{
    x.name = arena_printf(list->arena, "%.*s__%s", STR_ARG(x.table), suffix);
    if (FIND_BY(list->all.ptr, list->all.len, name, x.name))
        return;
    x.sql = arena_printf(list->arena, "CREATE %sINDEX %.*s ON %.*s (%.*s)%.*s",
                         x.unique ? "UNIQUE " : "", STR_ARG(x.name), STR_ARG(x.table),
                         STR_ARG(x.columns), STR_ARG(x.where));
    VEC_PUSH(list->arena, &list->all, x);
}

static void add_index(struct index_list *list, struct str table, const char *suffix, bool unique,
                      struct str columns)
{
    struct str where = unique ? STR(" WHERE ended_ms IS NULL") : STR("");
    add_index_where(
        list, suffix,
        (struct ddl_index){.table = table, .columns = columns, .where = where, .unique = unique});
}

/* By one column, of the rows that have a value there: for questions of equality. */
static void add_look_up(struct index_list *list, struct str table, const char *suffix,
                        struct str column)
{
    struct str where = arena_printf(list->arena, " WHERE %.*s IS NOT NULL", STR_ARG(column));
    add_index_where(list, suffix,
                    (struct ddl_index){.table = table, .columns = column, .where = where});
}

/* The column that orders values, and tells them apart: of a datetime its moment, of
 * a person the blind index, of a patent the canonical key. */
static struct str order_column(const struct field *f, struct arena *a)
{
    struct column columns[VALUE_COLUMNS_MAX];
    (void)value_columns(columns, f, a);
    return columns[value_order_column(f)].name;
}

/* The column with the common key of a number's spellings (spelling.c). */
static struct str key_column(const struct field *f, struct arena *a)
{
    struct column columns[VALUE_COLUMNS_MAX];
    (void)value_columns(columns, f, a);
    return columns[1].name;
}

static const char *scope_columns(const struct record_type *t)
{
    switch (t->key_scope) {
    case KEY_OWNER:
        return t->owner == OWNER_ACCOUNT ? "created_by, " : "owner_unit, ";
    case KEY_PROVINCE:
        return "owner_province, ";
    case KEY_INSTANCE:
        break;
    }
    return "";
}

/* The records among which the key is one's alone: what has left its state is history. */
static struct str key_rows(const struct record_type *t, struct arena *a)
{
    struct str where = STR(" WHERE ended_ms IS NULL");
    if (t->key_state.len)
        where = arena_printf(a, "%.*s AND state = '%.*s'", STR_ARG(where), STR_ARG(t->key_state));
    return where;
}

static void add_key(struct index_list *list, const struct record_type *t)
{
    struct str columns = str_of(scope_columns(t));
    for (size_t i = 0; i < t->key_count; i++) {
        const struct field *f = record_field(t, t->key[i]);
        columns = arena_printf(list->arena, "%.*s%s%.*s", STR_ARG(columns), i ? ", " : "",
                               STR_ARG(order_column(f, list->arena)));
    }
    add_index_where(list, "key",
                    (struct ddl_index){.table = t->table,
                                       .columns = columns,
                                       .where = key_rows(t, list->arena),
                                       .unique = true});
}

static struct str digest_column(const struct field *f, struct arena *a)
{
    struct column columns[VALUE_COLUMNS_MAX];
    (void)value_columns(columns, f, a);
    return columns[0].name;
}

/* References to a file are looked up when it is read, and before it is deleted. */
static void add_of_files(struct index_list *list, const struct record_type *t,
                         const struct field *f)
{
    struct arena *a = list->arena;
    if (f->type == FIELD_FILE)
        add_look_up(list, t->table, arena_printf(a, "%.*s__file", STR_ARG(f->name)).ptr,
                    digest_column(f, a));
    if (f->type == FIELD_FILES)
        add_index(list, f->child, "file", false, digest_column(f, a));
    for (size_t i = 0; f->type == FIELD_TABLE && i < f->field_count; i++)
        if (f->fields[i].type == FIELD_FILE)
            add_look_up(list, f->child,
                        arena_printf(a, "%.*s__file", STR_ARG(f->fields[i].name)).ptr,
                        digest_column(&f->fields[i], a));
}

static void add_of_field(struct index_list *list, const struct record_type *t,
                         const struct field *f)
{
    struct arena *a = list->arena;
    if (f->unique) {
        struct str columns =
            arena_printf(a, "%s%.*s", scope_columns(t), STR_ARG(order_column(f, a)));
        add_index(list, t->table, arena_printf(a, "%.*s__one", STR_ARG(f->name)).ptr, true,
                  columns);
    }
    if (f->number)
        add_index(list, t->table, arena_printf(a, "%.*s__key", STR_ARG(f->name)).ptr, false,
                  arena_printf(a, "owner_unit, %.*s, ended_ms", STR_ARG(key_column(f, a))));
    if (f->type == FIELD_REF || f->type == FIELD_PARTY || f->type == FIELD_PERSON ||
        f->type == FIELD_PATENT)
        add_look_up(list, t->table, arena_printf(a, "%.*s__ref", STR_ARG(f->name)).ptr,
                    order_column(f, a));
    if (f->type == FIELD_REFS || f->type == FIELD_PATENTS)
        add_index(list, f->child, "ref", false, order_column(f, a));
    add_of_files(list, t, f);
}

static void add_lists(struct index_list *list, const struct record_type *t)
{
    add_index(list, t->table, "unit", false, STR("owner_unit, ended_ms, id, secrecy, import_id"));
    add_index(list, t->table, "province", false,
              STR("owner_province, ended_ms, id, owner_city, secrecy, import_id"));
}

size_t ddl_indexes(const struct ddl_index **out, const struct record_type *t, struct arena *a)
{
    struct index_list list = {.arena = a};
    *out = NULL;
    if (t->core)
        return 0;
    if (t->key_count)
        add_key(&list, t);
    for (size_t i = 0; i < t->field_count; i++)
        add_of_field(&list, t, &t->fields[i]);
    add_lists(&list, t);
    if (record_is_ever_published(t))
        add_index(&list, t->table, "public", false, STR("published, id"));
    *out = list.all.ptr;
    return list.all.len;
}
