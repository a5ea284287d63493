/* Actions that every case has whatever its process: back, recall, opinion, answer, forward, copy, urge, call. */
#include "base/msg.h"
#include "case/action.h"
#include "case/call.h"

struct call_offered {
    int64_t id;
    struct str title;
};

struct calls_offered {
    struct call_offered *ptr;
    size_t len, cap;
};

/* Calls into which x->by may take the case now. */
static err_t find_calls(struct calls_offered *out, struct step *g)
{
    struct calls_offered all = {0};
    struct call_offered one;
    err_t rc =
        programme_is_office(g->x->by)
            ? db_rows(ROWS(&all, one), g->db,
                      "SELECT id, title FROM record_call WHERE programme = ?1 AND"
                      " owner_unit = ?2 AND state = 'open' AND ended_ms IS NULL AND"
                      " id <> ?3 ORDER BY id",
                      VALUES(v_str(g->x->c.pack), v_i64(g->x->by->unit), v_i64(g->x->c.call)),
                      INTO(into_i64(&one.id), into_str(&one.title)), g->x->arena, g->e)
            : OK;
    for (size_t i = 0; rc == OK && i < all.len; i++) {
        struct flow_obstacles to = {.arena = g->x->arena};
        rc = call_check_admission(&(struct step){&to, g->db, g->x, g->p, g->e}, all.ptr[i].id);
        if (rc == OK && to.len == 0)
            VEC_PUSH(g->x->arena, out, all.ptr[i]);
    }
    return rc;
}

static void flag_json(struct jout *j, const char *name, bool is)
{
    jout_pair_bool(j, name, is);
}

static void targets_json(struct jout *j, const struct flow_open_aside *a)
{
    jout_pair_array(j, "targets");
    for (size_t i = 0; i < a->target_count; i++) {
        const struct process_state *s = a->targets[i];
        jout_object(j);
        jout_pair(j, "stage", s->id);
        jout_pair(j, "label", msg_lang() == LANG_EN && s->label_en.len ? s->label_en : s->label);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void assignments_json(struct jout *j, const struct flow_open_aside *a)
{
    jout_pair_array(j, "assignments");
    for (size_t i = 0; i < a->assignment_count; i++) {
        jout_object(j);
        jout_pair_i64(j, "id", a->assignments[i].assignment);
        jout_pair(j, "label", a->assignments[i].label);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void calls_json(struct jout *j, const struct calls_offered *calls)
{
    jout_pair_array(j, "calls");
    for (size_t i = 0; i < calls->len; i++) {
        jout_object(j);
        jout_pair_i64(j, "id", calls->ptr[i].id);
        jout_pair(j, "title", calls->ptr[i].title);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void input_json(struct jout *j, const struct flow_open_aside *a,
                       const struct calls_offered *calls)
{
    jout_pair_object(j, "input");
    flag_json(j, "reason", a->reason);
    flag_json(j, "basis", a->basis);
    jout_pair_null(j, "commitment");
    targets_json(j, a);
    jout_pair_z(j, "people", a->people);
    assignments_json(j, a);
    calls_json(j, calls);
    for (size_t i = 0; i < 3; i++) {
        jout_pair_array(j, i == 0 ? "records" : i == 1 ? "papers" : "against");
        jout_end_array(j);
    }
    jout_pair_null(j, "verdict");
    jout_end_object(j);
}

static void aside_json(struct jout *j, const struct flow_open_aside *a,
                       const struct calls_offered *calls)
{
    jout_object(j);
    jout_pair(j, "action", str_of(a->kind));
    jout_pair(j, "label", str_of(msg(a->label)));
    flag_json(j, "open", true);
    flag_json(j, "aside", true);
    flag_json(j, "stays", strcmp(a->kind, "back") != 0 && strcmp(a->kind, "recall") != 0);
    flag_json(j, "two_persons", false);
    input_json(j, a, calls);
    jout_pair_null(j, "proposed");
    jout_pair_array(j, "why");
    jout_end_array(j);
    jout_end_object(j);
}

err_t action_general_json(struct jout *j, int64_t *count, struct step *g)
{
    static const struct flow_open_aside into_call = {
        .kind = "call", .label = N_("Take into a call"), .reason = true};
    const struct flow_open_aside *all = NULL;
    struct calls_offered calls = {0}, none = {0};
    size_t n = 0;
    g->x->prepared = NULL;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = flow_general_actions(&all, &n, g);
    if (rc == OK)
        rc = find_calls(&calls, g);
    step_reader_end(g);
    for (size_t i = 0; rc == OK && i < n; i++)
        aside_json(j, &all[i], &none);
    if (rc == OK && calls.len)
        aside_json(j, &into_call, &calls);
    *count += rc == OK ? (int64_t)n + (calls.len > 0) : 0;
    return rc;
}
