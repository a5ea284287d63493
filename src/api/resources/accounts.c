/* Accounts, roles and tokens: the functions of src/access over HTTP. Who may do
 * what is decided there, inside the step; reading goes through /records/account
 * and /records/role_grant. */
#include "access/account.h"
#include "access/grant.h"
#include "access/link.h"
#include "access/mutation.h"
#include "access/token.h"
#include "api/scope.h"
#include "api/session.h"
#include "base/msg.h"
#include "record/record.h"

OBJECT_SCHEMA(made_schema, NULL, REQUIRED("id", schema_integer));

/* One step in the name of the subject; `run` is one function of src/access. */
struct act {
    const struct request *request;
    struct deed deed;
    err_t (*run)(struct db *db, struct act *x, struct err *e);
    int64_t id;                 /* of the thing acted upon, or made */
    char secret[API_TOKEN_MAX]; /* handed out once */
    int hours;                  /* how long the link holds */
    int64_t waits;              /* the proposal that a second person confirms; 0: none */
};

static err_t act_step(struct db *db, void *arg, struct err *e)
{
    struct act *x = arg;
    return x->run(db, x, e);
}

/* A refusal leaves an entry too: the step that refused was rolled back. */
static err_t note_refusal(struct db *db, void *arg, struct err *e)
{
    struct act *x = arg;
    return deed_note(&x->deed, db, "refused", "account", x->id, 403, e);
}

static err_t act(struct act *x, const struct request *r,
                 err_t (*run)(struct db *db, struct act *x, struct err *e), struct err *e)
{
    struct err why;
    err_t noted;
    x->request = r;
    x->run = run;
    x->deed = request_deed(r);
    x->id = request_integer(r, "id", 0);
    err_t rc = store_write(r->api->store, act_step, x, e);
    if (rc == E_DENIED && (noted = store_write(r->api->store, note_refusal, x, &why)) != OK) {
        rc = err_pass(e, noted, &why);
        err_note(e, "a refusal could not be written down");
    }
    return rc;
}

/* {id} and what is handed out as `secret` (NULL: nothing), with 201; or, with 202, {id, proposal}: a
 * second person confirms it. */
static err_t reply_made(struct reply *out, const struct request *r, const struct act *x,
                        const char *secret, struct err *e)
{
    struct jout j;
    jout_open(&j);
    jout_pair_id(&j, "id", x->id);
    jout_pair_id(&j, "proposal", x->waits);
    if (secret)
        jout_pair(&j, secret, str_of(x->secret));
    err_t rc = reply_object(out, r, &j, e);
    out->status = x->waits ? 202 : 201;
    return rc;
}

/* --- accounts ------------------------------------------------------------------------ */

static const struct parameter account_parameters[] = {
    {"name", IN_BODY, &schema_string, true, false, N_("for signing in")},
    {"display_name", IN_BODY, &schema_string, true, false, N_("the person's name")},
    {"email", IN_BODY, &schema_string, false, false, NULL},
    {"phone", IN_BODY, &schema_string, false, false, NULL},
    {"unit", IN_BODY, &schema_id, true, false, N_("the unit's id")},
    {"reason", IN_BODY, &schema_reason, false, false, NULL},
    {0}};

static err_t run_add(struct db *db, struct act *x, struct err *e)
{
    const struct request *r = x->request;
    struct new_account n = {.name = request_value(r, "name"),
                            .display_name = request_value(r, "display_name"),
                            .email = request_value(r, "email"),
                            .phone = request_value(r, "phone"),
                            .unit = request_integer(r, "unit", 0)};
    return account_add(&x->id, db, &x->deed, &n, e);
}

static err_t add_account(struct reply *out, const struct request *r, struct err *e)
{
    struct act x = {0};
    err_t rc = act(&x, r, run_add, e);
    return rc == OK ? reply_made(out, r, &x, NULL, e) : rc;
}

static const struct may managers[] = {{"security_administrator", "any", NULL, NULL},
                                      {"system_administrator", "any", NULL, NULL},
                                      {"centre_manager", "own_unit", NULL, NULL},
                                      {0}};

const struct resource resource_account_add = {
    .method = "POST",
    .path = "/api/v1/accounts",
    .summary = N_("a new account for a person"),
    .parameters = account_parameters,
    .reply = &made_schema,
    .statuses = {201},
    .handle = add_account,
    .need = NEED_ACCOUNT,
    .scope = "accounts",
    .enters_refusals = true,
    .may = managers,
};

static const struct parameter change_parameters[] = {
    ID_PARAMETER,
    {"do", IN_BODY, &schema_string, true, false, N_("disable, enable or move")},
    {"unit", IN_BODY, &schema_id, false, false, N_("move: the new unit's id")},
    {"to", IN_BODY, &schema_id, false, false,
     N_("disable: the colleague who takes over what the person has to do")},
    {"reason", IN_BODY, &schema_reason, false, false, NULL},
    {0}};

static err_t run_change(struct db *db, struct act *x, struct err *e)
{
    struct str what = request_value(x->request, "do");
    if (str_is(what, "disable"))
        return account_disable(db, &x->deed, x->id, request_integer(x->request, "to", 0), e);
    if (str_is(what, "enable"))
        return account_enable(db, &x->deed, x->id, e);
    if (str_is(what, "move"))
        return account_move(db, &x->deed, x->id, request_integer(x->request, "unit", 0), e);
    return err_set(e, E_INVALID, "do: disable, enable or move, not '%.*s'", STR_ARG(what));
}

static err_t change_account(struct reply *out, const struct request *r, struct err *e)
{
    struct act x = {0};
    err_t rc = act(&x, r, run_change, e);
    return rc == OK ? reply_done(out, r, e) : rc;
}

static const struct may changers[] = {
    {"security_administrator", "any", "self", NULL},
    {"system_administrator", "any", "self administrators'", NULL},
    {"centre_manager", "own_unit", "self administrators' closed", NULL},
    {0}};

const struct resource resource_account_change = {
    .method = "POST",
    .path = "/api/v1/accounts/{id}",
    .summary = N_("disable, enable or move an account"),
    .parameters = change_parameters,
    .reply = &schema_done,
    .handle = change_account,
    .need = NEED_ACCOUNT,
    .scope = "accounts",
    ENTRIES(EACH, N_("moving an account also ends its roles")),
    .enters_refusals = true,
    .may = changers,
};

/* --- what names a person goes (个保法 47) --------------------------------------------- */

static const struct parameter erase_parameters[] = {
    ID_PARAMETER,
    {"ground", IN_BODY, &schema_string, true, false, N_("one of GET /api/v1/erasure-grounds")},
    {"basis", IN_BODY, &schema_reason, false, false,
     N_("the document with its number and clause, or the rule, where the ground asks for it")},
    {"reason", IN_BODY, &schema_reason, true, false,
     N_("the reason; stored with the proposal and shown to the second person")},
    {0}};
OBJECT_SCHEMA(erased_schema, NULL, REQUIRED("ok", schema_boolean),
              OPTIONAL("proposal", schema_integer));

static err_t run_erase(struct db *db, struct act *x, struct err *e)
{
    const struct request *r = x->request;
    const struct erase_request request = {.ground = request_value(r, "ground"),
                                          .basis = request_value(r, "basis"),
                                          .in_person = request_is_fresh(r)};
    x->deed.waits = &x->waits;
    return record_erase_account(db, &x->deed, x->id, &request, e);
}

static err_t erase(struct reply *out, const struct request *r, struct err *e)
{
    struct act x = {0};
    err_t rc = act(&x, r, run_erase, e);
    return rc == OK ? reply_proposed(out, r, "ok", x.waits, e) : rc;
}

static const struct may erasers[] = {{"security_administrator", "any", NULL, NULL},
                                     {"province_leader", "any", "unproposed", NULL},
                                     {0}};

const struct resource resource_account_erase = {
    .method = "POST",
    .path = "/api/v1/accounts/{id}/erase",
    .summary = N_("erase what names the person of a closed account, from it and all its versions: "
                  "one proposes it, another confirms it with the same"),
    .parameters = erase_parameters,
    .reply = &erased_schema,
    .statuses = {200, 202},
    .handle = erase,
    .need = NEED_ACCOUNT,
    .scope = "accounts",
    .in_person = true,
    .enters_refusals = true,
    .may = erasers,
};

static const struct parameter link_parameters[] = {
    ID_PARAMETER, {"reason", IN_BODY, &schema_reason, false, false, NULL}, {0}};
OBJECT_SCHEMA(link_schema, NULL, REQUIRED("id", schema_integer), OPTIONAL("link", schema_string),
              OPTIONAL("hours", schema_integer), OPTIONAL("proposal", schema_integer));

static err_t run_link(struct db *db, struct act *x, struct err *e)
{
    x->deed.waits = &x->waits;
    return link_make(x->secret, &x->hours, db, &x->deed, x->id, e);
}

static err_t make_link(struct reply *out, const struct request *r, struct err *e)
{
    struct act x = {0};
    struct jout j;
    err_t rc = act(&x, r, run_link, e);
    if (rc != OK || x.waits)
        return rc == OK ? reply_made(out, r, &x, NULL, e) : rc;
    jout_open(&j);
    jout_pair_i64(&j, "id", x.id);
    jout_pair(&j, "link", str_of(x.secret));
    jout_pair_i64(&j, "hours", x.hours);
    return reply_created(out, r, &j, e);
}

static const struct may guardians[] = {
    {"security_administrator", "any", "self", NULL},
    {"system_administrator", "any", "self administrators' joined", NULL},
    {"centre_manager", "own_unit", "self administrators' joined", NULL},
    {0}};

const struct resource resource_account_link_make = {
    .method = "POST",
    .path = "/api/v1/accounts/{id}/link",
    .summary = N_("a link that signs this person in once; of an administrator two make it"),
    .parameters = link_parameters,
    .reply = &link_schema,
    .statuses = {201, 202},
    .handle = make_link,
    .need = NEED_ACCOUNT,
    .scope = "accounts",
    .enters_refusals = true,
    .may = guardians,
};

/* --- roles ---------------------------------------------------------------------------- */

static const struct parameter grant_parameters[] = {
    {"account", IN_BODY, &schema_id, true, false, N_("the account that gets the role")},
    {"role", IN_BODY, &schema_string, true, false, N_("a role of types/roles.yaml")},
    {"from", IN_BODY, &schema_string, false, false, N_("first day; absent: today")},
    {"to", IN_BODY, &schema_string, false, false, N_("last day; absent: open")},
    {"delegate", IN_BODY, &schema_boolean, false, false,
     N_("true: lend a role of your own to a colleague")},
    {"programmes", IN_BODY, &schema_string, false, false,
     N_("delegate: ids of packs, separated by spaces, for which alone it is lent; absent: all")},
    {"reason", IN_BODY, &schema_reason, false, false, NULL},
    {0}};

static err_t run_grant(struct db *db, struct act *x, struct err *e)
{
    const struct request *r = x->request;
    const struct jvalue *lend = jin_get(r->body, "delegate");
    x->deed.waits = &x->waits;
    struct new_grant g = {.account = request_integer(r, "account", 0),
                          .role = request_value(r, "role"),
                          .from = request_value(r, "from"),
                          .to = request_value(r, "to"),
                          .programmes = str_trim(request_value(r, "programmes"))};
    return lend && lend->type == J_TRUE ? grant_delegate(&x->id, db, &x->deed, &g, e)
                                        : grant_role(&x->id, db, &x->deed, &g, e);
}

static err_t add_grant(struct reply *out, const struct request *r, struct err *e)
{
    struct act x = {0};
    err_t rc = act(&x, r, run_grant, e);
    return rc == OK ? reply_made(out, r, &x, NULL, e) : rc;
}

OBJECT_SCHEMA(granted_schema, NULL, OPTIONAL("id", schema_integer),
              OPTIONAL("proposal", schema_integer));
static const struct may givers[] = {{"security_administrator", "any", "self", "give"},
                                    {"system_administrator", "any", "self", "give"},
                                    {"giver", "own_unit", "self", "give"},
                                    {"holder", "own_unit", "self personal", "lend"},
                                    {0}};

const struct resource resource_grant_add = {
    .method = "POST",
    .path = "/api/v1/grants",
    .summary =
        N_("give a role, or lend one of your own; between administrators one asks and another "
           "agrees by the same request"),
    .parameters = grant_parameters,
    .reply = &granted_schema,
    .statuses = {201, 202},
    .handle = add_grant,
    .need = NEED_ACCOUNT,
    .scope = "accounts",
    .enters_refusals = true,
    .may = givers,
};

static const struct parameter end_parameters[] = {
    ID_PARAMETER, {"reason", IN_BODY, &schema_reason, false, false, NULL}, {0}};

static err_t run_end_grant(struct db *db, struct act *x, struct err *e)
{
    return grant_end(db, &x->deed, x->id, e);
}

static err_t end_grant(struct reply *out, const struct request *r, struct err *e)
{
    struct act x = {0};
    err_t rc = act(&x, r, run_end_grant, e);
    return rc == OK ? reply_done(out, r, e) : rc;
}

static const struct may enders[] = {{"security_administrator", "any", NULL, NULL},
                                    {"giver", "own_unit", NULL, NULL},
                                    {NULL, "own", NULL, NULL},
                                    {NULL, "lent", NULL, NULL},
                                    {0}};

const struct resource resource_grant_end = {
    .method = "POST",
    .path = "/api/v1/grants/{id}/end",
    .summary = N_("end a role that somebody holds"),
    .parameters = end_parameters,
    .reply = &schema_done,
    .handle = end_grant,
    .need = NEED_ACCOUNT,
    .scope = "accounts",
    .enters_refusals = true,
    .may = enders,
};

/* --- tokens ---------------------------------------------------------------------------- */

static const struct schema days_schema = {SCHEMA_INTEGER, .minimum = 1,
                                          .maximum = API_TOKEN_DAYS_MAX};
static const struct parameter token_parameters[] = {
    {"label", IN_BODY, &schema_string, true, false, N_("its purpose")},
    {"scopes", IN_BODY, &schema_string, false, false,
     N_("words: records:read records:write search imports accounts metrics …; absent: all")},
    {"days", IN_BODY, &days_schema, false, false, N_("until it ends")},
    {"reason", IN_BODY, &schema_reason, false, false, NULL},
    {0}};
OBJECT_SCHEMA(token_schema, NULL, REQUIRED("id", schema_integer), REQUIRED("token", schema_string));

static err_t run_token(struct db *db, struct act *x, struct err *e)
{
    const struct request *r = x->request;
    struct new_token t = {.account = r->subject->account,
                          .label = request_value(r, "label"),
                          .scopes = request_value(r, "scopes"),
                          .days = (int)request_integer(r, "days", 0)};
    return api_token_make(x->secret, &x->id, db, &x->deed, &t, e);
}

static err_t add_token(struct reply *out, const struct request *r, struct err *e)
{
    struct act x = {0};
    err_t rc = scopes_check(request_value(r, "scopes"), e);
    if (rc != OK)
        return rc;
    rc = r->auth->session.id || access_off(STR("tokens"), "session")
             ? act(&x, r, run_token, e)
             : err_set(e, E_DENIED, "only the signed-in person can create a token");
    return rc == OK ? reply_made(out, r, &x, "token", e) : rc;
}

const struct resource resource_token_add = {
    .method = "POST",
    .path = "/api/v1/tokens",
    .summary = N_("a token by which a program acts for you; shown this once"),
    .parameters = token_parameters,
    .reply = &token_schema,
    .statuses = {201},
    .handle = add_token,
    .need = NEED_ACCOUNT,
    .scope = "accounts",
    .in_person = true,
};

OBJECT_SCHEMA(token_row_schema, NULL, REQUIRED("id", schema_integer),
              OPTIONAL("label", schema_string), REQUIRED("scopes", schema_string),
              REQUIRED("created_ms", schema_integer), REQUIRED("expires_ms", schema_integer),
              OPTIONAL("used_ms", schema_integer));
LIST_SCHEMA(token_list_schema, token_row_schema);

static err_t write_tokens(struct jout *j, int64_t *total, struct db *db, const struct request *r,
                          struct err *e)
{
    const struct api_token_row *rows = NULL;
    size_t count = 0;
    err_t rc = api_token_list(&rows, &count, db, access_whose(STR("tokens"), r->subject->account),
                              clock_now_ms(r->api->clock), r->arena, e);
    for (size_t i = 0; i < count; i++) {
        jout_object(j);
        jout_pair_i64(j, "id", rows[i].id);
        jout_pair(j, "label", rows[i].label);
        jout_pair(j, "scopes", rows[i].scopes);
        jout_pair_i64(j, "created_ms", rows[i].created_ms);
        jout_pair_i64(j, "expires_ms", rows[i].expires_ms);
        jout_pair_id(j, "used_ms", rows[i].used_ms);
        jout_end_object(j);
    }
    *total = (int64_t)count;
    return rc;
}

const struct resource resource_tokens = {
    .reads = READS_NONE,
    .path = "/api/v1/tokens",
    .summary = N_("my tokens that are in use; which is which by their labels"),
    .reply = &token_list_schema,
    ITEMS(write_tokens),
    .need = NEED_ACCOUNT,
    .scope = "accounts",
};

static err_t run_end_token(struct db *db, struct act *x, struct err *e)
{
    return api_token_end(db, &x->deed, x->id, e);
}

static err_t end_token(struct reply *out, const struct request *r, struct err *e)
{
    struct act x = {0};
    err_t rc = act(&x, r, run_end_token, e);
    return rc == OK ? reply_done(out, r, e) : rc;
}

static const struct may owners[] = {
    {"security_administrator", "any", NULL, NULL}, {NULL, "own", NULL, NULL}, {0}};

const struct resource resource_token_end = {
    .method = "POST",
    .path = "/api/v1/tokens/{id}/end",
    .summary = N_("end a token"),
    .parameters = end_parameters,
    .reply = &schema_done,
    .handle = end_token,
    .need = NEED_ACCOUNT,
    .scope = "accounts",
    .may = owners,
    .hides = true,
};
