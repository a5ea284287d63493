/* What two officers keep to themselves is random here too: a draw that could be foreseen is none. */
#include "cmd/demo_panel.h"
#include "access/account.h"
#include "audit/sequencer.h"
#include "base/date.h"
#include "crypto/random.h"
#include "panel/draw.h"
#include "panel/review.h"

#define WEIGHT_ALL 10000
#define POINTS_FROM 7500 /* hundredths: what an expert gives at least, and how far apart they are */
#define POINTS_STEP 300

struct holding {
    const struct demo_panel *what;
    struct panel panel;
    struct subject officers[2];
    struct str values[2], commitments[2]; /* hex */
    struct arena *a;
};

/* One call of src/panel in a store step of its own. */
struct call {
    struct holding *h;
    const struct subject *by;
    err_t (*act)(struct call *c, struct db *db, const struct deed *d, struct err *e);
    int officer;
    struct member member;
    int64_t panel_case, points;
};

static err_t call_step(struct db *db, void *arg, struct err *e)
{
    struct call *c = arg;
    const struct kernel *k = &c->h->what->instance->kernel;
    const struct deed d = {.suite = k->suite, .clock = k->clock, .by = c->by, .arena = c->h->a};
    err_t rc = c->h->panel.id ? panel_read(&c->h->panel, db, c->h->panel.id, c->h->a, e) : OK;
    return rc == OK ? c->act(c, db, &d, e) : rc;
}

static err_t run(struct call *c, struct err *e)
{
    return store_write(c->h->what->instance->store, call_step, c, e);
}

/* --- what is done --------------------------------------------------------------------------- */

static err_t act_form(struct call *c, struct db *db, const struct deed *d, struct err *e)
{
    const struct demo_panel *x = c->h->what;
    return panel_form(&(struct panel_deed){db, d, &c->h->panel}, x->pack, x->evaluation, e);
}

static err_t act_freeze(struct call *c, struct db *db, const struct deed *d, struct err *e)
{
    struct draw draw;
    return draw_freeze(&draw, &(struct panel_deed){db, d, &c->h->panel}, NULL, e);
}

static err_t act_commit(struct call *c, struct db *db, const struct deed *d, struct err *e)
{
    struct draw draw;
    return draw_commit(&draw, &(struct panel_deed){db, d, &c->h->panel},
                       c->h->commitments[c->officer], e);
}

static err_t act_reveal(struct call *c, struct db *db, const struct deed *d, struct err *e)
{
    struct draw draw;
    return draw_reveal(&draw, &(struct panel_deed){db, d, &c->h->panel}, c->h->values[c->officer],
                       false, e);
}

static err_t act_come(struct call *c, struct db *db, const struct deed *d, struct err *e)
{
    err_t rc = member_answer(&c->member, &(struct panel_deed){db, d, &c->h->panel}, true, e);
    return rc == OK
               ? member_declare(&c->member, &(struct panel_deed){db, d, &c->h->panel}, NULL, 0, e)
               : rc;
}

static err_t act_score(struct call *c, struct db *db, const struct deed *d, struct err *e)
{
    const struct panel *p = &c->h->panel;
    struct sheet x = {.panel_case = c->panel_case,
                      .opinion = c->h->what->opinion,
                      .result = str_of(c->h->what->result),
                      .points = arena_array(c->h->a, p->head_count, sizeof(*x.points))};
    for (size_t i = 0; i < p->head_count; i++)
        x.points[i] = c->points;
    err_t rc = score_save(&x, db, d, p, e);
    return rc == OK ? score_submit(&x, db, d, p, e) : rc;
}

static err_t act_close(struct call *c, struct db *db, const struct deed *d, struct err *e)
{
    struct panel *p = &c->h->panel;
    struct case_result *results = arena_array(c->h->a, p->case_count, sizeof(*results));
    for (size_t i = 0; i < p->case_count; i++)
        results[i] =
            (struct case_result){p->cases[i].id, str_of(c->h->what->result), c->h->what->reason};
    return review_close(&(struct panel_deed){db, d, p}, results, p->case_count, e);
}

/* --- one after the other ---------------------------------------------------------------------- */

static err_t load(struct subject *out, struct holding *h, struct str name, int64_t account,
                  struct err *e)
{
    const struct kernel *k = &h->what->instance->kernel;
    int64_t now_ms = clock_now_ms(k->clock);
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, k->store, e);
    if (rc == OK && name.len)
        rc = account_find(&account, db, name, h->a, e);
    if (rc == OK)
        rc = subject_load(out, db, account, business_date(now_ms, h->a), now_ms, h->a, e);
    store_reader_put(k->store, db);
    return rc;
}

/* The heads of the document, where it names some, with the office's weights. */
static void take_heads(struct panel *p, const struct demo_panel *x, struct arena *a)
{
    const struct part *evaluation = part_named(x->pack, PART_EVALUATIONS, x->evaluation);
    const struct part_value *said = evaluation ? part_value(evaluation, "heads") : NULL;
    size_t count = said && said->item_count ? said->item_count : 1;
    struct panel_head *heads = arena_array(a, count, sizeof(*heads));
    for (size_t i = 0; i < count; i++)
        heads[i] = (struct panel_head){
            .head = said && said->item_count ? said->items[i].id : STR("whole"),
            .label = STR("综合评审（演示）"),
            .weight = WEIGHT_ALL / (int64_t)count + (i ? 0 : WEIGHT_ALL % (int64_t)count)};
    p->heads = heads;
    p->head_count = count;
}

static err_t form(struct holding *h, struct err *e)
{
    const struct demo_panel *x = h->what;
    struct panel_field *field = arena_alloc(h->a, sizeof(*field));
    struct panel_case *cases = arena_array(h->a, x->case_count + 1, sizeof(*cases));
    struct call c = {.h = h, .by = &h->officers[0], .act = act_form};
    *field = (struct panel_field){x->field, x->seats};
    for (size_t i = 0; i < x->case_count; i++)
        cases[i].case_id = x->cases[i];
    h->panel = (struct panel){.title = x->title,
                              .basis = STR("专家评审工作方案（演示）"),
                              .mode = STR("open"),
                              .outlier = 1500,
                              .fields = field,
                              .field_count = 1,
                              .cases = cases,
                              .case_count = x->case_count};
    take_heads(&h->panel, x, h->a);
    return run(&c, e);
}

static err_t draw(struct holding *h, struct err *e)
{
    struct instance *i = h->what->instance;
    struct sequencer_options o = instance_sequencer(h->what->app, i->store, &i->suite);
    struct call freeze = {.h = h, .by = &h->officers[1], .act = act_freeze};
    err_t rc = run(&freeze, e);
    for (int n = 0; rc == OK && n < 2; n++) {
        struct call c = {.h = h, .by = &h->officers[n], .act = act_commit, .officer = n};
        struct digest value;
        char hex[HASH_HEX_LEN + 1];
        random_bytes(value.byte, sizeof(value.byte));
        digest_hex(hex, &value);
        h->values[n] = arena_dup(h->a, str_of(hex));
        value = sha256_of((struct bytes){value.byte, sizeof(value.byte)});
        digest_hex(hex, &value);
        h->commitments[n] = arena_dup(h->a, str_of(hex));
        rc = run(&c, e);
    }
    if (rc == OK)
        rc = log_sequence_now(&o, e);
    for (int n = 0; rc == OK && n < 2; n++) {
        struct call c = {.h = h, .by = &h->officers[n], .act = act_reveal, .officer = n};
        rc = run(&c, e);
    }
    return rc;
}

static err_t members_of(const struct member **out, size_t *count, struct holding *h, struct err *e)
{
    struct draw draw;
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, h->what->instance->store, e);
    if (rc == OK)
        rc = draw_latest(&draw, db, h->panel.id, h->a, e);
    if (rc == OK)
        rc = draw_members(out, count, db, draw.id, h->a, e);
    store_reader_put(h->what->instance->store, db);
    return rc;
}

static err_t score(struct holding *h, struct err *e)
{
    const struct member *members = NULL;
    size_t count = 0;
    err_t rc = members_of(&members, &count, h, e);
    for (size_t m = 0; rc == OK && m < count; m++) {
        struct subject by;
        struct call come = {.h = h, .by = &by, .act = act_come, .member = members[m]};
        if ((rc = load(&by, h, STR_NONE, members[m].account, e)) == OK)
            rc = run(&come, e);
        for (size_t i = 0; rc == OK && i < h->panel.case_count; i++) {
            struct call c = {.h = h,
                             .by = &by,
                             .act = act_score,
                             .panel_case = h->panel.cases[i].id,
                             .points = POINTS_FROM + POINTS_STEP * (int64_t)((m + i) % 5)};
            rc = run(&c, e);
        }
    }
    return rc;
}

err_t demo_panel_hold(int64_t *panel, const struct demo_panel *what, struct arena *a, struct err *e)
{
    struct holding h = {.what = what, .a = a};
    err_t rc = OK;
    *panel = 0;
    for (int n = 0; rc == OK && n < 2; n++)
        rc = load(&h.officers[n], &h, what->officers[n], 0, e);
    if (rc == OK)
        rc = form(&h, e);
    if (rc == OK)
        rc = draw(&h, e);
    if (rc == OK && !what->drawn_only)
        rc = score(&h, e);
    struct call close = {.h = &h, .by = &h.officers[0], .act = act_close};
    if (rc == OK && !what->drawn_only)
        rc = run(&close, e);
    *panel = h.panel.id;
    if (rc != OK)
        err_note(e, "%.*s", STR_ARG(what->title));
    return rc;
}
