/* A certificate stands as long as the centre that was recognised is in the register. */
#include "document/certificate.h"
#include "base/date.h"
#include "crypto/hash.h"
#include "text/unicode.h"

#define DIGEST_SHORT                                                                               \
    16 /* of the 64 that a paper prints; fewer are found again in an hour of computing */

/* Somebody copied it from a paper, a mail or a page: capitals, blanks, full-width forms, dots of an
 * abbreviation and the name of the hash say nothing. */
static err_t digest_typed(struct str *out, struct str digest, struct arena *a, struct err *e)
{
    struct buf folded = {0};
    err_t rc = OK;
    unicode_fold(&folded, digest);
    char *to = arena_alloc(a, folded.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < folded.len; i++)
        if (folded.ptr[i] == ':') /* the line as printed: 内容摘要（SHA-256）：… */
            n = 0;
        else if (!strchr(" \t\r\n-.", folded.ptr[i]))
            to[n++] = folded.ptr[i];
    buf_clear(&folded);
    *out = (struct str){to, n};
    for (size_t i = 0; rc == OK && i < out->len; i++)
        if (!memchr("0123456789abcdef", out->ptr[i], 16))
            rc = err_set(
                e, E_INVALID,
                "digest: character %zu is none of 0-9 and a-f; copy the %d characters that the "
                "paper prints as its digest",
                i + 1, SHA256_HEX_LEN);
    if (rc == OK && out->len > SHA256_HEX_LEN)
        rc = err_set(e, E_INVALID, "digest: %zu characters, and a paper prints %d", out->len,
                     SHA256_HEX_LEN);
    if (rc == OK && out->len > 0 && out->len < DIGEST_SHORT)
        rc = err_set(
            e, E_INVALID,
            "digest: %zu characters prove nothing: enter all %d that the paper prints, or its "
            "first %d at least",
            out->len, SHA256_HEX_LEN, DIGEST_SHORT);
    return rc;
}

/* A number as it is kept: brackets of any kind are those of document numbers. */
static struct str number_typed(struct str number, struct arena *a)
{
    struct buf folded = {0}, b = {0};
    unicode_fold(&folded, number);
    for (size_t i = 0; i < folded.len; i++) {
        char c = folded.ptr[i];
        if (c == '(' || c == '[')
            buf_addz(&b, "〔");
        else if (c == ')' || c == ']')
            buf_addz(&b, "〕");
        else if (c != ' ' && c != '\t')
            buf_addc(&b, c);
    }
    struct str out = arena_dup(a, buf_str(&b));
    buf_clear(&folded);
    buf_clear(&b);
    return out;
}

/* --- the paper ------------------------------------------------------------------------- */

struct issued {
    struct paper_check check;
    struct str certificate;
    bool latest, trial;
};

#define ISSUED                                                                                     \
    "SELECT c.title, c.number, c.version, c.digest, c.entry, c.issued_ms, c.certificate, f.trial," \
    " (SELECT count(*) FROM case_paper l WHERE l.case_id = c.case_id AND l.paper = c.paper AND"    \
    " l.version > c.version), k.kind, k.changes FROM case_paper c JOIN flow_case f ON f.id ="      \
    " c.case_id LEFT JOIN record_correction k ON k.id = (SELECT max(l.id) FROM record_correction"  \
    " l WHERE l.case_number = f.number AND l.ended_ms IS NULL) AND EXISTS (SELECT 1 FROM"          \
    " case_paper o WHERE o.case_id = c.case_id AND o.paper = c.paper AND o.version <> c.version)"

static struct issued issued_of(struct stmt *st, struct arena *a)
{
    return (struct issued){.check = {.title = arena_dup(a, stmt_str(st, 0)),
                                     .number = arena_dup(a, stmt_str(st, 1)),
                                     .version = stmt_i64(st, 2),
                                     .digest = arena_dup(a, stmt_str(st, 3)),
                                     .entry = arena_dup(a, stmt_str(st, 4)),
                                     .issued_on = business_date(stmt_i64(st, 5), a),
                                     .corrected = arena_dup(a, stmt_str(st, 9)),
                                     .changes = arena_dup(a, stmt_str(st, 10))},
                           .certificate = arena_dup(a, stmt_str(st, 6)),
                           .trial = stmt_i64(st, 7) != 0,
                           .latest = stmt_i64(st, 8) == 0};
}

/* The latest that a query gives, or the one whose digest begins so; check.version 0: there is none.
 * E_INVALID: so begin several. */
static err_t read_issued(struct issued *out, struct step *g, const char *sql, struct str key,
                         struct str digest)
{
    bool found = false;
    err_t rc = OK;
    EACH_ROW(st, rc, g->e, g->db, sql, VALUES(v_str(key))) {
        struct issued one = issued_of(st, g->p->arena);
        bool fits = str_starts(one.check.digest, digest);
        if (fits && found && digest.len && !str_eq(one.check.digest, out->check.digest))
            rc = err_set(g->e, E_INVALID,
                         "digest: several versions begin with these %zu characters; enter all %d",
                         digest.len, SHA256_HEX_LEN);
        if ((fits && !found) || out->check.version == 0)
            *out = one;
        found |= fits;
    }
    return rc;
}

/* --- the recognition ------------------------------------------------------------------------ */

struct standing {
    bool found;
    struct str entry; /* of the recognition */
    int64_t centre;   /* in the register; 0: it is not there */
    bool exited, revoked;
};

/* The row of the register that its decision entered: of who left and was recognised anew there are two. */
static err_t read_recognition(struct standing *out, struct paper_check *c, struct step *g,
                              struct str number)
{
    struct str state = STR_NONE, leaving = STR_NONE;
    err_t rc = db_row(&out->found, g->db,
                      "SELECT coalesce(m.name, r.name), r.date, r.programme, v.entry, m.id, "
                      "m.state, m.leaving FROM"
                      " record_recognition r JOIN unit u ON u.id = r.owner_unit LEFT JOIN"
                      " record_version v ON v.type = 'recognition' AND v.record_id = r.id AND"
                      " v.version = 1 LEFT JOIN record_centre m ON m.id = (SELECT x.id FROM"
                      " record_centre x WHERE x.credit_code = coalesce(r.party_code, "
                      "u.credit_code) AND x.programme ="
                      " r.programme AND x.owner_province = r.owner_province AND x.ended_ms IS"
                      " NULL AND (x.left_ IS NULL OR x.left_ >= r.date) ORDER BY x.id LIMIT 1)"
                      " WHERE r.recognition_no = ?1 AND r.ended_ms IS NULL"
                      " ORDER BY r.id",
                      VALUES(v_str(number)),
                      INTO(into_str(&c->name), into_str(&c->date), into_str(&c->programme),
                           into_str(&out->entry), into_i64(&out->centre), into_str(&state),
                           into_str(&leaving)),
                      g->p->arena, g->e);
    out->exited = str_is(state, "exited");
    out->revoked = out->exited && str_is(leaving, "revoked");
    return rc;
}

static err_t read_left(struct str *out, struct step *g, int64_t centre)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, STR("centre"));
    const struct jvalue *v = NULL;
    err_t rc =
        t ? record_value(&v, g->db, g->p->kernel, t, centre, STR("left"), g->p->arena, g->e) : OK;
    if (rc == OK && v && v->type == J_STRING)
        *out = v->text;
    return rc;
}

/* A document may be gone from the installation since; one with faults says nothing of its standing. */
static err_t is_draft(bool *out, struct step *g, struct str programme)
{
    const struct pack *pack = NULL;
    err_t rc = programme.len ? packs_get(&pack, g->p->packs, programme, g->e) : OK;
    *out = rc == OK && pack && pack->document.standing == PACK_DRAFT;
    return rc == E_NOTFOUND ? OK : rc;
}

/* --- both ------------------------------------------------------------------------------------- */

static const char *state_of(const struct issued *i, const struct standing *s, bool draft,
                            struct str digest)
{
    const struct paper_check *c = &i->check;
    if (c->version == 0 && !s->found)
        return "unknown";
    if (!str_starts(c->digest, digest))
        return "different";
    if (i->trial || draft)
        return "trial";
    if (s->exited)
        return s->revoked ? "revoked" : "exited";
    if (c->version && !i->latest)
        return "replaced";
    return s->found ? "valid" : "issued";
}

static err_t check(struct paper_check *out, struct issued *i, struct str certificate,
                   struct step *g, struct str digest)
{
    struct standing s = {0};
    struct paper_check *c = &i->check;
    err_t rc = certificate.len ? read_recognition(&s, c, g, certificate) : OK;
    if (rc == OK && s.exited)
        rc = read_left(s.revoked ? &c->revoked_on : &c->left_on, g, s.centre);
    if (certificate.len)
        c->number = certificate;
    if (c->entry.len == 0)
        c->entry = s.entry;
    bool draft = false;
    if (rc == OK)
        rc = is_draft(&draft, g, c->programme);
    c->state = state_of(i, &s, draft, digest);
    if (digest.len && c->version && strcmp(c->state, "different") != 0)
        c->agrees = (int64_t)digest.len;
    *out = *c;
    return rc;
}

err_t paper_check_code(struct paper_check *out, struct step *g, struct str code, struct str digest)
{
    struct issued i = {0};
    struct str typed;
    err_t rc = digest_typed(&typed, digest, g->p->arena, g->e);
    if (rc == OK)
        rc =
            read_issued(&i, g, ISSUED " WHERE c.code = ?1", number_typed(code, g->p->arena), typed);
    return rc == OK ? check(out, &i, i.certificate, g, typed) : rc;
}

static err_t check_number(struct paper_check *out, struct step *g, struct str number,
                          struct str typed)
{
    struct issued i = {0};
    err_t rc = read_issued(&i, g, ISSUED " WHERE c.certificate = ?1 ORDER BY c.version DESC, c.id",
                           number, typed);
    return rc == OK ? check(out, &i, number, g, typed) : rc;
}

err_t paper_check_number(struct paper_check *out, struct step *g, struct str number,
                         struct str digest)
{
    struct str typed, kept = number_typed(number, g->p->arena);
    err_t rc = digest_typed(&typed, digest, g->p->arena, g->e);
    if (rc == OK)
        rc = check_number(out, g, number, typed);
    if (rc != OK || strcmp(out->state, "unknown") != 0 || str_eq(kept, number))
        return rc;
    struct paper_check again = {0};
    rc = check_number(&again, g, kept, typed);
    if (rc == OK && strcmp(again.state, "unknown") != 0)
        *out = again;
    return rc;
}

void paper_check_json(struct jout *j, const struct paper_check *c)
{
    jout_object(j);
    jout_pair(j, "state", str_of(c->state));
    jout_pair(j, "number", c->number);
    jout_pair(j, "title", c->title);
    jout_pair_id(j, "version", c->version);
    jout_pair(j, "issued_on", c->issued_on);
    jout_pair(j, "digest", c->digest);
    if (c->agrees) {
        jout_pair_i64(j, "digest_agrees", c->agrees);
        jout_pair_i64(j, "digest_of", SHA256_HEX_LEN);
    }
    jout_pair(j, "entry", c->entry);
    jout_pair(j, "name", c->name);
    jout_pair(j, "date", c->date);
    jout_pair(j, "programme", c->programme);
    jout_pair(j, "revoked_on", c->revoked_on);
    jout_pair(j, "left_on", c->left_on);
    jout_pair(j, "corrected", c->corrected);
    jout_pair(j, "changes", c->changes);
    jout_end_object(j);
}
