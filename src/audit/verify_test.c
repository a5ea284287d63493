#include "test.h"

#include "audit/rows.h"
#include "audit/scratch_log.h"
#include "audit/verify.h"
#include "base/vec.h"
#include "crypto/encode.h"

struct scene {
    struct scratch_log log;
    struct note_signer witness;
    struct note_key keys[2];
    struct log_trust trust;
    struct db *db; /* who changes the store behind the program's back */
};

static void exec(struct scene *s, const char *sql)
{
    struct err e;
    if (db_exec(s->db, sql, &e) != OK)
        fail_msg("%s: %s", sql, e.text);
}

/* A cosignature under the latest head. */
static void cosign(struct scene *s)
{
    struct log_head_row head;
    struct buf b;
    struct err e;
    assert_ok(log_head_latest(&head, s->db, s->log.arena, &e), &e);
    buf_init(&b, 0);
    note_cosign(&b, &s->witness,
                (struct str){head.note.ptr, str_find(head.note, STR("\n\n"), 0) + 1}, 1795173790);
    assert_ok(db_run(s->db, "INSERT INTO log_cosignature (size, name, line) VALUES (?1, ?2, ?3)",
                     VALUES(v_i64((int64_t)head.size), v_str(str_of(s->witness.key.name)),
                            v_str((struct str){b.ptr, b.len - 1})),
                     &e),
              &e);
    buf_clear(&b);
}

static void open_scene(struct scene *s, const char *suite)
{
    struct err e;
    scratch_log_open(&s->log, suite);
    note_signer_make(&s->witness, STR("witness/city"), NOTE_COSIGNER, s->log.suite.sign);
    s->keys[0] = s->log.suite.key;
    s->keys[1] = s->witness.key;
    s->trust = (struct log_trust){.keys = s->keys, .key_count = 2};
    assert_ok(
        db_open(&s->db, store_url(s->log.store), &(struct db_options){.must_exist = true}, &e), &e);
}

static void close_scene(struct scene *s)
{
    note_signer_clear(&s->witness);
    db_close(s->db);
    scratch_log_close(&s->log);
}

static struct log_verdict verify(struct scene *s)
{
    struct log_verdict v;
    struct arena *a = arena_new();
    struct err e;
    struct verify_options o = {.suite = &s->log.suite, .trust = &s->trust, .clock = &s->log.clock};
    assert_ok(log_verify_store(&v, s->log.store, &o, s->log.arena, &e), &e);
    arena_free(a);
    return v;
}

static void assert_good(struct scene *s, uint64_t entries)
{
    struct log_verdict v = verify(s);
    assert_string_equal(v.fault, "");
    assert_int_equal(v.entries, entries);
}

static void assert_fault(struct scene *s, enum log_fault kind, int64_t index)
{
    struct log_verdict v = verify(s);
    int64_t named = v.names_entry ? (v.has_index ? (int64_t)v.index : -2) : -1;
    if (v.kind != kind || named != index || v.fault[0] == '\0')
        fail_msg("%s at %d (%s), expected %s at %d", log_fault_name(v.kind), (int)named, v.fault,
                 log_fault_name(kind), (int)index);
}

static void a_whole_log_is_good(void **state)
{
    (void)state;
    static const char *const suites[] = {"sha256-ed25519", "sm3-sm2"};
    for (size_t i = 0; i < 2; i++) {
        struct scene s;
        open_scene(&s, suites[i]);
        assert_good(&s, 0); /* not even a head */
        scratch_log_sequence(&s.log);
        assert_good(&s, 0);
        scratch_log_fill(&s.log, 10);
        cosign(&s);
        assert_good(&s, 10);
        scratch_log_fill(&s.log, 700); /* over full tiles */
        struct log_verdict v = verify(&s);
        assert_string_equal(v.fault, "");
        assert_int_equal(v.entries, 710);
        assert_int_equal(v.contents_checked, 355);
        assert_true(v.has_head);
        assert_int_equal(v.head.size, 710);
        assert_int_equal(v.witness_count, 0); /* the latest head has none */
        cosign(&s);
        v = verify(&s);
        assert_int_equal(v.witness_count, 1);
        assert_true(v.witness[0].checked);
        s.trust.witnesses = 1;
        assert_good(&s, 710);
        s.trust.witnesses = 2;
        assert_fault(&s, LOG_FAULT_WITNESSES, -1);
        close_scene(&s);
    }
}

/* --- every column of every row ------------------------------------------------------------ */

static const struct table {
    const char *name, *keys, *columns; /* keys: as they stand in WHERE */
} tables[] = {
    /* log_entry.id: names the row while it waits; nothing reads it afterwards. */
    {"log_entry", "uid", "uid at_ms body leaf"},
    {"log_tile", "level number", "level number hashes"},
    {"log_head", "size", "size at_ms note"},
    {"log_cosignature", "size name", "size name line"},
    {"record_version", "type record_id version",
     "type record_id version at_ms account role action reason content seal entry"},
};

struct cell {
    const struct table *table;
    struct str column;
    struct str key[3];
    struct value key_value[3];
    size_t key_count;
    struct value was;
};

static struct value read_value(struct stmt *st, int column, enum value_type type, struct arena *a)
{
    if (stmt_is_null(st, column))
        return (struct value){.type = VALUE_NULL};
    if (type == VALUE_I64)
        return v_i64(stmt_i64(st, column));
    if (type == VALUE_BYTES)
        return v_bytes(str_bytes(arena_dup(a, bytes_str(stmt_bytes(st, column)))));
    return v_str(arena_dup(a, stmt_str(st, column)));
}

static enum value_type type_of(struct str column)
{
    static const char *const integers[] = {"at_ms", "leaf",      "level",   "number",
                                           "size",  "record_id", "version", "account"};
    for (size_t i = 0; i < ARRAY_LEN(integers); i++)
        if (str_is(column, integers[i]))
            return VALUE_I64;
    return str_is(column, "hashes") ? VALUE_BYTES : VALUE_STR;
}

/* UPDATE table SET column = v WHERE keys; a key that is changed itself is `now`. */
static err_t set(struct scene *s, const struct cell *c, const struct value *now,
                 const struct value *v, struct err *e)
{
    struct stmt *st = NULL;
    struct buf sql;
    buf_init(&sql, 0);
    buf_addf(&sql, "UPDATE %s SET %.*s = ?1 WHERE ", c->table->name, STR_ARG(c->column));
    for (size_t i = 0; i < c->key_count; i++)
        buf_addf(&sql, "%s%.*s = ?%d", i ? " AND " : "", STR_ARG(c->key[i]), (int)i + 2);
    err_t rc = db_prepare_text(&st, s->db, buf_str(&sql), e);
    struct value values[4] = {*v};
    for (size_t i = 0; i < c->key_count; i++)
        values[i + 1] = now && str_eq(c->key[i], c->column) ? *now : c->key_value[i];
    for (size_t i = 0; i <= c->key_count && rc == OK; i++)
        rc = values[i].type == VALUE_I64 ? stmt_bind_i64(st, (int)i + 1, values[i].i64, e)
             : values[i].type == VALUE_STR
                 ? stmt_bind_str(st, (int)i + 1, bytes_str(values[i].bytes), e)
             : values[i].type == VALUE_BYTES ? stmt_bind_bytes(st, (int)i + 1, values[i].bytes, e)
                                             : stmt_bind_null(st, (int)i + 1, e);
    if (rc == OK)
        rc = stmt_run(st, e);
    stmt_free(st);
    buf_clear(&sql);
    return rc;
}

static struct value text_with(struct arena *a, struct bytes was, size_t at)
{
    struct str copy = arena_dup(a, bytes_str(was));
    ((char *)(uintptr_t)copy.ptr)[at] ^= 1;
    return v_str(copy);
}

/* Other values for a cell. */
static size_t others(struct value out[8], const struct value *was, struct arena *a)
{
    size_t n = 0, len = was->bytes.len;
    switch (was->type) {
    case VALUE_NULL:
        out[n++] = v_str(STR("x"));
        break;
    case VALUE_I64:
        out[n++] = v_i64(was->i64 + 1);
        out[n++] = v_i64(was->i64 - 1);
        out[n++] = v_i64(was->i64 + 1000);
        out[n++] = v_i64(5); /* a head's size: what a foreign key lets pass */
        break;
    case VALUE_STR:
        for (size_t k = 0; k < 5; k++) /* ASCII alone: the result is UTF-8 */
            for (size_t at = k * (len - 1) / 4; at < len; at++)
                if (was->bytes.ptr[at] > ' ' && was->bytes.ptr[at] < 0x7f) {
                    out[n++] = text_with(a, was->bytes, at);
                    break;
                }
        out[n++] = v_str(arena_join(a, bytes_str(was->bytes), STR(" ")));
        out[n++] = (struct value){.type = VALUE_NULL};
        break;
    case VALUE_BYTES:
        for (size_t k = 0; k < 3; k++) {
            struct value v = text_with(a, was->bytes, k * (len - 1) / 2);
            v.type = VALUE_BYTES;
            out[n++] = v;
        }
        out[n++] = v_bytes((struct bytes){was->bytes.ptr, len - 1});
        out[n++] = v_bytes(str_bytes(arena_join(a, bytes_str(was->bytes), STR("x"))));
        break;
    }
    return n;
}

struct tally {
    size_t changed, refused_by_the_store, named;
};

static void change_cell(struct scene *s, const struct cell *c, struct tally *t, struct arena *a)
{
    struct value other[8];
    size_t n = others(other, &c->was, a);
    for (size_t i = 0; i < n; i++) {
        struct err e;
        if (other[i].type == c->was.type && other[i].type == VALUE_I64 &&
            other[i].i64 == c->was.i64)
            continue;
        if (set(s, c, NULL, &other[i], &e) != OK) { /* unique, NOT NULL, foreign key */
            t->refused_by_the_store++;
            continue;
        }
        struct log_verdict v = verify(s);
        if (verdict_good(&v))
            fail_msg("%s.%.*s: change %zu is not seen", c->table->name, STR_ARG(c->column), i);
        t->changed++;
        t->named += v.names_entry;
        if ((c->table == &tables[0] || c->table == &tables[4]) && !v.names_entry)
            fail_msg("%s.%.*s: change %zu names no entry: %s", c->table->name, STR_ARG(c->column),
                     i, v.fault);
        assert_ok(set(s, c, &other[i], &c->was, &e), &e);
    }
}

static void change_column(struct scene *s, const struct table *table, struct str column,
                          struct tally *t)
{
    struct arena *a = arena_new();
    VEC(struct cell) cells = {0};
    struct cell c = {.table = table, .column = column};
    struct stmt *st = NULL;
    struct buf sql;
    struct err e;
    bool has_row;
    buf_init(&sql, 0);
    buf_addf(&sql, "SELECT %.*s", STR_ARG(column));
    for (struct str keys = str_of(table->keys); keys.ptr;) {
        struct str key = str_split(&keys, STR(" "));
        c.key[c.key_count++] = key;
        buf_addf(&sql, ", %.*s", STR_ARG(key));
    }
    buf_addf(&sql, " FROM %s ORDER BY %.*s", table->name, STR_ARG(c.key[0]));
    assert_ok(db_prepare_text(&st, s->db, buf_str(&sql), &e), &e);
    for (;;) {
        assert_ok(stmt_next(&has_row, st, &e), &e);
        if (!has_row)
            break;
        c.was = read_value(st, 0, type_of(column), a);
        for (size_t i = 0; i < c.key_count; i++)
            c.key_value[i] = read_value(st, (int)i + 1, type_of(c.key[i]), a);
        VEC_PUSH(a, &cells, c);
    }
    stmt_free(st);
    buf_clear(&sql);
    assert_true(cells.len > 0);
    size_t before = t->changed;
    for (size_t i = 0; i < cells.len; i++)
        change_cell(s, &cells.ptr[i], t, a);
    if (t->changed == before)
        fail_msg("%s.%.*s: nothing could be changed", table->name, STR_ARG(column));
    arena_free(a);
}

static void every_changed_column_of_every_row_is_seen(void **state)
{
    (void)state;
    struct scene s;
    struct tally t = {0};
    open_scene(&s, "sha256-ed25519");
    scratch_log_fill(&s.log, 5);
    scratch_log_fill(&s.log, 4);
    cosign(&s);
    assert_good(&s, 9);
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        for (struct str columns = str_of(tables[i].columns); columns.ptr;)
            change_column(&s, &tables[i], str_split(&columns, STR(" ")), &t);
    assert_good(&s, 9); /* all was put back */
    print_message("# %zu changes seen (%zu named an entry), %zu refused by the store itself\n",
                  t.changed, t.named, t.refused_by_the_store);
    close_scene(&s);
}

static void a_changed_tile_of_an_upper_level_is_seen(void **state)
{
    (void)state;
    struct scene s;
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    open_scene(&s, "sha256-ed25519");
    scratch_log_fill(&s.log, 300);
    assert_ok(db_prepare(&st, s.db, "SELECT hashes FROM log_tile WHERE level = 1", &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    struct value changed = text_with(s.log.arena, stmt_bytes(st, 0), 5);
    changed.type = VALUE_BYTES;
    stmt_free(st);
    assert_ok(db_run(s.db, "UPDATE log_tile SET hashes = ?1 WHERE level = 1", VALUES(changed), &e),
              &e);
    assert_fault(&s, LOG_FAULT_TILE, -1);
    close_scene(&s);
}

/* In the store, where only known witnesses' words were kept. */
static void a_cosignature_by_another_key_of_a_witness_is_seen(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "sha256-ed25519");
    scratch_log_fill(&s.log, 3);
    cosign(&s);
    assert_good(&s, 3);
    note_signer_clear(&s.witness);
    note_signer_make(&s.witness, STR("witness/city"), NOTE_COSIGNER, SIGN_ED25519);
    exec(&s, "DELETE FROM log_cosignature");
    cosign(&s);
    assert_fault(&s, LOG_FAULT_COSIGNATURE, -1);
    close_scene(&s);
}

static void every_missing_row_is_seen(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        enum log_fault kind;
        int64_t index;
    } cases[] = {
        {"DELETE FROM log_entry WHERE leaf = 3", LOG_FAULT_MISSING, 3},
        {"DELETE FROM log_entry WHERE leaf = 8", LOG_FAULT_TILE, -1}, /* the tile has nine hashes */
        {"DELETE FROM log_tile", LOG_FAULT_TILE, -1},
        {"DELETE FROM log_head WHERE size = 5", LOG_FAULT_NONE, -1}, /* later heads say the same */
        {"DELETE FROM log_head WHERE size = 9", LOG_FAULT_NONE, -1}, /* see held heads */
        {"DELETE FROM record_version WHERE record_id = 1 AND version = 2", LOG_FAULT_VERSION, 3},
        {"UPDATE log_entry SET leaf = NULL WHERE leaf = 8", LOG_FAULT_TILE, -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct scene s;
        open_scene(&s, "sha256-ed25519");
        scratch_log_fill(&s.log, 5);
        scratch_log_fill(&s.log, 4);
        exec(&s, cases[i].sql);
        if (cases[i].kind == LOG_FAULT_NONE)
            assert_good(&s, 9);
        else
            assert_fault(&s, cases[i].kind, cases[i].index);
        close_scene(&s);
    }
}

static void a_row_too_many_is_seen(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        enum log_fault kind;
        int64_t index;
    } cases[] = {
        {"INSERT INTO log_tile (level, number, hashes) SELECT level, number + 1, hashes FROM "
         "log_tile",
         LOG_FAULT_TILE, -1},
        {"INSERT INTO log_tile (level, number, hashes) SELECT level + 1, number, hashes FROM "
         "log_tile",
         LOG_FAULT_TILE, -1},
        {"INSERT INTO record_version (type, record_id, version, at_ms, account, role, action, "
         "reason, content, seal, entry) SELECT type, record_id, version + 7, at_ms, account, role, "
         "action, reason, content, seal, entry || '0' FROM record_version WHERE version = 2",
         LOG_FAULT_VERSION, -2},
        {"INSERT INTO record_version (type, record_id, version, at_ms, account, role, action, "
         "reason, content, seal, entry) SELECT type, record_id, version + 7, at_ms, account, role, "
         "action, reason, content, seal, entry FROM record_version WHERE version = 2",
         LOG_FAULT_VERSION, -1}, /* it names an entry that is another's */
        {"INSERT INTO log_head (size, at_ms, note) SELECT size + 1, at_ms, note FROM log_head",
         LOG_FAULT_SIZE, -1},
        {"INSERT INTO log_entry (uid, at_ms, body, leaf) SELECT 'f' || uid, at_ms, body, 9 FROM "
         "log_entry WHERE leaf = 0",
         LOG_FAULT_ROW, 9},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct scene s;
        open_scene(&s, "sha256-ed25519");
        scratch_log_fill(&s.log, 9);
        exec(&s, cases[i].sql);
        assert_fault(&s, cases[i].kind, cases[i].index);
        close_scene(&s);
    }
}

static void a_name_that_comes_twice_is_seen(void **state)
{
    (void)state;
    struct scene s;
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    open_scene(&s, "sha256-ed25519");
    scratch_log_fill(&s.log, 9);
    assert_ok(db_prepare(&st, s.db, "SELECT uid FROM log_entry WHERE leaf = 2", &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    struct str uid = arena_dup(s.log.arena, stmt_str(st, 0));
    stmt_free(st);
    /* The index that forbids it taken away, the copy signed by the log. */
    exec(&s, "DROP INDEX log_entry_uid");
    assert_ok(db_run(s.db,
                     "INSERT INTO log_entry (uid, at_ms, body, who, unit, verb, type, record_id,"
                     " status) SELECT uid, at_ms, body, who, unit, verb, type, record_id, status"
                     " FROM log_entry WHERE uid = ?1",
                     VALUES(v_str(uid)), &e),
              &e);
    scratch_log_sequence(&s.log);
    assert_fault(&s, LOG_FAULT_UID, 9);
    close_scene(&s);
}

/* --- who has the key ------------------------------------------------------------------------ */

static struct str latest_note(struct scene *s)
{
    struct log_head_row head;
    struct err e;
    assert_ok(log_head_latest(&head, s->db, s->log.arena, &e), &e);
    return head.note;
}

/* The operator takes tiles and heads away, changes what it likes and lets the
 * sequencer sign anew: nothing in the store contradicts it, a held head does. */
static void sign_anew(struct scene *s, const char *sql)
{
    exec(s, "DELETE FROM log_cosignature; DELETE FROM log_head; DELETE FROM log_tile");
    exec(s, sql);
    exec(s, "UPDATE log_entry SET leaf = NULL");
    s->log.clock.fixed_ms += 1000;
    scratch_log_sequence(&s->log);
}

static void a_rewritten_log_is_seen_by_whoever_holds_a_head(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        enum log_fault kind;
    } cases[] = {
        /* a suffix recomputed */
        {"UPDATE log_entry SET who = 3, body = replace(body, '\"who\":2', '\"who\":3')"
         " WHERE leaf = 2",
         LOG_FAULT_INCONSISTENT},
        /* the tail cut off */
        {"DELETE FROM record_version WHERE record_id > 1; DELETE FROM log_entry WHERE leaf > 4",
         LOG_FAULT_OLDER},
        /* two entries exchanged */
        {"UPDATE log_entry SET id = id + 1000 WHERE leaf = 2", LOG_FAULT_INCONSISTENT},
        /* an entry deleted */
        {"DELETE FROM log_entry WHERE leaf = 2", LOG_FAULT_OLDER},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct scene s;
        open_scene(&s, "sha256-ed25519");
        scratch_log_fill(&s.log, 9);
        struct str held = latest_note(&s);
        sign_anew(&s, cases[i].sql);
        struct log_verdict v = verify(&s);
        assert_string_equal(v.fault, ""); /* to who holds nothing it looks good */
        s.trust.held = &held;
        s.trust.held_count = 1;
        assert_fault(&s, cases[i].kind, -1);
        close_scene(&s);
    }
}

static void a_log_that_continues_a_held_head_is_good(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "sm3-sm2");
    scratch_log_fill(&s.log, 9);
    struct str held = latest_note(&s);
    scratch_log_fill(&s.log, 300);
    s.trust.held = &held;
    s.trust.held_count = 1;
    struct log_verdict v = verify(&s);
    assert_string_equal(v.fault, "");
    assert_int_equal(v.held_consistent, 1);
    close_scene(&s);
}

static void a_replaced_key_is_seen(void **state)
{
    (void)state;
    struct scene s, other;
    open_scene(&s, "sha256-ed25519");
    open_scene(&other, "sha256-ed25519");
    scratch_log_fill(&s.log, 3);
    struct log_suite mine = s.log.suite;
    note_key_make(&s.log.suite.key, str_of(mine.origin), NOTE_LOG, &other.log.suite.key.public);
    assert_fault(&s, LOG_FAULT_SIGNATURE, -1);
    s.log.suite = other.log.suite;
    assert_fault(&s, LOG_FAULT_ORIGIN, 0);
    close_scene(&s);
    close_scene(&other);
}

/* --- what waits ------------------------------------------------------------------------------ */

/* Each time that it is asked, as if what was done between had taken long. */
static int64_t two_minutes_later(const struct clock *c)
{
    static int64_t asked;
    return c->fixed_ms + 120000 * asked++;
}

static void an_entry_that_waits_too_long_is_a_fault(void **state)
{
    (void)state;
    struct scene s;
    struct err e;
    open_scene(&s, "sha256-ed25519");
    scratch_log_fill(&s.log, 4);
    scratch_log_deal(&s.log, 77, 1);
    s.log.clock.fixed_ms += 60000;
    assert_good(&s, 4);
    s.log.clock.fixed_ms += 1;
    assert_fault(&s, LOG_FAULT_UNSEQUENCED, -2);

    /* Numbered, but the clock let nothing be signed. */
    s.log.clock.fixed_ms -= 1000000;
    struct sequencer_options o = scratch_log_options(&s.log);
    assert_int_equal(log_sequence_now(&o, &e), E_CONFLICT);
    assert_good(&s, 5);
    s.log.clock.fixed_ms += 2000000;
    assert_fault(&s, LOG_FAULT_UNSEQUENCED, 4);
    scratch_log_sequence(&s.log);
    assert_good(&s, 5);

    /* As old as it was when looking began: the look itself may take long. */
    scratch_log_deal(&s.log, 79, 1);
    s.log.clock.now_ms = two_minutes_later;
    assert_good(&s, 5);
    s.log.clock.now_ms = clock_fixed(0).now_ms;
    scratch_log_sequence(&s.log);

    /* What waits is checked like the rest. */
    scratch_log_deal(&s.log, 78, 1);
    exec(&s, "UPDATE record_version SET account = 3 WHERE record_id = 78");
    assert_fault(&s, LOG_FAULT_ROW, -2);
    close_scene(&s);
}

/* Erased: value and key are gone, the commitment stays (T6). */
static void an_erased_field_leaves_a_good_log(void **state)
{
    (void)state;
    struct scene s;
    open_scene(&s, "sha256-ed25519");
    scratch_log_fill(&s.log, 4);
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    assert_ok(db_prepare(&st, s.db,
                         "SELECT content, seal FROM record_version WHERE record_id = 1 AND "
                         "version = 1",
                         &e),
              &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    struct str content = arena_dup(s.log.arena, stmt_str(st, 0));
    struct str seal = arena_dup(s.log.arena, stmt_str(st, 1));
    stmt_free(st);

    /* {"_reason":…,"amount":…,"parties":…}: the amount goes. */
    size_t from = str_find(content, STR("\"amount\":"), 0),
           to = str_find(content, STR("\"parties\""), 0);
    struct str value = {content.ptr + from + 9, to - from - 10};
    size_t key_at = str_find(seal, STR("\"amount\":{\"k\":\""), 0) + 15;
    uint8_t key[16];
    char hex[65];
    assert_true(hex_read(key, 16, (struct str){seal.ptr + key_at, 32}));
    struct str message =
        arena_join(s.log.arena, arena_join(s.log.arena, STR("amount"), (struct str){"", 1}), value);
    struct digest c = hmac_of(HASH_SHA256, (struct bytes){key, 16}, str_bytes(message));
    digest_hex(hex, &c);
    struct str left[] = {{content.ptr, from}, {content.ptr + to, content.len - to}};
    struct str closed[] = {{seal.ptr, key_at - 5},
                           STR("\"c\":\""),
                           str_of(hex),
                           {seal.ptr + key_at + 32, seal.len - key_at - 32}};
    assert_ok(db_run(s.db,
                     "UPDATE record_version SET content = ?1, seal = ?2 WHERE record_id = 1 AND "
                     "version = 1",
                     VALUES(v_str(arena_join_all(s.log.arena, left, 2)),
                            v_str(arena_join_all(s.log.arena, closed, 4))),
                     &e),
              &e);
    assert_good(&s, 4);
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_log_is_good),
        cmocka_unit_test(every_changed_column_of_every_row_is_seen),
        cmocka_unit_test(a_changed_tile_of_an_upper_level_is_seen),
        cmocka_unit_test(a_cosignature_by_another_key_of_a_witness_is_seen),
        cmocka_unit_test(every_missing_row_is_seen),
        cmocka_unit_test(a_row_too_many_is_seen),
        cmocka_unit_test(a_name_that_comes_twice_is_seen),
        cmocka_unit_test(a_rewritten_log_is_seen_by_whoever_holds_a_head),
        cmocka_unit_test(a_log_that_continues_a_held_head_is_good),
        cmocka_unit_test(a_replaced_key_is_seen),
        cmocka_unit_test(an_entry_that_waits_too_long_is_a_fault),
        cmocka_unit_test(an_erased_field_leaves_a_good_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
