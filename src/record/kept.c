/* A table says which version of the log speaks of a row, and which member of its content, or of
 * its entry, each column repeats; the walk over it knows no table's name. What a table does not
 * list no entry says (docs/security.md names it). */
#include "record/kept.h"
#include "base/vec.h"
#include "crypto/hash.h"
#include "record/kept_priv.h"
#include "text/json.h"
#include <assert.h>

#define BATCH_ROWS 500
#define COLUMNS_MAX 20

enum says {
    CONTENT, /* the version's content has it as a member */
    ENTRY,   /* its entry has */
    DIGEST,  /* the content has this column's SHA-256; NULL: it was erased by law */
};

struct column {
    const char *name;
    enum says says;
    const char *member; /* NULL: as the column is called */
    const char *sql;    /* of row r and version v; NULL: the column itself */
};

struct kept {
    const char *table;
    const char *key;  /* number of a row, its order; NULL: id */
    const char *type; /* of the versions v …; NULL: as the table is called */
    const char *of; /* … that speak of row r; NULL: those of its id, the last of which alone does */
    const char *which; /* of the versions those that leave a row; NULL: all */
    const char *gone;  /* whose number is told where a row is gone; NULL: the row's own */
    const char
        *parts; /* q: rows with `owner` (the row's number), `position` and `part`, whose parts
                        * are joined by spaces for the first column; NULL: none */
    const char
        *same; /* columns that the content has as members of their names, with spaces between */
    struct column columns[COLUMNS_MAX];
};

static const struct kept all_kept[] = {
    {.table = "flow_step",
     .type = "case",
     .of = "v.record_id = r.case_id AND v.version = r.version",
     .gone = "flow_step of the case",
     .same = "basis arguments result",
     .columns = {{"kind", ENTRY, "do",
                  "CASE WHEN r.step = r.kind AND v.action = r.kind THEN r.kind"
                  " ELSE r.kind || ' ' || r.step END"},
                 {"version", ENTRY, "version",
                  "CASE WHEN NOT EXISTS (SELECT 1 FROM flow_step n WHERE n.case_id = r.case_id"
                  " AND n.version = r.version AND n.id < r.id) THEN r.version END"},
                 {"to_stage", CONTENT, "stage"},
                 {"account", ENTRY, "who"},
                 {"on_behalf_of", ENTRY, "for"},
                 {"role", ENTRY},
                 {"unit", ENTRY},
                 {"date", ENTRY},
                 {"reason", CONTENT, "_reason"},
                 {"entry", ENTRY, "uid"}}},
    {.table = "case_paper",
     .same = "case_id paper version title step number certificate reason digest file_digest",
     .columns = {{"content", DIGEST, "digest",
                  "CASE WHEN r.form = 1 AND r.content = '' THEN NULL ELSE r.content END"}}},
    {.table = "case_paper",
     .of = "v.record_id = r.id AND v.version = 1",
     .which = "v.version = 1",
     .columns = {{"issued_by", ENTRY, "who"}, {"entry", ENTRY, "uid"}}},
    {.table = "decision",
     .same = "state party type record_id question pack pack_version pack_digest as_of facts_digest "
             "verdict amends",
     .columns = {{"version", ENTRY}, {"facts", DIGEST, "facts_digest"}}},
    {.table = "deadline",
     .same = "state type record_id title pack pack_version pack_digest rule_id rule from_date "
             "due_date count_by clause quote holder_account holder_unit",
     .columns = {{"version", ENTRY}}},
    {.table = "pack_activation",
     .same = "pack pack_version digest signer proposed_by confirmed_by",
     .columns = {{"version", ENTRY},
                 {"state", ENTRY, "version", "CASE r.state WHEN 'active' THEN 1 ELSE 2 END"}}},
    {.table = "pack_reading",
     .same = "pack ambiguity reading",
     .columns = {{"version", ENTRY}, {"reason", CONTENT, "_reason"}}},
    {.table = "calendar_year",
     .key = "year",
     .type = "calendar",
     .of = "v.record_id = r.year",
     .same = "digest",
     .columns = {{"content", DIGEST, "digest"}}},
    {.table = "panel",
     .same = "state title pack pack_version evaluation basis mode year report_digest due_on",
     .columns =
         {{"version", ENTRY},
          {"marks", CONTENT, "marks", "nullif(r.marks, 0)"},
          {"report", DIGEST, "report_digest",
           "CASE WHEN r.report_digest IS NULL THEN r.report ELSE coalesce(r.report, '') END"},
          {"panel_case", CONTENT, "cases",
           "(SELECT count(*) FROM panel_case c WHERE c.panel = r.id)"}}},
    {.table = "panel_draw",
     .same = "panel round state digest head_size head_root seed fault fault_of",
     .columns = {{"version", ENTRY}, {"frozen", DIGEST, "digest"}}},
    {.table = "panel_draw",
     .of = "v.record_id = r.id AND v.version = 1",
     .which = "v.version = 1",
     .columns = {{"frozen_by", ENTRY, "who"}, {"entry", ENTRY, "uid"}}},
    {.table = "panel_commitment",
     .key = "draw",
     .type = "panel_draw",
     .of = "v.record_id = r.draw AND v.entry = r.entry",
     .which = "v.action LIKE 'commit %'",
     .columns = {{"commitment", ENTRY, "do", "'commit ' || r.commitment"},
                 {"account", ENTRY, "who"}}},
    {.table = "panel_member",
     .same = "panel draw field place expert account state reason stated_ms",
     .columns = {{"version", ENTRY}}},
    {.table = "panel_sheet",
     .parts =
         "(SELECT s.sheet AS owner, s.position, h.head || '=' || CASE WHEN s.points < 0 THEN ''"
         " ELSE (s.points / 100) || '.' || substr(CAST(100 + s.points % 100 AS TEXT), 2) END ||"
         " coalesce(' ' || s.reason, '') AS part FROM panel_score s JOIN"
         " panel_sheet p ON p.id = s.sheet LEFT JOIN panel_head h ON h.panel = p.panel AND"
         " h.position = s.position)",
     .same = "state panel member opinion result",
     .columns = {{"panel_score", CONTENT, "points", "q.part"},
                 {"version", ENTRY},
                 {"panel_case", CONTENT, "case"}}},
    {.table = "assignment",
     .same = "type record_id account unit kind note due_date ask answer seen",
     .columns = {{"version", ENTRY}}},
};

/* --- reading ----------------------------------------------------------------------------- */

struct line { /* a row with what is said of it */
    int64_t number;
    bool spoken_of; /* by a version */
    struct str content, seal, entry;
    struct str value[COLUMNS_MAX]; /* ptr NULL: it has none */
};

struct walk {
    struct verify_found *found;
    struct db *db;
    const struct kept *kept; /* with what its row of all_kept leaves out */
    bool last;               /* of the versions of a row, the last alone speaks of it */
    struct arena *a;         /* of one batch */
    VEC(struct line) lines;
};

static void add_versions(struct buf *sql, const struct walk *w)
{
    buf_addf(sql, "v.type = '%s' AND %s", w->kept->type, w->kept->of);
    if (w->last)
        buf_addz(sql, " AND v.version = (SELECT max(w.version) FROM record_version w"
                      " WHERE w.type = v.type AND w.record_id = v.record_id)");
}

static void write_select(struct buf *sql, const struct walk *w)
{
    const struct kept *k = w->kept;
    buf_addf(sql, "SELECT r.%s, v.entry, v.content, v.seal, l.body", k->key);
    for (const struct column *c = k->columns; c->name; c++)
        buf_addf(sql, ", CAST(%s%s AS TEXT)", c->sql ? "" : "r.", c->sql ? c->sql : c->name);
    buf_addf(sql, " FROM %s r LEFT JOIN record_version v ON ", k->table);
    add_versions(sql, w);
    buf_addz(sql, " LEFT JOIN log_entry l ON l.uid = v.entry");
    if (k->parts)
        buf_addf(sql, " LEFT JOIN %s q ON q.owner = r.%s", k->parts, k->key);
    buf_addf(sql,
             " WHERE r.%s > ?1 AND r.%s <= (SELECT max(b.number) FROM (SELECT n.%s AS number FROM"
             " %s n WHERE n.%s > ?1 ORDER BY n.%s LIMIT ?2) b) ORDER BY r.%s%s",
             k->key, k->key, k->key, k->table, k->key, k->key, k->key,
             k->parts ? ", q.position" : "");
}

static struct str text_at(struct stmt *st, int column, struct arena *a)
{
    return stmt_is_null(st, column) ? STR_NONE : arena_dup(a, stmt_str(st, column));
}

static void take_line(struct walk *w, struct stmt *st)
{
    struct line *last = w->lines.len ? &w->lines.ptr[w->lines.len - 1] : NULL;
    struct line line = {.number = stmt_i64(st, 0), .spoken_of = !stmt_is_null(st, 1)};
    int at = 5;
    if (w->kept->parts && last && last->number == line.number) {
        last->value[0] = arena_printf(w->a, "%.*s %.*s", STR_ARG(last->value[0]),
                                      STR_ARG(text_at(st, at, w->a)));
        return;
    }
    line.content = text_at(st, 2, w->a);
    line.seal = text_at(st, 3, w->a);
    line.entry = text_at(st, 4, w->a);
    for (size_t i = 0; w->kept->columns[i].name; i++)
        line.value[i] = text_at(st, at++, w->a);
    VEC_PUSH(w->a, &w->lines, line);
}

static err_t read_lines(struct walk *w, int64_t after, struct err *e)
{
    struct stmt *st = NULL;
    struct buf sql = {0};
    write_select(&sql, w);
    buf_addc(&sql, '\0');
    w->lines.ptr = NULL;
    w->lines.len = w->lines.cap = 0;
    err_t rc =
        db_query_once(&st, w->db, buf_str(&sql).ptr, VALUES(v_i64(after), v_i64(BATCH_ROWS)), e);
    while (stmt_row(&rc, st, e))
        take_line(w, st);
    stmt_free(st);
    buf_clear(&sql);
    return rc;
}

/* --- comparing --------------------------------------------------------------------------- */

static bool is_digest_of(struct str said, struct str text)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest digest = sha256_of(str_bytes(text));
    sha256_hex(hex, &digest);
    return str_is(said, hex);
}

/* Entries leave zeros out. */
static bool is_nothing(const struct column *c, struct str value)
{
    return value.len == 0 || (c->says == ENTRY && str_is(value, "0"));
}

struct said { /* of one row */
    const struct jvalue *content, *seal, *entry;
};

static bool fits(const struct column *c, struct str value, const struct said *s)
{
    const char *name = c->member ? c->member : c->name;
    const struct jvalue *said = jin_get(c->says == ENTRY ? s->entry : s->content, name);
    if (c->says == DIGEST)
        return !value.ptr || (said && is_digest_of(said->text, value));
    if (said)
        return str_eq(said->text, value);
    return is_nothing(c, value) || (c->says == CONTENT && jin_get(s->seal, name));
}

static err_t compare(struct walk *w, const struct line *line, struct err *e)
{
    const struct kept *k = w->kept;
    struct str table = str_of(k->table);
    struct said s;
    err_t rc;
    w->found->rows++;
    if (!line->spoken_of) {
        verify_differs(w->found, table, line->number, VERIFY_NO_VERSION, STR_NONE);
        return OK;
    }
    if ((rc = jin_parse(&s.content, line->content, w->a, e)) != OK ||
        (rc = jin_parse(&s.seal, line->seal, w->a, e)) != OK ||
        (rc = jin_parse(&s.entry, line->entry, w->a, e)) != OK)
        return rc;
    for (size_t i = 0; k->columns[i].name; i++)
        if (!fits(&k->columns[i], line->value[i], &s)) {
            verify_differs(w->found, table, line->number, VERIFY_FIELD, str_of(k->columns[i].name));
            return OK;
        }
    return OK;
}

static err_t compare_table(struct walk *w, struct err *e)
{
    int64_t after = INT64_MIN;
    err_t rc = OK;
    do {
        arena_reset(w->a);
        rc = read_lines(w, after, e);
        for (size_t i = 0; rc == OK && i < w->lines.len; i++) {
            rc = compare(w, &w->lines.ptr[i], e);
            after = w->lines.ptr[i].number;
        }
    } while (rc == OK && w->lines.len);
    return rc;
}

/* Versions whose row is gone. */
static err_t find_gone(struct walk *w, struct err *e)
{
    const struct kept *k = w->kept;
    struct stmt *st = NULL;
    struct buf sql = {0};
    buf_addf(&sql, "SELECT %sv.record_id FROM record_version v WHERE v.type = '%s'",
             w->last ? "DISTINCT " : "", k->type);
    if (k->which)
        buf_addf(&sql, " AND %s", k->which);
    buf_addf(&sql, " AND NOT EXISTS (SELECT 1 FROM %s r WHERE %s) ORDER BY v.record_id", k->table,
             k->of);
    buf_addc(&sql, '\0');
    err_t rc = db_query_once(&st, w->db, buf_str(&sql).ptr, NULL, 0, e);
    while (stmt_row(&rc, st, e))
        verify_differs(w->found, str_of(k->gone ? k->gone : k->table), stmt_i64(st, 0),
                       VERIFY_NO_ROW, STR_NONE);
    stmt_free(st);
    buf_clear(&sql);
    return rc;
}

static struct kept whole(const struct kept *of, struct arena *a)
{
    struct kept k = *of;
    struct str names = k.same ? str_of(k.same) : STR_NONE;
    size_t count = 0;
    k.key = k.key ? k.key : "id";
    k.type = k.type ? k.type : k.table;
    k.of = k.of ? k.of : "v.record_id = r.id";
    while (k.columns[count].name)
        count++;
    while (names.len) {
        assert(count + 1 < COLUMNS_MAX);
        k.columns[count++].name = arena_cstr(a, str_split(&names, STR(" ")));
    }
    return k;
}

err_t kept_compare(struct verify_found *found, struct db *db, struct err *e)
{
    struct walk w = {.found = found, .db = db, .a = arena_new()};
    struct arena *names = arena_new();
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(all_kept); i++) {
        const struct kept k = whole(&all_kept[i], names);
        w.kept = &k;
        w.last = !all_kept[i].of;
        if ((rc = compare_table(&w, e)) == OK)
            rc = find_gone(&w, e);
    }
    arena_free(names);
    arena_free(w.a);
    return rc == OK ? kept_settings(found, db, e) : rc;
}
