/* Refused rows as a workbook. */
#include "record/import_priv.h"
#include "text/xlsx_out.h"

void sheet_rows_json(struct jout *j, const char *name, const struct sheet_reject *rows,
                     size_t count)
{
    jout_pair_array(j, name);
    for (size_t i = 0; i < count; i++) {
        jout_object(j);
        jout_pair_str(j, "sheet", rows[i].sheet);
        jout_pair_i64(j, "row", rows[i].row);
        jout_pair_str(j, "reason", rows[i].reason);
        jout_end_object(j);
    }
    jout_end_array(j);
}

/* The cells as they came, and the reason below the word Problem, which is the header's own or stands
 * behind it; *at is kept from the header on. What has no header stands further right. */
static void write_row(struct xlsx_out *x, size_t *at, size_t *width, const struct jvalue *cells,
                      struct str reason, bool header, struct arena *a)
{
    if (header)
        *at = *width = cells->count;
    struct str *row = arena_array(a, cells->count + *width + 2, sizeof(*row));
    for (size_t i = 0; i < cells->count; i++) {
        row[i + (i >= *width)] = cells->items[i].text;
        if (header && (str_eq(row[i], str_of(msg_in(LANG_ZH, N_("Problem")))) ||
                       str_eq(row[i], str_of(msg_in(LANG_EN, N_("Problem"))))))
            *at = i;
    }
    row[*at] = reason;
    xlsx_out_row(x, row, cells->count > *width ? cells->count + 1 : *width + (*at == *width),
                 header);
}

err_t sheet_import_rejects(const char *path, const struct record_call *c, const char *tmpdir,
                           struct err *e)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct xlsx_out *x = NULL;
    struct str state, sheet = STR_NONE;
    size_t at = 0, width = 0;
    bool refused = false;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc != OK)
        return rc;
    if ((rc = import_find(&state, db, c, e)) != OK)
        goto done;
    rc =
        db_query(&st, db,
                 "SELECT sheet, row, reason, cells FROM record_import_row WHERE import_id = ?1 AND "
                 "record_id IS NULL ORDER BY sheet, number",
                 VALUES(v_i64(c->id)), e);
    while (stmt_row(&rc, st, e)) {
        const struct jvalue *cells;
        if (!x || !str_eq(sheet, stmt_str(st, 0))) {
            sheet = arena_dup(c->arena, stmt_str(st, 0));
            if (!x)
                rc = xlsx_out_open(&x, path, arena_cstr(c->arena, sheet), tmpdir, e);
            else
                xlsx_out_sheet(x, arena_cstr(c->arena, sheet));
        }
        if (rc == OK && (rc = jin_parse(&cells, stmt_str(st, 3), c->arena, e)) == OK) {
            bool header = stmt_i64(st, 1) == 0;
            refused |= !header;
            write_row(x, &at, &width, cells, header ? str_of(msg(N_("Problem"))) : stmt_str(st, 2),
                      header, c->arena);
        }
    }
    if (rc == OK && !refused)
        rc = err_set(e, E_NOTFOUND, "import %lld refused no row", (long long)c->id);
done:
    stmt_free(st);
    store_reader_put(c->kernel->store, db);
    if (rc != OK) {
        xlsx_out_drop(x);
        return rc;
    }
    return xlsx_out_finish(x, NULL, e);
}
