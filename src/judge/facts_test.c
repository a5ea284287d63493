/* Acceptance of the store side: facts that are stored come back as the document they were,
 * and give the same verdict; on both databases. */
#include "test.h"

#include "judge/asked.h"
#include "judge/facts_fill.h"
#include "judge/facts_make.h"
#include "judge/stored.h"
#include "policy/case.h"
#include "record/fixture.h"
#include "record/validate.h"
#include <stdio.h>
#include <unistd.h>

#define MADE 120
#define RUN_ROWS 6

static struct fixture f;
static struct packs *packs;
static int64_t numbers;

struct filling {
    const struct yvalue *document;
    struct filled_party party;
    int64_t number;
    struct arena *arena;
};

static err_t fill_step(struct db *db, void *arg, struct err *e)
{
    struct filling *x = arg;
    err_t rc = facts_fill_party(&x->party, db, x->number, x->arena, e);
    return rc == OK ? facts_fill(db, &f.k, &x->party, x->document, x->arena, e) : rc;
}

static bool kept_here(struct str list)
{
    const struct record_type *t;
    bool kept = false;
    for (size_t i = 0; (t = record_type_at(f.k.types, i)) != NULL; i++)
        kept |= t->kept_here && str_eq(t->facts, list);
    return kept;
}

static struct yvalue without_kept(struct yvalue list, struct arena *a)
{
    struct yvalue *left = arena_array(a, list.count + 1, sizeof(*left));
    size_t n = 0;
    for (size_t i = 0; i < list.count; i++)
        if (!kept_here(list.items[i].text))
            left[n++] = list.items[i];
    list.items = left;
    list.count = n;
    return list;
}

/* A document as a store has it: what the program keeps itself is all there, said or not. */
static const struct yvalue *stored_whole(const struct yvalue *document, struct arena *a)
{
    const struct record_type *t;
    size_t max = document->count;
    while (record_type_at(f.k.types, max - document->count))
        max++;
    struct yvalue *names = arena_array(a, max, sizeof(*names));
    struct yvalue *items = arena_array(a, max, sizeof(*items));
    struct yvalue *out = arena_alloc(a, sizeof(*out));
    *out = (struct yvalue){.type = Y_MAP, .names = names, .items = items};
    for (size_t i = 0; i < document->count; i++) {
        bool open = str_is(document->names[i].text, "open");
        names[out->count] = document->names[i];
        items[out->count] = open ? without_kept(document->items[i], a) : document->items[i];
        bool absent = open ? items[out->count].count == 0
                           : kept_here(names[out->count].text) && yin_is_null(&items[out->count]);
        out->count += !absent;
    }
    for (size_t i = 0; (t = record_type_at(f.k.types, i)) != NULL; i++)
        if (t->kept_here && !yin_get(out, arena_cstr(a, t->facts))) {
            names[out->count] = (struct yvalue){.type = Y_TEXT, .text = t->facts};
            items[out->count++] = (struct yvalue){.type = Y_LIST};
        }
    return out;
}

static err_t fill(struct filling *x, const struct yvalue *document, struct arena *a, struct err *e)
{
    document = stored_whole(document, a);
    *x = (struct filling){.document = document, .number = ++numbers, .arena = a};
    return store_write(f.store, fill_step, x, e);
}

static struct subject the_program(void)
{
    struct subject s;
    subject_program(&s, STR("2026-11-20"));
    return s;
}

static struct party_facts party_of(const struct filling *x, const struct subject *s,
                                   struct arena *a)
{
    struct party_facts p;
    struct db *db = NULL;
    struct err e;
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(record_party(&p, &f.k, db, s, x->party.code, a, &e), &e);
    assert_int_equal(p.unit, x->party.unit);
    store_reader_put(f.store, db);
    return p;
}

static struct str text_of(const struct yvalue *document, const char *key)
{
    const struct yvalue *v = yin_get(document, key);
    return v && !yin_is_null(v) ? v->text : STR_NONE;
}

static struct str canonical(const struct yvalue *document, struct arena *a)
{
    struct buf b;
    struct err e;
    buf_init(&b, 0);
    assert_ok(facts_canonical(&b, document, a, &e), &e);
    struct str s = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return s;
}

/* What is no record's: the unit that a document was filled into is made up, so what the register has of it is not
 * the document's; and the day of handing in is the case's (matter/lapse.h), here the document's. */
static void but_of_records(struct stored_facts *s, const struct yvalue *document, struct arena *a)
{
    const struct yvalue *all = s->party.document, *day = yin_get(document, "handed_in");
    struct yvalue *left = arena_alloc(a, sizeof(*left));
    struct yvalue *names = arena_array(a, all->count + 1, sizeof(*names));
    struct yvalue *items = arena_array(a, all->count + 1, sizeof(*items));
    *left = (struct yvalue){.type = Y_MAP, .names = names, .items = items};
    for (size_t i = 0; i < all->count; i++)
        if (!str_is(all->names[i].text, "register")) {
            names[left->count] = all->names[i];
            items[left->count++] = all->items[i];
        }
    assert_int_equal(left->count + 1, all->count);
    if (day) {
        names[left->count] = (struct yvalue){.type = Y_TEXT, .text = STR("handed_in")};
        items[left->count++] = *day;
    }
    s->party.document = left;
    s->canonical = canonical(left, a);
}

static struct stored_facts stored(const struct filling *x, const struct subject *s, struct arena *a)
{
    struct facts_request r = {.as_of = text_of(x->document, "as_of"),
                              .programme = text_of(x->document, "programme"),
                              .question = text_of(x->document, "question"),
                              .subject = s};
    struct party_facts p = party_of(x, s, a);
    struct stored_facts out;
    struct err e;
    assert_ok(facts_from_store(&out, &p, NULL, &f.k, &r, a, &e), &e);
    but_of_records(&out, x->document, a);
    return out;
}

static const struct yvalue *parsed(struct str text, struct arena *a)
{
    const struct yvalue *v;
    struct err e;
    assert_ok(facts_parse(&v, text, a, &e), &e);
    return v;
}

/* All that a verdict says, or why the facts are refused. */
static struct str verdict_text(const struct pack *p, struct str question,
                               const struct yvalue *facts, struct arena *a)
{
    struct pack_verdict v;
    struct buf b;
    struct jout j;
    struct err e;
    if (pack_verdict_check(&v, p, facts, question, a, &e) != OK) /* a row number is the file's */
        return STR("refused");
    buf_init(&b, 0);
    jout_init(&j, &b);
    pack_verdict_json(&j, &v, a);
    struct str s = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return s;
}

static void same(const char *what, struct str file, struct str wanted, struct str got)
{
    size_t at = 0;
    if (str_eq(wanted, got))
        return;
    while (at < wanted.len && at < got.len && wanted.ptr[at] == got.ptr[at])
        at++;
    at = at > 60 ? at - 60 : 0;
    fail_msg("%.*s: %s\nexpected …%.200s\n     got …%.200s", STR_ARG(file), what, wanted.ptr + at,
             got.ptr + at);
}

static struct stored_facts comes_back(const struct filling *x, struct str file, struct arena *a)
{
    struct subject s = the_program();
    struct stored_facts out = stored(x, &s, a);
    struct str wanted = canonical(x->document, a);
    same("document", file, wanted, out.canonical);
    same("read again", file, wanted, canonical(parsed(out.canonical, a), a));
    return out;
}

/* A credit code with a wrong check digit is flagged in the file; its one spelling has none. */
static void gives_the_verdict(const struct filling *x, const struct stored_facts *s,
                              struct str file, const struct pack *p, struct str question,
                              struct arena *a)
{
    same("verdict", file, verdict_text(p, question, parsed(canonical(x->document, a), a), a),
         verdict_text(p, question, parsed(s->canonical, a), a));
}

/* --- cases --------------------------------------------------------------------------------- */

struct counts {
    size_t held, refused;
};

static void run_case(struct counts *n, const struct pack *p, struct packs *from,
                     const struct pack_text *file)
{
    struct case_result r;
    struct filling x;
    struct err e;
    struct arena *a = arena_new();
    const struct yvalue *root = case_parse(&r, p, from, file->name, file->text, a);
    const struct yvalue *document = root ? yin_get(root, "facts") : NULL;
    const struct yvalue *expect = root ? yin_get(root, "expect") : NULL;
    if (!root)
        fail_msg("%.*s: %.*s", STR_ARG(file->name), STR_ARG(r.wrong));
    if (document && !yin_get(expect, "exit")) { /* a case may ask for days, names or lives alone */
        err_t rc = fill(&x, document, a, &e);
        if (rc == OK) {
            struct stored_facts s = comes_back(&x, file->name, a);
            gives_the_verdict(&x, &s, file->name, p, STR_NONE, a);
            n->held++;
        } else if (rc == E_CONFLICT) { /* the same record twice: a natural key refuses it */
            print_message("# %.*s: %s\n", STR_ARG(file->name), e.text);
            n->refused++;
        } else {
            fail_msg("%.*s: %s", STR_ARG(file->name), e.text);
        }
    }
    arena_free(a);
}

static struct counts run_cases(struct packs *from, const char *folder, struct str id)
{
    const struct pack_text *files;
    const struct pack *p;
    struct counts n = {0};
    struct arena *a = arena_new();
    struct err e;
    assert_ok(packs_get(&p, packs, id, &e), &e);
    size_t count = packs_files(&files, from, id, folder, a);
    for (size_t i = 0; i < count; i++)
        run_case(&n, p, packs, &files[i]);
    arena_free(a);
    return n;
}

static void the_facts_of_every_case_come_back(void **state)
{
    const struct str *ids;
    size_t held = 0, refused = 0, n = packs_ids(&ids, packs);
    (void)state;
    for (size_t i = 0; i < n; i++) {
        struct counts c = run_cases(packs, "cases/", ids[i]);
        held += c.held;
        refused += c.refused;
    }
    print_message("# %zu cases\n", held);
    assert_true(held > 200);
    /* Registers have no person, patent, project, contract and no line of a voucher twice: two cases of
     * staff, six of patents, one of projects, one of contracts, five of vouchers. */
    assert_int_equal(refused, 15);
}

static void the_facts_of_every_shared_case_come_back(void **state)
{
    const char *shared = getenv("ZHIYUN_SHARED"), *root = getenv("MESON_SOURCE_ROOT");
    struct arena *a = arena_new();
    struct str folder = shared ? arena_printf(a, "%s/cases", shared)
                               : arena_printf(a, "%s/../shared/cases", root ? root : ".");
    const struct str *ids;
    size_t held = 0, n = packs_ids(&ids, packs);
    (void)state;
    if (access(folder.ptr, R_OK) != 0) {
        printf("# skipped: the shared cases are not here; set ZHIYUN_SHARED\n");
        arena_free(a);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct packs *cases = packs_open_cases(folder.ptr, ids[i]);
        struct counts c = run_cases(cases, "", ids[i]);
        held += c.held;
        assert_int_equal(c.refused, 0);
        packs_close(cases);
    }
    print_message("# %zu cases\n", held);
    assert_true(held > 0);
    arena_free(a);
}

/* --- what records lack -------------------------------------------------------------------------- */

/* As a request writes it. */
static void value_json(struct jout *j, const struct field *of, const struct yvalue *v);

/* A row of a case says what matters; what its table wants besides is made. */
static void row_json(struct jout *j, const struct field *table, const struct yvalue *row,
                     struct arena *a)
{
    struct str line =
        arena_printf(a, "%d", row->line); /* another in each row: keys are of one row */
    jout_object(j);
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *col = &table->fields[i];
        const struct yvalue *v = yin_get(row, arena_cstr(a, col->name));
        const struct yvalue made = {.type = Y_TEXT,
                                    .text = col->type == FIELD_DATE ? STR("2026-12-01") : line};
        if (!v && !col->required)
            continue;
        jout_name_str(j, col->name);
        value_json(j, col, v ? v : &made);
    }
    jout_end_object(j);
}

static void value_json(struct jout *j, const struct field *of, const struct yvalue *v)
{
    if (of->type == FIELD_TABLE) {
        struct arena *a = arena_new();
        jout_array(j);
        for (size_t i = 0; i < v->count; i++)
            row_json(j, of, &v->items[i], a);
        jout_end_array(j);
        arena_free(a);
    } else if (of->type == FIELD_BOOL || of->type == FIELD_INT) {
        jout_raw(j, v->text);
    } else {
        jout_str(j, v->text);
    }
}

static const struct jvalue *record_of(const struct record_type *t, const struct yvalue *values,
                                      struct arena *a)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    for (size_t i = 0; i < t->field_count; i++) {
        const struct yvalue *v = yin_get(values, arena_cstr(a, t->fields[i].name));
        if (!v)
            continue;
        jout_name_str(&j, t->fields[i].name);
        value_json(&j, &t->fields[i], v);
    }
    jout_end_object(&j);
    return fixture_written(&b, a);
}

static size_t faults_with(const struct record_type *t, const struct jvalue *json,
                          const struct constraint *asked, size_t count, struct arena *a)
{
    struct fault_list faults = {.a = a};
    struct validation v = {.plan = plan_of(&f.k, t),
                           .keys = f.k.keys,
                           .asked = asked,
                           .asked_count = count,
                           .province = STR("51"),
                           .today = STR("2026-05-01"),
                           .by_step = true,
                           .faults = &faults,
                           .a = a};
    struct body b;
    validate_body(&b, &v, json);
    validate_state(&v, &b, t->states[0].name);
    return faults.len;
}

/* As many as the store asks of a record with these values, where no pack but this one asks: another
 * of the same place may ask more of the record, which the case's own does not say. */
static void lacks_as_many(const struct yvalue *row, struct packs *of, struct str file,
                          struct arena *a)
{
    const struct yvalue *lacks = yin_get(row, "lacks");
    const struct record_type *t = record_type_find(f.k.types, yin_get(row, "of")->text);
    const struct constraint *asked;
    size_t count, found = 0;
    struct err e;
    assert_non_null(t);
    assert_ok(judge_asks(&asked, &count, of, STR("51"), t->name, STR("2026-05-01"), a, &e), &e);
    const struct jvalue *json = record_of(t, yin_get(row, "values"), a);
    size_t without = faults_with(t, json, NULL, 0, a);
    for (size_t i = 0; i < count; i++)
        found += faults_with(t, json, &asked[i], 1, a) > without;
    if (found != (lacks ? lacks->count : 0))
        fail_msg("%.*s, row %d: the store asks for %zu", STR_ARG(file), row->line, found);
}

static void records_of_cases_lack_what_the_store_asks_for(void **state)
{
    const struct str *ids;
    struct arena *a = arena_new();
    size_t n = packs_ids(&ids, packs), rows = 0;
    (void)state;
    for (size_t i = 0; i < n; i++) {
        const struct pack_text *files;
        const struct pack *p;
        struct err e;
        struct packs *alone;
        assert_ok(packs_get(&p, packs, ids[i], &e), &e);
        assert_ok(packs_open_archive(&alone, packs_archive(packs, p, a), &e), &e);
        size_t count = packs_files(&files, packs, ids[i], "cases/", a);
        for (size_t k = 0; k < count; k++) {
            struct case_result r;
            const struct yvalue *root = case_parse(&r, p, packs, files[k].name, files[k].text, a);
            const struct yvalue *list = root ? yin_get(root, "records") : NULL;
            for (size_t m = 0; list && m < list->count; m++, rows++)
                lacks_as_many(&list->items[m], alone, files[k].name, a);
        }
        packs_close(alone);
    }
    assert_true(rows > 15);
    arena_free(a);
}

/* --- made-up applicants ----------------------------------------------------------------------- */

static void made_applicants_come_back(void **state)
{
    const struct str *ids;
    size_t n = packs_ids(&ids, packs);
    struct rand r = {test_seed(20261120)};
    (void)state;
    for (unsigned i = 0; i < MADE; i++) {
        struct arena *a = arena_new();
        struct filling x;
        struct err e;
        const struct yvalue *document = parsed(made_facts(&r, "2026-11-20", RUN_ROWS, a), a);
        struct str name = arena_printf(a, "made %u", i);
        assert_ok(fill(&x, document, a, &e), &e);
        struct stored_facts s = comes_back(&x, name, a);
        for (size_t k = 0; k < n; k++) {
            const struct pack *p;
            assert_ok(packs_get(&p, packs, ids[k], &e), &e);
            for (size_t q = 0; q < p->questions.len; q++)
                gives_the_verdict(&x, &s, name, p, p->questions.ptr[q].id, a);
        }
        arena_free(a);
    }
}

/* Many at once are what they are one by one. */
static void many_at_once_are_the_same(void **state)
{
    struct subject s = the_program();
    struct facts_request r = {.as_of = STR("2026-11-20"), .subject = &s};
    struct arena *a = arena_new();
    struct party_facts *all;
    struct db *db = NULL;
    struct err e;
    size_t count;
    (void)state;
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(record_parties(&all, &count, &f.k, db, &s, 1000, a, &e), &e);
    assert_true(count > MADE);
    assert_ok(record_facts(all, count, &f.k, db, &r, a, &e), &e);
    for (size_t i = 0; i < count; i++) {
        struct party_facts one = all[i];
        assert_ok(record_facts(&one, 1, &f.k, db, &r, a, &e), &e);
        same("at once", one.name, canonical(one.document, a), canonical(all[i].document, a));
    }
    store_reader_put(f.store, db);
    arena_free(a);
}

/* --- who asks ---------------------------------------------------------------------------------- */

struct more {
    const struct yvalue *document;
    struct filled_party party;
    struct arena *arena;
};

static err_t more_step(struct db *db, void *arg, struct err *e)
{
    struct more *x = arg;
    return facts_fill(db, &f.k, &x->party, x->document, x->arena, e);
}

static void add_to_centre(const char *json, struct arena *a)
{
    struct more x = {parsed(str_of(json), a), {f.centre, f.province, made_code(8000001, a)}, a};
    struct err e;
    assert_ok(store_write(f.store, more_step, &x, &e), &e);
}

/* The centre's document as somebody sees it. */
static struct str seen_by(int64_t account, struct arena *a)
{
    struct subject s = account ? fixture_subject(&f, account) : the_program();
    struct facts_request r = {.as_of = STR("2026-11-20"), .subject = &s};
    struct party_facts p;
    struct stored_facts out;
    struct db *db = NULL;
    struct err e;
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_ok(record_party(&p, &f.k, db, &s, made_code(8000001, a), a, &e), &e);
    store_reader_put(f.store, db);
    assert_ok(facts_from_store(&out, &p, NULL, &f.k, &r, a, &e), &e);
    return out.canonical;
}

static void what_may_not_be_read_is_not_known(void **state)
{
    struct arena *a = arena_new();
    struct subject stranger = fixture_subject(&f, f.stranger);
    struct party_facts p;
    struct db *db = NULL;
    struct err e;
    (void)state;
    fixture_run(&f, arena_printf(a, "UPDATE unit SET credit_code = '%.*s' WHERE id = %lld",
                                 STR_ARG(made_code(8000001, a)), (long long)f.centre)
                        .ptr);
    add_to_centre("{\"as_of\":\"2026-11-20\",\"staff\":[{\"name\":\"甲\",\"id_number\":"
                  "\"11010519491231002X\"},{\"id_number\":\"11010519491231002X\",\"from\":"
                  "\"2025-01-01\"}],\"findings\":[],\"objections\":[]}",
                  a);
    struct str program = seen_by(0, a), officer = seen_by(f.officer, a),
               centre = seen_by(f.staff, a);
    assert_str(program,
               "{\"as_of\":\"2026-11-20\",\"objections\":[],\"staff\":[{\"name\":\"甲\","
               "\"id_number\":\"11010519491231002X\"},{\"id_number\":\"11010519491231002X\","
               "\"from\":\"2025-01-01\"}],\"findings\":[],\"register\":{\"name\":\"成都中心\","
               "\"credit_code\":\"91510000MA80000011\",\"city\":\"成都市\"}}");
    assert_true(str_contains(officer, STR("\"findings\":[]")));
    assert_true(str_contains(officer, STR("{\"name\":\"甲\",\"id_number\":\"PERSON-1\"},"
                                          "{\"id_number\":\"PERSON-1\"")));
    assert_true(str_contains(centre, STR("\"staff\":[{\"name\":\"甲\"")));
    assert_false(str_contains(centre, STR("\"open\"")));
    assert_false(str_contains(centre, STR("findings")));
    /* A finding that is not for the centre's eyes changes nothing that it sees. */
    add_to_centre("{\"as_of\":\"2026-11-20\",\"findings\":[{\"state\":\"confirmed\",\"date\":"
                  "\"2026-05-01\",\"ground\":\"deceit\"}],\"open\":[\"findings\"]}",
                  a);
    assert_false(str_eq(program, seen_by(0, a)));
    assert_false(str_eq(officer, seen_by(f.officer, a)));
    same("what a centre sees", STR("centre"), centre, seen_by(f.staff, a));
    assert_ok(store_reader_get(&db, f.store, &e), &e);
    assert_int_equal(record_party(&p, &f.k, db, &stranger, made_code(8000001, a), a, &e),
                     E_NOTFOUND);
    store_reader_put(f.store, db);
    arena_free(a);
}

/* Who may read that a list is complete, and not its records, does not know it. */
static void a_statement_alone_says_nothing(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    fixture_run(&f, "INSERT INTO unit (version, state, owner_unit, owner_province, secrecy, "
                    "published, created_ms, created_by, changed_ms, changed_by, kind, name, region)"
                    " VALUES (1, 'active', 0, '51', 1, 0, 0, 0, 0, 0, 'finance_office', '财政厅', "
                    "'510000')");
    int64_t unit = fixture_number(&f, "SELECT id FROM unit WHERE kind = 'finance_office'");
    fixture_run(&f, arena_printf(a,
                                 "UPDATE unit SET owner_unit = id WHERE id = %lld; "
                                 "UPDATE account SET owner_unit = %lld WHERE id = %lld; "
                                 "UPDATE role_grant SET owner_unit = %lld, role = "
                                 "'finance_officer' WHERE account = %lld",
                                 (long long)unit, (long long)unit, (long long)f.officer2,
                                 (long long)unit, (long long)f.officer2)
                        .ptr);
    struct str seen = seen_by(f.officer2, a);
    assert_true(str_contains(seen, STR("\"staff\":[{")));
    assert_false(str_contains(seen, STR("findings")));
    assert_false(str_contains(seen, STR("objections")));
    arena_free(a);
}

/* A list is complete by a statement of who keeps it, and of nobody else. */
static void nobody_states_the_lists_of_others(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    struct str before = seen_by(0, a);
    assert_true(str_contains(before, STR("\"findings\":[")));
    fixture_run(&f, arena_printf(a,
                                 "DELETE FROM record_list_statement WHERE owner_unit = %lld AND "
                                 "list = 'findings'",
                                 (long long)f.province)
                        .ptr);
    struct str after = seen_by(0, a); /* the centre's own statement on findings stands */
    assert_false(str_contains(before, STR("\"open\":[\"findings\"]")));
    assert_true(str_contains(after, STR("\"open\":[\"findings\"]")));
    arena_free(a);
}

/* Five projects are too few, unless the office that may has chosen the other reading here. */
static void readings_chosen_here_count(void **state)
{
    struct arena *a = arena_new();
    struct subject s = the_program();
    const struct pack *p;
    struct filling x;
    struct err e;
    (void)state;
    assert_ok(packs_get(&p, packs, STR("sc-yunying-2025"), &e), &e);
    const struct yvalue *facts =
        parsed(STR("{\"as_of\":\"2026-05-20\",\"programme\":\"sc-yunying-2025\",\"readings\":["
                   "{\"id\":\"A-01\",\"reading\":\"above\",\"reason\":\"原文\"},"
                   "{\"id\":\"A-999\",\"reading\":\"x\",\"reason\":\"别的政策\"}]}"),
               a);
    assert_ok(fill(&x, facts, a, &e), &e);
    struct party_facts party = party_of(&x, &s, a);
    struct facts_request r = {.as_of = STR("2026-05-20"), .programme = p->id, .subject = &s};
    struct stored_facts before, after;
    assert_ok(facts_from_store(&before, &party, p, &f.k, &r, a, &e), &e);
    assert_true(str_contains(before.canonical, STR("\"reading\":\"above\"")));
    assert_false(str_contains(before.canonical, STR("A-999")));
    fixture_run(&f,
                "INSERT INTO pack_reading (version, pack, ambiguity, reading, reason, changed_ms, "
                "changed_by) SELECT 1, 'sc-yunying-2025', 'A-01', 'at_least', '处室答复', 1, "
                "min(id) FROM account; "
                "INSERT INTO pack_reading (version, pack, ambiguity, reading, reason, changed_ms, "
                "changed_by) SELECT 1, 'sx-yunying-draft', 'A-26', 'other', '别的政策', 1, "
                "min(id) FROM account");
    assert_ok(facts_from_store(&after, &party, p, &f.k, &r, a, &e), &e);
    assert_true(
        str_contains(after.canonical, STR("\"readings\":[{\"id\":\"A-01\",\"reading\":\"at_least\","
                                          "\"reason\":\"处室答复\"}]")));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_facts_of_every_case_come_back),
        cmocka_unit_test(the_facts_of_every_shared_case_come_back),
        cmocka_unit_test(records_of_cases_lack_what_the_store_asks_for),
        cmocka_unit_test(made_applicants_come_back),
        cmocka_unit_test(many_at_once_are_the_same),
        cmocka_unit_test(what_may_not_be_read_is_not_known),
        cmocka_unit_test(a_statement_alone_says_nothing),
        cmocka_unit_test(nobody_states_the_lists_of_others),
        cmocka_unit_test(readings_chosen_here_count),
    };
    struct err e;
    fixture_open(&f, NULL, 0);
    assert_ok(packs_open(&packs, NULL, &e), &e);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    packs_close(packs);
    fixture_close(&f);
    return failed;
}
