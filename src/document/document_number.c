/* Numbers of official documents. Serial numbers come from the rows themselves, not from a counter
 * beside them: a number that was not kept was not given. */
#include "document/document_number.h"
#include "access/mutation.h"
#include "base/date.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"

#define KIND STR("document_numbers") /* names the checks (access/mutation.h) */
#define OPENS STR("〔")
#define CLOSES STR("〕")
#define ENDS STR("号")

/* --- as it is written ------------------------------------------------------------------ */

static bool plain_number(int64_t *out, struct str s, size_t digits)
{
    return s.len > 0 && s.len <= digits && s.ptr[0] >= '1' && s.ptr[0] <= '9' && str_to_i64(out, s);
}

/* Parses the form of GB/T 9704: 〔〕, no 第, no leading zero. E_INVALID says what is wrong. */
static err_t document_number_parse(struct document_number *out, struct str written, struct err *e)
{
    size_t opens = str_find(written, OPENS, 0);
    size_t closes = str_find(written, CLOSES, 0);
    bool ends = str_ends(written, ENDS);
    *out = (struct document_number){.written = written};
    if (opens == 0 || opens == written.len || closes == written.len || closes < opens || !ends)
        return err_set(e, E_INVALID,
                       "\"%.*s\" is no document number: it is written MARK〔2026〕3号, the year in "
                       "hexagonal brackets",
                       STR_ARG(written));
    struct str year = str_range(written.ptr + opens + OPENS.len, written.ptr + closes);
    struct str serial =
        str_range(written.ptr + closes + CLOSES.len, written.ptr + written.len - ENDS.len);
    out->mark = (struct str){written.ptr, opens};
    if (str_find(serial, STR("\xEF\xBC"), 0) < serial.len ||
        str_find(year, STR("\xEF\xBC"), 0) < year.len)
        return err_set(e, E_INVALID,
                       "\"%.*s\": the digits are full-width (５); write them half-width (5)",
                       STR_ARG(written));
    if (year.len != 4 || !plain_number(&out->year, year, 4))
        return err_set(e, E_INVALID, "\"%.*s\": the year is four digits", STR_ARG(written));
    if (str_is(serial, "0"))
        return err_set(e, E_INVALID, "\"%.*s\": numbers begin with 1, and 0 is none",
                       STR_ARG(written));
    if (!plain_number(&out->serial, serial, 5))
        return err_set(e, E_INVALID,
                       "\"%.*s\": the number after the year is a number without 第 and without "
                       "zeros before it",
                       STR_ARG(written));
    return OK;
}

static err_t check_year(const struct document_number *n, struct str today, struct err *e)
{
    struct date now;
    if (date_parse(&now, today) && n->year <= now.year && n->year >= now.year - 1)
        return OK;
    return err_set(e, E_INVALID, "\"%.*s\": the year is neither this one nor the last",
                   STR_ARG(n->written));
}

/* --- marks -------------------------------------------------------------------------------- */

struct mark {
    struct str text; /* "川知发" */
    int64_t unit, first_year, first;
    bool found, here;
};

static err_t read_mark(struct mark *out, struct db *db, struct str mark, struct err *e)
{
    *out = (struct mark){.text = mark};
    return db_row(&out->found, db,
                  "SELECT owner_unit, CASE numbered WHEN 'here' THEN 1 ELSE 0 END, first_year, "
                  "first_serial FROM record_document_mark"
                  " WHERE mark = ?1 AND ended_ms IS NULL",
                  VALUES(v_str(mark)),
                  INTO(into_i64(&out->unit), into_bool(&out->here), into_i64(&out->first_year),
                       into_i64(&out->first)),
                  NULL, e);
}

/* Its marks for documents, as people read them; empty: it has none. */
static err_t marks_of(struct str *out, struct db *db, int64_t unit, struct arena *a, struct err *e)
{
    err_t rc = OK;
    *out = STR_NONE;
    EACH_ROW(st, rc, e, db,
             "SELECT mark FROM record_document_mark WHERE owner_unit = ?1 AND"
             " ended_ms IS NULL AND used_for = 'documents' ORDER BY mark",
             VALUES(v_i64(unit)))
        *out = arena_printf(a, "%.*s%s%.*s", STR_ARG(*out), out->len ? ", " : "",
                            STR_ARG(stmt_str(st, 0)));
    return rc;
}

err_t document_mark_certificates(struct str *mark, struct db *db, int64_t unit, struct arena *a,
                                 struct err *e)
{
    return db_text(mark, db,
                   "SELECT mark FROM record_document_mark WHERE owner_unit = ?1 AND"
                   " ended_ms IS NULL AND used_for = 'certificates' AND numbered = 'here'"
                   " ORDER BY id DESC NULLS LAST LIMIT 1",
                   VALUES(v_i64(unit)), a, e);
}

static err_t not_theirs(struct str mark, struct err *e)
{
    return err_set(e, E_DENIED, "\"%.*s\" is the mark of another office", STR_ARG(mark));
}

static err_t unknown_mark(const struct document_use *use, struct str mark, struct err *e)
{
    struct str own;
    err_t rc = marks_of(&own, use->db, use->by->unit, use->arena, e);
    if (rc != OK)
        return rc;
    if (own.len == 0)
        return err_set(e, E_INVALID,
                       "\"%.*s\": your office has entered no mark yet; its leader enters it under "
                       "issuing marks",
                       STR_ARG(mark));
    return err_set(
        e, E_INVALID,
        "\"%.*s\" is no mark of your office; it has %.*s, and its leader enters another under "
        "issuing marks",
        STR_ARG(mark), STR_ARG(own));
}

/* --- rows ----------------------------------------------------------------------------------- */

static const struct jvalue *body_of(const struct document_number *n, bool here,
                                    const struct document_use *use)
{
    struct jout j;
    jout_init_values(&j, use->arena);
    if (n->id == 0) {
        jout_pair(&j, "written", n->written);
        jout_pair(&j, "mark", n->mark);
        jout_pair_i64(&j, "year", n->year);
        jout_pair_i64(&j, "serial", n->serial);
        jout_pair(&j, "numbered", here ? STR("here") : STR("elsewhere"));
        jout_pair(&j, "given_on", use->today);
        jout_pair(&j, "purpose", use->purpose);
    }
    jout_pair(&j, "paper", use->paper);
    jout_pair(&j, "case_number", use->case_number);
    return jout_made(&j);
}

static err_t put(struct document_number *n, const struct document_use *use, int64_t unit, bool here,
                 struct err *e)
{
    const struct record_type *t = record_type_find(use->kernel->types, STR("document_number"));
    bool used = use->paper.len || use->case_number.len;
    const struct write_options o = {.state = used ? STR("used") : STR("given"),
                                    .owner_unit = unit,
                                    .as = use->as,
                                    .date = use->today};
    struct written w = {0};
    if (!t)
        return err_set(e, E_INTERNAL, "there is no record type document_number");
    err_t rc =
        record_put(&w, use->db, &(struct record_call){use->kernel, use->by, t, n->id, use->arena},
                   body_of(n, here, use), &o, e);
    if (rc == E_INVALID && w.faults.count)
        rc = err_set(e, E_INVALID, "%.*s: %.*s", STR_ARG(n->written),
                     STR_ARG(msg_lang() == LANG_ZH ? w.faults.items[0].message_zh
                                                   : w.faults.items[0].message_en));
    n->id = w.id;
    return rc;
}

static err_t next_serial(int64_t *out, struct db *db, const struct mark *m, int64_t year,
                         struct err *e)
{
    int64_t first = m->first > 0 && (m->first_year == 0 || m->first_year == year) ? m->first : 1;
    int64_t last;
    err_t rc = db_i64(&last, db,
                      "SELECT max(serial) FROM record_document_number WHERE mark = ?1 AND"
                      " year = ?2",
                      VALUES(v_str(m->text), v_i64(year)), e);
    *out = last + 1 > first ? last + 1 : first;
    return rc == OK && *out > DOCUMENT_SERIAL_MAX
               ? err_set(e, E_LIMIT, "\"%.*s\" has no further number in this year",
                         STR_ARG(m->text))
               : rc;
}

/* `usual`: a mark that needs no entry by an office. */
static err_t draw(struct document_number *out, const struct document_use *use, struct str mark,
                  bool usual, struct err *e)
{
    struct date today;
    struct mark m;
    *out = (struct document_number){.mark = mark};
    err_t rc = read_mark(&m, use->db, mark, e);
    if (rc == OK && !m.found && usual)
        m = (struct mark){.text = mark, .unit = use->by->unit, .found = true, .here = true};
    if (rc == OK && !m.found)
        rc = unknown_mark(use, mark, e);
    else if (rc == OK && m.unit != use->by->unit && !access_off(KIND, "mark"))
        rc = not_theirs(mark, e);
    else if (rc == OK && !m.here)
        rc = err_set(e, E_INVALID,
                     "numbers of \"%.*s\" come from the office's own system: type the number",
                     STR_ARG(mark));
    if (rc == OK && !date_parse(&today, use->today))
        rc = err_set(e, E_INTERNAL, "\"%.*s\" is no date", STR_ARG(use->today));
    if (rc == OK)
        rc = next_serial(&out->serial, use->db, &m, today.year, e);
    if (rc != OK)
        return rc;
    out->year = today.year;
    out->written = arena_printf(use->arena, "%.*s〔%lld〕%lld号", STR_ARG(mark),
                                (long long)out->year, (long long)out->serial);
    return put(out, use, m.unit, true, e);
}

/* As an office's number is printed: full-width letters and digits are the common ones. */
static struct str narrow_mark(struct str mark, struct arena *a)
{
    struct buf b = {0};
    for (size_t at = 0; at < mark.len;) {
        size_t from = at;
        uint32_t c = utf8_next(mark, &at);
        if (c >= 0xFF01 && c <= 0xFF5E)
            buf_addc(&b, (char)(c - 0xFEE0));
        else
            buf_add(&b, (struct str){mark.ptr + from, at - from});
    }
    return buf_take(&b, a);
}

err_t document_number_draw(struct document_number *out, const struct document_use *use,
                           struct str mark, struct err *e)
{
    return draw(out, use, narrow_mark(mark, use->arena), false, e);
}

err_t document_number_usual(struct document_number *out, const struct document_use *use,
                            struct str mark, struct err *e)
{
    return draw(out, use, mark, true, e);
}

/* --- one that is there already ----------------------------------------------------------------- */

struct known {
    int64_t unit;
    struct str state, paper,
        case_number; /* paper empty: a decision cites it, no paper has it yet */
};

static err_t read_known(struct document_number *n, struct known *out, struct db *db,
                        struct arena *a, struct err *e)
{
    *out = (struct known){0};
    return db_row(NULL, db,
                  "SELECT id, owner_unit, state, paper, case_number FROM"
                  " record_document_number WHERE mark = ?1 AND year = ?2 AND serial = ?3",
                  VALUES(v_str(n->mark), v_i64(n->year), v_i64(n->serial)),
                  INTO(into_i64(&n->id), into_i64(&out->unit), into_str(&out->state),
                       into_str(&out->paper), into_str(&out->case_number)),
                  a, e);
}

static err_t check_void(const struct document_number *n, const struct known *k,
                        const struct document_use *use, struct err *e)
{
    if (str_is(k->state, "voided"))
        return err_set(e, E_CONFLICT, "the number %.*s was made void, and is not given again",
                       STR_ARG(n->written));
    return k->unit == use->by->unit || access_off(KIND, "mark") ? OK : not_theirs(n->mark, e);
}

static err_t check_known(const struct document_number *n, const struct known *k,
                         const struct document_use *use, struct err *e)
{
    bool cited = k->paper.len == 0 && str_eq(k->case_number, use->case_number);
    if (str_is(k->state, "used") && !cited)
        return err_set(e, E_CONFLICT, "the number %.*s belongs to another paper",
                       STR_ARG(n->written));
    return check_void(n, k, use, e);
}

/* A number from elsewhere that is not known here. */
static err_t check_new(const struct document_number *n, const struct document_use *use,
                       struct err *e)
{
    struct str own;
    struct mark m;
    err_t rc = read_mark(&m, use->db, n->mark, e);
    if (rc == OK)
        rc = marks_of(&own, use->db, use->by->unit, use->arena, e);
    if (rc != OK)
        return rc;
    if (m.found && m.unit != use->by->unit && !access_off(KIND, "mark"))
        return not_theirs(n->mark, e);
    if (m.found && m.here)
        return err_set(e, E_INVALID, "numbers of \"%.*s\" are drawn here, and %.*s was not drawn",
                       STR_ARG(n->mark), STR_ARG(n->written));
    return !m.found && own.len ? unknown_mark(use, n->mark, e) : OK;
}

static err_t may_use(struct document_number *out, struct known *k, const struct document_use *use,
                     struct str written, struct err *e)
{
    err_t rc = document_number_parse(out, written, e);
    if (rc == OK)
        rc = check_year(out, use->today, e);
    if (rc == OK)
        rc = read_known(out, k, use->db, use->arena, e);
    if (rc == OK)
        rc = out->id ? check_known(out, k, use, e) : check_new(out, use, e);
    return rc;
}

err_t document_number_check(const struct document_use *use, struct str written, struct err *e)
{
    struct document_number n;
    struct known k;
    return may_use(&n, &k, use, written, e);
}

err_t document_number_use(struct document_number *out, const struct document_use *use,
                          struct str written, struct err *e)
{
    struct known k;
    err_t rc = may_use(out, &k, use, written, e);
    return rc == OK ? put(out, use, out->id ? k.unit : use->by->unit, false, e) : rc;
}

err_t document_number_cite(struct document_number *out, const struct document_use *use,
                           struct str written, struct err *e)
{
    struct known k;
    err_t rc = document_number_parse(out, written, e);
    if (rc == OK)
        rc = read_known(out, &k, use->db, use->arena, e);
    if (rc == OK && out->id == 0) {
        if ((rc = check_year(out, use->today, e)) == OK)
            rc = check_new(out, use, e);
        return rc == OK ? put(out, use, use->by->unit, false, e) : rc;
    }
    if (rc == OK)
        rc = check_void(out, &k, use, e);
    if (rc != OK || str_eq(k.case_number, use->case_number))
        return rc;
    if (str_is(k.state, "used"))
        return err_set(e, E_CONFLICT, "the number %.*s is of the case %.*s, not of this one",
                       STR_ARG(out->written), STR_ARG(k.case_number));
    return put(out, use, k.unit, false, e);
}

/* --- what lacks ----------------------------------------------------------------------------------- */

static void add_missing(struct document_gaps *all, int64_t from, int64_t to, struct arena *a)
{
    if (from <= to)
        VEC_PUSH(a, all, ((struct document_gap){.from = from, .to = to, .state = "missing"}));
}

err_t document_gaps(struct document_gaps *out, struct db *db, const struct document_year *of,
                    struct arena *a, struct err *e)
{
    struct mark m;
    *out = (struct document_gaps){0};
    err_t rc = read_mark(&m, db, of->mark, e);
    int64_t next = m.first > 0 && m.first_year == of->year ? m.first : 1;
    EACH_ROW(st, rc, e, db,
             "SELECT n.serial, n.state, n.written, n.given_on, v.at_ms, v.reason,"
             " a.display_name FROM record_document_number n LEFT JOIN record_version v ON"
             " v.type = 'document_number' AND v.record_id = n.id AND v.version = n.version"
             " LEFT JOIN account a ON a.id = v.account WHERE n.mark = ?1 AND n.year = ?2"
             " ORDER BY n.serial",
             VALUES(v_str(of->mark), v_i64(of->year))) {
        int64_t serial = stmt_i64(st, 0);
        bool voided = str_is(stmt_str(st, 1), "voided");
        add_missing(out, next, serial - 1, a);
        next = serial + 1;
        if (str_is(stmt_str(st, 1), "used"))
            continue;
        struct document_gap g = {.from = serial,
                                 .to = serial,
                                 .state = voided ? "voided" : "given",
                                 .written = arena_dup(a, stmt_str(st, 2)),
                                 .on = voided ? business_date(stmt_i64(st, 4), a)
                                              : arena_dup(a, stmt_str(st, 3)),
                                 .by = arena_dup(a, stmt_str(st, 6)),
                                 .reason = voided ? arena_dup(a, stmt_str(st, 5)) : STR_NONE};
        VEC_PUSH(a, out, g);
    }
    return rc;
}

err_t document_years(const struct document_year **out, size_t *count, struct db *db, int64_t unit,
                     struct str province, struct arena *a, struct err *e)
{
    VEC(struct document_year) all = {0};
    struct document_year one;
    bool everywhere =
        unit ? access_off(KIND, "unit") : province.len == 0 || access_off(KIND, "province");
    err_t rc = db_rows(ROWS(&all, one), db,
                       "SELECT mark, year, max(serial) FROM record_document_number WHERE owner_unit"
                       " = ?1 OR (?1 = 0 AND owner_province = ?2) OR ?3 = 1 GROUP BY mark, year"
                       " ORDER BY mark, year",
                       VALUES(v_i64(unit), v_str(province), v_i64(everywhere)),
                       INTO(into_str(&one.mark), into_i64(&one.year), into_i64(&one.last)), a, e);
    *out = all.ptr;
    *count = all.len;
    return rc;
}
