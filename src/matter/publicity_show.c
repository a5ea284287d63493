/* The lists of a case, as people see them. */
#include "base/vec.h"
#include "matter/publicity_priv.h"

/* --- fields ---------------------------------------------------------------------------------- */

err_t publicity_field(const struct jvalue **out, struct step *g, int64_t id, const char *field)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, STR(PUBLICITY_TYPE));
    return record_value(out, g->db, g->p->kernel, t, id, str_of(field), g->p->arena, g->e);
}

err_t publicity_text(struct str *out, struct step *g, int64_t id, const char *field)
{
    const struct jvalue *v;
    err_t rc = publicity_field(&v, g, id, field);
    *out = rc == OK && v ? v->text : STR_NONE;
    return rc;
}

err_t publicity_upheld(struct str *out, struct step *g)
{
    return db_text(out, g->db,
                   "SELECT min(settled_on) FROM record_objection WHERE owner_unit = ?1 AND"
                   " case_number = ?2 AND upheld = 1 AND ended_ms IS NULL",
                   VALUES(v_i64(g->x->c.unit), v_str(g->x->c.number)), g->x->arena, g->e);
}

/* --- the lists of a case -------------------------------------------------------------------- */

/* `names`: also who noted what. */
static void write_shown_site(struct jout *j, const struct jvalue *site, bool names)
{
    static const char *const shown[] = {"kind",    "title",   "url",      "published_at",
                                        "capture", "down_at", "noted_at", "noted_by"};
    jout_object(j);
    for (size_t i = 0; i < ARRAY_LEN(shown) - !names; i++) {
        const struct jvalue *v = jin_get(site, shown[i]);
        if (!v || v->type == J_NULL)
            continue;
        jout_name(j, shown[i]);
        jout_value(j, v);
    }
    jout_end_object(j);
}

/* A list that was made public again is settled by that. */
static void write_shown_sites(struct jout *j, const struct jvalue *sites, bool latest, bool names)
{
    size_t faults = 0;
    jout_pair_array(j, "sites");
    for (size_t i = 0; i < list_count(sites); i++) {
        faults += site_is_down(&sites->items[i]) && site_is_official(&sites->items[i]);
        write_shown_site(j, &sites->items[i], names);
    }
    jout_end_array(j);
    jout_pair_i64(j, "faults", (int64_t)faults);
    jout_pair_i64(j, "unsettled", latest && list_is_interrupted(sites) ? (int64_t)faults : 0);
}

/* The last day of what the case c shows, once it is final. */
#define FINAL_DAY                                                                                  \
    "CASE WHEN " PUBLICITY_TIMER("count_by") " IS NULL THEN " PUBLICITY_TIMER("due_date") " END"

/* For a list published while its last day was provisional. */
static err_t write_timers_day(struct jout *j, struct step *g, int64_t id)
{
    struct stmt *st = NULL;
    err_t rc = db_query(
        &st, g->db,
        "SELECT " PUBLICITY_TIMER("due_date") ", " PUBLICITY_TIMER(
            "count_by") " FROM record_publicity"
                        " p JOIN flow_case c ON c.number = p.case_number AND c.owner_unit ="
                        " p.owner_unit WHERE p.id = ?1 AND p.last_day IS NULL",
        VALUES(v_i64(id)), g->e);
    if (stmt_row(&rc, st, g->e)) {
        jout_pair(j, "last_day", stmt_str(st, 0));
        if (stmt_str(st, 1).len)
            jout_pair_bool(j, "provisional", true);
    }
    stmt_free(st);
    return rc;
}

struct frozen { /* a list of a case */
    int64_t id, unit;
    struct str case_number;
    struct str entry; /* of its latest version */
};

/* How many of the objections to the case are open, and upheld: its list's latest says it to offices. */
static err_t write_objections(struct jout *j, struct step *g, const struct frozen *of)
{
    int64_t open = 0, upheld = 0;
    err_t rc = db_row(NULL, g->db,
                      "SELECT count(CASE WHEN state = 'open' THEN 1 END), count(CASE WHEN upheld ="
                      " 1 THEN 1 END) FROM record_objection WHERE owner_unit = ?1 AND case_number"
                      " = ?2 AND ended_ms IS NULL",
                      VALUES(v_i64(of->unit), v_str(of->case_number)),
                      INTO(into_i64(&open), into_i64(&upheld)), NULL, g->e);
    jout_pair_i64(j, "objections_open", open);
    jout_pair_i64(j, "objections_upheld", upheld);
    return rc;
}

struct removed { /* a case that an upheld objection took off a list */
    struct str number, on;
};

struct removed_list {
    VEC(struct removed) list;
};

/* For all cases of the list with this digest. */
static err_t read_removed(struct removed_list *out, struct step *g, struct str digest)
{
    struct removed one;
    return db_rows(ROWS(&out->list, one), g->db,
                   "SELECT o.case_number, min(o.settled_on) FROM record_publicity p JOIN"
                   " record_objection o ON o.owner_unit = p.owner_unit AND o.case_number ="
                   " p.case_number WHERE p.list_digest = ?1 AND p.ended_ms IS NULL AND"
                   " o.upheld = 1 AND o.ended_ms IS NULL GROUP BY o.case_number ORDER BY"
                   " o.case_number",
                   VALUES(v_str(digest)), INTO(into_str(&one.number), into_str(&one.on)),
                   g->p->arena, g->e);
}

/* Beside the list, whose text and digest stay as they were made public. */
static err_t write_removed(struct jout *j, struct step *g, int64_t id)
{
    struct removed_list off = {0};
    struct str digest;
    err_t rc = publicity_text(&digest, g, id, "list_digest");
    if (rc == OK)
        rc = read_removed(&off, g, digest);
    if (rc != OK || off.list.len == 0)
        return rc;
    jout_pair_array(j, "removed");
    for (size_t i = 0; i < off.list.len; i++) {
        jout_object(j);
        jout_pair(j, "case", off.list.ptr[i].number);
        jout_pair(j, "removed_on", off.list.ptr[i].on);
        jout_end_object(j);
    }
    jout_end_array(j);
    return OK;
}

static err_t write_shown_list(struct jout *j, struct step *g, const struct frozen *one, bool latest,
                              enum publicity_for whom)
{
    bool names = whom != PUBLICITY_FOR_ALL;
    int64_t id = one->id;
    static const char *const fields[] = {"how",        "title",     "note",        "published_on",
                                         "decided_at", "frozen_at", "list_digest", "last_day"};
    const struct jvalue *sites;
    struct str value, list;
    err_t rc = OK;
    jout_object(j);
    jout_pair_i64(j, "id", id);
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(fields); i++)
        if ((rc = publicity_text(&value, g, id, fields[i])) == OK)
            jout_pair(j, fields[i], value);
    if (rc == OK && latest)
        rc = write_timers_day(j, g, id);
    if (rc == OK && latest && whom == PUBLICITY_FOR_OFFICE)
        rc = write_objections(j, g, one);
    if (rc == OK && names && (rc = publicity_text(&value, g, id, "why")) == OK)
        jout_pair(j, "why", value);
    if (rc == OK && (rc = publicity_text(&list, g, id, "list")) == OK && list.len) {
        jout_pair_raw(j, "list", list);
        rc = write_removed(j, g, id);
    }
    jout_pair(j, "entry", one->entry);
    if (rc == OK && (rc = publicity_field(&sites, g, id, "sites")) == OK)
        write_shown_sites(j, sites, latest, names);
    jout_end_object(j);
    return rc;
}

err_t publicity_json(struct jout *j, struct step *g, int64_t unit, struct str case_number,
                     enum publicity_for whom)
{
    VEC(struct frozen) lists = {0};
    struct frozen one = {.unit = unit, .case_number = case_number};
    err_t rc = db_rows(ROWS(&lists, one), g->db,
                       "SELECT r.id, v.entry FROM record_publicity r JOIN record_version v ON"
                       " v.type = 'publicity' AND v.record_id = r.id AND v.version = r.version"
                       " WHERE r.owner_unit = ?1 AND r.case_number = ?2 AND r.ended_ms IS NULL"
                       " ORDER BY r.id DESC NULLS LAST",
                       VALUES(v_i64(unit), v_str(case_number)),
                       INTO(into_i64(&one.id), into_str(&one.entry)), g->p->arena, g->e);
    for (size_t i = 0; rc == OK && i < lists.len; i++)
        rc = write_shown_list(j, g, &lists.ptr[i], i == 0, whom);
    return rc;
}

static err_t latest_of(int64_t *id, struct step *g, int64_t unit, struct str case_number)
{
    return db_i64(id, g->db,
                  "SELECT max(id) FROM record_publicity WHERE owner_unit = ?1 AND case_number"
                  " = ?2 AND ended_ms IS NULL",
                  VALUES(v_i64(unit), v_str(case_number)), g->e);
}

err_t publicity_rows_of(const struct jvalue **rows, struct step *g, int64_t unit,
                        struct str case_number)
{
    struct str text = STR_NONE;
    int64_t id = 0;
    *rows = NULL;
    err_t rc = latest_of(&id, g, unit, case_number);
    if (rc == OK && id)
        rc = publicity_text(&text, g, id, "list");
    return rc == OK && text.len ? publicity_rows(rows, text, g->p->arena, g->e) : rc;
}

static void write_row(struct jout *j, const struct jvalue *row, const struct removed_list *off)
{
    jout_object(j);
    for (size_t i = 0; row->type == J_OBJECT && i < row->count; i++) {
        jout_name_str(j, row->names[i]);
        jout_value(j, &row->items[i]);
    }
    for (size_t i = 0; i < off->list.len; i++)
        if (str_eq(off->list.ptr[i].number, jin_text(row, "case")))
            jout_pair(j, "removed_on", off->list.ptr[i].on);
    jout_end_object(j);
}

err_t publicity_rows_json(struct jout *j, int64_t *count, struct step *g, int64_t unit,
                          struct str case_number)
{
    const struct jvalue *rows = NULL;
    struct removed_list off = {0};
    struct str digest = STR_NONE;
    int64_t id = 0;
    err_t rc = publicity_rows_of(&rows, g, unit, case_number);
    if (rc == OK)
        rc = latest_of(&id, g, unit, case_number);
    if (rc == OK && id)
        rc = publicity_text(&digest, g, id, "list_digest");
    if (rc == OK && digest.len)
        rc = read_removed(&off, g, digest);
    for (size_t i = 0; rc == OK && i < list_count(rows); i++)
        write_row(j, &rows->items[i], &off);
    *count = (int64_t)list_count(rows);
    return rc;
}

/* --- days that became final ------------------------------------------------------------------ */

/* The first after ?1. */
#define NEXT_FINAL                                                                                 \
    "SELECT p.id, " FINAL_DAY " FROM record_publicity p JOIN flow_case c ON"                       \
    " c.number = p.case_number AND c.owner_unit = p.owner_unit WHERE p.id > ?1"                    \
    " AND p.last_day IS NULL AND p.ended_ms IS NULL AND " FINAL_DAY " IS NOT"                      \
    " NULL AND NOT EXISTS (SELECT 1 FROM record_publicity q WHERE q.owner_unit"                    \
    " = p.owner_unit AND q.case_number = p.case_number AND q.id > p.id) ORDER"                     \
    " BY p.id LIMIT 1"

err_t publicity_day_waits(bool *out, struct db *db, struct err *e)
{
    return db_any(out, db, NEXT_FINAL, VALUES(v_i64(0)), e);
}

err_t publicity_final_day(int64_t *id, struct step *g, const struct subject *program, int64_t after)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, STR(PUBLICITY_TYPE));
    struct str day = STR_NONE;
    struct written w;
    struct jout j;
    *id = 0;
    err_t rc = db_row(NULL, g->db, NEXT_FINAL, VALUES(v_i64(after)),
                      INTO(into_i64(id), into_str(&day)), g->p->arena, g->e);
    if (rc != OK || *id == 0)
        return rc;
    jout_init_values(&j, g->p->arena);
    jout_pair(&j, "last_day", day);
    return record_put(&w, g->db, &(struct record_call){g->p->kernel, program, t, *id, g->p->arena},
                      jout_made(&j), &(struct write_options){.reason = STR_NONE}, g->e);
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
        jout_pair(j, names[i], stmt_str(st, (int)i + 1));
    if (office)
        jout_pair_i64(j, "objections_open", stmt_i64(st, 10));
    jout_pair(j, "removed_on", stmt_str(st, 11));
    jout_end_object(j);
}

err_t publicity_of_call(struct jout *j, int64_t *count, struct db *db, int64_t call,
                        const int64_t *cases, size_t case_count, bool office, struct err *e)
{
    *count = 0;
    err_t rc = OK;
    EACH_ROW(
        st, rc, e, db,
        "SELECT c.id, c.number, u.name, u.credit_code, c.stage_label, p.title, p.list_digest,"
        " p.published_on, coalesce(p.last_day, " FINAL_DAY
        "), (SELECT max(n.document_no) FROM record_recognition n WHERE"
        " n.owner_unit = c.owner_unit AND n.programme = c.programme AND n.case_number = c.number"
        " AND n.ended_ms IS NULL), (SELECT count(*) FROM record_objection o WHERE o.owner_unit ="
        " c.owner_unit AND o.case_number = c.number AND o.state = 'open' AND o.ended_ms IS NULL),"
        " (SELECT min(o.settled_on) FROM record_objection o WHERE o.owner_unit = c.owner_unit AND"
        " o.case_number = c.number AND o.upheld = 1 AND o.ended_ms IS NULL) FROM flow_case c JOIN"
        " unit u ON u.id = c.owner_unit JOIN record_publicity p ON p.id = (SELECT max(q.id) FROM"
        " record_publicity q WHERE q.owner_unit = c.owner_unit AND q.case_number = c.number AND"
        " q.ended_ms IS NULL) WHERE c.call = ?1 ORDER BY c.id",
        VALUES(v_i64(call)))
        if (may_read(stmt_i64(st, 0), cases, case_count)) {
            write_of_call(j, st, office);
            ++*count;
        }
    return rc;
}
