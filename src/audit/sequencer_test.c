#include "test.h"

#include "audit/clock_state.h"
#include "audit/head.h"
#include "audit/rows.h"
#include "audit/scratch_log.h"
#include "base/rand.h"
#include "db/scratch.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

/* --- looking at a log ------------------------------------------------------------------ */

struct seen {
    struct tree_edge edge;
    struct hasher *hasher;
    struct arena *arena;
    struct str bodies; /* each with a line feed */
    uint64_t next;
};

static err_t see(void *arg, const struct log_row *row, struct err *e)
{
    struct seen *s = arg;
    struct digest leaf = tree_leaf(s->hasher, str_bytes(row->body));
    (void)e;
    assert_int_equal(row->leaf, s->edge.size); /* no gap, in order */
    tree_edge_add(&s->edge, &leaf, s->hasher);
    if (s->arena)
        s->bodies = arena_join(s->arena, arena_join(s->arena, s->bodies, row->body), STR("\n"));
    return OK;
}

static void follow(struct seen *s, struct store *store)
{
    struct db *db = NULL;
    struct err e;
    assert_ok(store_reader_get(&db, store, &e), &e);
    for (uint64_t from;;) {
        from = s->next;
        assert_ok(log_follow(&s->next, db, from, 100, see, s, &e), &e);
        if (s->next == from)
            break;
    }
    store_reader_put(store, db);
}

static struct head latest_head(struct scratch_log *l)
{
    struct db *db = NULL;
    struct log_head_row row;
    struct head head;
    struct err e;
    assert_ok(store_reader_get(&db, l->store, &e), &e);
    assert_ok(log_head_latest(&row, db, l->arena, &e), &e);
    store_reader_put(l->store, db);
    assert_ok(head_parse(&head, row.note, &e), &e);
    assert_ok(head_check(&head, &l->suite.key, &e), &e);
    assert_int_equal(head.size, row.size);
    assert_int_equal(head.time_ms, row.at_ms);
    return head;
}

static int64_t number_of(struct store *store, const char *sql)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    assert_ok(store_reader_get(&db, store, &e), &e);
    assert_ok(db_prepare(&st, db, sql, &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    int64_t n = has_row ? stmt_i64(st, 0) : -1;
    stmt_free(st);
    store_reader_put(store, db);
    return n;
}

/* The head's root is that of the entries as they are read, and of the tiles. */
static void assert_whole(struct scratch_log *l, uint64_t size)
{
    struct seen s = {.hasher = hasher_new_of(l->suite.hash)};
    struct head head = latest_head(l);
    struct db *db = NULL;
    struct digest root;
    struct err e;
    follow(&s, l->store);
    assert_int_equal(s.edge.size, size);
    assert_int_equal(head.size, size);
    root = tree_edge_root(&s.edge, s.hasher);
    assert_memory_equal(&root, &head.root, HASH_LEN);
    assert_ok(store_reader_get(&db, l->store, &e), &e);
    struct tile_source tiles = log_tiles(db);
    assert_ok(tree_root(&root, &tiles, size, s.hasher, l->arena, &e), &e);
    store_reader_put(l->store, db);
    assert_memory_equal(&root, &head.root, HASH_LEN);
    hasher_free(s.hasher);
}

/* --- one process ------------------------------------------------------------------------ */

static void entries_are_numbered_in_order_and_signed(void **state)
{
    (void)state;
    static const char *const suites[] = {"sha256-ed25519", "sm3-sm2"};
    for (size_t i = 0; i < 2; i++) {
        struct scratch_log l;
        scratch_log_open(&l, suites[i]);
        scratch_log_sequence(&l); /* the empty log has a head */
        assert_whole(&l, 0);
        scratch_log_fill(&l, 3);
        assert_whole(&l, 3);
        scratch_log_fill(&l, 600); /* over a full tile and a full step */
        assert_whole(&l, 603);
        scratch_log_sequence(&l); /* nothing new: the head stays */
        assert_int_equal(number_of(l.store, "SELECT count(*) FROM log_head"), 3);
        assert_int_equal(number_of(l.store, "SELECT count(*) FROM log_tile"), 4);
        struct seen s = {.hasher = hasher_new_of(l.suite.hash), .arena = l.arena};
        follow(&s, l.store);
        size_t first = str_find(s.bodies, STR("\"id\":1,\"version\":1"), 0);
        assert_in_range(first, 1, str_find(s.bodies, STR("\"id\":1,\"version\":2"), 0));
        hasher_free(s.hasher);
        scratch_log_close(&l);
    }
}

static void one_process_keeps_the_log_and_a_displaced_one_writes_nothing(void **state)
{
    (void)state;
    struct scratch_log l;
    struct sequencer *s = NULL, *second = NULL;
    struct db *db = NULL;
    struct err e;
    scratch_log_open(&l, "sha256-ed25519");
    struct sequencer_options o = scratch_log_options(&l);
    assert_ok(sequencer_open(&s, &o, &e), &e);
    assert_int_equal(sequencer_open(&second, &o, &e), E_BUSY);
    assert_null(second);
    scratch_log_add(&l, "login", 1);
    assert_ok(log_sequence_now(&o, &e), &e); /* leaves it to the holder */
    assert_int_equal(number_of(l.store, "SELECT count(*) FROM log_entry WHERE leaf IS NULL"), 1);
    assert_ok(sequencer_run(s, &e), &e);
    assert_whole(&l, 1);

    /* Another took the part while this one slept. */
    scratch_log_add(&l, "login", 2);
    assert_ok(db_open(&db, store_url(l.store), &(struct db_options){.must_exist = true}, &e), &e);
    assert_ok(db_exec(db, "UPDATE log_sequencer SET epoch = epoch + 1", &e), &e);
    db_close(db);
    assert_int_equal(sequencer_run(s, &e), E_CONFLICT);
    assert_whole(&l, 1);
    sequencer_close(s);
    assert_ok(log_sequence_now(&o, &e), &e);
    assert_whole(&l, 2);
    scratch_log_close(&l);
}

/* Only who has the part is left to do the work; a store that is busy is said to be. */
static void a_busy_store_is_no_other_holder(void **state)
{
    (void)state;
    struct scratch_log l;
    struct store *hasty = NULL;
    struct db *db = NULL;
    struct err e;
    scratch_log_open(&l, "sha256-ed25519");
    struct sequencer_options o = scratch_log_options(&l);
    scratch_log_add(&l, "login", 1);
    assert_ok(store_open_with(&hasty, store_url(l.store),
                              &(struct store_options){.busy_timeout_ms = 30}, &e),
              &e);
    o.store = hasty;
    assert_ok(db_open(&db, store_url(l.store), &(struct db_options){.must_exist = true}, &e), &e);
    assert_ok(db_exec(db, "BEGIN", &e), &e);
    assert_ok(db_exec(db, "UPDATE log_sequencer SET epoch = epoch", &e), &e);
    assert_int_equal(log_sequence_now(&o, &e), E_BUSY);
    assert_int_equal(number_of(l.store, "SELECT count(*) FROM log_entry WHERE leaf IS NULL"), 1);
    assert_ok(db_exec(db, "ROLLBACK", &e), &e);
    assert_ok(log_sequence_now(&o, &e), &e);
    assert_whole(&l, 1);
    db_close(db);
    store_close(hasty);
    scratch_log_close(&l);
}

static void another_host_is_kept_out_by_the_store(void **state)
{
    (void)state;
    struct scratch_log l;
    struct sequencer *s = NULL, *second = NULL;
    struct err e;
    scratch_log_open(&l, "sha256-ed25519");
    struct sequencer_options o = scratch_log_options(&l);
    assert_ok(sequencer_open(&s, &o, &e), &e);
    o.data = scratch_dir(l.arena); /* the folder of another host */
    assert_int_equal(sequencer_open(&second, &o, &e), scratch_is_postgres() ? E_BUSY : E_NOTFOUND);
    sequencer_close(s);
    assert_int_equal(sequencer_open(&second, &o, &e), E_NOTFOUND); /* it has no key */
    assert_null(second);
    scratch_log_close(&l);
}

/* Who moves a store holds the folder from before the first row until the new log is signed. */
static void who_holds_the_folder_may_do_the_part_itself(void **state)
{
    (void)state;
    struct scratch_log l;
    struct sequencer *other = NULL;
    struct err e;
    scratch_log_open(&l, "sha256-ed25519");
    struct sequencer_options o = scratch_log_options(&l), mine = o;
    const char *path = arena_printf(l.arena, "%s/log.lock", o.data).ptr;
    int lock = open(path, O_RDWR | O_CREAT, 0600);
    assert_int_equal(flock(lock, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(log_untaken(&o, &e), E_BUSY);
    scratch_log_add(&l, "login", 1);
    assert_ok(log_sequence_now(&o, &e), &e); /* leaves it to the holder */
    assert_int_equal(number_of(l.store, "SELECT count(*) FROM log_entry WHERE leaf IS NULL"), 1);
    mine.locked = true;
    assert_ok(log_sequence_now(&mine, &e), &e);
    assert_whole(&l, 1);
    assert_int_equal(sequencer_open(&other, &o, &e), E_BUSY); /* the lock was not given back */
    close(lock);
    assert_ok(log_untaken(&o, &e), &e);
    assert_ok(sequencer_open(&other, &o, &e), &e); /* that gave it back */
    assert_int_equal(log_untaken(&o, &e), E_BUSY);
    sequencer_close(other);
    scratch_log_close(&l);
}

static void nothing_is_signed_while_the_clock_is_behind(void **state)
{
    (void)state;
    struct scratch_log l;
    struct sequencer *s = NULL;
    struct err e;
    scratch_log_open(&l, "sha256-ed25519");
    struct sequencer_options o = scratch_log_options(&l);
    assert_ok(sequencer_open(&s, &o, &e), &e);
    scratch_log_add(&l, "login", 1);
    assert_ok(sequencer_run(s, &e), &e);
    static const int64_t jumps[] = {1, 1000, 86400000, 315360000000};
    const int64_t good = l.clock.fixed_ms;
    for (size_t i = 0; i < ARRAY_LEN(jumps); i++) {
        l.clock.fixed_ms = good - jumps[i];
        scratch_log_add(&l, "login", 2);
        assert_int_equal(sequencer_run(s, &e), E_CONFLICT);
        assert_int_equal(latest_head(&l).size, 1);
        assert_int_equal(number_of(l.store, "SELECT max(leaf) FROM log_entry"), i + 1);
    }
    sequencer_close(s); /* and a new holder refuses as well */
    assert_int_equal(log_sequence_now(&o, &e), E_CONFLICT);
    assert_true(e.text[0] != '\0');
    l.clock.fixed_ms = good;
    assert_ok(log_sequence_now(&o, &e), &e); /* the same moment is not earlier */
    assert_whole(&l, 1 + ARRAY_LEN(jumps));
    scratch_log_close(&l);
}

static err_t settle_step(struct db *db, void *arg, struct err *e)
{
    return clock_state_settle(db, *(const int64_t *)arg, e);
}

static err_t doubt_step(struct db *db, void *arg, struct err *e)
{
    struct scratch_log *l = arg;
    bool first = false;
    err_t rc = clock_state_doubt(&first, db, &l->suite, &l->clock, CLOCK_JUMPED,
                                 &(struct clock_jump){l->clock.fixed_ms, l->clock.fixed_ms + 1},
                                 l->arena, e);
    assert_true(rc != OK || first);
    if (rc == OK)
        rc = clock_state_doubt(&first, db, &l->suite, &l->clock, CLOCK_BEHIND,
                               &(struct clock_jump){0, 0}, l->arena, e);
    assert_true(rc != OK || !first); /* once, with one entry */
    return rc;
}

static void nothing_is_signed_while_the_clock_is_in_doubt(void **state)
{
    struct scratch_log l;
    struct sequencer *s = NULL;
    struct err e;
    (void)state;
    scratch_log_open(&l, "sha256-ed25519");
    struct sequencer_options o = scratch_log_options(&l);
    assert_ok(sequencer_open(&s, &o, &e), &e);
    scratch_log_add(&l, "login", 1);
    assert_ok(sequencer_run(s, &e), &e);
    assert_ok(store_write(l.store, doubt_step, &l, &e), &e);
    assert_int_equal(sequencer_run(s, &e), E_CONFLICT);
    assert_non_null(strstr(e.text, "in doubt"));
    assert_int_equal(latest_head(&l).size, 1);
    assert_int_equal(number_of(l.store, "SELECT max(leaf) FROM log_entry"), 1); /* numbered */
    sequencer_close(s);
    assert_ok(log_sequence_now(&o, &e), &e); /* a command has done what it had to do */
    assert_int_equal(latest_head(&l).size, 1);
    assert_ok(sequencer_open(&s, &o, &e), &e);
    l.clock.fixed_ms += 5;
    assert_ok(store_write(l.store, settle_step, &l.clock.fixed_ms, &e), &e);
    assert_ok(sequencer_run(s, &e), &e);
    assert_int_equal(latest_head(&l).time_ms, l.clock.fixed_ms);
    sequencer_close(s);
    assert_whole(&l, 2);
    scratch_log_close(&l);
}

static int64_t still(const struct clock *c)
{
    (void)c;
    return 0;
}

/* Ten years for as long as the time is read once. */
static void a_head_is_not_signed_in_the_time_of_a_jump(void **state)
{
    struct scratch_log l;
    struct clock_watch watch;
    struct sequencer *s = NULL;
    struct err e;
    (void)state;
    scratch_log_open(&l, "sha256-ed25519");
    l.clock.elapsed_ms = still;
    clock_watch_init(&watch, &l.clock);
    struct sequencer_options o = scratch_log_options(&l);
    o.clock = &watch.clock;
    o.watch = &watch;
    assert_ok(sequencer_open(&s, &o, &e), &e);
    scratch_log_add(&l, "login", 1);
    l.clock.fixed_ms += INT64_C(315360000000);
    assert_int_equal(sequencer_run(s, &e), E_CONFLICT);
    l.clock.fixed_ms -= INT64_C(315360000000);
    assert_int_equal(sequencer_run(s, &e), E_CONFLICT); /* until somebody says that it is right */
    assert_int_equal(number_of(l.store, "SELECT count(*) FROM log_head"), 0);
    clock_watch_settle(&watch);
    assert_ok(sequencer_run(s, &e), &e);
    assert_int_equal(latest_head(&l).time_ms, l.clock.fixed_ms);
    sequencer_close(s);
    clock_watch_clear(&watch);
    scratch_log_close(&l);
}

/* Heads of 2036: once people have said that it is 2026, the next repeat that time, as a head's time
 * never goes back; no earlier one, and none without their word. */
static void signing_goes_on_after_heads_of_a_wrong_time(void **state)
{
    struct scratch_log l;
    struct clock_state known;
    struct db *db = NULL;
    struct err e;
    (void)state;
    scratch_log_open(&l, "sha256-ed25519");
    struct sequencer_options o = scratch_log_options(&l);
    const int64_t now = l.clock.fixed_ms, wrong = now + INT64_C(315360000000);
    l.clock.fixed_ms = wrong;
    scratch_log_add(&l, "login", 1);
    assert_ok(log_sequence_now(&o, &e), &e);
    l.clock.fixed_ms = now;
    scratch_log_add(&l, "login", 2);
    assert_int_equal(log_sequence_now(&o, &e), E_CONFLICT);
    assert_ok(store_write(l.store, settle_step, &l.clock.fixed_ms, &e), &e);
    for (int i = 0; i < 3; i++) {
        assert_ok(log_sequence_now(&o, &e), &e);
        assert_int_equal(latest_head(&l).time_ms, wrong);
        l.clock.fixed_ms += 1000;
        scratch_log_add(&l, "login", 3);
    }
    assert_ok(store_reader_get(&db, l.store, &e), &e);
    assert_ok(clock_state_load(&known, db, &e), &e);
    store_reader_put(l.store, db);
    assert_int_equal(known.seen_ms, now); /* not 2036: a start asks nobody */
    assert_int_equal(clock_state_at_start(&known, now), CLOCK_TRUSTED);
    l.clock.fixed_ms = wrong + 1;
    assert_ok(log_sequence_now(&o, &e), &e);
    assert_int_equal(latest_head(&l).time_ms, wrong + 1);
    assert_whole(&l, 5);
    l.clock.fixed_ms = wrong;
    scratch_log_add(&l, "login", 4);
    assert_int_equal(log_sequence_now(&o, &e), E_CONFLICT); /* that one was right */
    scratch_log_close(&l);
}

static void a_start_asks_of_what_nobody_can_know(void **state)
{
    static const int64_t day = 86400000, t = INT64_C(1795173753123);
    const struct {
        struct clock_state known;
        int64_t now;
        enum clock_doubt asks;
    } starts[] = {
        {{.seen_ms = 0}, t, CLOCK_TRUSTED}, /* never ran */
        {{.seen_ms = t}, t + 29 * day, CLOCK_TRUSTED},
        {{.seen_ms = t}, t + 30 * day, CLOCK_TRUSTED},
        {{.seen_ms = t}, t + 30 * day + 1, CLOCK_AHEAD},
        {{.seen_ms = t}, t + 3650 * day, CLOCK_AHEAD},
        {{.seen_ms = t}, t - CLOCK_STEP_MS + 1, CLOCK_TRUSTED},
        {{.seen_ms = t}, t - CLOCK_STEP_MS, CLOCK_BEHIND},
        {{.seen_ms = t}, t - 3650 * day, CLOCK_BEHIND},
        {{.seen_ms = t, .doubt = CLOCK_JUMPED}, t, CLOCK_JUMPED}, /* a start settles nothing */
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        assert_int_equal(clock_state_at_start(&starts[i].known, starts[i].now), starts[i].asks);
}

static void a_holder_killed_before_signing_leaves_nothing_to_mend(void **state)
{
    (void)state;
    struct scratch_log l;
    struct err e;
    scratch_log_open(&l, "sha256-ed25519");
    struct sequencer_options o = scratch_log_options(&l);
    scratch_log_fill(&l, 300);
    /* Numbered with a clock that does not let it sign, as if killed in between. */
    scratch_log_add(&l, "login", 1);
    l.clock.fixed_ms -= 100000;
    assert_int_equal(log_sequence_now(&o, &e), E_CONFLICT);
    assert_int_equal(latest_head(&l).size, 300);
    l.clock.fixed_ms += 200000;
    assert_ok(log_sequence_now(&o, &e), &e);
    assert_whole(&l, 301);
    scratch_log_close(&l);
}

/* --- followers --------------------------------------------------------------------------- */

/* An entry whose transaction is open while a later one is committed and numbered. */
static void a_follower_misses_nothing_across_an_open_transaction(void **state)
{
    (void)state;
    struct scratch_log l;
    struct db *slow = NULL;
    char uid[LOG_UID_LEN + 1];
    struct err e;
    struct log_draft d = {.action = STR("slow")};
    scratch_log_open(&l, "sha256-ed25519");
    struct seen s = {.hasher = hasher_new_of(l.suite.hash), .arena = l.arena};
    assert_ok(db_open(&slow, store_url(l.store), &(struct db_options){.must_exist = true}, &e), &e);
    assert_ok(db_begin_write(slow, &e), &e);
    assert_ok(log_append(uid, slow, &l.suite, &l.clock, &d, l.arena, &e), &e);
    follow(&s, l.store);
    assert_int_equal(s.next, 0); /* not committed: not there */
    if (scratch_is_postgres()) {
        scratch_log_add(&l, "quick", 1); /* larger id, earlier commit */
        scratch_log_sequence(&l);
        follow(&s, l.store);
        assert_int_equal(s.next, 1);
    }
    assert_ok(db_commit(slow, &e), &e);
    db_close(slow);
    if (!scratch_is_postgres())
        scratch_log_add(&l, "quick", 1); /* SQLite: one writer at a time */
    scratch_log_sequence(&l);
    follow(&s, l.store);
    assert_int_equal(s.next, 2);
    assert_true(str_contains(s.bodies, STR("\"do\":\"slow\"")));
    assert_true(str_contains(s.bodies, STR("\"do\":\"quick\"")));
    assert_whole(&l, 2);
    hasher_free(s.hasher);
    scratch_log_close(&l);
}

#define WRITERS 64
#define PER_WRITER 25

struct writer {
    struct scratch_log *l;
    int64_t number;
    pthread_t thread;
};

struct writing {
    struct writer *w;
    int64_t turn;
    struct arena *a;
};

static err_t write_turn(struct db *db, void *arg, struct err *e)
{
    struct writing *x = arg;
    char uid[LOG_UID_LEN + 1];
    struct log_draft d = {.has_who = true,
                          .who = x->w->number,
                          .action = STR("turn"),
                          .type = STR("deal"),
                          .id = x->turn + 1};
    err_t rc = log_append(uid, db, &x->w->l->suite, &clock_system, &d, x->a, e);
    /* Some steps fail after their entry was inserted: it must leave no hole. */
    return rc == OK && x->turn < 0 ? err_set(e, E_INVALID, "refused") : rc;
}

static void *write_turns(void *arg)
{
    struct writer *w = arg;
    struct arena *a = arena_new();
    struct err e;
    for (int64_t turn = 0; turn < PER_WRITER; turn++) {
        struct writing x = {w, turn, a};
        if (store_write(w->l->store, write_turn, &x, &e) != OK) {
            fprintf(stderr, "%s\n", e.text);
            abort();
        }
        x.turn = -1;
        if (turn % 5 == 0 && store_write(w->l->store, write_turn, &x, &e) != E_INVALID)
            abort();
    }
    arena_free(a);
    return NULL;
}

/* Each writer's turns come one after the other, whatever the others do. */
static void assert_turns_in_order(struct str bodies)
{
    static const char between[] = ",\"do\":\"turn\",\"type\":\"deal\",\"id\":";
    int64_t last[WRITERS] = {0};
    size_t count = 0;
    for (struct str rest = bodies; rest.len > 0; count++) {
        struct str line = str_split(&rest, STR("\n"));
        char *end;
        long who = strtol(line.ptr + str_find(line, STR("\"who\":"), 0) + 6, &end, 10);
        assert_memory_equal(end, between, strlen(between));
        long turn = strtol(end + strlen(between), NULL, 10);
        assert_int_equal(turn, last[who] + 1);
        last[who] = turn;
    }
    assert_int_equal(count, WRITERS * PER_WRITER);
}

static void sixty_four_writers_leave_no_gap_and_nothing_moves(void **state)
{
    (void)state;
    struct scratch_log l;
    struct writer w[WRITERS];
    struct sequencer_thread *t = NULL;
    struct sequencer_state now;
    struct err e;
    scratch_log_open(&l, "sha256-ed25519");
    struct sequencer_options o = scratch_log_options(&l);
    o.clock = &clock_system;
    struct seen s = {.hasher = hasher_new_of(l.suite.hash), .arena = l.arena};
    assert_ok(sequencer_start(&t, &o, &e), &e);
    for (int i = 0; i < WRITERS; i++) {
        w[i] = (struct writer){.l = &l, .number = i};
        assert_int_equal(pthread_create(&w[i].thread, NULL, write_turns, &w[i]), 0);
    }
    while (s.next < WRITERS * PER_WRITER) { /* the follower polls while they write */
        follow(&s, l.store);
        usleep(2000);
    }
    for (int i = 0; i < WRITERS; i++)
        pthread_join(w[i].thread, NULL);
    scratch_log_add(&l, "last", 1);
    assert_ok(sequencer_cover(t, str_of(l.uid), 10000, &e), &e);
    for (int i = 0; i < 5000; i++) { /* its account of the head comes a moment after the head */
        sequencer_state(&now, t);
        if (now.size > WRITERS * PER_WRITER)
            break;
        usleep(2000);
    }
    assert_true(now.holder);
    assert_string_equal(now.fault, "");
    assert_int_equal(now.size, WRITERS * PER_WRITER + 1);
    assert_int_equal(sequencer_cover(t, STR("00"), 10, &e), E_NOTFOUND);
    scratch_log_add(&l, "signed at the end", 1);
    sequencer_stop(t, NULL);
    assert_whole(&l, WRITERS * PER_WRITER + 2);

    /* What the follower saw while they wrote is what is there now. */
    struct seen again = {.hasher = hasher_new_of(l.suite.hash), .arena = l.arena};
    follow(&again, l.store);
    assert_true(str_starts(again.bodies, s.bodies));
    assert_turns_in_order(s.bodies);
    hasher_free(again.hasher);
    hasher_free(s.hasher);
    scratch_log_close(&l);
}

static void a_head_comes_within_a_second_unasked(void **state)
{
    (void)state;
    struct scratch_log l;
    struct sequencer_thread *t = NULL;
    struct err e;
    scratch_log_open(&l, "sha256-ed25519");
    struct sequencer_options o = scratch_log_options(&l);
    o.clock = &clock_system;
    assert_ok(sequencer_start(&t, &o, &e), &e);
    while (number_of(l.store, "SELECT max(size) FROM log_head") < 0)
        usleep(1000);
    usleep(100000); /* the head of the empty log is there */
    int64_t worst = 0;
    for (int i = 1; i <= 3; i++) {
        scratch_log_add(&l, "login", 1);
        int64_t from = clock_monotonic_us(&clock_system);
        while (number_of(l.store, "SELECT max(size) FROM log_head") < i)
            usleep(1000);
        int64_t took = clock_monotonic_us(&clock_system) - from;
        worst = took > worst ? took : worst;
    }
    print_message("# a head came after at most %d ms\n", (int)(worst / 1000));
    assert_in_range(worst, 0, 1000000);
    sequencer_stop(t, NULL);
    sequencer_stop(NULL, NULL);
    scratch_log_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_numbered_in_order_and_signed),
        cmocka_unit_test(one_process_keeps_the_log_and_a_displaced_one_writes_nothing),
        cmocka_unit_test(a_busy_store_is_no_other_holder),
        cmocka_unit_test(another_host_is_kept_out_by_the_store),
        cmocka_unit_test(who_holds_the_folder_may_do_the_part_itself),
        cmocka_unit_test(nothing_is_signed_while_the_clock_is_behind),
        cmocka_unit_test(nothing_is_signed_while_the_clock_is_in_doubt),
        cmocka_unit_test(a_head_is_not_signed_in_the_time_of_a_jump),
        cmocka_unit_test(signing_goes_on_after_heads_of_a_wrong_time),
        cmocka_unit_test(a_start_asks_of_what_nobody_can_know),
        cmocka_unit_test(a_holder_killed_before_signing_leaves_nothing_to_mend),
        cmocka_unit_test(a_follower_misses_nothing_across_an_open_transaction),
        cmocka_unit_test(sixty_four_writers_leave_no_gap_and_nothing_moves),
        cmocka_unit_test(a_head_comes_within_a_second_unasked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
