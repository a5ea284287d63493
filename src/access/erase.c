/* The list, and its doing. SQL is made from the list alone, whose names are ours; a test
 * looks that no column of these tables is missing from it. */
#include "access/erase.h"
#include "access/account.h"
#include "access/pair_shown.h"
#include "access/two_person.h"
#include "base/buf.h"
#include "base/msg.h"
#include "model/erasure_ground.h"
#include "text/json.h"
#include "text/unicode.h"

const struct erase_column erase_columns[] = {
    {"account", "id", "name", ERASE_NUMBER},
    {"account", "id", "display_name", ERASE_NUMBER},
    {"account", "id", "display_name_order", ERASE_NULL},
    {"account", "id", "email", ERASE_NULL},
    {"account", "id", "phone", ERASE_NULL},
    {"credential", "account", NULL, ERASE_ROW},
    {"password_past", "account", NULL, ERASE_ROW},
    {"recovery_code", "account", NULL, ERASE_ROW},
    {"session", "account", NULL, ERASE_ROW},
    {"known_device", "account", NULL, ERASE_ROW},
    {"sign_in_link", "account", NULL, ERASE_ROW},
    {"outside_identity", "account", NULL, ERASE_ROW},
    {"api_token", "account", "label", ERASE_NULL},
};
const size_t erase_column_count = ARRAY_LEN(erase_columns);

const char *const erase_version_fields[] = {"display_name", "email", "name", "phone", NULL};

static err_t erase_one(struct db *db, const struct erase_column *c, int64_t account,
                       struct arena *a, struct err *e)
{
    struct value values[] = {v_i64(account),
                             v_str(arena_printf(a, "erased.%lld", (long long)account))};
    const char *sql = NULL;
    size_t count = 1;

    switch (c->how) {
    case ERASE_NULL:
        sql = arena_printf(a, "UPDATE %s SET %s = NULL WHERE %s = ?1", c->table, c->column,
                           c->account)
                  .ptr;
        break;
    case ERASE_NUMBER:
        sql =
            arena_printf(a, "UPDATE %s SET %s = ?2 WHERE %s = ?1", c->table, c->column, c->account)
                .ptr;
        count = 2;
        break;
    case ERASE_ROW:
        sql = arena_printf(a, "DELETE FROM %s WHERE %s = ?1", c->table, c->account).ptr;
        break;
    }
    return db_run_once(db, sql, values, count, e);
}

/* --- by whom ------------------------------------------------------------------------------ */

#define KIND STR("erasure")
#define GUARDIAN "security_administrator"
#define LEADER "province_leader"

bool erasure_asks(const struct subject *s)
{
    return subject_is_program(s) || subject_own_grant(s, STR(GUARDIAN)) ||
           subject_own_grant(s, STR(LEADER));
}

static err_t other_guardian(bool *out, struct db *db, int64_t account, struct str today,
                            struct err *e)
{
    int64_t count = 0;
    err_t rc = account_other_guardians(&count, db, account, today, e);
    *out = count > 0;
    return rc;
}

static err_t still_guardian(bool *out, struct db *db, const struct subject *first, const void *arg,
                            struct err *e)
{
    (void)db;
    (void)arg;
    (void)e;
    *out = subject_own_grant(first, STR(GUARDIAN)) != NULL;
    return OK;
}

static struct str row_of(const struct erasure *of, struct arena *a)
{
    return arena_printf(a, "erase %.*s", STR_ARG(of->type));
}

/* A leader confirms what waits for one, of a security administrator of his own province. */
static err_t leader_may(bool *out, struct db *db, const struct deed *d, const struct erasure *of,
                        struct err *e)
{
    struct proposal p;
    struct pair_waiting w;
    bool other = false;
    err_t rc = proposal_find(&p, db, KIND, of->id, row_of(of, d->arena), d->arena, e);
    *out = false;
    if (rc != OK || p.id == 0 || !str_is(p.role, LEADER))
        return rc;
    if ((rc = pair_waiting_read(&w, db, p.id, d->arena, e)) != OK || !w.p.id ||
        (rc = other_guardian(&other, db, p.proposed_by, d->by->today, e)) != OK)
        return rc;
    *out = !other && pair_is_among(&w, d->by);
    return OK;
}

err_t erasure_may(struct db *db, const struct deed *d, const struct erasure *of, struct err *e)
{
    static const char not_his[] = "only the security administrator erases by law";
    if (subject_is_program(d->by))
        return OK;
    if (!erasure_asks(d->by))
        return err_set(e, E_DENIED, not_his);
    if (d->by->by_token)
        return err_set(e, E_DENIED, "a person who has signed in erases by law, not a token");
    if (!of->in_person)
        return err_set(e, E_DENIED, "prove yourself again first, with your password or a code");
    bool may = subject_own_grant(d->by, STR(GUARDIAN)) != NULL;
    err_t rc = may ? OK : leader_may(&may, db, d, of, e);
    return rc == OK && !may ? err_set(e, E_DENIED, not_his) : rc;
}

const char *erasure_ground_wrong(const char **field, struct str ground, struct str basis)
{
    struct erasure_ground g;
    *field = "ground";
    if (!erasure_ground_find(&g, ground))
        return N_("choose one of the grounds of the list");
    *field = "basis";
    if (g.basis && !unicode_says(basis))
        return N_("this ground needs the document with its number and clause, or the name of the "
                  "rule");
    return NULL;
}

/* Has `by` lately made what lets `account` sign in, or made it one of the two? */
static err_t made_by(bool *out, struct db *db, const struct deed *d, int64_t account, int64_t by,
                     struct err *e)
{
    return db_any(
        out, db,
        "SELECT 1 FROM sign_in_link WHERE account = ?1 AND created_by = ?2 AND created_ms > ?3"
        " UNION ALL SELECT 1 FROM outside_identity WHERE account = ?1 AND created_by = ?2 AND"
        " created_ms > ?3 UNION ALL SELECT 1 FROM role_grant WHERE account = ?1 AND created_by = ?2"
        " AND created_ms > ?3 AND state = 'active' AND role IN ('" GUARDIAN "', '" LEADER "')",
        VALUES(v_i64(account), v_i64(by), v_i64(deed_now_ms(d) - PROPOSAL_LIFE_MS)), e);
}

/* Whoever makes links, names people at a provider, or gives roles could be the other one himself: he proposes it
 * and confirms it as another whom he made, or proposes it as that other and confirms it. */
static err_t check_another(struct db *db, const struct deed *d, int64_t first, struct err *e)
{
    bool second_is = false, first_is = false;
    err_t rc = made_by(&second_is, db, d, d->by->account, first, e);
    if (rc == OK)
        rc = made_by(&first_is, db, d, first, d->by->account, e);
    if (rc == OK && first_is)
        rc = err_set(
            e, E_CONFLICT,
            "you have within fourteen days given the role to who proposed it, made a link that "
            "signs him in, or named him at a provider: another person confirms it, or it is "
            "proposed anew once these are over");
    if (rc == OK && second_is)
        rc = err_set(
            e, E_CONFLICT,
            "who proposed it has within fourteen days given you the role, made a link that "
            "signs you in, or named you at a provider: another person confirms it, or it is "
            "proposed anew once these are over");
    return rc;
}

static struct str arguments_of(const struct erasure *of, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "fields", of->fields);
    jout_pair(&j, "ground", of->ground);
    jout_pair(&j, "basis", of->basis);
    return jout_take(&j, a);
}

static err_t ask_second(int64_t *first, struct db *db, const struct deed *d,
                        const struct erasure *of, struct err *e)
{
    struct erasure_ground g;
    bool other = false;
    err_t rc = other_guardian(&other, db, d->by->account, d->by->today, e);
    if (rc != OK || !erasure_ground_find(&g, of->ground))
        return rc;
    const struct pair_line lines[] = {{N_("Fields"), of->fields, STR_NONE},
                                      {N_("Ground"), str_of(g.zh), str_of(g.en)},
                                      {N_("Basis"), of->basis, STR_NONE}};
    const struct pair_shown shown = {.kind = N_("Erasure by law"),
                                     .what = N_("erase personal data by law"),
                                     .title = of->title,
                                     .among = other ? PAIR_ROLE : PAIR_LEADERS,
                                     .lines = lines,
                                     .line_count = ARRAY_LEN(lines)};
    const struct pair pair = {.type = KIND,
                              .action = row_of(of, d->arena),
                              .record_id = of->id,
                              .arguments = arguments_of(of, d->arena),
                              .seen = of->seen,
                              .role = other ? STR(GUARDIAN) : STR(LEADER),
                              .shown = pair_shown_json(&shown, d->arena),
                              .confirms_only = !subject_own_grant(d->by, STR(GUARDIAN)),
                              .may = still_guardian};
    return pair_take(first, db, d, &pair, e);
}

err_t erasure_by_two(const char **action, struct db *db, const struct deed *d,
                     const struct erasure *of, struct err *e)
{
    const char *field, *wrong;
    int64_t first = 0;
    err_t rc;
    *d->waits = 0;
    *action = subject_is_program(d->by) ? "erase" : NULL;
    if (*action)
        return OK;
    if ((wrong = erasure_ground_wrong(&field, of->ground, of->basis)))
        return err_set(e, E_INVALID, "%s: %s", field, msg(wrong));
    if ((rc = ask_second(&first, db, d, of, e)) != OK || !first)
        return rc;
    *action = arena_printf(d->arena, "erase (%.*s, proposed by %lld)", STR_ARG(of->ground),
                           (long long)first)
                  .ptr;
    return check_another(db, d, first, e);
}

/* --- accounts ------------------------------------------------------------------------------ */

err_t erase_account_check(struct db *db, const struct deed *d, int64_t account, struct err *e)
{
    struct account_row r;
    err_t rc = account_read(&r, db, account, d->arena, e);
    if (rc != OK)
        return rc;
    return str_is(r.state, "disabled")
               ? OK
               : err_set(e, E_CONFLICT, "the account %.*s is in use; disable it first",
                         STR_ARG(r.name));
}

err_t erase_account(char entry[LOG_UID_LEN + 1], struct db *db, const struct deed *d,
                    const char *action, int64_t account, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < erase_column_count; i++)
        rc = erase_one(db, &erase_columns[i], account, d->arena, e);
    return rc == OK ? deed_note_as(entry, d, db, action, "account", account, 0, e) : rc;
}
