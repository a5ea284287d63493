/* Rows of units and people are put in by SQL: who may write them is not what is
 * tested here. */
#include "test.h"

#include "base/buf.h"
#include "base/disk.h"
#include "crypto/seal.h"
#include "db/scratch.h"
#include "record/attachment.h"
#include "record/current.h"
#include "record/fixture.h"
#include <stdio.h>

static const char thing_yaml[] =
    "name: thing\n"
    "label: {zh: 物件, en: Thing}\n"
    "key: [name]\n"
    "title: name\n"
    "list: [name, amount, signed, kind]\n"
    "sort: \"-signed\"\n"
    "search: [name, story, words]\n"
    "retention_years: 10\n"
    "fields:\n"
    "  - {name: name, type: text, required: true, label: {zh: 名称, en: Name}, max: 40}\n"
    "  - {name: story, type: long_text, personal: true, label: {zh: 说明, en: Story}}\n"
    "  - {name: count, type: int, label: {zh: 数量, en: Count}, min: 0, max: 100}\n"
    "  - {name: weight, type: decimal, places: 3, label: {zh: 重量, en: Weight}}\n"
    "  - {name: amount, type: money, label: {zh: 金额, en: Amount}, min: 0}\n"
    "  - {name: rate, type: percent, label: {zh: 比率, en: Rate}, max: \"100.00\"}\n"
    "  - {name: signed, type: date, label: {zh: 签订, en: Signed}}\n"
    "  - {name: filed, type: known_date, label: {zh: 备案, en: Filed}}\n"
    "  - {name: seen, type: datetime, label: {zh: 时间, en: Seen}}\n"
    "  - {name: term, type: period, label: {zh: 期限, en: Term}}\n"
    "  - name: kind\n"
    "    type: enum\n"
    "    label: {zh: 种类, en: Kind}\n"
    "    default: plain\n"
    "    values:\n"
    "      - {code: plain, zh: 普通, en: Plain}\n"
    "      - {code: pledge, zh: 质押, en: Pledge}\n"
    "      - {code: licence, zh: 许可, en: Licence}\n"
    "  - name: marks\n"
    "    type: enum\n"
    "    many: true\n"
    "    label: {zh: 标记, en: Marks}\n"
    "    values:\n"
    "      - {code: red, zh: 红, en: Red}\n"
    "      - {code: green, zh: 绿, en: Green}\n"
    "  - {name: done, type: bool, label: {zh: 完成, en: Done}}\n"
    "  - {name: parent, type: ref, to: thing, label: {zh: 上级, en: Parent}}\n"
    "  - {name: others, type: refs, to: thing, label: {zh: 其他, en: Others}}\n"
    "  - {name: maker, type: party, label: {zh: 制造方, en: Maker}}\n"
    "  - {name: buyer, type: party, label: {zh: 购买方, en: Buyer}}\n"
    "  - {name: person, type: person, label: {zh: 身份证号, en: Person}}\n"
    "  - {name: phone, type: phone, label: {zh: 电话, en: Phone}}\n"
    "  - {name: email, type: email, label: {zh: 邮箱, en: Mail}}\n"
    "  - {name: page, type: url, label: {zh: 网址, en: Page}}\n"
    "  - {name: place, type: region, label: {zh: 地区, en: Place}}\n"
    "  - {name: symbol, type: ipc, label: {zh: 分类, en: Symbol}}\n"
    "  - {name: patent, type: patent, label: {zh: 专利, en: Patent}}\n"
    "  - {name: patents, type: patents, label: {zh: 专利组, en: Patents}}\n"
    "  - {name: words, type: texts, personal: true, label: {zh: 词语, en: Words}}\n"
    "  - {name: paper, type: file, label: {zh: 文件, en: Paper}, accept: [pdf]}\n"
    "  - {name: papers, type: files, label: {zh: 文件组, en: Papers}}\n"
    "  - name: shares\n"
    "    type: table\n"
    "    label: {zh: 份额, en: Shares}\n"
    "    key: [who]\n"
    "    fields:\n"
    "      - {name: who, type: text, personal: true, required: true, label: {zh: 谁, en: Who}}\n"
    "      - {name: percent, type: percent, label: {zh: 比例, en: Percent}}\n"
    "      - {name: of, type: ref, to: thing, label: {zh: 所属, en: Of}}\n"
    "  - name: parts\n"
    "    type: computed\n"
    "    result: int\n"
    "    label: {zh: 部分数, en: Parts}\n"
    "    sql: \"SELECT count(*) FROM record_thing_shares WHERE record_id = ?1\"\n"
    "constraints:\n"
    "  - {order: [signed, filed]}\n"
    "  - {sum: shares.percent, is: \"100.00\"}\n"
    "  - {only_one_of: [phone, email]}\n"
    "  - {when: {kind: pledge}, need: [amount]}\n"
    "  - {when: {kind: [pledge, licence]}, forbid: [rate]}\n"
    "  - {unequal: [maker, buyer]}\n"
    "access:\n"
    "  - {roles: [centre_staff, centre_manager], relation: own_unit, verbs: [read, create, "
    "change]}\n"
    "  - {roles: [centre_manager], relation: own_unit, verbs: [end], unmasked: [person]}\n"
    "  - {roles: [city_officer], relation: own_city, verbs: [read], fields: [name, signed, kind]}\n"
    "  - {roles: [city_officer], relation: own_city, verbs: [change], fields: [kind]}\n"
    "  - {roles: [province_officer], relation: own_province, verbs: [read]}\n";

static const char step_yaml[] =
    "name: step\n"
    "label: {zh: 事项, en: Step}\n"
    "list: [title]\n"
    "fields:\n"
    "  - {name: title, type: text, required: true, label: {zh: 标题, en: Title}}\n"
    "  - {name: paid, type: date, label: {zh: 付款日, en: Paid}, required: [done]}\n"
    "  - {name: known, type: known_date, label: {zh: 已知日, en: Known}}\n"
    "  - {name: note, type: text, label: {zh: 备注, en: Note}}\n"
    "  - {name: reason, type: text, label: {zh: 事由, en: Grounds}}\n"
    "states:\n"
    "  initial: draft\n"
    "  list:\n"
    "    - {name: draft, label: {zh: 草稿, en: Draft}}\n"
    "    - {name: open, label: {zh: 公开, en: Open}, locked: [title], public: true}\n"
    "    - {name: done, label: {zh: 完成, en: Done}, locked: [title, known]}\n"
    "    - {name: closed, label: {zh: 关闭, en: Closed}, locked: all}\n"
    "    - {name: void, label: {zh: 作废, en: Void}, locked: all}\n"
    "  transitions:\n"
    "    - {name: submit, label: {zh: 提交, en: Submit}, from: [draft], to: open, reason: none}\n"
    "    - {name: finish, label: {zh: 办结, en: Finish}, from: [open], to: done, need: [known], "
    "reason: optional}\n"
    "    - {name: close, label: {zh: 关闭, en: Close}, from: [done], to: closed, reason: "
    "optional}\n"
    "    - {name: cancel, label: {zh: 作废, en: Cancel}, from: [draft, open], to: void, "
    "reason: required}\n"
    "    - {name: revoke, label: {zh: 撤销, en: Revoke}, from: [done], to: void, reason: required, "
    "two_persons: true}\n"
    "access:\n"
    "  - {roles: [centre_staff], relation: own_unit, verbs: [read, create, change], actions: "
    "[submit, finish, close]}\n"
    "  - {roles: [province_officer], relation: own_province, verbs: [read, change, end], actions: "
    "[submit, finish, close, cancel, revoke]}\n"
    "  - {roles: [public], relation: published, verbs: [read], fields: [title]}\n";

void fixture_run(struct fixture *f, const char *sql)
{
    struct err e;
    if (!f->beside)
        assert_ok(
            db_open(&f->beside, store_url(f->store), &(struct db_options){.must_exist = true}, &e),
            &e);
    assert_ok(db_exec(f->beside, sql, &e), &e);
}

static struct stmt *first_row(struct db *db, const char *sql)
{
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    assert_ok(db_query_once(&st, db, sql, NULL, 0, &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    return st;
}

int64_t fixture_number(struct fixture *f, const char *sql)
{
    struct db *db = NULL;
    struct err e;
    assert_ok(store_reader_get(&db, f->store, &e), &e);
    struct stmt *st = first_row(db, sql);
    int64_t n = stmt_i64(st, 0);
    stmt_free(st);
    store_reader_put(f->store, db);
    return n;
}

struct str fixture_text(struct fixture *f, const char *sql)
{
    struct db *db = NULL;
    struct err e;
    assert_ok(store_reader_get(&db, f->store, &e), &e);
    struct stmt *st = first_row(db, sql);
    struct str s = arena_dup(f->a, stmt_str(st, 0));
    stmt_free(st);
    store_reader_put(f->store, db);
    return s;
}

/* --- units and people ---------------------------------------------------------------- */

struct insert {
    const char *sql;
    const struct value *values;
    size_t count;
    int64_t id;
};

static err_t insert_step(struct db *db, void *arg, struct err *e)
{
    struct insert *x = arg;
    err_t rc = db_run_once(db, x->sql, x->values, x->count, e);
    x->id = rc == OK ? db_last_id(db) : 0;
    return rc;
}

static int64_t insert(struct fixture *f, const char *sql, const struct value *values, size_t count)
{
    struct insert x = {sql, values, count, 0};
    struct err e;
    assert_ok(store_write(f->store, insert_step, &x, &e), &e);
    return x.id;
}

static int64_t add_unit(struct fixture *f, const char *kind, const char *name, const char *region)
{
    bool city = memcmp(region + 2, "00", 2) != 0;
    int64_t id = insert(
        f,
        "INSERT INTO unit (version, state, owner_unit, owner_city, owner_province, secrecy, "
        "published, created_ms, created_by, changed_ms, changed_by, kind, name, region) "
        "VALUES (1, 'active', 0, ?1, ?2, 1, 0, 0, 0, 0, 0, ?3, ?4, ?5)",
        VALUES(v_str(city ? (struct str){region, 4} : STR_NONE), v_str((struct str){region, 2}),
               v_str(str_of(kind)), v_str(str_of(name)), v_str(str_of(region))));
    insert(f, "UPDATE unit SET owner_unit = id WHERE id = ?1", VALUES(v_i64(id)));
    return id;
}

static int64_t add_account(struct fixture *f, const char *name, int64_t unit, const char *role)
{
    int64_t id = insert(
        f,
        "INSERT INTO account (version, state, owner_unit, owner_city, owner_province, secrecy, "
        "published, created_ms, created_by, changed_ms, changed_by, name, display_name) "
        "SELECT 1, 'active', id, owner_city, owner_province, 1, 0, 0, 0, 0, 0, ?2, ?2 FROM unit "
        "WHERE id = ?1",
        VALUES(v_i64(unit), v_str(str_of(name))));
    insert(f,
           "INSERT INTO role_grant (version, state, owner_unit, owner_city, owner_province, "
           "secrecy, published, created_ms, created_by, changed_ms, changed_by, account, role, "
           "from_date) SELECT 1, 'active', id, owner_city, owner_province, 1, 0, 0, 0, 0, 0, ?2, "
           "?3, '2020-01-01' FROM unit WHERE id = ?1",
           VALUES(v_i64(unit), v_i64(id), v_str(str_of(role))));
    return id;
}

static void add_people(struct fixture *f)
{
    f->province = add_unit(f, "province_office", "四川省局", "510000");
    f->city = add_unit(f, "city_office", "成都市局", "510100");
    f->centre = add_unit(f, "party", "成都中心", "510104");
    f->other_centre = add_unit(f, "party", "自贡中心", "510302");
    f->elsewhere = add_unit(f, "party", "太原中心", "140105");
    f->staff = add_account(f, "staff", f->centre, "centre_staff");
    f->manager = add_account(f, "manager", f->centre, "centre_manager");
    f->other_staff = add_account(f, "other", f->other_centre, "centre_staff");
    f->city_officer = add_account(f, "city", f->city, "city_officer");
    f->officer = add_account(f, "officer", f->province, "province_officer");
    f->officer2 = add_account(f, "officer2", f->province, "province_officer");
    f->neighbour =
        add_account(f, "neighbour", add_unit(f, "party", "成都另一中心", "510107"), "centre_staff");
    f->stranger = add_account(f, "stranger", f->elsewhere, "centre_staff");
    /* A row alone: no version and no entry, so that a test counts its own. */
    insert(f,
           "INSERT INTO file (version, state, owner_unit, owner_city, owner_province, secrecy, "
           "published, created_ms, created_by, changed_ms, changed_by, digest, blob, name, bytes, "
           "kind, media_type) VALUES (1, 'active', ?1, '5101', '51', 1, 0, 0, ?2, 0, ?2, ?3, ?3, "
           "'a.pdf', 100, 'pdf', 'application/pdf')",
           VALUES(v_i64(f->centre), v_i64(f->manager), v_str(STR(FIXTURE_DIGEST))));
}

int64_t fixture_file(struct fixture *f, int64_t account, const char *digest, const char *name,
                     enum secrecy secrecy)
{
    const struct file_kind *kind = file_kind_of_name(str_of(name));
    struct str hex = str_of(digest ? digest : FIXTURE_DIGEST);
    struct file_stored stored = {.bytes = 100};
    struct attachment_made out;
    struct attachment_new x = {.stored = &stored,
                               .kind = kind,
                               .name = str_of(name),
                               .secrecy = secrecy,
                               .quota_bytes = INT64_C(1) << 30};
    struct subject s = fixture_subject(f, account);
    struct err e;
    assert_int_equal(hex.len, SHA256_HEX_LEN);
    memcpy(stored.digest, hex.ptr, hex.len);
    memcpy(stored.blob, hex.ptr, hex.len);
    assert_ok(attachment_add(&out, &(struct record_call){&f->k, &s, NULL, 0, f->a}, &x, &e), &e);
    return out.id;
}

struct subject fixture_subject(struct fixture *f, int64_t account)
{
    struct subject s;
    struct db *db = NULL;
    struct err e;
    assert_ok(store_reader_get(&db, f->store, &e), &e);
    if (account == 0)
        subject_public(&s, STR("2026-11-20"), f->a);
    else
        assert_ok(
            subject_load(&s, db, account, STR("2026-11-20"), clock_now_ms(&f->clock), f->a, &e),
            &e);
    store_reader_put(f->store, db);
    return s;
}

#define STORE "store.db"

/* --- opening --------------------------------------------------------------------------- */

static void write_type(struct fixture *f, const char *name, const char *yaml)
{
    struct err e;
    const char *path = arena_printf(f->a, "%s/%s.yaml", f->dir, name).ptr;
    assert_ok(fs_write_synced(&fs_system, path, str_bytes(str_of(yaml)), &e), &e);
}

/* The empty store of these types, made by the first test of the program that has them. */
static struct {
    struct arena *a;
    const char *types, *dir;
} original;

static void forget_original(void)
{
    arena_free(original.a);
    original.a = NULL;
}

static void make_original(struct record_types *types, struct str text)
{
    struct store *store = NULL;
    struct err e;
    if (!original.a)
        (void)atexit(forget_original);
    forget_original();
    original.a = arena_new();
    original.types = arena_cstr(original.a, text);
    original.dir = scratch_dir(original.a);
    assert_ok(store_open(&store, scratch_original(original.a, original.dir, STORE), true, &e), &e);
    assert_ok(record_types_migrate(types, store, &e), &e);
    store_close(store);
}

void fixture_open(struct fixture *f, const struct fixture_type *types, size_t type_count)
{
    struct str text = STR("");
    const struct type_finding *findings;
    size_t finding_count;
    struct err e;
    *f = (struct fixture){.a = arena_new(), .clock = clock_fixed(INT64_C(1795173753123))};
    f->dir = scratch_dir(f->a);
    write_type(f, "thing", thing_yaml);
    write_type(f, "step", step_yaml);
    for (size_t i = 0; i < type_count; i++) {
        write_type(f, types[i].name, types[i].yaml);
        text = arena_printf(f->a, "%.*s%s\n%s\n", STR_ARG(text), types[i].name, types[i].yaml);
    }
    if (record_types_load(&f->types, f->dir, &findings, &finding_count, f->a, &e) != OK) {
        for (size_t i = 0; i < finding_count; i++)
            print_error("%.*s:%d: %.*s\n", STR_ARG(findings[i].file), findings[i].line,
                        STR_ARG(findings[i].reason));
        fail_msg("%s", e.text);
    }
    disk_wait_for(false); /* nothing here outlives its test */
    if (!original.a || !str_is(text, original.types))
        make_original(f->types, text);
    f->url = scratch_copy(f->a, f->dir, original.dir, STORE);
    assert_ok(store_open(&f->store, f->url, false, &e), &e);
    assert_ok(record_types_migrate(f->types, f->store, &e), &e);
    assert_ok(log_suite_init(&f->suite, STR("sha256-ed25519"), STR("zhiyun/test"), &e), &e);
    f->keys = seal_key_new(SEAL_AES_256_GCM);
    f->k = (struct kernel){.store = f->store,
                           .types = f->types,
                           .suite = &f->suite,
                           .clock = &f->clock,
                           .keys = f->keys};
    kernel_init(&f->k);
    add_people(f);
}

void fixture_shut(struct fixture *f)
{
    db_close(f->beside);
    f->beside = NULL;
    kernel_clear(&f->k);
    store_close(f->store);
    f->store = NULL;
}

void fixture_reopen(struct fixture *f, const char *vfs)
{
    struct err e;
    const struct store_options o = {.vfs = scratch_is_postgres() ? NULL : vfs};
    assert_ok(store_open_with(&f->store, f->url, &o, &e), &e);
    f->k.store = f->store;
    kernel_init(&f->k);
}

void fixture_close(struct fixture *f)
{
    fixture_shut(f);
    record_types_free(f->types);
    seal_key_free(f->keys);
    arena_free(f->a);
}

const struct record_type *fixture_type(struct fixture *f, const char *name)
{
    const struct record_type *t = record_type_find(f->types, str_of(name));
    assert_non_null(t);
    return t;
}

const struct jvalue *fixture_json(struct fixture *f, const char *json)
{
    const struct jvalue *v = NULL;
    struct err e;
    if (jin_parse(&v, str_of(json), f->a, &e) != OK)
        fail_msg("%s: %s", json, e.text);
    return v;
}

const struct jvalue *fixture_written(struct buf *b, struct arena *a)
{
    const struct jvalue *v = NULL;
    struct err e;
    assert_ok(jin_parse(&v, arena_dup(a, buf_str(b)), a, &e), &e);
    buf_clear(b);
    return v;
}

struct str faults_text(struct fixture *f, const struct faults *faults)
{
    struct str s = STR("");
    for (size_t i = 0; i < faults->count; i++)
        s = arena_printf(f->a, "%.*s%s%.*s:%s", STR_ARG(s), i > 0 ? " " : "",
                         STR_ARG(faults->items[i].field), faults->items[i].code);
    return s;
}

struct verify_found fixture_current(struct fixture *f)
{
    struct verify_current c = record_current(f->types);
    struct verify_found found;
    struct db *db = NULL;
    struct err e;
    assert_ok(store_reader_get(&db, f->store, &e), &e);
    assert_ok(c.check(&found, c.arg, db, &e), &e);
    store_reader_put(f->store, db);
    return found;
}

int64_t fixture_create(struct fixture *f, int64_t account, const char *type, const char *json)
{
    struct subject s = fixture_subject(f, account);
    struct written out;
    struct err e;
    if (record_create(&out, &(struct record_call){&f->k, &s, fixture_type(f, type), 0, f->a},
                      fixture_json(f, json), NULL, &e) != OK) {
        struct str all = faults_text(f, &out.faults);
        fail_msg("%s: %s: %.*s", json, e.text, STR_ARG(all));
    }
    return out.id;
}

struct str fixture_faults(struct fixture *f, int64_t account, const char *type, const char *json)
{
    struct subject s = fixture_subject(f, account);
    struct written out;
    struct err e;
    err_t rc = record_create(&out, &(struct record_call){&f->k, &s, fixture_type(f, type), 0, f->a},
                             fixture_json(f, json), NULL, &e);
    if (rc != E_INVALID)
        fail_msg("%s: %s instead of out.faults", json, err_kind_name(rc));
    return faults_text(f, &out.faults);
}
