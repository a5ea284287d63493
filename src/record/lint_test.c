/* Golden files: tests/golden/types/NN_what.yaml is a wrong type, NN_what.out what
 * is said of it. UPDATE_GOLDEN=1 rewrites the .out files; the change is then
 * reviewed. The file counts as example.yaml, or as its line "# file: NAME" says. */
#include "test.h"

#include "base/buf.h"
#include "base/fs.h"
#include "base/msg.h"
#include "base/rand.h"
#include "record/type.h"
#include <dirent.h>
#include <stdlib.h>

#define FILE_MAX ((size_t)1 << 20)

static struct arena *a;
static struct record_types *set;

static const char *golden_folder(void)
{
    return arena_printf(a, "%s/tests/golden/types", getenv("MESON_SOURCE_ROOT")).ptr;
}

static struct str read_file(struct str path)
{
    struct bytes content;
    struct err e;
    if (fs_read(&content, &fs_system, path.ptr, FILE_MAX, a, &e) != OK)
        return STR_NONE;
    return bytes_str(content);
}

static struct str counts_as(struct str text)
{
    struct str mark = STR("# file: ");
    size_t at = str_find(text, mark, 0);
    if (at == text.len)
        return STR("example.yaml");
    struct str rest = {text.ptr + at + mark.len, text.len - at - mark.len};
    return arena_dup(a, str_split(&rest, STR("\n")));
}

static size_t lint(const struct type_finding **findings, struct str text, const char *file)
{
    size_t count;
    struct err e = {0};
    err_t rc = record_types_lint(findings, &count, &(struct type_text){file, text}, 1, set, a, &e);
    if (rc != OK && rc != E_INVALID)
        fail_msg("%s: %s", file, e.text);
    size_t faults = 0;
    for (size_t i = 0; i < count; i++)
        faults += !(*findings)[i].advice;
    assert_int_equal(rc == E_INVALID, faults > 0);
    return count;
}

static struct str said_of(struct str text)
{
    const struct type_finding *findings;
    const char *file = counts_as(text).ptr;
    size_t count = lint(&findings, text, file);
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < count; i++) {
        assert_str(findings[i].file, file);
        if (!findings[i].advice)
            buf_addf(&b, "%d: %.*s\n", findings[i].line, STR_ARG(findings[i].reason));
    }
    struct str out = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return out;
}

static void check_golden(struct str name)
{
    struct str stem = {name.ptr, name.len - sizeof(".yaml") + 1};
    const char *folder = golden_folder();
    struct str text = read_file(arena_printf(a, "%s/%.*s", folder, STR_ARG(name)));
    const char *out = arena_printf(a, "%s/%.*s.out", folder, STR_ARG(stem)).ptr;
    struct str got = said_of(text), expected = read_file(str_of(out));
    struct err e;
    if (getenv("UPDATE_GOLDEN"))
        assert_ok(fs_write_synced(&fs_system, out, str_bytes(got), &e), &e);
    else if (!str_eq(got, expected))
        fail_msg("%.*s\ngot\n%.*sexpected\n%.*s", STR_ARG(name), STR_ARG(got), STR_ARG(expected));
    assert_true(got.len > 0);
}

static void what_is_wrong_with_a_file_is_said(void **state)
{
    (void)state;
    size_t count = 0;
    DIR *dir = opendir(golden_folder());
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (str_ends(str_of(entry->d_name), STR(".yaml"))) {
            check_golden(arena_dup(a, str_of(entry->d_name)));
            count++;
        }
    closedir(dir);
    assert_true(count >= 60);
}

/* What would make the pages better stops no start. */
static void advice_is_said_and_stops_nothing(void **state)
{
    (void)state;
    const struct type_finding *findings;
    const char *text = "name: example\nlabel: {zh: 示例, en: Example}\nlist: [no]\nfields:\n"
                       "  - {name: no, type: text, label: {zh: 编号, en: Number}}\n"
                       "access:\n  - {roles: [centre_staff], relation: own_unit, verbs: [read]}\n";
    assert_int_equal(lint(&findings, str_of(text), "example.yaml"), 1);
    assert_true(findings[0].advice);
    assert_true(str_contains(findings[0].reason, STR("which duty it serves")));
}

/* --- files cut and mangled ------------------------------------------------------------ */

static const char *const whole =
    "name: example\n"
    "label: {zh: 示例, en: Example}\n"
    "key: [no]\n"
    "list: [no, day, state]\n"
    "sort: \"-day\"\n"
    "search: [title]\n"
    "fields:\n"
    "  - {name: no, type: text, required: true, label: {zh: 编号, en: Number}, max: 20}\n"
    "  - {name: title, type: long_text, label: {zh: 标题, en: Title}}\n"
    "  - {name: day, type: date, label: {zh: 日期, en: Day}, max: today}\n"
    "  - {name: price, type: money, label: {zh: 价格, en: Price}, min: 0, default: \"10.00\"}\n"
    "  - {name: deal, type: ref, to: deal, label: {zh: 交易, en: Deal}}\n"
    "  - name: shares\n"
    "    type: table\n"
    "    label: {zh: 份额, en: Shares}\n"
    "    fields:\n"
    "      - {name: who, type: party, label: {zh: 主体, en: Party}}\n"
    "      - {name: percent, type: percent, label: {zh: 比例, en: Percent}}\n"
    "  - name: total\n"
    "    type: computed\n"
    "    result: percent\n"
    "    label: {zh: 合计, en: Total}\n"
    "    sql: SELECT sum(percent) FROM record_example_shares WHERE record_id = ?1\n"
    "constraints:\n"
    "  - {sum: shares.percent, is: \"100.00\"}\n"
    "states:\n"
    "  initial: draft\n"
    "  list:\n"
    "    - {name: draft, label: {zh: 草稿, en: Draft}}\n"
    "    - {name: done, label: {zh: 完成, en: Done}, locked: all}\n"
    "  transitions:\n"
    "    - {name: finish, label: {zh: 完成, en: Finish}, from: [draft], to: done, need: [day]}\n"
    "access:\n"
    "  - {roles: [centre_staff], relation: own_unit, verbs: [read, create], actions: [finish]}\n";

static void a_file_without_fault_has_no_finding(void **state)
{
    (void)state;
    struct str said = said_of(str_of(whole));
    if (said.len)
        fail_msg("%.*s", STR_ARG(said));
}

/* Whatever is done to the file: an end, and the same findings twice, each with a
 * line of the file and a sentence. */
static void a_mangled_file_is_said_alike_twice(void **state)
{
    (void)state;
    uint64_t seed = test_seed(9);
    struct rand r = {seed};
    size_t len = strlen(whole), refused = 0;
    struct arena *outer = a;
    for (int round = 0; round < 400; round++) {
        a = arena_new();
        char *text = arena_alloc(a, 2 * len);
        uint32_t at = rand_below(&r, (uint32_t)len), cut = 1 + rand_below(&r, 60);
        uint32_t from = rand_below(&r, (uint32_t)len), take = rand_below(&r, 2) ? cut : 0;
        take = from + take > len ? (uint32_t)len - from : take;
        cut = at + cut > len ? (uint32_t)len - at : cut;
        memcpy(text, whole, at);
        memcpy(text + at, whole + from, take);
        memcpy(text + at + take, whole + at + cut, len - at - cut);
        struct str mangled = {text, len - cut + take};
        struct str once = said_of(mangled), again = said_of(mangled);
        if (!str_eq(once, again))
            fail_msg("SEED=%llu round %d", (unsigned long long)seed, round);
        refused += once.len > 0;
        arena_free(a);
        a = outer;
    }
    assert_true(refused > 300);
}

/* --- replacing a shipped type ------------------------------------------------------------- */

static void an_own_file_may_add_to_a_shipped_type_only(void **state)
{
    (void)state;
    const struct type_finding *findings;
    const struct record_type *deal = record_type_find(set, STR("deal"));
    struct str shipped =
        read_file(arena_printf(a, "%s/types/deal.yaml", getenv("MESON_SOURCE_ROOT")));
    struct str mark = STR("\nconstraints:");
    size_t at = str_find(shipped, mark, 0);
    assert_true(at < shipped.len && deal != NULL);
    struct str more = arena_printf(
        a, "%.*s\n  - {name: colour, type: text, label: {zh: 颜色, en: Colour}, fact: none}\n%.*s",
        (int)at, shipped.ptr, (int)(shipped.len - at), shipped.ptr + at);
    assert_int_equal(lint(&findings, more, "deal.yaml"), 1);
    assert_true(findings[0].advice && str_contains(findings[0].reason, STR("in no section")));
    at = str_find(shipped, STR("  - {name: title,"), 0);
    size_t end = str_find(shipped, STR("\n"), at);
    struct str less = arena_printf(a, "%.*s%.*s", (int)at, shipped.ptr,
                                   (int)(shipped.len - end - 1), shipped.ptr + end + 1);
    size_t count = lint(&findings, less, "deal.yaml");
    assert_true(count > 0);
    bool told = false;
    for (size_t i = 0; i < count; i++)
        told |= str_contains(findings[i].reason, STR("has the field \"title\""));
    assert_true(told);
}

static int set_up(void **state)
{
    (void)state;
    const struct type_finding *findings;
    size_t count;
    struct err e;
    msg_set_lang(LANG_EN);
    a = arena_new();
    /* Of the shipped types nothing is advised either. */
    return record_types_load(&set, NULL, &findings, &count, a, &e) == OK && count == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    record_types_free(set);
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_with_a_file_is_said),
        cmocka_unit_test(advice_is_said_and_stops_nothing),
        cmocka_unit_test(a_file_without_fault_has_no_finding),
        cmocka_unit_test(a_mangled_file_is_said_alike_twice),
        cmocka_unit_test(an_own_file_may_add_to_a_shipped_type_only),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
