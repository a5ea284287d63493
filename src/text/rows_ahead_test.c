#include "test.h"

#include "text/rows_ahead.h"

/* Counts up to `last`; every seventh row is an error; row n has n % 5 cells of
 * n % 1000 bytes, so that chunks fill by rows and by bytes. */
struct counter {
    int64_t at, last;
    bool closed;
};

static err_t count_next(bool *has_row, struct row *out, void *state, struct arena *a, struct err *e)
{
    struct counter *c = state;
    *out = (struct row){.number = ++c->at, .sheet = arena_dup(a, STR("sheet"))};
    *has_row = c->at <= c->last;
    if (!*has_row)
        return OK;
    if (c->at % 7 == 0) {
        *has_row = false;
        return err_set(e, E_INVALID, "row %d is damaged", (int)c->at);
    }
    size_t count = (size_t)(c->at % 5);
    struct cell *cells = arena_array(a, count, sizeof(*cells));
    for (size_t i = 0; i < count; i++) {
        size_t len = (size_t)(c->at % 1000);
        char *text = arena_alloc(a, len + 1);
        memset(text, 'a' + (int)(c->at % 26), len);
        cells[i].text = (struct str){text, len};
    }
    out->cells = cells;
    out->count = count;
    return OK;
}

static void count_close(void *state)
{
    ((struct counter *)state)->closed = true;
}

static const struct rows_ops count_ops = {count_next, count_close};

static void rows_and_errors_come_in_order(void **state)
{
    (void)state;
    for (int64_t last = 0; last < 6000; last = last * 3 + 1) {
        struct counter c = {.last = last};
        struct rows rows = rows_ahead((struct rows){&count_ops, &c});
        struct arena *a = arena_new();
        int64_t n = 0;
        for (;;) {
            bool has_row;
            struct row row;
            struct err e;
            err_t rc = rows_next(&has_row, &row, &rows, a, &e);
            if (rc == OK && !has_row)
                break;
            n++;
            assert_int_equal(row.number, n);
            assert_str(row.sheet, "sheet");
            assert_int_equal(rc, n % 7 == 0 ? E_INVALID : OK);
            if (rc != OK) {
                assert_non_null(strstr(e.text, "is damaged"));
                continue;
            }
            assert_int_equal(row.count, n % 5);
            for (size_t i = 0; i < row.count; i++) {
                assert_int_equal(row.cells[i].text.len, n % 1000);
                for (size_t k = 0; k < row.cells[i].text.len; k++)
                    assert_int_equal(row.cells[i].text.ptr[k], 'a' + (int)(n % 26));
            }
            if (n % 100 == 0)
                arena_reset(a);
        }
        assert_int_equal(n, last);
        bool has_row;
        struct row row;
        assert_int_equal(rows_next(&has_row, &row, &rows, a, NULL), OK);
        assert_false(has_row); /* the end stays the end */
        rows_close(&rows);
        assert_true(c.closed);
        arena_free(a);
    }
}

static void closing_early_ends_the_thread(void **state)
{
    (void)state;
    for (int taken = 0; taken < 600; taken += 37) {
        struct counter c = {.last = INT64_MAX / 2};
        struct rows rows = rows_ahead((struct rows){&count_ops, &c});
        struct arena *a = arena_new();
        for (int i = 0; i < taken; i++) {
            bool has_row;
            struct row row;
            (void)!rows_next(&has_row, &row, &rows, a, NULL);
        }
        rows_close(&rows);
        assert_true(c.closed);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_errors_come_in_order),
        cmocka_unit_test(closing_early_ends_the_thread),
    };
    return cmocka_run_group_tests_name("rows_ahead", tests, NULL, NULL);
}
