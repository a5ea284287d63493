/* "set NAME VALUE …" is what the entry of a setting says was done, and "remove NAME"; what follows
 * in brackets says by how many. Of another system's sign-in the entry keeps the value to itself. */
#include "base/vec.h"
#include "record/kept_priv.h"
#include "text/json.h"

struct setting {
    struct str name, value; /* value.ptr NULL: its entry does not say it */
    bool there, seen;
};
typedef VEC(struct setting) settings_t;

static void put(settings_t *all, const struct setting *said, struct arena *a)
{
    struct setting *before = FIND_BY(all->ptr, all->len, name, said->name);
    if (before)
        *before = *said;
    else
        VEC_PUSH(a, all, *said);
}

/* The last entry that speaks of a setting holds. Names have a point; the clock is none. */
static void take_action(settings_t *all, struct str action, struct arena *a)
{
    struct str rest = action, what = str_split(&rest, STR(" "));
    bool set = str_is(what, "set");
    while ((set || str_is(what, "remove")) && rest.ptr && rest.len && rest.ptr[0] != '(') {
        struct setting said = {.name = str_split(&rest, STR(" "))};
        if (set && rest.ptr && !str_starts(rest, STR("(")))
            said.value = str_split(&rest, STR(" "));
        said.there = set && (!said.value.ptr || said.value.len);
        if (str_contains(said.name, STR(".")))
            put(all, &said, a);
    }
}

static err_t read_entries(settings_t *all, struct db *db, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_prepare(&st, db,
                          "SELECT body FROM log_entry WHERE body LIKE '%\"type\":\"setting\"%'"
                          " ORDER BY id",
                          e);
    while (stmt_row(&rc, st, e)) {
        const struct jvalue *entry = NULL;
        rc = jin_parse(&entry, arena_dup(a, stmt_str(st, 0)), a, e);
        if (rc == OK && str_is(jin_text(entry, "type"), "setting"))
            take_action(all, jin_text(entry, "do"), a);
    }
    stmt_free(st);
    return rc;
}

static void differs(struct verify_found *found, enum verify_difference what, struct str name,
                    struct arena *a)
{
    verify_differs(found, arena_printf(a, "setting %.*s", STR_ARG(name)), 0, what, STR("value"));
}

static err_t compare_rows(settings_t *all, struct verify_found *found, struct db *db,
                          struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_prepare(&st, db, "SELECT name, value FROM setting ORDER BY name", e);
    while (stmt_row(&rc, st, e)) {
        struct setting *said = FIND_BY(all->ptr, all->len, name, stmt_str(st, 0));
        found->rows++;
        if (!said || !said->there)
            differs(found, VERIFY_NO_VERSION, stmt_str(st, 0), a);
        else if (said->value.ptr && !str_eq(said->value, stmt_str(st, 1)))
            differs(found, VERIFY_FIELD, said->name, a);
        if (said)
            said->seen = true;
    }
    stmt_free(st);
    return rc;
}

err_t kept_settings(struct verify_found *found, struct db *db, struct err *e)
{
    struct arena *a = arena_new();
    settings_t all = {0};
    err_t rc = read_entries(&all, db, a, e);
    if (rc == OK)
        rc = compare_rows(&all, found, db, a, e);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        if (all.ptr[i].there && !all.ptr[i].seen)
            differs(found, VERIFY_NO_ROW, all.ptr[i].name, a);
    arena_free(a);
    return rc;
}
