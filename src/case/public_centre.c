/* The register of centres for anybody. */
#include "case/public_centre.h"
#include "base/msg.h"
#include "model/normal.h"

/* A code of the province ends in four zeros, of a city in two. */
static struct str region_prefix(struct str code)
{
    while (code.len > 2 && code.len % 2 == 0 && code.ptr[code.len - 1] == '0' &&
           code.ptr[code.len - 2] == '0')
        code.len -= 2;
    return code;
}

/* For centres entered before their city was stored: the city of their party; unknown for a party
 * without a city. */
#define PLACE "coalesce(c.region, CASE WHEN u.owner_city IS NOT NULL THEN u.owner_city || '00' END)"

/* The published profile of a registered centre. */
#define PROFILE                                                                                    \
    "coalesce((SELECT max(f.id) FROM record_centre_profile f WHERE f.owner_unit = u.id AND"        \
    " f.programme = c.programme AND f.state = 'published' AND f.ended_ms IS NULL AND"              \
    " c.state = 'active'), 0)"

#define FOUND                                                                                      \
    " FROM record_centre c LEFT JOIN unit u ON u.credit_code = c.credit_code AND u.ended_ms IS "   \
    "NULL"                                                                                         \
    " WHERE c.published = 1 AND c.ended_ms IS NULL AND (?1 IS NULL OR lower(c.name || "            \
    "coalesce(c.former, '')) LIKE lower(?1) ESCAPE '\\') AND (?2 IS NULL OR c.programme = ?2) "    \
    "AND "                                                                                         \
    "(?3 IS NULL OR c.industry = ?3) AND"                                                          \
    " (?4 IS NULL OR " PLACE " LIKE ?4 ESCAPE '\\') AND (?5 IS NULL OR CASE WHEN c.state <> "      \
    "'exited'"                                                                                     \
    " THEN 'valid' WHEN c.leaving = 'revoked' THEN 'revoked' ELSE 'exited' END = ?5)"

struct found {
    struct str name, former, number, party, programme, region, industry, entered, left, state,
        cycle_ends, leaving;
    int64_t profile; /* published by the centre; 0: none */
};

/* NULL for a document that is no longer known. */
static void bool_or_null(struct jout *j, const char *name, bool known, bool value)
{
    jout_name(j, name);
    if (known)
        jout_bool(j, value);
    else
        jout_null(j);
}

/* The level of a centre, by the region of its document. */
static struct str level_of(struct str jurisdiction)
{
    if (str_is(jurisdiction, "100000"))
        return STR("national");
    return str_ends(jurisdiction, STR("0000")) ? STR("provincial") : STR("city");
}

/* The document may be gone from the installation since, or its files have faults: what was recognised
 * by it stays, and what it is by now is not known. */
static void write_document(struct jout *j, const struct found *c, struct programme *p,
                           struct str today)
{
    const struct pack *pack = NULL;
    struct err why;
    if (packs_get(&pack, p->packs, c->programme, &why) != OK) /* E_NOTFOUND, E_INVALID */
        pack = NULL;
    jout_pair_or_null(j, "document", pack ? pack->document.title : STR_NONE);
    jout_pair_or_null(j, "level", pack ? level_of(pack->document.jurisdiction) : STR_NONE);
    jout_pair_or_null(j, "term", STR_NONE); /* no document sets one for what it recognises */
    jout_pair_or_null(j, "cycle_ends", c->cycle_ends);
    jout_pair_or_null(j, "basis_expires", pack ? pack_last_day(pack) : STR_NONE);
    bool_or_null(j, "basis_lapsed", pack, pack && programme_lapsed(pack, today));
    bool_or_null(j, "trial", pack, pack && pack->document.standing == PACK_DRAFT);
}

/* A centre that left is shown as revoked only if the register says so. */
static struct str state_of(const struct found *c)
{
    return !str_is(c->state, "exited")     ? STR("valid")
           : str_is(c->leaving, "revoked") ? STR("revoked")
                                           : STR("exited");
}

static err_t write_profile(struct jout *j, struct db *db, const struct found *c,
                           struct programme *p, struct err *e);

static err_t write_centre(struct jout *j, struct db *db, const struct found *c, struct programme *p,
                          struct str today, struct err *e)
{
    jout_object(j);
    jout_pair_or_null(j, "name", c->name);
    jout_pair_or_null(j, "former", c->former);
    jout_pair_or_null(j, "number", c->number);
    jout_pair_or_null(j, "party", c->party);
    jout_pair_or_null(j, "programme", c->programme);
    write_document(j, c, p, today);
    jout_pair_or_null(j, "region", c->region);
    jout_pair_or_null(j, "region_name", region_name(c->region));
    jout_pair_or_null(j, "industry", c->industry);
    jout_pair_or_null(j, "entered", c->entered);
    jout_pair_or_null(j, "left", c->left);
    jout_pair(j, "state", state_of(c));
    err_t rc = write_profile(j, db, c, p, e);
    jout_end_object(j);
    return rc;
}

static err_t profile_text(struct str *out, struct db *db, struct programme *p,
                          const struct record_type *t, int64_t id, struct str field, struct err *e)
{
    const struct jvalue *v;
    err_t rc = record_value(&v, db, p->kernel, t, id, field, p->arena, e);
    *out = programme_condition_text(v);
    return rc;
}

/* "profile": what the centre says of itself under the headings of its record type; null: it published nothing. */
static err_t write_profile(struct jout *j, struct db *db, const struct found *c,
                           struct programme *p, struct err *e)
{
    const struct record_type *t = record_type_find(p->kernel->types, STR("centre_profile"));
    struct str text = STR_NONE;
    err_t rc = OK;
    jout_name(j, "profile");
    if (!t || c->profile == 0) {
        jout_null(j);
        return OK;
    }
    jout_object(j);
    jout_pair_array(j, "sections");
    for (size_t i = 0; rc == OK && i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        if (f->type != FIELD_LONG_TEXT)
            continue;
        rc = profile_text(&text, db, p, t, c->profile, f->name, e);
        jout_object(j);
        jout_pair(j, "heading", msg_lang() == LANG_ZH ? f->label.zh : f->label.en);
        jout_pair(j, "text", text);
        jout_end_object(j);
    }
    jout_end_array(j);
    if (rc == OK)
        rc = profile_text(&text, db, p, t, c->profile, STR("as_of"), e);
    jout_pair(j, "as_of", text);
    jout_end_object(j);
    return rc;
}

err_t public_centres_json(struct jout *j, int64_t *total, struct db *db, struct programme *p,
                          const struct centres_asked *asked, struct str today, struct err *e)
{
    struct arena *a = p->arena;
    struct str words = asked->words.len ? db_like(asked->words, true, a) : STR_NONE;
    struct str region =
        asked->region.len ? db_like(region_prefix(asked->region), false, a) : STR_NONE;
    const struct value values[] = {v_str(words),
                                   v_str(asked->programme),
                                   v_str(asked->industry),
                                   v_str(region),
                                   v_str(asked->state),
                                   v_i64(asked->limit),
                                   v_i64((asked->page - 1) * asked->limit)};
    VEC(struct found) all = {0};
    struct found one;
    err_t rc = db_i64(total, db, "SELECT count(*)" FOUND, values, 5, e);
    if (rc == OK)
        rc = db_rows(
            ROWS(&all, one), db,
            "SELECT c.name, c.former, (SELECT r.recognition_no FROM record_recognition r WHERE"
            " (r.party_code = c.credit_code OR (r.party_code IS NULL AND r.owner_unit = u.id)) AND"
            " r.programme = c.programme AND r.ended_ms IS NULL AND"
            " r.recognition_no IS NOT NULL AND (c.left_ IS NULL OR r.date <= c.left_) ORDER BY "
            "r.id DESC NULLS LAST LIMIT 1), coalesce(c.party, u.name),"
            " c.programme, " PLACE
            ", c.industry, c.entered, c.left_, c.state, c.cycle_ends, c.leaving, " PROFILE FOUND
            " ORDER BY c.entered DESC NULLS LAST, c.id DESC NULLS LAST LIMIT ?6 OFFSET"
            " ?7",
            values, ARRAY_LEN(values),
            INTO(into_str(&one.name), into_str(&one.former), into_str(&one.number),
                 into_str(&one.party), into_str(&one.programme), into_str(&one.region),
                 into_str(&one.industry), into_str(&one.entered), into_str(&one.left),
                 into_str(&one.state), into_str(&one.cycle_ends), into_str(&one.leaving),
                 into_i64(&one.profile)),
            a, e);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = write_centre(j, db, &all.ptr[i], p, today, e);
    return rc;
}
