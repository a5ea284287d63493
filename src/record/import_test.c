/* Workbooks in: what one leaves that came to no end, and the way back. */
#include "test.h"

#include "base/disk.h"
#include "db/blob_file.h"
#include "db/scratch.h"
#include "db/sqlite_fault.h"
#include "record/fixture.h"
#include "record/import_job.h"
#include "record/workbook.h"
#include "text/xlsx.h"
#include "text/xlsx_out.h"
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#define AFTER_MS ((int64_t)31000) /* a hold and a lease are over */

static struct fixture f;
static struct fault_plan plan;

/* Who imports these may not end them; a note has no key, so that a row written twice shows. */
static const struct fixture_type types[] = {
    {"book", "name: book\n"
             "label: {zh: 书, en: Book}\n"
             "key: [name]\n"
             "list: [name, amount]\n"
             "fields:\n"
             "  - {name: name, type: text, required: true, label: {zh: 名称, en: Name}}\n"
             "  - {name: amount, type: int, label: {zh: 数量, en: Amount}}\n"
             "access:\n"
             "  - {roles: [centre_staff, centre_manager], relation: own_unit, verbs: [read, "
             "create, change, import]}\n"
             "  - {roles: [centre_manager], relation: own_unit, verbs: [end]}\n"},
    {"note", "name: note\n"
             "label: {zh: 记, en: Note}\n"
             "list: [name]\n"
             "fields:\n"
             "  - {name: name, type: text, required: true, label: {zh: 名称, en: Name}}\n"
             "  - {name: amount, type: int, label: {zh: 数量, en: Amount}}\n"
             "access:\n"
             "  - {roles: [centre_staff], relation: own_unit, verbs: [read, create, change, "
             "import]}\n"},
    {"pact", "name: pact\n"
             "label: {zh: 约, en: Pact}\n"
             "list: [name]\n"
             "fields:\n"
             "  - {name: name, type: text, required: true, label: {zh: 名称, en: Name}}\n"
             "  - {name: amount, type: int, label: {zh: 数量, en: Amount}}\n"
             "constraints:\n"
             "  - never: \"SELECT 1 FROM record_pact p WHERE p.id = ?1 AND p.amount < 0\"\n"
             "    of: [amount]\n"
             "    message: {zh: 数量不足, en: Too few}\n"
             "states:\n"
             "  initial: draft\n"
             "  list:\n"
             "    - {name: draft, label: {zh: 草稿, en: Draft}}\n"
             "    - {name: signed, label: {zh: 已签, en: Signed}}\n"
             "  transitions:\n"
             "    - {name: sign, label: {zh: 签, en: Sign}, from: [draft], to: signed, need: "
             "[amount], reason: none, on_import: true}\n"
             "access:\n"
             "  - {roles: [centre_staff], relation: own_unit, verbs: [read, create, change, "
             "import], actions: [sign]}\n"},
    {"purse", "name: purse\n"
              "label: {zh: 钱, en: Purse}\n"
              "list: [name]\n"
              "fields:\n"
              "  - {name: name, type: text, required: true, label: {zh: 名称, en: Name}}\n"
              "  - {name: asked, type: money, adds_up: true, label: {zh: 申请, en: Asked}}\n"
              "  - {name: given, type: money, adds_up: true, label: {zh: 批准, en: Given}}\n"
              "  - {name: price, type: money, label: {zh: 价格, en: Price}}\n"
              "  - {name: seats, type: int, adds_up: true, label: {zh: 数量, en: Seats}}\n"
              "access:\n"
              "  - {roles: [centre_staff], relation: own_unit, verbs: [read, create, change, "
              "import, export]}\n"}};

static int set_up(void **state)
{
    (void)state;
    fixture_open(&f, types, ARRAY_LEN(types));
    disk_wait_for(true); /* some of it is about writes that fail and servers that die */
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

/* --- workbooks ------------------------------------------------------------------------ */

struct line {
    const char *name, *amount;
};

static const char *workbook(const char *name, const struct line *lines, size_t count)
{
    struct xlsx_out *x = NULL;
    struct err e;
    const char *path = arena_printf(f.a, "%s/%s.xlsx", f.dir, name).ptr;
    assert_ok(xlsx_out_open(&x, path, "Sheet1", f.dir, &e), &e);
    xlsx_out_row(x, (struct str[]){STR("Name"), STR("Amount")}, 2, true);
    for (size_t i = 0; i < count; i++)
        xlsx_out_row(x, (struct str[]){str_of(lines[i].name), str_of(lines[i].amount)}, 2, false);
    assert_ok(xlsx_out_finish(x, NULL, &e), &e);
    return path;
}

/* `count` new ones behind a change of the first; and one that is refused, as early as a thread comes
 * to it. */
static const char *book_of(const char *name, int count, bool wrong)
{
    struct line *lines = arena_array(f.a, (size_t)count + 2, sizeof(*lines));
    lines[0] = (struct line){"first", "99"};
    for (int i = 1; i <= count; i++)
        lines[i] = (struct line){arena_printf(f.a, "%s %d", name, i).ptr, "7"};
    lines[count + 1] = (struct line){"wrong", "many"};
    return workbook(name, lines, (size_t)count + (wrong ? 2 : 1));
}

static const char *many(const char *name, int count)
{
    return book_of(name, count, true);
}

static err_t bring_in(struct sheet_import_outcome *out, int64_t account, const char *type,
                      const char *path, bool (*stop)(void *), struct err *e)
{
    struct subject s = fixture_subject(&f, account);
    const struct sheet_import_options o = {.lang = LANG_EN, .tmpdir = f.dir, .stop = stop};
    return sheet_import(out, &(struct record_call){&f.k, &s, fixture_type(&f, type), 0, f.a}, path,
                        &o, e);
}

/* How many its owner sees; of every record, or of those that have not ended. */
static int64_t listed(const char *type, bool ended)
{
    struct subject s = fixture_subject(&f, f.staff);
    const struct list_request q = {.ended = ended};
    const struct jvalue *reply;
    struct buf b;
    struct err e;
    int64_t total = -1;
    buf_init(&b, 0);
    assert_ok(
        record_list(&b, &(struct record_call){&f.k, &s, fixture_type(&f, type), 0, f.a}, &q, &e),
        &e);
    reply = fixture_json(&f, arena_cstr(f.a, buf_str(&b)));
    assert_true(jin_i64(&total, reply, "total"));
    buf_clear(&b);
    return total;
}

static int64_t sweep(void)
{
    struct err e;
    int64_t removed = -1;
    assert_ok(sheet_import_sweep(&removed, &f.k, &e), &e);
    return removed;
}

static void later(void)
{
    f.clock = clock_fixed(clock_now_ms(&f.clock) + AFTER_MS);
}

/* --- what came to no end ----------------------------------------------------------------- */

static int rows_left; /* until the end comes */

static bool kills_itself(void *arg)
{
    (void)arg;
    if (rows_left-- == 0)
        kill(getpid(), SIGKILL);
    return false;
}

static void import_in_a_child(const char *path, int rows)
{
    fixture_shut(&f);
    pid_t child = fork();
    if (child == 0) {
        struct sheet_import_outcome out;
        struct err e;
        fixture_reopen(&f, NULL);
        rows_left = rows;
        (void)!bring_in(&out, f.staff, "book", path, kills_itself, &e);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    fixture_reopen(&f, NULL);
}

static void nothing_is_left_of_it(int64_t before)
{
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_book WHERE ended_ms IS NULL"),
                     before);
    assert_int_equal(fixture_number(&f, "SELECT amount FROM record_book WHERE name = 'first'"), 1);
    assert_int_equal(
        fixture_number(&f, "SELECT count(*) FROM record_import WHERE held_until_ms IS NOT NULL"),
        0);
}

static void what_a_kill_leaves_is_hidden_and_then_removed(void **state)
{
    (void)state;
    const int kills[] = {0, 1, 5, 29};
    struct sheet_import_outcome out;
    struct err e;
    fixture_create(&f, f.staff, "book", "{\"name\":\"first\",\"amount\":1}");
    for (size_t i = 0; i < ARRAY_LEN(kills); i++) {
        const char *path = many(arena_printf(f.a, "k%zu", i).ptr, 40);
        import_in_a_child(path, kills[i]);
        int64_t written = fixture_number(&f, "SELECT count(*) FROM record_book") -
                          fixture_number(&f, "SELECT count(*) FROM record_book WHERE "
                                             "ended_ms IS NOT NULL");
        print_message("# killed at row %d: %d records staged\n", kills[i], (int)written - 1);
        assert_true(written > 1 || kills[i] < 5);
        assert_int_equal(listed("book", false), 1);
        assert_int_equal(sweep(), 0); /* its process could be alive */
        assert_int_equal(listed("book", false), 1);
        later();
        assert_int_equal(sweep(), 1);
        nothing_is_left_of_it(1);
        assert_int_equal(sweep(), 0);
    }
    assert_ok(bring_in(&out, f.staff, "book", many("k0", 40), NULL, &e), &e);
    assert_str(out.state, "finished");
    assert_int_equal(out.created, 40);
    assert_int_equal(out.rejected, 1);
    assert_int_equal(listed("book", false), 41);
}

static bool disk_stays_full;

static bool fills_the_disk(void *arg)
{
    (void)arg;
    if (rows_left-- == 0)
        plan = (struct fault_plan){
            .kinds = FAULT_WRITE, .fail_at = 1, .sticky = disk_stays_full, .full = true};
    return false;
}

/* Full until the import has given up, and full for a moment. */
static void a_full_disk_ends_an_import_and_refuses_no_row(void **state)
{
    (void)state;
    struct sheet_import_outcome out;
    struct err e;
    fixture_create(&f, f.staff, "book", "{\"name\":\"first\",\"amount\":1}");
    for (int round = 0; round < 2; round++) {
        const char *path = book_of(round ? "moment" : "full", 40, false);
        disk_stays_full = round == 0;
        fixture_shut(&f);
        fixture_reopen(&f, "fault");
        rows_left = 10;
        assert_int_equal(bring_in(&out, f.staff, "book", path, fills_the_disk, &e), E_IO);
        assert_int_equal(out.reject_count, 0);
        plan = (struct fault_plan){0};
        fixture_shut(&f);
        fixture_reopen(&f, NULL);
        assert_true(fixture_number(&f, "SELECT count(*) FROM record_book") > 1);
        assert_int_equal(listed("book", false), 1);
        later();
        assert_int_equal(sweep(), round == 0); /* there was room again to take it back at once */
        nothing_is_left_of_it(1);
    }
}

static bool stops_soon(void *arg)
{
    (void)arg;
    return rows_left-- <= 0;
}

/* A workbook is a stranger's: only what reads it in a cage opens it, where there is one. */
static void a_workbook_is_left_to_its_reader(void **state)
{
    (void)state;
    struct sheet_import_outcome out;
    struct err e;
    const char *path = book_of("left", 1, false);
    f.k.pdf_program = "/nowhere/reader";
    assert_int_equal(bring_in(&out, f.staff, "book", path, NULL, &e), E_IO);
    assert_string_equal(e.text, "the reader of workbooks (zhiyun-pdf) cannot be started");
    f.k.pdf_program = NULL;
    assert_ok(bring_in(&out, f.staff, "book", path, NULL, &e), &e);
}

static void a_stopped_import_is_taken_back_at_once(void **state)
{
    (void)state;
    struct sheet_import_outcome out;
    struct err e;
    fixture_create(&f, f.staff, "book", "{\"name\":\"first\",\"amount\":1}");
    rows_left = 10;
    assert_ok(bring_in(&out, f.staff, "book", many("stop", 40), stops_soon, &e), &e);
    assert_str(out.state, "broken");
    assert_int_equal(out.created, 0);
    nothing_is_left_of_it(1);
    later();
    assert_int_equal(sweep(), 0);
}

static bool is_given_up_for_dead(void *arg)
{
    (void)arg;
    if (rows_left-- == 0) {
        later();
        assert_int_equal(sweep(), 1);
    }
    return false;
}

static void who_was_taken_for_dead_writes_nothing_more(void **state)
{
    (void)state;
    struct sheet_import_outcome out;
    struct err e;
    fixture_create(&f, f.staff, "book", "{\"name\":\"first\",\"amount\":1}");
    rows_left = 10;
    assert_int_equal(bring_in(&out, f.staff, "book", many("slow", 40), is_given_up_for_dead, &e),
                     E_CONFLICT);
    nothing_is_left_of_it(1);
    assert_int_equal(sweep(), 0);
}

/* The last row of a workbook, its cells parted by "|". */
static struct str last_row(const char *path)
{
    struct rows rows = {0};
    struct row row;
    struct bytes file;
    struct err e;
    struct str last = STR_NONE;
    bool has_row = true;
    assert_ok(fs_map(&file, &fs_system, path, &e), &e);
    assert_ok(xlsx_open(&rows, file, &e), &e);
    while (rows_next(&has_row, &row, &rows, f.a, &e) == OK && has_row) {
        last = STR_NONE;
        for (size_t i = 0; i < row.count; i++)
            last = arena_printf(f.a, "%.*s%s%.*s", STR_ARG(last), i ? "|" : "",
                                STR_ARG(row.cells[i].text));
    }
    rows_close(&rows);
    fs_unmap(file);
    return last;
}

static const char *exported(int64_t count)
{
    struct subject s = fixture_subject(&f, f.staff);
    const char *path = arena_printf(f.a, "%s/exported.xlsx", f.dir).ptr;
    int64_t written = 0;
    struct err e;
    assert_ok(workbook_export(path, &written,
                              &(struct record_call){&f.k, &s, fixture_type(&f, "purse"), 0, f.a},
                              &(struct list_request){.limit = 500}, f.dir, &e),
              &e);
    assert_int_equal(written, count);
    return path;
}

/* What not all rows say has no total, nor has a price; one record is its own. */
static void a_workbook_ends_in_its_totals_which_are_no_record(void **state)
{
    (void)state;
    struct sheet_import_outcome out;
    struct err e;
    (void)fixture_create(&f, f.staff, "purse",
                         "{\"name\":\"one\",\"asked\":\"0.10\",\"price\":\"7.00\",\"seats\":2}");
    assert_true(str_contains(last_row(exported(1)), STR("one")));
    (void)fixture_create(&f, f.staff, "purse",
                         "{\"name\":\"two\",\"asked\":\"1000.20\",\"given\":\"5.00\",\"price\":"
                         "\"7.00\",\"seats\":3}");
    const char *path = exported(2);
    assert_str(last_row(path), "Total|||1000.3|||5");
    assert_ok(bring_in(&out, f.staff, "purse", path, NULL, &e), &e);
    assert_int_equal(out.unchanged, 2);
    assert_int_equal(out.rejected, 0);
    assert_int_equal(out.note_count, 1);
    assert_true(str_contains(out.notes[0].reason, STR("totals")));
}

/* A row that the store's own rules refuse had got a number, which the next record then has. */
static void a_refused_row_is_told_nothing_of_the_record_of_another(void **state)
{
    (void)state;
    const struct line lines[] = {{"bad 1", "-1"}, {"good 1", "1"}, {"bad 2", "-1"},
                                 {"good 2", "1"}, {"bad 3", "-1"}, {"good 3", "1"}};
    struct sheet_import_outcome out;
    struct err e;
    for (int64_t round = 1; round <= 5; round++) { /* whichever thread is first */
        assert_ok(
            bring_in(&out, f.staff, "pact", workbook("pacts", lines, ARRAY_LEN(lines)), NULL, &e),
            &e);
        assert_int_equal(out.created, 3);
        assert_int_equal(out.rejected, 3);
        for (size_t i = 0; i < out.note_count; i++)
            print_message("# row %d: %.*s\n", (int)out.notes[i].row, STR_ARG(out.notes[i].reason));
        assert_int_equal(out.note_count, 0);
        assert_int_equal(
            fixture_number(&f, "SELECT count(*) FROM record_pact WHERE state = 'signed'"),
            3 * round);
    }
}

/* --- undo ---------------------------------------------------------------------------------- */

static int64_t amount_of(const char *name)
{
    return fixture_number(
        &f, arena_printf(f.a, "SELECT amount FROM record_book WHERE name = '%s'", name).ptr);
}

static void a_record_named_twice_goes_back_to_what_it_was(void **state)
{
    (void)state;
    const struct line lines[] = {{"old", "2"}, {"new", "5"}, {"old", "3"},
                                 {"new", "6"}, {"old", "4"}, {"other", "8"}};
    struct subject s = fixture_subject(&f, f.manager);
    const struct record_type *book = fixture_type(&f, "book");
    struct sheet_import_outcome out;
    struct sheet_undo_outcome undone;
    struct err e;
    for (int round = 0; round < 10; round++) { /* whichever thread is first */
        if (round == 0)
            fixture_create(&f, f.manager, "book", "{\"name\":\"old\",\"amount\":1}");
        assert_ok(
            bring_in(&out, f.manager, "book", workbook("twice", lines, ARRAY_LEN(lines)), NULL, &e),
            &e);
        assert_int_equal(out.created, 2);
        assert_int_equal(out.changed, 4);
        assert_int_equal(out.rejected, 0);
        assert_int_equal(amount_of("old"), 4); /* in the order of the file */
        assert_int_equal(fixture_number(&f, "SELECT amount FROM record_book WHERE name = 'new' "
                                            "AND ended_ms IS NULL"),
                         6);
        assert_ok(
            sheet_import_undo(&undone, &(struct record_call){&f.k, &s, book, out.id, f.a}, &e), &e);
        assert_int_equal(undone.undone, 3);
        assert_int_equal(undone.kept, 0);
        assert_int_equal(amount_of("old"), 1);
        assert_int_equal(listed("book", false), 1);
    }
}

static void what_others_wrote_between_two_rows_stays(void **state)
{
    (void)state;
    const struct line lines[] = {{"old", "2"}, {"old", "3"}};
    struct subject s = fixture_subject(&f, f.manager);
    struct sheet_import_outcome out;
    struct sheet_undo_outcome undone;
    struct err e;
    int64_t id = fixture_create(&f, f.manager, "book", "{\"name\":\"old\",\"amount\":1}");
    assert_ok(bring_in(&out, f.manager, "book", workbook("between", lines, 2), NULL, &e), &e);
    /* As if somebody had been between them: the second row found version 3, not 2. */
    fixture_run(&f, "UPDATE record_import_row SET version_before = 3, version_after = 4 WHERE "
                    "number = 2");
    fixture_run(&f, "UPDATE record_book SET version = 4 WHERE name = 'old'");
    assert_ok(
        sheet_import_undo(
            &undone, &(struct record_call){&f.k, &s, fixture_type(&f, "book"), out.id, f.a}, &e),
        &e);
    assert_int_equal(undone.undone, 0);
    assert_int_equal(undone.kept, 1);
    assert_int_equal(undone.left[0], id);
    assert_int_equal(amount_of("old"), 3);
}

/* --- as a job ---------------------------------------------------------------------------------- */

#define NOTES 600
/* So many that a cancel is heard, which is looked for twice a second. */
#define LONG                                                                                       \
    (scratch_is_postgres() ? 8000                                                                  \
                           : 40000) /* longer than until a worker asks whether it still may */

static struct job_workers *start(struct sheet_import_parts *parts, struct job_use kinds[3])
{
    struct job_workers *w = NULL;
    struct err e;
    const struct blobs_options o = {.create = true, .clock = &f.clock};
    *parts = (struct sheet_import_parts){.kernel = &f.k, .tmpdir = f.dir};
    assert_ok(blobs_open(&parts->blobs, scratch_url(f.a, f.dir, "blobs.db"), &o, &e), &e);
    kinds[0] = (struct job_use){&sheet_import_kind, parts};
    kinds[1] = (struct job_use){&sheet_import_sweep_kind, parts};
    kinds[2] = (struct job_use){NULL, NULL};
    static struct clock queue_clock; /* the workers' own: f.clock is read by the kernel alone */
    queue_clock = clock_fixed(clock_now_ms(&f.clock));
    const struct job_workers_options options = {
        .store = f.store, .clock = &queue_clock, .kinds = kinds, .poll_ms = 20};
    assert_ok(job_workers_start(&w, &options, &e), &e);
    return w;
}

static void stop(struct job_workers *w, struct sheet_import_parts *parts)
{
    job_workers_stop(w);
    blobs_close(parts->blobs);
}

struct queueing {
    struct sheet_import_wish wish;
    int64_t id;
};

static err_t queue_step(struct db *db, void *arg, struct err *e)
{
    struct queueing *q = arg;
    return sheet_import_queue(&q->id, db, &q->wish, clock_now_ms(&f.clock), e);
}

static int64_t queue(const char *path)
{
    struct queueing q = {
        .wish = {.type = STR("note"), .file_name = STR("notes.xlsx"), .account = f.staff}};
    struct blobs *blobs = NULL;
    struct err e;
    const struct blobs_options o = {.create = true, .clock = &f.clock};
    assert_ok(blobs_open(&blobs, scratch_url(f.a, f.dir, "blobs.db"), &o, &e), &e);
    assert_ok(blob_put_file(&q.wish.digest, blobs, path, f.a, &e), &e);
    blobs_close(blobs);
    assert_ok(store_write(f.store, queue_step, &q, &e), &e);
    return q.id;
}

static bool within_s(int seconds, const char *sql, int64_t at_least)
{
    for (int i = 0; i < seconds * 500; i++) {
        if (fixture_number(&f, sql) >= at_least)
            return true;
        usleep(2000);
    }
    return false;
}

#define NOTED "SELECT count(*) FROM record_import_row WHERE record_id IS NOT NULL"
#define DONE "SELECT count(*) FROM job WHERE state = 'done' AND kind = 'record_import'"

/* Which reading of the kernel's clock is the last: each row reads it a few times, so that the
 * end comes amid the rows however slow the machine is. */
#define LAST_READING 300

static atomic_int readings;

static int64_t last_reading(const struct clock *c)
{
    if (atomic_fetch_add(&readings, 1) == LAST_READING)
        kill(getpid(), SIGKILL);
    return c->fixed_ms;
}

static void a_job_goes_on_behind_the_rows_that_are_there(void **state)
{
    (void)state;
    struct sheet_import_parts parts;
    struct job_use kinds[3];
    queue(many("notes", NOTES));
    fixture_shut(&f);
    pid_t child = fork();
    if (child == 0) {
        fixture_reopen(&f, NULL);
        f.clock.now_ms = last_reading;
        start(&parts, kinds);
        (void)within_s(600, DONE, 1);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    fixture_reopen(&f, NULL);
    int64_t there = fixture_number(&f, NOTED);
    print_message("# killed with %d of %d rows there\n", (int)there, NOTES + 1);
    assert_in_range(there, 20, NOTES);
    assert_int_equal(listed("note", true), 0);
    later();
    assert_int_equal(sweep(), 0); /* its job is open: it goes on, nobody takes it back */
    struct job_workers *w = start(&parts, kinds);
    assert_true(within_s(600, DONE, 1));
    stop(w, &parts);
    assert_int_equal(listed("note", true), NOTES + 1);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_import"), 1);
    assert_int_equal(fixture_number(&f, NOTED), NOTES + 1);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_version WHERE type = 'note'"),
                     NOTES + 1);
    assert_int_equal(
        fixture_number(&f, "SELECT count(*) FROM log_entry WHERE body LIKE '%\"do\":\"import\"%'"),
        1);
    const struct jvalue *result =
        fixture_json(&f, arena_cstr(f.a, fixture_text(&f, "SELECT result FROM job WHERE kind = "
                                                          "'record_import'")));
    int64_t created = 0, rejected = 0;
    assert_true(jin_i64(&created, result, "created") && jin_i64(&rejected, result, "rejected"));
    assert_int_equal(created, NOTES + 1);
    assert_int_equal(rejected, 1);
    assert_int_equal(jin_text(result, "file").len, SHA256_HEX_LEN);
}

static err_t cancel_step(struct db *db, void *arg, struct err *e)
{
    return job_cancel(db, *(const int64_t *)arg, clock_now_ms(&f.clock), e);
}

static err_t retry_step(struct db *db, void *arg, struct err *e)
{
    return job_retry(db, *(const int64_t *)arg, clock_now_ms(&f.clock), e);
}

static void a_cancelled_job_leaves_nothing_and_begins_anew_when_it_is_retried(void **state)
{
    (void)state;
    struct sheet_import_parts parts;
    struct job_use kinds[3];
    struct err e;
    int64_t id = queue(many("notes", LONG));
    struct job_workers *w = start(&parts, kinds);
    assert_true(within_s(600, NOTED, 20));
    assert_ok(store_write(f.store, cancel_step, &id, &e), &e);
    assert_true(within_s(600, "SELECT count(*) FROM record_import WHERE state = 'broken'", 1));
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM job WHERE state = 'cancelled'"), 1);
    assert_int_equal(fixture_number(&f, "SELECT count(*) FROM record_note WHERE ended_ms IS NULL"),
                     0);
    assert_int_equal(listed("note", false), 0);
    assert_ok(store_write(f.store, retry_step, &id, &e), &e);
    job_workers_wake(w);
    assert_true(within_s(600, DONE, 1));
    stop(w, &parts);
    assert_int_equal(listed("note", false), LONG + 1);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    fault_vfs_register("fault", &plan);
    const struct CMUnitTest tests[] = {
        TEST(what_a_kill_leaves_is_hidden_and_then_removed),
        TEST(a_workbook_is_left_to_its_reader),
        TEST(a_stopped_import_is_taken_back_at_once),
        TEST(who_was_taken_for_dead_writes_nothing_more),
        TEST(a_workbook_ends_in_its_totals_which_are_no_record),
        TEST(a_refused_row_is_told_nothing_of_the_record_of_another),
        TEST(a_record_named_twice_goes_back_to_what_it_was),
        TEST(what_others_wrote_between_two_rows_stays),
        TEST(a_job_goes_on_behind_the_rows_that_are_there),
        TEST(a_cancelled_job_leaves_nothing_and_begins_anew_when_it_is_retried),
    };
    const struct CMUnitTest sqlite[] = {
        TEST(a_full_disk_ends_an_import_and_refuses_no_row),
    };
    return scratch_is_postgres() ? cmocka_run_group_tests_name("record/import", tests, NULL, NULL)
                                 : RUN_BOTH(tests, sqlite);
}
