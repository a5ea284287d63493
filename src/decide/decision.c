/* Rows of `decision`. */
#include "decide/decision.h"
#include "base/msg.h"
#include "base/vec.h"
#include "crypto/hash.h"
#include "decide/calendar_store.h"
#include "decide/decision_priv.h"
#include "decide/reading.h"

#define COLUMNS                                                                                    \
    "id, version, CASE state WHEN 'stands' THEN 1 ELSE 0 END, party, type, record_id, question, "  \
    "pack, pack_version, pack_digest, "                                                            \
    "as_of, facts, facts_digest, verdict, answer, calendar_year, amends, decided_ms, decided_by"
#define INTO_DECISION(x)                                                                           \
    INTO(into_i64(&(x)->id), into_i64(&(x)->version), into_bool(&(x)->stands),                     \
         into_str(&(x)->party), into_str(&(x)->type), into_i64(&(x)->record_id),                   \
         into_str(&(x)->question), into_str(&(x)->pack), into_str(&(x)->pack_version),             \
         into_str(&(x)->pack_digest), into_str(&(x)->as_of), into_str(&(x)->facts),                \
         into_str(&(x)->facts_digest), into_str(&(x)->verdict), into_str(&(x)->answer),            \
         into_int(&(x)->calendar_year), into_i64(&(x)->amends), into_i64(&(x)->decided_ms),        \
         into_i64(&(x)->decided_by))

static struct str digest_of(struct str text, struct arena *a)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest d = sha256_of(str_bytes(text));
    sha256_hex(hex, &d);
    return arena_dup(a, str_of(hex));
}

/* --- saying it ------------------------------------------------------------------------- */

static err_t say(struct pack_verdict *v, struct str *answer, const struct pack *p, struct str facts,
                 struct str question, struct arena *a, struct err *e)
{
    const struct yvalue *document;
    struct buf b;
    struct jout j;
    enum lang spoken = msg_lang();
    err_t rc = facts_parse(&document, facts, a, e);
    msg_speak(LANG_ZH); /* what is kept is said again word for word, whatever who asks speaks */
    if (rc == OK)
        rc = pack_verdict_check(v, p, document, question, a, e);
    if (rc == OK) {
        buf_init(&b, 0);
        jout_init(&j, &b);
        pack_verdict_json(&j, v, a);
        *answer = buf_take(&b, a);
    }
    msg_speak(spoken);
    return rc;
}

static err_t as_of(struct str *out, struct str facts, struct arena *a, struct err *e)
{
    const struct yvalue *document;
    err_t rc = facts_parse(&document, facts, a, e);
    const struct yvalue *day = rc == OK ? yin_get(document, "as_of") : NULL;
    if (rc == OK && !(day && day->type == Y_TEXT))
        return err_set(e, E_INVALID, "as_of: the facts say no day");
    *out = day ? day->text : STR_NONE;
    return rc;
}

static err_t canonical(struct str *out, struct str facts, struct arena *a, struct err *e)
{
    const struct yvalue *document;
    struct buf b = {0};
    err_t rc = facts_parse(&document, facts, a, e);
    if (rc != OK)
        return rc;
    if ((rc = facts_canonical(&b, document, a, e)) == OK)
        *out = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return rc;
}

err_t decision_prepare(struct kept_decision *out, const struct decision_new *n, struct arena *a,
                       struct err *e)
{
    struct pack_verdict v;
    struct str answer, facts, day = STR_NONE;
    err_t rc = canonical(&facts, n->facts, a, e);
    if (rc == OK)
        rc = as_of(&day, facts, a, e);
    if (rc == OK)
        rc = say(&v, &answer, n->pack, facts, n->question, a, e);
    if (rc != OK)
        return rc;
    *out = (struct kept_decision){.version = 1,
                                  .stands = true,
                                  .party = n->party,
                                  .type = n->type,
                                  .record_id = n->record_id,
                                  .began_ms = n->began_ms,
                                  .question = v.question->id,
                                  .pack = n->pack->id,
                                  .pack_version = n->pack->version,
                                  .pack_digest = n->pack->digest,
                                  .as_of = day,
                                  .facts = facts,
                                  .facts_digest = digest_of(facts, a),
                                  .verdict = str_of(pack_verdict_name(v.verdict)),
                                  .answer = answer,
                                  .calendar_year = calendar_last_year(n->pack->calendar),
                                  .archive = packs_archive(n->packs, n->pack, a)};
    return OK;
}

/* --- keeping it ------------------------------------------------------------------------ */

static const struct yvalue *reading_in(const struct yvalue *document, struct str ambiguity)
{
    const struct yvalue *list = yin_get(document, "readings");
    for (size_t i = 0; list && list->type == Y_LIST && i < list->count; i++) {
        const struct yvalue *id = yin_get(&list->items[i], "id");
        if (id && str_eq(id->text, ambiguity))
            return yin_get(&list->items[i], "reading");
    }
    return NULL;
}

/* The facts say the readings that were chosen here. */
static err_t check_readings(struct db *db, const struct kept_decision *x, const struct pack *p,
                            struct arena *a, struct err *e)
{
    const struct yvalue *document;
    const struct reading *chosen;
    size_t count;
    err_t rc = facts_parse(&document, x->facts, a, e);
    if (rc == OK)
        rc = readings_load(&chosen, &count, db, x->pack, a, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct ambiguity *m = pack_ambiguity(p, chosen[i].ambiguity);
        const struct yvalue *said = reading_in(document, chosen[i].ambiguity);
        struct str reading = said ? said->text : m ? m->usual : STR_NONE;
        if (m && !str_eq(reading, chosen[i].reading))
            rc = err_set(e, E_INVALID,
                         "here %.*s is read as %.*s; the facts of this decision do not say so",
                         STR_ARG(m->id), STR_ARG(chosen[i].reading));
    }
    return rc;
}

static err_t put_version(struct db *db, const struct deed *d, const struct kept_decision *x,
                         const char *action, struct err *e)
{
    const struct deed_field fields[] = {
        {"amends", v_id(x->amends)},
        {"as_of", v_str(x->as_of)},
        {"facts_digest", v_str(x->facts_digest)},
        {"pack", v_str(x->pack)},
        {"pack_digest", v_str(x->pack_digest)},
        {"pack_version", v_str(x->pack_version)},
        {"party", v_str(x->party)},
        {"question", v_str(x->question)},
        {"record_id", v_id(x->record_id)},
        {"state", v_str(x->stands ? STR("stands") : STR("amended"))},
        {"type", v_str(x->type)},
        {"verdict", v_str(x->verdict)},
    };
    return deed_version(d, db, "decision", x->id, x->version, action, fields,
                        sizeof(fields) / sizeof(*fields), e);
}

err_t decision_insert(struct kept_decision *x, struct db *db, const struct deed *d,
                      const struct pack *p, struct err *e)
{
    x->decided_ms = deed_now_ms(d);
    x->decided_by = d->by->account;
    err_t rc = pack_files_keep(db, p, x->archive, x->decided_ms, e);
    if (rc == OK)
        rc = db_run(
            db,
            "INSERT INTO decision (version, state, party, type, record_id, question, pack,"
            " pack_version, pack_digest, as_of, facts, facts_digest, verdict, answer,"
            " calendar_year, amends, decided_ms, decided_by) VALUES (1, 'stands', ?1, ?2, ?3, ?4,"
            " ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            VALUES(v_str(x->party), v_str(x->type), v_id(x->record_id), v_str(x->question),
                   v_str(x->pack), v_str(x->pack_version), v_str(x->pack_digest), v_str(x->as_of),
                   v_str(x->facts), v_str(x->facts_digest), v_str(x->verdict), v_str(x->answer),
                   v_i64(x->calendar_year), v_id(x->amends), v_i64(x->decided_ms),
                   v_id(x->decided_by)),
            e);
    x->id = rc == OK ? db_last_id(db) : 0;
    return rc == OK ? put_version(db, d, x, x->amends ? "amend" : "decide", e) : rc;
}

err_t decision_put(struct kept_decision *x, struct db *db, const struct deed *d,
                   const struct pack *p, struct err *e)
{
    struct date on;
    if (!date_parse(&on, x->as_of))
        return err_set(e, E_INVALID, "'%.*s' is no date YYYY-MM-DD", STR_ARG(x->as_of));
    err_t rc = pack_decides_here(db, p, on, x->began_ms, d->arena, e);
    if (rc == OK)
        rc = check_readings(db, x, p, d->arena, e);
    return rc == OK ? decision_insert(x, db, d, p, e) : rc;
}

err_t decision_end(struct kept_decision *x, struct db *db, const struct deed *d, struct err *e)
{
    bool changed = false;
    err_t rc = db_row(&changed, db,
                      "UPDATE decision SET version = version + 1, state = 'amended' WHERE id = ?1"
                      " AND state = 'stands' RETURNING version",
                      VALUES(v_i64(x->id)), INTO(into_i64(&x->version)), NULL, e);
    if (rc == OK && !changed)
        rc = err_set(e, E_CONFLICT, "decision %lld is no longer in effect", (long long)x->id);
    x->stands = false;
    return rc == OK ? put_version(db, d, x, "amend", e) : rc;
}

/* --- reading it ------------------------------------------------------------------------ */

err_t decision_read(struct kept_decision *out, struct db *db, int64_t id, struct arena *a,
                    struct err *e)
{
    bool found = false;
    *out = (struct kept_decision){0};
    err_t rc = db_row(&found, db, "SELECT " COLUMNS " FROM decision WHERE id = ?1",
                      VALUES(v_i64(id)), INTO_DECISION(out), a, e);
    return rc == OK && !found ? err_set(e, E_NOTFOUND, "there is no decision %lld", (long long)id)
                              : rc;
}

err_t decision_list(const struct kept_decision **out, size_t *count, struct db *db, struct str pack,
                    bool standing, struct arena *a, struct err *e)
{
    VEC(struct kept_decision) all = {0};
    struct kept_decision x = {0};
    err_t rc = db_rows(ROWS(&all, x), db,
                       "SELECT " COLUMNS " FROM decision WHERE (?1 = '*' OR pack = ?1) AND"
                       " (?2 = 0 OR state = 'stands') ORDER BY id DESC",
                       VALUES(v_str(pack.len ? pack : STR("*")), v_i64(standing)),
                       INTO_DECISION(&x), a, e);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

/* --- saying it again ---------------------------------------------------------------------- */

err_t decision_repeat(bool *same, struct str *answer, struct db *db, const struct kept_decision *x,
                      struct arena *a, struct err *e)
{
    const struct calendar *known;
    struct calendar then;
    struct packs *packs = NULL;
    const struct pack *p;
    struct pack_verdict v;
    struct str files;
    *same = false;
    err_t rc = pack_files_read(&files, db, x->pack_digest, a, e);
    if (rc == OK && (!str_eq(digest_of(files, a), x->pack_digest) ||
                     !str_eq(digest_of(x->facts, a), x->facts_digest)))
        rc = err_set(e, E_CORRUPT, "the stored data of decision %lld do not match their digest",
                     (long long)x->id);
    if (rc == OK)
        rc = calendar_load(&known, db, a, e);
    if (rc == OK)
        rc = packs_open_archive(&packs, files, e);
    if (rc != OK)
        return rc;
    then = *known;
    then.last_year = x->calendar_year;
    packs_use_calendar(packs, &then);
    rc = packs_get(&p, packs, x->pack, e);
    if (rc == OK)
        rc = say(&v, answer, p, x->facts, x->question, a, e);
    if (rc == OK)
        *same = str_eq(*answer, x->answer);
    packs_close(packs);
    return rc;
}
