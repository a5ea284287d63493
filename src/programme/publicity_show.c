/* The lists of a case, as people see them. */
#include "base/vec.h"
#include "programme/publicity_priv.h"

/* --- fields ---------------------------------------------------------------------------------- */

err_t publicity_field(const struct jvalue **out, struct db *db, struct programme *p, int64_t id,
                      const char *field, struct err *e)
{
    const struct record_type *t = record_type_find(p->kernel->types, STR(PUBLICITY_TYPE));
    struct str json = STR_NONE;
    *out = NULL;
    err_t rc = record_value(&json, db, p->kernel, t, id, str_of(field), p->arena, e);
    if (rc == OK && json.len)
        rc = jin_parse(out, json, JIN_REFUSE_DUPLICATES, NULL, p->arena, e);
    return rc;
}

err_t publicity_text(struct str *out, struct db *db, struct programme *p, int64_t id,
                     const char *field, struct err *e)
{
    const struct jvalue *v;
    err_t rc = publicity_field(&v, db, p, id, field, e);
    *out = rc == OK && v ? v->text : STR_NONE;
    return rc;
}

err_t publicity_upheld(struct str *out, struct db *db, const struct flow_call *x, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    *out = STR_NONE;
    err_t rc = db_query(&st, db,
                        "SELECT min(settled_on) FROM record_objection WHERE owner_unit = ?1 AND"
                        " case_number = ?2 AND upheld = 1 AND ended_ms IS NULL",
                        VALUES(v_i64(x->c.unit), v_str(x->c.number)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *out = arena_dup(x->arena, stmt_str(st, 0));
    stmt_free(st);
    return rc;
}

/* --- the lists of a case -------------------------------------------------------------------- */

static void write_shown_site(struct jout *j, const struct jvalue *site, bool names)
{
    static const char *const people[] = {"noted_by", "settled_by", "settled_basis", NULL};
    jout_object(j);
    for (size_t i = 0; site->type == J_OBJECT && i < site->count; i++) {
        bool private = false;
        for (size_t k = 0; people[k]; k++)
        private |= str_is(site->names[i], people[k]);
        if (site->items[i].type == J_NULL || (private && !names))
            continue;
        jout_name_str(j, site->names[i]);
        jout_value(j, &site->items[i]);
    }
    jout_end_object(j);
}

/* A list that was made public again is settled by that. */
static void write_shown_sites(struct jout *j, const struct jvalue *sites, bool latest, bool names)
{
    size_t unsettled = 0, faults = 0;
    jout_name(j, "sites");
    jout_array(j);
    for (size_t i = 0; i < list_count(sites); i++) {
        faults += site_is_down(&sites->items[i]) && site_is_official(&sites->items[i]);
        unsettled += latest && site_is_fault(&sites->items[i]);
        write_shown_site(j, &sites->items[i], names);
    }
    jout_end_array(j);
    jout_pair_i64(j, "faults", (int64_t)faults);
    jout_pair_i64(j, "unsettled", (int64_t)unsettled);
}

/* Of a list that was made public while its last day was provisional: once it is final. Of the case c. */
#define FINAL_DAY                                                                                  \
    "(SELECT t.due_date FROM flow_timer t WHERE t.case_id = c.id AND t.opens = 1 AND t.count_by"   \
    " IS NULL ORDER BY t.id DESC NULLS LAST LIMIT 1)"

static err_t write_final_day(struct jout *j, struct db *db, int64_t id, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc =
        db_query(&st, db,
                 "SELECT " FINAL_DAY " FROM record_publicity p JOIN flow_case c ON c.number ="
                 " p.case_number AND c.owner_unit = p.owner_unit WHERE p.id = ?1 AND p.last_day"
                 " IS NULL",
                 VALUES(v_i64(id)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        pair_if(j, "last_day", stmt_str(st, 0));
    stmt_free(st);
    return rc;
}

static err_t write_shown_list(struct jout *j, struct db *db, struct programme *p, int64_t id,
                              struct str entry, bool latest, bool names, struct err *e)
{
    static const char *const fields[] = {"how",        "title",     "note",        "published_on",
                                         "decided_at", "frozen_at", "list_digest", "last_day"};
    const struct jvalue *sites;
    struct str value, list;
    err_t rc = OK;
    jout_object(j);
    jout_pair_i64(j, "id", id);
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(fields); i++)
        if ((rc = publicity_text(&value, db, p, id, fields[i], e)) == OK)
            pair_if(j, fields[i], value);
    if (rc == OK && latest)
        rc = write_final_day(j, db, id, e);
    if (rc == OK && names && (rc = publicity_text(&value, db, p, id, "why", e)) == OK)
        pair_if(j, "why", value);
    if (rc == OK && (rc = publicity_text(&list, db, p, id, "list", e)) == OK && list.len) {
        jout_name(j, "list");
        jout_raw(j, list);
    }
    jout_pair(j, "entry", entry);
    if (rc == OK && (rc = publicity_field(&sites, db, p, id, "sites", e)) == OK)
        write_shown_sites(j, sites, latest, names);
    jout_end_object(j);
    return rc;
}

struct frozen {
    int64_t id;
    struct str entry; /* of its latest version */
};

err_t publicity_json(struct jout *j, struct db *db, struct programme *p, int64_t unit,
                     struct str case_number, bool names, struct err *e)
{
    VEC(struct frozen) lists = {0};
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT r.id, v.entry FROM record_publicity r JOIN record_version v ON"
                        " v.type = 'publicity' AND v.record_id = r.id AND v.version = r.version"
                        " WHERE r.owner_unit = ?1 AND r.case_number = ?2 AND r.ended_ms IS NULL"
                        " ORDER BY r.id DESC NULLS LAST",
                        VALUES(v_i64(unit), v_str(case_number)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct frozen one = {stmt_i64(st, 0), arena_dup(p->arena, stmt_str(st, 1))};
        VEC_PUSH(p->arena, &lists, one);
    }
    stmt_free(st);
    for (size_t i = 0; rc == OK && i < lists.len; i++)
        rc = write_shown_list(j, db, p, lists.ptr[i].id, lists.ptr[i].entry, i == 0, names, e);
    return rc;
}

err_t publicity_rows_of(const struct jvalue **rows, struct db *db, struct programme *p,
                        int64_t unit, struct str case_number, struct err *e)
{
    struct stmt *st = NULL;
    struct str text = STR_NONE;
    bool has_row = false;
    int64_t id = 0;
    err_t rc = db_query(&st, db,
                        "SELECT max(id) FROM record_publicity WHERE owner_unit = ?1 AND case_number"
                        " = ?2 AND ended_ms IS NULL",
                        VALUES(v_i64(unit), v_str(case_number)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        id = stmt_i64(st, 0);
    stmt_free(st);
    *rows = NULL;
    if (rc == OK && id)
        rc = publicity_text(&text, db, p, id, "list", e);
    return rc == OK && text.len ? publicity_rows(rows, text, p->arena, e) : rc;
}

err_t publicity_rows_json(struct jout *j, int64_t *count, struct db *db, struct programme *p,
                          int64_t unit, struct str case_number, struct err *e)
{
    const struct jvalue *rows = NULL;
    err_t rc = publicity_rows_of(&rows, db, p, unit, case_number, e);
    for (size_t i = 0; rc == OK && i < list_count(rows); i++)
        jout_value(j, &rows->items[i]);
    *count = (int64_t)list_count(rows);
    return rc;
}

/* --- of a call ------------------------------------------------------------------------------- */

static bool may_read(int64_t id, const int64_t *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (cases[i] == id)
            return true;
    return false;
}

static void write_of_call(struct jout *j, struct stmt *st, bool office)
{
    static const char *const names[] = {"number",       "party",    "code",
                                        "stage",        "title",    "list_digest",
                                        "published_on", "last_day", "document_no"};
    jout_object(j);
    jout_pair_i64(j, "case", stmt_i64(st, 0));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        pair_if(j, names[i], stmt_str(st, (int)i + 1));
    if (office) {
        jout_pair_i64(j, "objections_open", stmt_i64(st, 10));
        pair_if(j, "removed_on", stmt_str(st, 11));
    }
    jout_end_object(j);
}

err_t publicity_of_call(struct jout *j, int64_t *count, struct db *db, int64_t call,
                        const int64_t *cases, size_t case_count, bool office, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    *count = 0;
    err_t rc = db_query(
        &st, db,
        "SELECT c.id, c.number, u.name, u.credit_code, c.stage_label, p.title, p.list_digest,"
        " p.published_on, coalesce(p.last_day, " FINAL_DAY
        "), (SELECT max(n.document_no) FROM record_recognition n WHERE"
        " n.owner_unit = c.owner_unit AND n.programme = c.programme AND n.date >= p.published_on"
        " AND n.ended_ms IS NULL), (SELECT count(*) FROM record_objection o WHERE o.owner_unit ="
        " c.owner_unit AND o.case_number = c.number AND o.state = 'open' AND o.ended_ms IS NULL),"
        " (SELECT min(o.settled_on) FROM record_objection o WHERE o.owner_unit = c.owner_unit AND"
        " o.case_number = c.number AND o.upheld = 1 AND o.ended_ms IS NULL) FROM flow_case c JOIN"
        " unit u ON u.id = c.owner_unit JOIN record_publicity p ON p.id = (SELECT max(q.id) FROM"
        " record_publicity q WHERE q.owner_unit = c.owner_unit AND q.case_number = c.number AND"
        " q.ended_ms IS NULL) WHERE c.call = ?1 ORDER BY c.id",
        VALUES(v_i64(call)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        if (may_read(stmt_i64(st, 0), cases, case_count)) {
            write_of_call(j, st, office);
            ++*count;
        }
    stmt_free(st);
    return rc;
}
