/* Rows of panel_draw, panel_commitment, panel_conflict, panel_member. */
#include "panel/draw.h"
#include "access/mutation.h"
#include "audit/head.h"
#include "base/msg.h"
#include "base/vec.h"
#include "crypto/encode.h"
#include "panel/frozen.h"
#include "panel/member.h"
#include "text/unicode.h"

#define HOUR_MS (INT64_C(3600) * 1000)
#define REVEAL_HOURS 24 /* of a draw; no text has a time, and nobody is at fault at once */

/* --- reading --------------------------------------------------------------------------- */

err_t draw_list(struct draws *out, struct db *db, int64_t panel, struct arena *a, struct err *e)
{
    struct draw d;
    *out = (struct draws){0};
    return db_rows(
        ROWS(out, d), db,
        "SELECT id, version, panel, round, state, frozen, digest, entry, frozen_ms, frozen_by,"
        " head_size, head_root, seed, fault, fault_of FROM panel_draw WHERE panel = ?1"
        " ORDER BY round DESC",
        VALUES(v_i64(panel)),
        INTO(into_i64(&d.id), into_i64(&d.version), into_i64(&d.panel), into_i64(&d.round),
             into_str(&d.state), into_str(&d.frozen), into_str(&d.digest), into_str(&d.entry),
             into_i64(&d.frozen_ms), into_i64(&d.frozen_by), into_i64(&d.head_size),
             into_str(&d.head_root), into_str(&d.seed), into_str(&d.fault), into_i64(&d.fault_of)),
        a, e);
}

err_t draw_latest(struct draw *out, struct db *db, int64_t panel, struct arena *a, struct err *e)
{
    struct draws all;
    err_t rc = draw_list(&all, db, panel, a, e);
    *out = rc == OK && all.len ? all.ptr[0] : (struct draw){0};
    return rc;
}

err_t draw_commitments(struct commitment out[2], size_t *count, struct db *db, int64_t draw,
                       struct arena *a, struct err *e)
{
    VEC(struct commitment) all = {0};
    struct commitment c;
    err_t rc = db_rows(ROWS(&all, c), db,
                       "SELECT part, account, commitment, entry, value, at_ms, revealed_ms FROM"
                       " panel_commitment WHERE draw = ?1 ORDER BY part LIMIT 2",
                       VALUES(v_i64(draw)),
                       INTO(into_int(&c.part), into_i64(&c.account), into_str(&c.commitment),
                            into_str(&c.entry), into_str(&c.value), into_i64(&c.at_ms),
                            into_i64(&c.revealed_ms)),
                       a, e);
    *count = all.len;
    for (size_t i = 0; i < all.len; i++)
        out[i] = all.ptr[i];
    return rc;
}

bool draw_values_shown(const struct commitment *given, size_t count)
{
    return count == 2 && given[0].value.len && given[1].value.len;
}

/* --- writing it down ------------------------------------------------------------------------ */

/* The version whose entry says `action`, which may hold what everybody is to see: a digest, a
 * commitment, a value. */
static err_t put_version(const struct draw *x, struct db *db, const struct deed *d,
                         const char *action, struct err *e)
{
    const struct deed_field fields[] = {
        {"digest", v_str(x->digest)},      {"fault", v_str(x->fault)},
        {"fault_of", v_id(x->fault_of)},   {"head_root", v_str(x->head_root)},
        {"head_size", v_id(x->head_size)}, {"panel", v_i64(x->panel)},
        {"round", v_i64(x->round)},        {"seed", v_str(x->seed)},
        {"state", v_str(x->state)},
    };
    return deed_version(d, db, "panel_draw", x->id, x->version, action, fields,
                        sizeof(fields) / sizeof(*fields), e);
}

static err_t entry_of(struct str *out, struct db *db, const struct draw *x, struct arena *a,
                      struct err *e)
{
    *out = STR_NONE;
    return db_row(NULL, db,
                  "SELECT entry FROM record_version WHERE type = 'panel_draw' AND"
                  " record_id = ?1 AND version = ?2",
                  VALUES(v_i64(x->id), v_i64(x->version)), INTO(into_str(out)), a, e);
}

static err_t move(struct draw *x, struct db *db, const struct deed *d, const char *action,
                  struct err *e)
{
    x->version++;
    err_t rc = db_run(
        db,
        "UPDATE panel_draw SET version = ?2, state = ?3, head_size = ?4, head_root = ?5, seed ="
        " ?6, fault = ?7, fault_of = ?8 WHERE id = ?1",
        VALUES(v_i64(x->id), v_i64(x->version), v_str(x->state), v_id(x->head_size),
               v_str(x->head_root), v_str(x->seed), v_str(x->fault), v_id(x->fault_of)),
        e);
    return rc == OK ? put_version(x, db, d, action, e) : rc;
}

static err_t open_draw(struct draw *out, struct db *db, const struct panel *p, struct arena *a,
                       struct err *e)
{
    err_t rc = draw_latest(out, db, p->id, a, e);
    if (rc == OK && (out->id == 0 || !str_is(out->state, "frozen")))
        rc = err_set(e, E_CONFLICT, "no draw of this panel is under way: its pool is to be frozen");
    return rc;
}

/* --- freezing ----------------------------------------------------------------------------- */

static struct str hex_of(const struct digest *digest, struct arena *a)
{
    char hex[HASH_HEX_LEN + 1];
    digest_hex(hex, digest);
    return arena_dup(a, str_of(hex));
}

struct eligible {
    struct panel_field field;
    const int64_t *experts; /* by id */
    size_t count;
};

static size_t in_both(const struct eligible *x, const struct eligible *y)
{
    size_t i = 0, k = 0, both = 0;
    while (i < x->count && k < y->count) {
        both += x->experts[i] == y->experts[k];
        int64_t m = x->experts[i], n = y->experts[k];
        i += m <= n;
        k += n <= m;
    }
    return both;
}

/* The fields in the order in which they are filled: those with the fewest to spare first. */
static err_t order_fields(struct eligible *all, const struct panel *p, struct str frozen,
                          struct arena *a, struct err *e)
{
    for (size_t i = 0; i < p->field_count; i++) {
        struct eligible x = {.field = p->fields[i]};
        size_t at = i;
        err_t rc = frozen_eligible(&x.experts, &x.count, frozen, x.field.field, a, e);
        if (rc != OK)
            return rc;
        for (; at > 0 && (int64_t)all[at - 1].count - all[at - 1].field.seats >
                             (int64_t)x.count - x.field.seats;
             at--)
            all[at] = all[at - 1];
        all[at] = x;
    }
    return OK;
}

/* Whatever the lot gives to the fields before it, each has enough left. */
static err_t check_enough(const struct eligible *all, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        int64_t left = (int64_t)all[i].count;
        for (size_t k = 0; k < i; k++) {
            int64_t both = (int64_t)in_both(&all[k], &all[i]);
            left -= both < all[k].field.seats ? both : all[k].field.seats;
        }
        if (left < all[i].field.seats)
            return err_set(
                e, E_CONFLICT,
                "for %.*s %zu experts can be drawn, of whom %lld remain after the seats of other "
                "fields: %lld are needed; the pool shows the others, with reasons",
                STR_ARG(all[i].field.field), all[i].count, (long long)(left > 0 ? left : 0),
                (long long)all[i].field.seats);
    }
    return OK;
}

/* The text to be frozen, its fields in the order in which they are filled. */
static err_t freeze_text(struct draw *x, const struct panel *p, const struct pool *pool,
                         struct arena *a, struct err *e)
{
    struct eligible *all = arena_array(a, p->field_count, sizeof(*all));
    struct panel_field *fields = arena_array(a, p->field_count, sizeof(*fields));
    struct panel ordered = *p;
    err_t rc = order_fields(all, p, frozen_write(p, x->round, pool, a), a, e);
    if (rc == OK)
        rc = check_enough(all, p->field_count, e);
    for (size_t i = 0; i < p->field_count; i++)
        fields[i] = all[i].field;
    ordered.fields = fields;
    x->frozen = rc == OK ? frozen_write(&ordered, x->round, pool, a) : STR_NONE;
    return rc;
}

err_t draw_keep_conflicts(struct db *db, int64_t draw, const struct pool *pool, struct err *e)
{
    const struct conflict *all = pool->conflicts;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < pool->conflict_count; i++)
        if (all[i].kind == CONFLICT_TIE)
            rc = db_run_later(
                db,
                "INSERT INTO panel_conflict (draw, expert, panel_case, reason) VALUES (?1, ?2,"
                " ?3, ?4)",
                VALUES(v_i64(draw), v_i64(all[i].expert), v_i64(all[i].panel_case),
                       v_str(all[i].reason)),
                e);
    return rc;
}

static err_t put_draw(struct draw *x, struct db *db, const struct deed *d, const char *action,
                      struct err *e)
{
    err_t rc = db_run(
        db,
        "INSERT INTO panel_draw (version, panel, round, state, frozen, digest, entry, frozen_ms,"
        " frozen_by) VALUES (1, ?1, ?2, ?7, ?3, ?4, '-', ?5, ?6)",
        VALUES(v_i64(x->panel), v_i64(x->round), v_str(x->frozen), v_str(x->digest),
               v_i64(x->frozen_ms), v_i64(x->frozen_by), v_str(x->state)),
        e);
    if (rc != OK)
        return rc;
    x->id = db_last_id(db);
    rc =
        put_version(x, db, d, arena_printf(d->arena, "%s %.*s", action, STR_ARG(x->digest)).ptr, e);
    if (rc == OK)
        rc = entry_of(&x->entry, db, x, d->arena, e);
    return rc == OK ? db_run(db, "UPDATE panel_draw SET entry = ?2 WHERE id = ?1",
                             VALUES(v_i64(x->id), v_str(x->entry)), e)
                    : rc;
}

err_t draw_keep(struct draw *x, struct db *db, const struct deed *d, const struct pool *pool,
                struct err *e)
{
    const char *action = str_is(x->state, "chosen") ? "choose" : "freeze";
    struct digest digest = sha256_of(str_bytes(x->frozen));
    x->digest = hex_of(&digest, d->arena);
    x->version = 1;
    x->frozen_ms = deed_now_ms(d);
    x->frozen_by = d->by->account;
    err_t rc = put_draw(x, db, d, action, e);
    return rc == OK ? draw_keep_conflicts(db, x->id, pool, e) : rc;
}

err_t draw_freeze(struct draw *out, const struct panel_deed *act, const struct co_names *patents,
                  struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    struct pool pool;
    struct date today;
    struct draw before;
    if (!str_is(p->state, "draft"))
        return err_set(e, E_CONFLICT, "the pool of this panel is frozen already");
    if (!date_parse(&today, d->by->today))
        return err_set(e, E_INTERNAL, "the day of this request is no day");
    err_t rc = draw_latest(&before, act->db, p->id, d->arena, e);
    if (rc == OK)
        rc = pool_read(&pool, act->db, p->id, p->owner_province, 0, d->by->today, d->arena, e);
    if (rc == OK)
        rc = conflicts_find(&pool, patents, today, d->arena, e);
    if (rc != OK)
        return rc;
    if (p->field_count == 0)
        return err_set(e, E_INVALID,
                       "fields: this panel was formed without seats, for experts whom the office "
                       "chooses; form another to draw them");
    *out = (struct draw){.panel = p->id, .round = before.round + 1, .state = STR("frozen")};
    rc = freeze_text(out, p, &pool, d->arena, e);
    if (rc == OK)
        rc = draw_keep(out, act->db, d, &pool, e);
    return rc == OK ? panel_move(act, "draft", "frozen", "freeze", e) : rc;
}

err_t draw_leave_out(struct db *db, const struct deed *d, struct panel *p, int64_t expert,
                     struct err *e)
{
    bool there = false, out = false;
    if (!unicode_says(d->reason))
        return err_set(e, E_INVALID,
                       "reason: it says why, with at least one letter, digit or Chinese character");
    err_t rc = db_row(&there, db,
                      "SELECT l.expert FROM record_expert x LEFT JOIN panel_left_out l ON"
                      " l.panel = ?1 AND l.expert = x.id WHERE x.id = ?2 AND x.owner_province ="
                      " ?3 AND x.ended_ms IS NULL",
                      VALUES(v_i64(p->id), v_i64(expert), v_str(p->owner_province)),
                      INTO(into_bool(&out)), NULL, e);
    if (rc == OK && !there)
        rc = err_set(e, E_NOTFOUND, "the pool has no expert %lld", (long long)expert);
    if (rc == OK && out)
        rc = err_set(e, E_CONFLICT, "the expert is excluded already");
    if (rc == OK)
        rc = panel_move(&(struct panel_deed){db, d, p}, "draft", "draft",
                        arena_printf(d->arena, "leave out expert %lld", (long long)expert).ptr, e);
    return rc == OK ? db_run(db,
                             "INSERT INTO panel_left_out (panel, expert, reason, by_account, at_ms)"
                             " VALUES (?1, ?2, ?3, ?4, ?5)",
                             VALUES(v_i64(p->id), v_i64(expert), v_str(d->reason),
                                    v_i64(d->by->account), v_i64(deed_now_ms(d))),
                             e)
                    : rc;
}

/* --- committing ---------------------------------------------------------------------------- */

static err_t check_person(struct db *db, const struct deed *d, const struct panel *p, struct err *e)
{
    bool found = false;
    if ((d->by->account == 0 || d->by->by_token) && !access_off(STR("panels"), "person"))
        return err_set(e, E_DENIED, "only a signed-in person can commit to a value and reveal it");
    if (grant_lender(d->as) && !access_off(STR("panels"), "own right"))
        return err_set(
            e, E_DENIED,
            "an officer must commit to a value and reveal it in person, not through a deputy");
    err_t rc = db_any(&found, db, "SELECT 1 FROM panel_draw WHERE panel = ?1 AND fault_of = ?2",
                      VALUES(v_i64(p->id), v_i64(d->by->account)), e);
    if (rc == OK && found && !access_off(STR("panels"), "fault"))
        rc = err_set(e, E_DENIED,
                     "a value of yours was wrong or not revealed in an earlier draw of "
                     "this panel: another officer commits");
    return rc;
}

static err_t hex_value(uint8_t out[LOT_VALUE_LEN], const char *name, struct str hex, struct err *e)
{
    return hex_read(out, LOT_VALUE_LEN, hex)
               ? OK
               : err_set(e, E_INVALID, "%s: 64 digits of hex in lower case", name);
}

err_t draw_commit(struct draw *out, const struct panel_deed *act, struct str commitment,
                  struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    struct commitment given[2];
    uint8_t bytes[LOT_VALUE_LEN];
    struct str entry;
    size_t count;
    err_t rc = hex_value(bytes, "commitment", commitment, e);
    if (rc == OK)
        rc = check_person(act->db, d, p, e);
    if (rc == OK)
        rc = open_draw(out, act->db, p, d->arena, e);
    if (rc == OK)
        rc = draw_commitments(given, &count, act->db, out->id, d->arena, e);
    if (rc == OK && count == 2)
        rc = err_set(e, E_CONFLICT, "two officers have committed already");
    if (rc == OK && count == 1 && given[0].account == d->by->account)
        rc = err_set(e, E_CONFLICT, "another person must give the second value");
    if (rc == OK && count == 1 && str_eq(given[0].commitment, commitment))
        rc = err_set(e, E_CONFLICT, "the other officer committed to this very value");
    if (rc != OK)
        return rc;
    out->version++;
    rc = db_run(act->db, "UPDATE panel_draw SET version = ?2 WHERE id = ?1",
                VALUES(v_i64(out->id), v_i64(out->version)), e);
    if (rc == OK)
        rc = put_version(out, act->db, d,
                         arena_printf(d->arena, "commit %.*s", STR_ARG(commitment)).ptr, e);
    if (rc == OK)
        rc = entry_of(&entry, act->db, out, d->arena, e);
    return rc == OK
               ? db_run(act->db,
                        "INSERT INTO panel_commitment (draw, part, account, commitment,"
                        " entry, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                        VALUES(v_i64(out->id), v_i64((int64_t)count + 1), v_i64(d->by->account),
                               v_str(commitment), v_str(entry), v_i64(deed_now_ms(d))),
                        e)
               : rc;
}

/* --- revealing --------------------------------------------------------------------------------- */

/* The first head over both entries, which once it was used is never another. */
static err_t find_head(struct draw *x, struct db *db, bool witnessed, struct arena *a,
                       struct err *e)
{
    struct str note = STR_NONE;
    struct head head;
    err_t rc = db_text(
        &note, db,
        "SELECT h.note FROM log_head h WHERE h.size > (SELECT max(l.leaf) FROM log_entry l JOIN"
        " panel_commitment c ON c.entry = l.uid WHERE c.draw = ?1) AND NOT EXISTS (SELECT 1 FROM"
        " log_entry l JOIN panel_commitment c ON c.entry = l.uid WHERE c.draw = ?1 AND l.leaf IS"
        " NULL) AND (?2 = 0 OR EXISTS (SELECT 1 FROM log_cosignature s WHERE s.size = h.size))"
        " ORDER BY h.size LIMIT 1",
        VALUES(v_i64(x->id), v_i64(witnessed)), a, e);
    if (rc == OK && note.len)
        rc = head_parse(&head, note, e);
    if (rc == OK && !note.len)
        return err_set(e, E_CONFLICT,
                       witnessed ? "no head that a witness cosigned covers both commitments yet"
                                 : "no signed head covers both commitments yet: again in a second");
    if (rc == OK) {
        x->head_size = (int64_t)head.size;
        x->head_root = hex_of(&head.root, a);
    }
    return rc;
}

/* Marks the draw as failed, with the responsible account (0: none). */
static err_t give_up(struct draw *x, const struct panel_deed *act, const char *fault,
                     int64_t account, struct err *e)
{
    const struct deed *d = act->deed;
    x->state = STR("failed");
    x->fault = str_of(fault);
    x->fault_of = account;
    err_t rc = move(x, act->db, d, arena_printf(d->arena, "fail %s", fault).ptr, e);
    return rc == OK ? panel_move(act, "frozen", "draft", "unfreeze", e) : rc;
}

/* If the account or the name is missing by now, the row says so. */
err_t draw_invite(struct member *m, struct db *db, const struct deed *d, const struct draw *x,
                  struct err *e)
{
    bool comes = str_is(m->state, "accepted");
    bool found = false;
    err_t rc = db_row(&found, db,
                      "SELECT x.name, a.id FROM record_expert x LEFT JOIN account a ON a.name ="
                      " x.account_name AND a.state = 'active' WHERE x.id = ?1",
                      VALUES(v_i64(m->expert)), INTO(into_str(&m->name), into_i64(&m->account)),
                      d->arena, e);
    if (rc == OK && !found)
        rc =
            err_set(e, E_CORRUPT, "the expert %lld of a frozen pool is gone", (long long)m->expert);
    m->version = 1;
    m->panel = x->panel;
    m->draw = x->id;
    m->state = comes ? m->state : STR("invited");
    m->invited_ms = deed_now_ms(d);
    m->answered_ms = comes ? m->invited_ms : 0;
    if (rc == OK)
        rc = db_run(
            db,
            "INSERT INTO panel_member (version, panel, draw, field, place, expert, account, name,"
            " state, invited_ms, answered_ms, file) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
            " ?10, ?11)",
            VALUES(v_i64(m->panel), v_i64(m->draw), v_str(m->field), v_i64(m->place),
                   v_i64(m->expert), v_id(m->account), v_str(m->name), v_str(m->state),
                   v_i64(m->invited_ms), v_id(m->answered_ms), v_str(m->file)),
            e);
    m->id = rc == OK ? db_last_id(db) : 0;
    if (rc == OK)
        rc = member_version(m, db, d, comes ? "attend" : "invite", e);
    return rc == OK && m->account && !comes ? member_invite(m, db, d, e) : rc;
}

static bool seated(const int64_t *taken, size_t count, int64_t expert)
{
    for (size_t i = 0; i < count; i++)
        if (taken[i] == expert)
            return true;
    return false;
}

static err_t draw_experts(struct draw *x, struct db *db, const struct deed *d,
                          const struct digest *seed, struct err *e)
{
    const struct drawn_field *fields;
    VEC(int64_t) taken = {0};
    size_t count;
    err_t rc = draw_orders(&fields, &count, x->frozen, seed, d->arena, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        int64_t left = fields[i].seats;
        for (size_t k = 0; rc == OK && left > 0 && k < fields[i].count; k++) {
            struct member m = {
                .field = fields[i].field, .place = (int64_t)k, .expert = fields[i].order[k]};
            if (seated(taken.ptr, taken.len, m.expert))
                continue;
            VEC_PUSH(d->arena, &taken, m.expert);
            rc = draw_invite(&m, db, d, x, e);
            left--;
        }
    }
    return rc;
}

static err_t finish(struct draw *x, const struct panel_deed *act,
                    const uint8_t values[2][LOT_VALUE_LEN], struct err *e)
{
    const struct deed *d = act->deed;
    struct digest root, seed;
    if (!hex_read(root.byte, HASH_LEN, x->head_root))
        return err_set(e, E_CORRUPT, "the root kept with a draw cannot be read");
    seed = lot_seed(values[0], values[1], &root);
    x->seed = hex_of(&seed, d->arena);
    x->state = STR("drawn");
    err_t rc = move(x, act->db, d, "draw", e);
    if (rc == OK)
        rc = draw_experts(x, act->db, d, &seed, e);
    return rc == OK ? panel_move(act, "frozen", "drawn", "draw", e) : rc;
}

/* The entry of the second says both: whoever saw the first value alone would know what his own brings. */
static const char *reveal_action(const struct commitment given[2], struct arena *a)
{
    return draw_values_shown(given, 2)
               ? arena_printf(a, "reveal %.*s %.*s", STR_ARG(given[0].value),
                              STR_ARG(given[1].value))
                     .ptr
               : "reveal";
}

static err_t keep_value(struct draw *x, struct db *db, const struct deed *d,
                        const struct commitment given[2], size_t mine, struct err *e)
{
    err_t rc = db_run(db,
                      "UPDATE panel_commitment SET value = ?3, revealed_ms = ?4 WHERE draw = ?1"
                      " AND part = ?2",
                      VALUES(v_i64(x->id), v_i64(given[mine].part), v_str(given[mine].value),
                             v_i64(deed_now_ms(d))),
                      e);
    return rc == OK ? move(x, db, d, reveal_action(given, d->arena), e) : rc;
}

err_t draw_reveal(struct draw *out, const struct panel_deed *act, struct str value, bool witnessed,
                  struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    struct commitment given[2];
    uint8_t values[2][LOT_VALUE_LEN];
    size_t count = 0, mine = 0;
    err_t rc = hex_value(values[0], "value", value, e);
    if (rc == OK)
        rc = check_person(act->db, d, p, e);
    if (rc == OK)
        rc = open_draw(out, act->db, p, d->arena, e);
    if (rc == OK)
        rc = draw_commitments(given, &count, act->db, out->id, d->arena, e);
    if (rc == OK && count < 2)
        rc = err_set(e, E_CONFLICT, "nothing is revealed before two officers have committed");
    while (rc == OK && mine < count && given[mine].account != d->by->account)
        mine++;
    if (rc == OK && mine == count)
        rc = err_set(e, E_CONFLICT, "two other officers committed to this draw");
    if (rc == OK && given[mine].value.len)
        rc = err_set(e, E_CONFLICT, "your value is revealed already");
    if (rc == OK && out->head_size == 0)
        rc = find_head(out, act->db, witnessed, d->arena, e);
    if (rc != OK)
        return rc;
    struct digest digest = sha256_of((struct bytes){values[0], LOT_VALUE_LEN});
    if (!str_eq(hex_of(&digest, d->arena), given[mine].commitment))
        return give_up(out, act, "wrong value", d->by->account, e);
    given[mine].value = value;
    if ((rc = keep_value(out, act->db, d, given, mine, e)) != OK)
        return rc;
    for (size_t i = 0; i < 2; i++)
        if (given[i].value.len == 0)
            return OK; /* the other's is still to come */
        else if ((rc = hex_value(values[i], "value", given[i].value, e)) != OK)
            return rc;
    return finish(out, act, (const uint8_t(*)[LOT_VALUE_LEN])values, e);
}

err_t draw_fail(struct draw *out, const struct panel_deed *act, int64_t account, struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    struct commitment given[2];
    size_t count = 0, revealed = 0, owing = 0;
    int64_t since_ms = 0;
    if (!unicode_says(d->reason))
        return err_set(e, E_INVALID,
                       "reason: it says why, with at least one letter, digit or Chinese character");
    err_t rc = open_draw(out, act->db, p, d->arena, e);
    if (rc == OK)
        rc = draw_commitments(given, &count, act->db, out->id, d->arena, e);
    if (rc != OK)
        return rc;
    for (size_t i = 0; i < count; i++) {
        revealed += given[i].value.len > 0;
        owing += given[i].account == account && given[i].value.len == 0;
        since_ms = given[i].at_ms > since_ms ? given[i].at_ms : since_ms;
        since_ms = given[i].revealed_ms > since_ms ? given[i].revealed_ms : since_ms;
    }
    if (account && !owing)
        return err_set(e, E_INVALID, "%lld owes this draw no value", (long long)account);
    if (!account && revealed)
        return err_set(e, E_CONFLICT,
                       "a value was revealed: giving the draw up now is blamed on the person who "
                       "does not reveal the other");
    if (account && deed_now_ms(d) < since_ms + REVEAL_HOURS * HOUR_MS)
        return err_set(e, E_CONFLICT,
                       "the other officer has %d hours after the commitments and the first value; "
                       "until then the value is not overdue",
                       REVEAL_HOURS);
    return give_up(out, act, account ? "value not revealed" : "given up", account, e);
}

/* --- replacing ----------------------------------------------------------------------------------- */

err_t draw_next(struct member *next, struct db *db, const struct deed *d, int64_t panel,
                struct str field, struct err *e)
{
    const struct drawn_field *fields;
    struct members members;
    size_t count, at = 0;
    struct digest seed;
    struct draw x;
    *next = (struct member){0};
    err_t rc = draw_latest(&x, db, panel, d->arena, e);
    if (rc == OK && str_is(x.state, "chosen"))
        return OK; /* the office chooses whom it asks instead */
    if (rc == OK && !hex_read(seed.byte, HASH_LEN, x.seed))
        rc = err_set(e, E_CORRUPT, "the seed kept with a draw cannot be read");
    if (rc == OK)
        rc = draw_orders(&fields, &count, x.frozen, &seed, d->arena, e);
    if (rc == OK)
        rc = draw_members(&members, db, x.id, d->arena, e);
    while (rc == OK && at < count && !str_eq(fields[at].field, field))
        at++;
    for (size_t k = 0; rc == OK && at < count && k < fields[at].count; k++) {
        bool was = false;
        for (size_t i = 0; i < members.len; i++)
            was = was || members.ptr[i].expert == fields[at].order[k];
        if (!was) {
            *next =
                (struct member){.field = field, .place = (int64_t)k, .expert = fields[at].order[k]};
            return draw_invite(next, db, d, &x, e);
        }
    }
    return rc;
}

/* Sheets that he has submitted, of cases with which he has no tie: what was judged stands, though he left the pool. */
static err_t has_scored(bool *out, const struct panel_deed *act, const struct member *m,
                        struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    *out = false;
    err_t rc = OK;
    ROWS_WHILE(!*out, st, rc, e, act->db,
               "SELECT panel_case FROM panel_sheet WHERE member = ?1 AND state = 'locked'"
               " ORDER BY id",
               VALUES(v_i64(m->id))) {
        bool tied = true;
        rc = member_has_conflict(&tied, act->db,
                                 &(struct member_case){m, p, stmt_i64(st, 0), d->by->today},
                                 d->arena, e);
        *out = !tied;
    }
    return rc;
}

err_t draw_replace(struct member *next, const struct panel_deed *act, int64_t member, struct err *e)
{
    const struct deed *d = act->deed;
    struct panel *p = act->panel;
    struct member gone;
    bool scored = false;
    *next = (struct member){0};
    if (!str_is(p->state, "drawn"))
        return err_set(e, E_CONFLICT, "the panel is %s: no member can be replaced",
                       panel_state_word(p->state));
    err_t rc = member_read(&gone, act->db, p->id, member, d->arena, e);
    if (rc == OK && !str_is(gone.state, "invited") && !str_is(gone.state, "accepted"))
        rc = err_set(e, E_CONFLICT, "the expert declined, and another was invited already");
    if (rc == OK && !unicode_says(d->reason))
        rc = err_set(e, E_INVALID,
                     "reason: it says why, with at least one letter, digit or Chinese character");
    if (rc == OK)
        rc = has_scored(&scored, act, &gone, e);
    if (rc == OK && scored)
        rc = err_set(e, E_CONFLICT,
                     "%.*s has submitted sheets and cannot be replaced; the sheets remain valid",
                     STR_ARG(gone.name));
    if (rc != OK)
        return rc;
    gone.state = STR("absent");
    gone.reason = d->reason;
    rc = member_move(&gone, act->db, d, "absent", e);
    if (rc == OK)
        rc = member_release(&gone, act->db, d, e);
    return rc == OK ? draw_next(next, act->db, d, p->id, gone.field, e) : rc;
}
