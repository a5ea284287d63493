/* Who may upload, read and name a file; what becomes of one that nothing names. */
#include "test.h"

#include "record/attachment.h"
#include "record/fixture.h"

#define OTHER "1111111111111111111111111111111111111111111111111111111111111111"
#define THIRD "2222222222222222222222222222222222222222222222222222222222222222"
#define NAMED(field, digest, name)                                                                 \
    "{\"name\":\"x\",\"" field "\":{\"digest\":\"" digest "\",\"name\":\"" name "\"}}"

static struct fixture f;

/* A type that gives secret files to the province, by a field that the city does not see,
 * and holds files in a table. */
static const struct fixture_type types[] = {
    {"deposit", "name: deposit\n"
                "label: {zh: 交底, en: Deposit}\n"
                "list: [title]\n"
                "fields:\n"
                "  - {name: title, type: text, label: {zh: 题, en: Title}}\n"
                "  - {name: text, type: file, label: {zh: 书, en: Text}}\n"
                "  - name: parts\n"
                "    type: table\n"
                "    label: {zh: 附, en: Parts}\n"
                "    fields:\n"
                "      - {name: what, type: text, label: {zh: 何, en: What}}\n"
                "      - {name: paper, type: file, label: {zh: 件, en: Paper}}\n"
                "access:\n"
                "  - {roles: [centre_staff, centre_manager], relation: own_unit, verbs: [read, "
                "create, change]}\n"
                "  - {roles: [city_officer], relation: own_city, verbs: [read], fields: [title, "
                "parts]}\n"
                "  - {roles: [province_officer], relation: own_province, verbs: [read], secrecy: "
                "secret}\n"}};

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f, types, ARRAY_LEN(types));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

/* E_NOTFOUND, or OK with the id of the row. */
static int64_t finds(int64_t account, const char *digest)
{
    struct subject s = fixture_subject(&f, account);
    struct attachment out;
    struct err e;
    err_t rc =
        attachment_find(&out, &(struct record_call){&f.k, &s, NULL, 0, f.a}, str_of(digest), &e);
    if (rc != OK && rc != E_NOTFOUND)
        fail_msg("%s", e.text);
    return rc == OK ? out.row.id : 0;
}

static void a_file_is_read_by_the_rules_of_its_type(void **state)
{
    (void)state;
    int64_t id = fixture_file(&f, f.staff, OTHER, "b.pdf", SECRECY_INTERNAL);
    assert_int_equal(finds(f.staff, OTHER), id);
    assert_int_equal(finds(f.manager, OTHER), id);
    assert_int_equal(finds(f.city_officer, OTHER), id);
    assert_int_equal(finds(f.officer, OTHER), id);
    assert_int_equal(finds(f.other_staff, OTHER), 0);
    assert_int_equal(finds(f.stranger, OTHER), 0);
    assert_int_equal(finds(0, OTHER), 0);
    assert_int_equal(finds(f.staff, THIRD), 0);
}

static void a_secret_file_is_its_uploaders_and_managers(void **state)
{
    (void)state;
    int64_t id = fixture_file(&f, f.staff, OTHER, "b.pdf", SECRECY_SECRET);
    assert_int_equal(finds(f.staff, OTHER), id);
    assert_int_equal(finds(f.manager, OTHER), id);
    assert_int_equal(finds(f.city_officer, OTHER), 0);
    assert_int_equal(finds(f.officer, OTHER), 0);
    struct subject s = fixture_subject(&f, f.officer);
    struct attachment out;
    assert_int_equal(
        attachment_find(&out, &(struct record_call){&f.k, &s, NULL, 0, f.a}, STR(OTHER), NULL),
        E_NOTFOUND);
    assert_true(out.secret_refused);
}

static void who_reads_a_record_reads_its_files_at_their_level(void **state)
{
    (void)state;
    int64_t secret = fixture_file(&f, f.staff, OTHER, "b.pdf", SECRECY_SECRET);
    int64_t open = fixture_file(&f, f.staff, THIRD, "c.pdf", SECRECY_INTERNAL);
    fixture_run(&f,
                "UPDATE file SET owner_city = '9999', owner_province = '99'"); /* rules give none */
    assert_int_equal(finds(f.officer, OTHER), 0);
    fixture_create(&f, f.staff, "deposit",
                   "{\"text\":{\"digest\":\"" OTHER "\",\"name\":\"b.pdf\"},"
                   "\"parts\":[{\"what\":\"1\",\"paper\":{\"digest\":\"" THIRD
                   "\",\"name\":\"c.pdf\"}}]}");
    assert_int_equal(finds(f.officer, OTHER), secret);    /* its rule reaches secret */
    assert_int_equal(finds(f.city_officer, OTHER), 0);    /* the field is not its to see */
    assert_int_equal(finds(f.city_officer, THIRD), open); /* a table's file; this field is */
    assert_int_equal(finds(f.other_staff, THIRD), 0);     /* cannot read the record */
    fixture_run(&f, "UPDATE file SET secrecy = 1 WHERE digest = '" OTHER "'");
    assert_int_equal(finds(f.officer, OTHER), secret);
    assert_int_equal(finds(f.city_officer, OTHER), 0); /* the field alone is in the way */
    fixture_run(&f, "UPDATE file SET secrecy = 2 WHERE digest = '" THIRD "'");
    assert_int_equal(finds(f.city_officer, THIRD), 0); /* the record, but not at that level */
}

/* The same content uploaded openly elsewhere opens nothing of the one that is secret. */
static void another_units_copy_does_not_open_a_secret_one(void **state)
{
    (void)state;
    fixture_file(&f, f.staff, OTHER, "b.pdf", SECRECY_SECRET);
    int64_t copy = fixture_file(&f, f.other_staff, OTHER, "b.pdf", SECRECY_INTERNAL);
    fixture_create(&f, f.staff, "deposit",
                   "{\"parts\":[{\"what\":\"1\",\"paper\":{\"digest\":\"" OTHER
                   "\",\"name\":\"b.pdf\"}}]}");
    fixture_run(&f, "UPDATE file SET owner_city = '9999', owner_province = '99'");
    assert_int_equal(finds(f.city_officer, OTHER), 0);
    assert_int_equal(finds(f.other_staff, OTHER), copy);
    /* …and the copy's own unit lends the copy, whatever the other's level. */
    fixture_create(&f, f.other_staff, "deposit",
                   "{\"parts\":[{\"what\":\"1\",\"paper\":{\"digest\":\"" OTHER
                   "\",\"name\":\"b.pdf\"}}]}");
    fixture_run(&f, "UPDATE record_deposit SET owner_city = '5101' WHERE id = 2");
    assert_int_equal(finds(f.city_officer, OTHER), copy);
}

static void a_record_names_only_files_of_its_writers_unit(void **state)
{
    (void)state;
    fixture_file(&f, f.other_staff, OTHER, "b.pdf", SECRECY_INTERNAL);
    fixture_file(&f, f.staff, THIRD, "c.txt", SECRECY_INTERNAL);
    assert_str(fixture_faults(&f, f.staff, "thing", NAMED("paper", OTHER, "b.pdf")), "paper:file");
    assert_str(fixture_faults(&f, f.staff, "thing", NAMED("paper", THIRD, "c.pdf")), "paper:file");
    assert_str(fixture_faults(&f, f.staff, "deposit",
                              "{\"parts\":[{\"what\":\"1\"},{\"paper\":{\"digest\":\"" OTHER
                              "\",\"name\":\"b.pdf\"}}]}"),
               "parts[1].paper:file");
    assert_str(fixture_faults(&f, f.staff, "thing",
                              "{\"name\":\"x\",\"papers\":[{\"digest\":\"" THIRD
                              "\",\"name\":\"c.txt\"},{\"digest\":\"" OTHER
                              "\",\"name\":\"b.pdf\"}]}"),
               "papers[1]:file");
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM file WHERE kept_ms IS NOT NULL"), 0);
    fixture_create(&f, f.staff, "thing", NAMED("paper", FIXTURE_DIGEST, "合同.PDF"));
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM file WHERE kept_ms IS NOT NULL"), 1);
}

/* A colleague of another unit who may change the record leaves its file alone. */
static void a_file_that_a_record_has_stays(void **state)
{
    (void)state;
    struct written out;
    struct err e;
    int64_t id = fixture_create(&f, f.staff, "thing",
                                "{\"name\":\"x\",\"papers\":[{\"digest\":\"" FIXTURE_DIGEST
                                "\",\"name\":\"a.pdf\"}]}");
    int64_t own = fixture_file(&f, f.staff, OTHER, "b.txt", SECRECY_INTERNAL);
    fixture_run(
        &f, "UPDATE file SET owner_unit = 1, created_by = 99 WHERE digest = '" FIXTURE_DIGEST "'");
    struct subject s = fixture_subject(&f, f.staff);
    assert_ok(record_change(&out,
                            &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), id, f.a},
                            fixture_json(&f, "{\"papers\":[{\"digest\":\"" OTHER
                                             "\",\"name\":\"b.txt\"},{\"digest\":\"" FIXTURE_DIGEST
                                             "\",\"name\":\"a.pdf\"}]}"),
                            NULL, &e),
              &e);
    assert_int_equal(out.version, 2);
    assert_true(own > 0);
}

static void an_upload_has_its_version_and_entry_once(void **state)
{
    (void)state;
    int64_t id = fixture_file(&f, f.staff, OTHER, "b.pdf", SECRECY_INTERNAL);
    assert_int_equal(fixture_file(&f, f.manager, OTHER, "again.pdf", SECRECY_INTERNAL), id);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM log_entry"), 1);
    assert_str(fixture_text(&f, "SELECT v.action || '|' || v.role || '|' || v.account FROM "
                                "record_version v, log_entry l WHERE l.uid = v.entry AND v.type = "
                                "'file'"),
               arena_printf(f.a, "create|centre_staff|%lld", (long long)f.staff).ptr);
    struct str content = fixture_text(&f, "SELECT content FROM record_version");
    assert_true(str_contains(content, STR("\"digest\":\"" OTHER "\",\"kind\":\"pdf\"")));
}

static void quota_and_level_of_a_unit_hold(void **state)
{
    (void)state;
    struct file_stored stored = {.bytes = 1000};
    struct attachment_made out;
    struct attachment_new x = {.stored = &stored,
                               .kind = file_kind_of_name(STR("b.pdf")),
                               .name = STR("b.pdf"),
                               .secrecy = SECRECY_INTERNAL,
                               .quota_bytes = 1099}; /* 100 are there */
    struct subject s = fixture_subject(&f, f.staff), other = fixture_subject(&f, f.other_staff);
    struct err e;
    memcpy(stored.digest, OTHER, SHA256_HEX_LEN);
    memcpy(stored.blob, OTHER, SHA256_HEX_LEN);
    assert_int_equal(attachment_add(&out, &(struct record_call){&f.k, &s, NULL, 0, f.a}, &x, &e),
                     E_LIMIT);
    assert_true(out.over_quota);
    assert_ok(attachment_add(&out, &(struct record_call){&f.k, &other, NULL, 0, f.a}, &x, &e),
              &e); /* each unit its own */
    x.quota_bytes = 1100;
    assert_ok(attachment_add(&out, &(struct record_call){&f.k, &s, NULL, 0, f.a}, &x, &e), &e);
    x.secrecy = SECRECY_SECRET;
    assert_int_equal(attachment_add(&out, &(struct record_call){&f.k, &s, NULL, 0, f.a}, &x, &e),
                     E_CONFLICT);
    struct subject nobody = fixture_subject(&f, 0);
    assert_int_equal(
        attachment_add(&out, &(struct record_call){&f.k, &nobody, NULL, 0, f.a}, &x, &e), E_DENIED);
    assert_int_equal(
        attachment_may_upload(&(struct record_call){&f.k, &nobody, NULL, 0, f.a}, SECRECY_OPEN, &e),
        E_DENIED);
}

static bool swept(const char *digest)
{
    struct digest d;
    bool is = true;
    struct err e;
    for (size_t i = 0; i < HASH_LEN; i++) {
        char two[3] = {digest[2 * i], digest[2 * i + 1], '\0'};
        d.byte[i] = (uint8_t)strtoul(two, NULL, 16);
    }
    assert_ok(attachment_referenced(&is, &d, &f.k, &e), &e);
    return !is;
}

static void what_nothing_names_ends_and_what_something_named_stays(void **state)
{
    (void)state;
    fixture_file(&f, f.staff, OTHER, "b.pdf", SECRECY_INTERNAL);
    fixture_file(&f, f.other_staff, OTHER, "b.pdf", SECRECY_INTERNAL);
    fixture_file(&f, f.staff, THIRD, "c.pdf", SECRECY_INTERNAL);
    int64_t id = fixture_create(&f, f.staff, "thing", NAMED("paper", THIRD, "c.pdf"));
    assert_true(swept(OTHER)); /* both units' rows */
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM file WHERE ended_ms IS NOT NULL AND "
                                        "state = 'ended' AND digest = '" OTHER "'"),
                     2);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_version WHERE type = 'file' "
                                        "AND action = 'end' AND account = 0"),
                     2);
    assert_int_equal(finds(f.staff, OTHER), 0);
    assert_str(fixture_faults(&f, f.staff, "thing", NAMED("paper", OTHER, "b.pdf")), "paper:file");
    fixture_file(&f, f.staff, OTHER, "b.pdf", SECRECY_INTERNAL); /* it can come again */

    assert_false(swept(THIRD));
    /* Its record lets it go: an earlier version still speaks of it. */
    struct written out;
    struct err e;
    struct subject s = fixture_subject(&f, f.staff);
    assert_ok(record_change(&out,
                            &(struct record_call){&f.k, &s, fixture_type(&f, "thing"), id, f.a},
                            fixture_json(&f, "{\"paper\":null}"), NULL, &e),
              &e);
    assert_false(swept(THIRD));
    assert_true(swept("3333333333333333333333333333333333333333333333333333333333333333"));
    /* The look-up of the types alone keeps it as well: in a column, a list, a table. */
    fixture_create(&f, f.staff, "thing",
                   "{\"name\":\"y\",\"paper\":{\"digest\":\"" FIXTURE_DIGEST
                   "\",\"name\":\"c.pdf\"}}");
    fixture_run(&f, "UPDATE file SET kept_ms = NULL");
    assert_false(swept(FIXTURE_DIGEST));
    fixture_run(&f, "UPDATE record_thing SET paper = NULL");
    fixture_run(&f, "INSERT INTO record_thing_papers (record_id, position, value, value_name) "
                    "VALUES (1, 7, '" FIXTURE_DIGEST "', 'a.pdf')");
    assert_false(swept(FIXTURE_DIGEST));
    fixture_run(&f, "DELETE FROM record_thing_papers");
    assert_true(swept(FIXTURE_DIGEST));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_read_by_the_rules_of_its_type),
        TEST(a_secret_file_is_its_uploaders_and_managers),
        TEST(who_reads_a_record_reads_its_files_at_their_level),
        TEST(another_units_copy_does_not_open_a_secret_one),
        TEST(a_record_names_only_files_of_its_writers_unit),
        TEST(a_file_that_a_record_has_stays),
        TEST(an_upload_has_its_version_and_entry_once),
        TEST(quota_and_level_of_a_unit_hold),
        TEST(what_nothing_names_ends_and_what_something_named_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
