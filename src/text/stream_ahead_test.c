#include "test.h"

#include "base/mem.h"
#include "text/stream_ahead.h"

/* Gives byte n as n % 251 up to `last`, in pieces of n % 1000 + 1, then the end
 * or damage. */
struct counter {
    size_t at, last;
    bool damaged, closed;
};

static err_t count_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct counter *c = state;
    size_t left = c->last - c->at, piece = c->at % 1000 + 1;
    *got = 0;
    if (left == 0)
        return c->damaged ? err_set(e, E_INVALID, "cut at %zu", c->at) : OK;
    piece = piece < cap ? piece : cap;
    piece = piece < left ? piece : left;
    for (; *got < piece; c->at++)
        ((uint8_t *)to)[(*got)++] = (uint8_t)(c->at % 251);
    return OK;
}

static uint64_t count_raw_offset(const void *state)
{
    return ((const struct counter *)state)->at / 2;
}

static void count_close(void *state)
{
    ((struct counter *)state)->closed = true;
}

static const struct stream_ops count_ops = {count_read, count_raw_offset, count_close};

static void read_all(struct counter *c, size_t step)
{
    struct stream *s = stream_ahead(stream_new(&count_ops, c));
    uint8_t *to = mem_alloc(step);
    struct err e = {0};
    size_t n = 0, got = 1;
    err_t rc = OK;
    while (rc == OK && got > 0) {
        rc = stream_read(&got, s, to, step, &e);
        for (size_t i = 0; i < got; i++)
            assert_int_equal(to[i], (n + i) % 251);
        n += got;
        /* what lies in the ring is not taken yet: behind by a block at most */
        assert_true(stream_raw_offset(s) * 2 + 1 >= n && stream_raw_offset(s) <= c->last / 2);
        assert_true(stream_raw_offset(s) * 2 <= n + (64 << 10));
    }
    assert_int_equal(n, c->last);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(rc, c->damaged ? E_INVALID : OK);
        assert_int_equal(got, 0);
        if (c->damaged) {
            char wanted[40];
            snprintf(wanted, sizeof(wanted), "cut at %zu", c->last);
            assert_string_equal(e.text, wanted);
        }
        rc = stream_read(&got, s, to, step, &e);
    }
    stream_close(s);
    assert_true(c->closed);
    free(to);
}

static void bytes_and_errors_come_in_order(void **state)
{
    (void)state;
    static const size_t lasts[] = {0, 1, 65535, 65536, 65537, 262144, 1000000};
    for (size_t i = 0; i < ARRAY_LEN(lasts); i++)
        for (size_t step = 7; step < 200000; step = step * 17 + 3)
            for (int damaged = 0; damaged < 2; damaged++)
                read_all(&(struct counter){.last = lasts[i], .damaged = damaged}, step);
}

static void it_closes_at_any_time(void **state)
{
    (void)state;
    uint8_t to[3000];
    for (size_t reads = 0; reads < 100; reads += 9) {
        struct counter c = {.last = (size_t)1 << 40};
        struct stream *s = stream_ahead(stream_new(&count_ops, &c));
        struct err e;
        size_t got;
        for (size_t i = 0; i < reads; i++)
            assert_ok(stream_read(&got, s, to, sizeof(to), &e), &e);
        stream_close(s);
        assert_true(c.closed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_and_errors_come_in_order),
        cmocka_unit_test(it_closes_at_any_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
