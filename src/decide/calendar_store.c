/* Rows of calendar_year. */
#include "decide/calendar_store.h"
#include "base/vec.h"
#include "crypto/hash.h"

err_t calendar_load(const struct calendar **out, struct db *db, struct arena *a, struct err *e)
{
    VEC(struct calendar_year) years = {0};
    struct calendar *c = arena_alloc(a, sizeof(*c));
    err_t rc = OK;
    EACH_ROW(st, rc, e, db, "SELECT year, content FROM calendar_year ORDER BY year", NULL, 0) {
        struct calendar_year y = {0};
        const char *name = arena_printf(a, "calendar_year %lld", (long long)stmt_i64(st, 0)).ptr;
        rc = calendar_parse(&y, arena_dup(a, stmt_str(st, 1)), name, a, e);
        if (rc == E_INVALID && e)
            e->kind = rc = E_CORRUPT; /* calendar_add has read it */
        VEC_PUSH(a, &years, y);
    }
    *c = (struct calendar){years.ptr, years.len, 0};
    *out = c;
    return rc;
}

/* *known: the same table is there. `correct`: the table of a year that was entered may be replaced. */
static err_t check_place(bool *known, const struct calendar *c, const struct calendar_year *y,
                         bool correct, struct err *e)
{
    char text[DATE_TEXT_LEN + 1];
    struct date day;
    *known = calendar_has_year(c, y->year);
    if (y->year < calendar_first_year())
        return err_set(e, E_INVALID, "days before %d are not counted by a table",
                       calendar_first_year());
    if (!*known && y->year > calendar_last_year(c) + 1)
        return err_set(e, E_INVALID, "the table of %d is missing; import it first",
                       calendar_last_year(c) + 1);
    if (!*known || !calendar_differs(&day, c, y))
        return OK;
    for (size_t i = 0; correct && i < c->count; i++)
        *known &= c->years[i].year != y->year;
    if (!*known)
        return OK;
    date_format(text, day);
    return err_set(e, E_CONFLICT,
                   "the table of %d is known already and says otherwise of %s; nothing was changed",
                   y->year, text);
}

static err_t keep(struct db *db, const struct deed *d, const struct calendar_year *y, struct err *e)
{
    char hex[SHA256_HEX_LEN + 1];
    int64_t version = 0;
    struct str content = calendar_text(y, d->arena);
    struct digest digest = sha256_of(str_bytes(content));
    sha256_hex(hex, &digest);
    const struct deed_field fields[] = {{"content", v_str(content)},
                                        {"digest", v_str(str_of(hex))},
                                        {"source", v_str(y->source)},
                                        {"year", v_i64(y->year)}};
    err_t rc = db_i64(&version, db, "SELECT count(*) FROM calendar_year WHERE year = ?1",
                      VALUES(v_i64(y->year)), e);
    if (rc == OK && version) /* what was counted by another table is counted again */
        rc = db_run(db,
                    "UPDATE deadline SET count_again = 1 WHERE state = 'open' AND due_date >= ?1",
                    VALUES(v_str(date_text((struct date){y->year - 1, 12, 29}, d->arena))), e);
    if (rc == OK && version)
        rc = db_i64(
            &version, db,
            "SELECT max(version) FROM record_version WHERE type = 'calendar' AND record_id = ?1",
            VALUES(v_i64(y->year)), e);
    if (rc == OK)
        rc = db_run(
            db,
            "INSERT INTO calendar_year (year, digest, content, imported_ms, imported_by)"
            " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (year) DO UPDATE SET digest = ?2, content = "
            "?3,"
            " imported_ms = ?4, imported_by = ?5",
            VALUES(v_i64(y->year), v_str(str_of(hex)), v_str(content), v_i64(deed_now_ms(d)),
                   d->by->account ? v_i64(d->by->account) : (struct value){.type = VALUE_NULL}),
            e);
    return rc == OK ? deed_version(d, db, "calendar", y->year, version + 1,
                                   version ? "correct" : "import", fields, ARRAY_LEN(fields), e)
                    : rc;
}

err_t calendar_add(bool *added, struct db *db, const struct deed *d, const struct calendar_year *y,
                   bool correct, struct err *e)
{
    const struct calendar *c;
    bool known = false;
    *added = false;
    err_t rc = calendar_load(&c, db, d->arena, e);
    if (rc == OK)
        rc = check_place(&known, c, y, correct, e);
    if (rc != OK || known)
        return rc;
    *added = true;
    return keep(db, d, y, e);
}
