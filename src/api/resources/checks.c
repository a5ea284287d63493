/* /check and /public: whether a paper or certificate that somebody holds was issued here, and stands.
 * The QR of a paper leads to the page, which any browser shows without a script: check.html is filled
 * line by line, and a line with a value that is not known is left out. */
#include "api/cases.h"
#include "api/embedded.h"
#include "api/panel.h"
#include "api/public_address.h"
#include "base/msg.h"
#include "crypto/hash.h"
#include "document/certificate.h"
#include "text/xml_out.h"

/* --- the check ------------------------------------------------------------------------- */

static err_t check(struct paper_check *out, struct programme *p, const struct request *r,
                   struct err *e)
{
    struct str code = request_value(r, "code");
    struct str number = str_trim(request_value(r, "number")), digest = request_value(r, "digest");
    struct db *db = NULL;
    err_t rc = cases_open(p, r, e);
    if (rc == OK && (rc = panel_reader_get(&db, r, e)) == OK) {
        struct step g = {.db = db, .p = p, .e = e};
        rc = code.len ? paper_check_code(out, &g, code, digest)
                      : paper_check_number(out, &g, number, digest);
        panel_reader_put(db, r);
    }
    return rc;
}

static bool is_state(const struct paper_check *c, const char *state)
{
    return strcmp(c->state, state) == 0;
}

/* --- as JSON --------------------------------------------------------------------------------- */

static err_t get_json(struct reply *out, const struct request *r, struct err *e)
{
    struct paper_check c = {0};
    struct programme p;
    struct jout j;
    err_t rc = check(&c, &p, r, e);
    if (rc == OK && request_value(r, "code").len && is_state(&c, "unknown"))
        rc = err_set(e, E_NOTFOUND, "there is no such paper");
    if (rc != OK)
        return rc;
    jout_own(&j);
    paper_check_json(&j, &c);
    return reply_json(out, r, j.to, e);
}

static const struct schema digest_schema = {
    SCHEMA_STRING,
    .description = N_("the digest that is printed on it, all 64 characters or the first "
                      "16 at least: with another the state is \"different\"; only all "
                      "of them prove the content")};
#define DIGEST                                                                                     \
    {                                                                                              \
        "digest", IN_QUERY, &digest_schema, false, false, NULL                                     \
    }
static const struct parameter paper_parameters[] = {
    {"code", IN_PATH, &schema_string, true, false, N_("as in the QR of the paper")}, DIGEST, {0}};
static const struct parameter certificate_parameters[] = {
    {"number", IN_PATH, &schema_string, true, false, N_("as printed on the certificate")},
    DIGEST,
    {0}};
static const struct schema agrees_schema = {
    SCHEMA_INTEGER, .description = N_("so many characters of the digest were given and agree, of "
                                      "`digest_of`: fewer than all prove these alone")};
ENUM_SCHEMA(check_state, NULL, "valid", "revoked", "exited", "replaced", "trial", "different",
            "issued", "unknown");
ENUM_SCHEMA(corrected_schema, NULL, "corrected", "renamed");
OBJECT_SCHEMA(check_schema, NULL, REQUIRED("state", check_state), OPTIONAL("number", schema_string),
              OPTIONAL("title", schema_string), OPTIONAL("version", schema_integer),
              OPTIONAL("issued_on", schema_string), OPTIONAL("digest", schema_string),
              OPTIONAL("digest_agrees", agrees_schema), OPTIONAL("digest_of", schema_integer),
              OPTIONAL("entry", schema_string), OPTIONAL("name", schema_string),
              OPTIONAL("date", schema_string), OPTIONAL("programme", schema_string),
              OPTIONAL("revoked_on", schema_string), OPTIONAL("left_on", schema_string),
              OPTIONAL("corrected", corrected_schema), OPTIONAL("changes", schema_string));

const struct resource resource_public_paper = {
    .reads = READS_NONE,
    .path = "/api/v1/public/papers/{code}",
    .summary = N_("whether a paper was issued here and is valid: number, digest and log entry"),
    .parameters = paper_parameters,
    .reply = &check_schema,
    .handle = get_json,
    .need = NEED_NOBODY,
};
const struct resource resource_public_certificate = {
    .reads = READS_NONE,
    .path = "/api/v1/public/certificates/{number}",
    .summary =
        N_("whether a certificate is valid, revoked, replaced, only on trial, different from "
           "what was issued, or unknown"),
    .parameters = certificate_parameters,
    .reply = &check_schema,
    .handle = get_json,
    .need = NEED_NOBODY,
};

/* --- as a page ---------------------------------------------------------------------------------- */

struct page_value {
    const char *name;
    struct str text;
};

static const struct page_value *value_of(const struct page_value *values, struct str name)
{
    while (values->name && !str_is(name, values->name))
        values++;
    return values->name ? values : NULL;
}

/* One line; false: a value of it is empty, and nothing was added. */
static bool fill_line(struct buf *out, struct str line, const struct page_value *values)
{
    struct buf filled = {0};
    struct str rest = line;
    bool whole = true;
    while (whole && rest.ptr) {
        struct str text = str_split(&rest, STR("{"));
        buf_add(&filled, text);
        if (!rest.ptr)
            break;
        const struct page_value *v = value_of(values, str_split(&rest, STR("}")));
        whole = v && v->text.len;
        if (whole)
            xml_escape(&filled, v->text);
    }
    if (whole) {
        buf_add(out, buf_str(&filled));
        buf_addc(out, '\n');
    }
    buf_clear(&filled);
    return whole;
}

static err_t fill_page(struct reply *out, const struct page_value *values, const struct request *r,
                       struct err *e)
{
    const struct embedded_file *f = embedded_find(STR("check.html"));
    struct buf page;
    if (!f)
        return err_set(e, E_INTERNAL, "the page %s is not in this binary", "check.html");
    struct str rest = {(const char *)f->bytes, f->len};
    buf_init(&page, 0);
    while (rest.len)
        fill_line(&page, str_split(&rest, STR("\n")), values);
    out->content_type = f->content_type;
    out->body = buf_take(&page, r->arena);
    return OK;
}

/* By its title; by its id, which the paper has on it too, where its files are gone or have faults. */
static struct str policy_of(const struct paper_check *c, struct programme *p)
{
    const struct pack *pack = NULL;
    struct err why;
    return c->programme.len && packs_get(&pack, p->packs, c->programme, &why) == OK
               ? pack->document.title
               : c->programme;
}

/* A state's own lines are those that print its value. */
static err_t write_page(struct reply *out, const struct request *r, const struct paper_check *c,
                        struct programme *p, struct str asked, struct str fault, struct err *e)
{
    struct str what = c->number.len ? c->number : c->title.len ? c->title : asked;
    const char *states[] = {"valid", "revoked",   "exited", "replaced",
                            "trial", "different", "issued", "unknown"};
    struct page_value values[ARRAY_LEN(states) + 18] = {{0}};
    size_t n = 0;
    for (size_t i = 0; c->state && i < ARRAY_LEN(states); i++)
        values[n++] = (struct page_value){states[i], is_state(c, states[i]) ? what : STR_NONE};
    values[n++] = (struct page_value){"base", str_of(request_base(r))};
    values[n++] = (struct page_value){"name", c->name};
    values[n++] = (struct page_value){"date", c->date};
    values[n++] = (struct page_value){"revoked_on", c->revoked_on};
    values[n++] = (struct page_value){"left_on", c->left_on};
    values[n++] = (struct page_value){"changes", c->changes};
    values[n++] = (struct page_value){"policy", policy_of(c, p)};
    values[n++] = (struct page_value){"title", c->title};
    values[n++] = (struct page_value){"number", c->number};
    values[n++] = (struct page_value){"certificate", c->date.len ? c->number : STR_NONE};
    values[n++] = (struct page_value){
        "version", c->version ? arena_printf(r->arena, "%lld", (long long)c->version) : STR_NONE};
    values[n++] = (struct page_value){"issued_on", c->issued_on};
    values[n++] = (struct page_value){"digest", c->digest};
    values[n++] = (struct page_value){"entry", c->entry};
    bool whole = c->agrees == SHA256_HEX_LEN;
    struct str agrees = c->agrees ? arena_printf(r->arena, "%lld", (long long)c->agrees) : STR_NONE;
    values[n++] = (struct page_value){"agrees_whole", whole ? agrees : STR_NONE};
    values[n++] = (struct page_value){"agrees_part", whole ? STR_NONE : agrees};
    values[n++] = (struct page_value){"fault", fault};
    err_t rc = fill_page(out, values, r, e);
    if (rc == OK && c->state && is_state(c, "unknown"))
        out->status = 404;
    return rc;
}

static err_t get_page(struct reply *out, const struct request *r, struct err *e)
{
    struct str code = request_value(r, "code"), number = str_trim(request_value(r, "number"));
    struct paper_check c = {0};
    struct programme p = {0};
    struct err why = {0};
    struct str asked = code.len ? code : number;
    err_t rc = asked.len ? check(&c, &p, r, &why) : OK;
    /* A digest that cannot be compared is a fault of its input field. */
    bool told = rc == E_INVALID;
    if (told)
        c = (struct paper_check){0};
    if (rc != OK && !told)
        return err_pass(e, rc, &why);
    rc = write_page(out, r, &c, &p, asked, told ? str_of(why.text) : STR_NONE, e);
    if (rc == OK && told)
        out->status = 400;
    return rc;
}

static const struct parameter page_parameters[] = {
    {"number", IN_QUERY, &schema_string, false, false, NULL},
    {"digest", IN_QUERY, &schema_string, false, false, NULL},
    {0}};
const struct resource resource_check_code = {.reads = READS_NONE,
                                             .path = "/check/{code}",
                                             .summary = "page",
                                             .parameters = paper_parameters,
                                             .handle = get_page,
                                             .hidden = true,
                                             .need = NEED_NOBODY};
const struct resource resource_check = {.reads = READS_NONE,
                                        .path = "/check",
                                        .summary = "page",
                                        .parameters = page_parameters,
                                        .handle = get_page,
                                        .hidden = true,
                                        .need = NEED_NOBODY};
