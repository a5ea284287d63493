#include "test.h"

#include "base/buf.h"
#include "base/msg.h"
#include "record/value.h"
#include "text/json.h"

static struct arena *a;
static struct record_types *set;

static const struct jvalue *parsed(struct buf *b)
{
    const struct jvalue *v;
    struct err e;
    assert_true(buf_ok(b));
    assert_ok(jin_parse(&v, arena_dup(a, buf_str(b)), a, &e), &e);
    buf_clear(b);
    return v;
}

static const struct jvalue *described(const struct record_type *t)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    record_type_json(&j, t);
    return parsed(&b);
}

static const struct jvalue *schema(const struct record_type *t, enum record_schema which)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    record_type_schema(&j, t, which);
    return parsed(&b);
}

static const struct jvalue *named(const struct jvalue *list, const char *name)
{
    for (size_t i = 0; list && i < list->count; i++)
        if (str_is(jin_text(&list->items[i], "name"), name))
            return &list->items[i];
    fail_msg("no %s", name);
    return NULL;
}

static bool holds(const struct jvalue *list, struct str word)
{
    for (size_t i = 0; list && i < list->count; i++)
        if (str_eq(list->items[i].text, word))
            return true;
    return false;
}

static void a_description_says_what_a_form_needs(void **state)
{
    (void)state;
    const struct jvalue *deal = described(record_type_find(set, STR("deal")));
    const struct jvalue *fields = jin_get(deal, "fields");
    assert_str(jin_text(jin_get(deal, "label"), "zh"), "交易");
    assert_str(jin_text(deal, "owner"), "unit");
    assert_str(jin_text(deal, "initial"), "intent");
    assert_str(jin_text(deal, "facts_shape"), "list");

    const struct jvalue *service = described(record_type_find(set, STR("service_record")));
    const struct jvalue *rate = named(jin_get(service, "asks"), "rate");
    assert_str(jin_text(rate, "who"), "party_code_asked");
    assert_true(holds(jin_get(rate, "fills"), STR("satisfaction")));
    assert_true(holds(jin_get(named(jin_get(service, "fields"), "rated_on"), "set_by"),
                      STR("answer:rate")));

    const struct jvalue *amount = named(fields, "amount");
    assert_str(jin_text(amount, "type"), "money");
    assert_str(jin_text(amount, "min"), "0.00"); /* as a record's JSON has it */
    assert_str(jin_text(amount, "places"), "2");
    assert_str(jin_text(amount, "currency"), "currency");
    assert_str(jin_text(amount, "filter"), "number");
    assert_non_null(jin_get(amount, "sorts"));
    assert_null(jin_get(amount, "required"));

    assert_int_equal(jin_get(named(fields, "type"), "required")->type, J_TRUE);
    assert_str(jin_text(named(fields, "number"), "numbered"), "YS-{yy}-{nn}"); /* not asked for */
    assert_true(holds(jin_get(named(fields, "contract_no"), "required_from"), STR("filed")));
    assert_str(jin_text(named(fields, "contract_no"), "max"), "64");
    assert_str(jin_text(&jin_get(named(fields, "type"), "values")->items[0], "code"), "transfer");
    assert_str(jin_text(named(jin_get(named(fields, "payments"), "fields"), "due"), "type"),
               "date");
    assert_str(jin_text(named(fields, "demand"), "to"), "demand");
    assert_str(jin_text(named(fields, "paid_total"), "result"), "money");
    assert_null(jin_get(named(fields, "paid_total"), "sorts"));
    assert_str(jin_text(named(fields, "licence_term"), "filter"), "period");

    const struct jvalue *sign = named(jin_get(deal, "actions"), "sign");
    assert_true(holds(jin_get(sign, "need"), STR("contract_file")));
    assert_str(jin_text(sign, "reason"), "none");
    assert_str(jin_text(named(jin_get(deal, "states"), "void"), "locked"), "all");
    const struct jvalue *rule = &jin_get(deal, "access")->items[0];
    assert_true(holds(jin_get(rule, "verbs"), STR("read")));
    assert_str(jin_text(rule, "fields"), "all");
    rule = &jin_get(deal, "access")->items[1];
    assert_true(holds(jin_get(rule, "verbs"), STR("create")));
    assert_false(holds(jin_get(rule, "fields"), STR("accepted")));
    const struct jvalue *word = jin_get(named(fields, "accepted"), "word");
    assert_str(jin_text(word, "who"), "office");
    assert_str(jin_text(jin_get(word, "label"), "zh"), "受理或管理机关");
    assert_null(jin_get(named(fields, "contract_file"), "word"));
    assert_str(jin_text(&jin_get(deal, "constraints")->items[0], "kind"), "order");

    const struct jvalue *staff = described(record_type_find(set, STR("staff")));
    assert_str(jin_text(named(jin_get(staff, "fields"), "id_number"), "filter"), "equal");
}

static void a_schema_says_what_json_may_stand_where(void **state)
{
    (void)state;
    const struct record_type *t = record_type_find(set, STR("deal"));
    const struct jvalue *create = schema(t, RECORD_SCHEMA_CREATE);
    const struct jvalue *properties = jin_get(create, "properties");
    assert_str(jin_text(create, "type"), "object");
    assert_int_equal(jin_get(create, "additionalProperties")->type, J_FALSE);
    assert_true(holds(jin_get(create, "required"), STR("type")));
    assert_false(holds(jin_get(create, "required"), STR("number")));
    assert_false(holds(jin_get(create, "required"), STR("amount")));
    const struct jvalue *staff = schema(record_type_find(set, STR("staff")), RECORD_SCHEMA_CREATE);
    assert_str(jin_text(jin_get(jin_get(staff, "properties"), "name"), "type"), "string");
    assert_true(holds(jin_get(jin_get(properties, "contract_no"), "type"), STR("null")));
    assert_str(jin_text(jin_get(properties, "contract_no"), "maxLength"), "64");
    assert_true(holds(jin_get(jin_get(properties, "amount"), "type"), STR("null")));
    assert_str(jin_text(jin_get(properties, "amount"), "pattern"), "^-?[0-9]+(\\.[0-9]{1,2})?$");
    assert_true(holds(jin_get(jin_get(properties, "type"), "enum"), STR("pledge")));
    const struct jvalue *row = jin_get(jin_get(properties, "payments"), "items");
    assert_true(holds(jin_get(row, "required"), STR("due")));
    assert_null(jin_get(schema(t, RECORD_SCHEMA_CHANGE), "required"));
    const struct jvalue *read = jin_get(schema(t, RECORD_SCHEMA_READ), "properties");
    assert_true(holds(jin_get(jin_get(read, "state"), "enum"), STR("filed")));
    assert_non_null(jin_get(read, "version"));
    assert_int_equal(jin_get(jin_get(read, "paid_total"), "readOnly")->type, J_TRUE);
}

/* Every field of every type stands where it should, and nowhere else. */
static void every_type_is_described_whole(void **state)
{
    (void)state;
    const struct record_type *t;
    for (size_t i = 0; (t = record_type_at(set, i)); i++) {
        const struct jvalue *all = jin_get(described(t), "fields");
        const struct jvalue *create = jin_get(schema(t, RECORD_SCHEMA_CREATE), "properties");
        const struct jvalue *change = jin_get(schema(t, RECORD_SCHEMA_CHANGE), "properties");
        const struct jvalue *read = jin_get(schema(t, RECORD_SCHEMA_READ), "properties");
        size_t written = 0, retired = 0;
        for (size_t k = 0; k < t->field_count; k++) {
            const struct field *f = &t->fields[k];
            const char *name = arena_cstr(a, f->name);
            if (f->retired) { /* kept in the store, seen by nobody */
                assert_null(jin_get(read, name));
                retired++;
                continue;
            }
            assert_str(jin_text(named(all, name), "type"), field_type_name(f->type));
            assert_non_null(jin_get(read, name));
            assert_int_equal(jin_get(create, name) != NULL, field_is_given(f));
            assert_int_equal(jin_get(change, name) != NULL, field_is_given(f));
            written += field_is_given(f);
        }
        assert_int_equal(all->count, t->field_count - retired);
        assert_int_equal(create->count, written);
        assert_int_equal(change->count, written);
    }
}

static void labels_follow_the_language(void **state)
{
    (void)state;
    const struct record_type *t = record_type_find(set, STR("deal"));
    assert_str(jin_text(schema(t, RECORD_SCHEMA_CREATE), "title"), "Deal");
    msg_set_lang(LANG_ZH);
    assert_str(jin_text(schema(t, RECORD_SCHEMA_CREATE), "title"), "交易");
    msg_set_lang(LANG_EN);
}

static int set_up(void **state)
{
    (void)state;
    const struct type_finding *findings;
    size_t count;
    struct err e;
    msg_set_lang(LANG_EN);
    a = arena_new();
    return record_types_load(&set, NULL, &findings, &count, a, &e) == OK ? 0 : -1;
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
        cmocka_unit_test(a_description_says_what_a_form_needs),
        cmocka_unit_test(a_schema_says_what_json_may_stand_where),
        cmocka_unit_test(every_type_is_described_whole),
        cmocka_unit_test(labels_follow_the_language),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
