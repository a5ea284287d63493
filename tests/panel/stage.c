/* Rows are put in by SQL: who may write them is tested where records are. */
#include "test.h"

#include "audit/sequencer.h"
#include "db/scratch.h"
#include "panel/stage.h"
#include "policy/packs.h"

void stage_open(struct stage *s)
{
    struct err e;
    *s = (struct stage){0};
    fixture_open(&s->f, NULL, 0);
    const char *keys = arena_printf(s->f.a, "%s/keys", s->f.dir).ptr;
    assert_ok(log_keys_make(&fs_system, keys, STR("sha256-ed25519"), &e), &e);
    assert_ok(log_suite_open(&s->f.suite, &fs_system, keys, &e), &e);
    assert_ok(db_open(&s->db, store_url(s->f.store), &(struct db_options){.must_exist = true}, &e),
              &e);
    assert_ok(packs_open(&s->packs, NULL, &e), &e);
    assert_ok(packs_get(&s->pack, s->packs, STR("sc-yunying-2025"), &e), &e);
    stage_run(s, "INSERT INTO unit (version, state, owner_unit, owner_province, secrecy, published,"
                 " created_ms, created_by, changed_ms, changed_by, kind, name, region) VALUES (1,"
                 " 'active', 0, '51', 1, 0, 0, 0, 0, 0, 'expert_pool', '专家库', '510000')");
    s->pool_unit = stage_number(s, "SELECT max(id) FROM unit");
}

void stage_close(struct stage *s)
{
    packs_close(s->packs);
    db_close(s->db);
    fixture_close(&s->f);
}

void stage_run(struct stage *s, const char *sql)
{
    struct err e;
    assert_ok(db_begin_write(s->db, &e), &e);
    assert_ok(db_exec(s->db, sql, &e), &e);
    assert_ok(db_commit(s->db, &e), &e);
}

struct str stage_text(struct stage *s, const char *sql)
{
    struct stmt *st = NULL;
    bool has_row;
    struct err e;
    assert_ok(db_query_once(&st, s->db, sql, NULL, 0, &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    struct str text = arena_dup(s->f.a, stmt_str(st, 0));
    stmt_free(st);
    return text;
}

int64_t stage_number(struct stage *s, const char *sql)
{
    struct stmt *st = NULL;
    bool has_row;
    struct err e;
    assert_ok(db_query_once(&st, s->db, sql, NULL, 0, &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    int64_t n = stmt_i64(st, 0);
    stmt_free(st);
    return n;
}

static const char *quoted(struct stage *s, const char *text)
{
    return text[0] ? arena_printf(s->f.a, "'%s'", text).ptr : "NULL";
}

int64_t stage_party(struct stage *s, const char *name, const char *code, const char *group)
{
    stage_run(s, arena_printf(s->f.a,
                              "INSERT INTO unit (version, state, owner_unit, owner_city,"
                              " owner_province, secrecy, published, created_ms, created_by,"
                              " changed_ms, changed_by, kind, name, region, credit_code,"
                              " group_code) VALUES (1, 'active', 0, '5101', '51', 1, 0, 0, 0, 0, 0,"
                              " 'party', '%s', '510104', %s, %s)",
                              name, quoted(s, code), quoted(s, group))
                     .ptr);
    return stage_number(s, "SELECT max(id) FROM unit");
}

#define SYSTEM                                                                                     \
    "version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, "     \
    "changed_ms, changed_by"

int64_t stage_expert(struct stage *s, const char *name, const char *fields, const char *employer)
{
    int64_t number = stage_number(s, "SELECT count(*) FROM record_expert") + 1, id, at = 0;
    struct str rest = str_of(fields);
    struct buf b;
    buf_init(&b, 0);
    buf_addf(&b,
             "INSERT INTO account (" SYSTEM ", name, display_name) VALUES (1, 'active', %lld, '51',"
             " 1, 0, 0, 0, 0, 0, 'x%lld', '%s'); ",
             (long long)s->pool_unit, (long long)number, name);
    buf_addf(&b,
             "INSERT INTO role_grant (" SYSTEM ", account, role, from_date) SELECT 1, 'active',"
             " %lld, '51', 1, 0, 0, 0, 0, 0, id, 'expert', '2020-01-01' FROM account WHERE name ="
             " 'x%lld'; ",
             (long long)s->pool_unit, (long long)number);
    buf_addf(&b,
             "INSERT INTO record_expert (" SYSTEM ", name, id_number, id_number_index,"
             " account_name, consent, employments_complete) VALUES (1, 'active', %lld, '51', 1, 0,"
             " 0, 0, 0, 0, '%s', 'sealed', 'person%lld', 'x%lld', 1, 1)",
             (long long)s->f.province, name, (long long)number, (long long)number);
    stage_run(s, arena_cstr(s->f.a, buf_str(&b)));
    buf_clear(&b);
    id = stage_number(s, "SELECT max(id) FROM record_expert");
    while (rest.ptr) {
        struct str field = str_split(&rest, STR(" "));
        stage_run(s, arena_printf(s->f.a,
                                  "INSERT INTO record_expert_fields (record_id, position, value)"
                                  " VALUES (%lld, %lld, '%.*s')",
                                  (long long)id, (long long)at++, STR_ARG(field))
                         .ptr);
    }
    stage_employment(s, id, employer, "", "", "no");
    return id;
}

void stage_employment(struct stage *s, int64_t expert, const char *name, const char *code,
                      const char *group, const char *to)
{
    stage_run(s, arena_printf(s->f.a,
                              "INSERT INTO record_expert_employments (record_id, position, name,"
                              " credit_code, group_code, to_) SELECT %lld, count(*), '%s', %s, %s,"
                              " %s FROM record_expert_employments WHERE record_id = %lld",
                              (long long)expert, name, quoted(s, code), quoted(s, group),
                              quoted(s, to), (long long)expert)
                     .ptr);
}

int64_t stage_account(struct stage *s, int64_t expert)
{
    return stage_number(s, arena_printf(s->f.a,
                                        "SELECT a.id FROM account a JOIN record_expert x ON"
                                        " x.account_name = a.name WHERE x.id = %lld",
                                        (long long)expert)
                               .ptr);
}

struct deed stage_deed(struct stage *s, int64_t account, const char *reason)
{
    struct subject *by = arena_alloc(s->f.a, sizeof(*by));
    *by = fixture_subject(&s->f, account);
    return (struct deed){.suite = &s->f.suite,
                         .clock = &s->f.clock,
                         .by = by,
                         .reason = str_of(reason),
                         .arena = s->f.a};
}

void stage_sign(struct stage *s)
{
    const struct sequencer_options o = {.store = s->f.store,
                                        .suite = &s->f.suite,
                                        .fs = &fs_system,
                                        .clock = &s->f.clock,
                                        .data = s->f.dir};
    struct err e;
    s->f.clock.fixed_ms += 1000;
    assert_ok(log_sequence_now(&o, &e), &e);
}

int64_t stage_case(struct stage *s, int64_t unit)
{
    stage_run(s,
              arena_printf(s->f.a,
                           "INSERT INTO flow_case (version, state, owner_unit, owner_province,"
                           " secrecy, published, created_ms, created_by, changed_ms, changed_by,"
                           " number, title, programme, pack_version, pack_digest, process, stage,"
                           " stage_label, stage_on, trial, record_type, record_id) SELECT 1,"
                           " 'running', id, owner_province, 1, 0, 0, 0, 0, 0, 'C%d', '申报',"
                           " 'sc-yunying-2025', '1', '0', 'recognition', 'panel', '专家评审',"
                           " '2026-11-20', 0, 'application', 1 FROM unit WHERE id = %lld",
                           s->cases++, (long long)unit)
                  .ptr);
    return stage_number(s, "SELECT max(id) FROM flow_case");
}

struct panel stage_panel(struct stage *s, const int64_t *parties, size_t count, const char *fields,
                         const char *mode)
{
    struct deed d = stage_deed(s, s->f.officer, "");
    struct panel_case *cases = arena_array(s->f.a, count, sizeof(*cases));
    struct panel_field *wanted = arena_array(s->f.a, PANEL_FIELDS_MAX, sizeof(*wanted));
    struct panel_head *heads = arena_array(s->f.a, 4, sizeof(*heads));
    static const char *const ids[] = {"plan", "services", "economic", "social"};
    static const int64_t weights[] = {4000, 3000, 2000, 1000};
    struct panel p = {.title = STR("评审组"),
                      .basis = STR("评审工作方案（虚构）"),
                      .mode = str_of(mode),
                      .outlier = 2000,
                      .fields = wanted,
                      .heads = heads,
                      .head_count = 4,
                      .cases = cases,
                      .case_count = count};
    struct str rest = str_of(fields);
    struct err e;
    while (rest.ptr) {
        struct str seats = str_split(&rest, STR(" ")), field = str_split(&seats, STR(":"));
        wanted[p.field_count].field = field;
        assert_true(str_to_i64(&wanted[p.field_count++].seats, seats));
    }
    for (size_t i = 0; i < 4; i++)
        heads[i] = (struct panel_head){.head = str_of(ids[i]), .weight = weights[i]};
    for (size_t i = 0; i < count; i++)
        cases[i].case_id = stage_case(s, parties[i]);
    assert_ok(
        STEP(s, panel_form(&(struct panel_deed){s->db, &d, &p}, s->pack, STR("comprehensive"), &e)),
        &e);
    return stage_read(s, p.id);
}

struct panel stage_read(struct stage *s, int64_t panel)
{
    struct panel p;
    struct err e;
    assert_ok(panel_read(&p, s->db, panel, s->f.a, &e), &e);
    return p;
}

struct str stage_hex(struct stage *s, int seed, bool commitment)
{
    uint8_t value[LOT_VALUE_LEN] = {(uint8_t)seed, (uint8_t)(seed >> 8), 1};
    char hex[HASH_HEX_LEN + 1];
    struct digest d = sha256_of((struct bytes){value, sizeof(value)});
    if (!commitment)
        memcpy(d.byte, value, sizeof(value));
    digest_hex(hex, &d);
    return arena_dup(s->f.a, str_of(hex));
}

struct draw stage_draw(struct stage *s, struct panel *p, const struct co_names *patents, int seed)
{
    struct deed one = stage_deed(s, s->f.officer, ""), two = stage_deed(s, s->f.officer2, "");
    struct draw x;
    struct err e;
    assert_ok(STEP(s, draw_freeze(&x, &(struct panel_deed){s->db, &one, p}, patents, &e)), &e);
    assert_ok(STEP(s, draw_commit(&x, &(struct panel_deed){s->db, &one, p},
                                  stage_hex(s, seed, true), &e)),
              &e);
    assert_ok(STEP(s, draw_commit(&x, &(struct panel_deed){s->db, &two, p},
                                  stage_hex(s, seed + 1, true), &e)),
              &e);
    stage_sign(s);
    assert_ok(STEP(s, draw_reveal(&x, &(struct panel_deed){s->db, &one, p},
                                  stage_hex(s, seed, false), false, &e)),
              &e);
    assert_ok(STEP(s, draw_reveal(&x, &(struct panel_deed){s->db, &two, p},
                                  stage_hex(s, seed + 1, false), false, &e)),
              &e);
    assert_str(x.state, "drawn");
    return x;
}
