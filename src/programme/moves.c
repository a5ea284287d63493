/* What the boxes of people (待办) ask of cases. */
#include "programme/step_paper.h"

static err_t steps_of(const struct moved_step **out, size_t *count, struct db *db,
                      const struct subject *s, const struct labels *l, int64_t assignment,
                      struct arena *a, struct err *e)
{
    bool asked = false;
    const struct flow_open_step *open;
    const struct flow_case c = {.id = l->id,
                                .open = str_is(l->state, "running"),
                                .pack = l->programme,
                                .unit = l->owner_unit,
                                .opened_by = l->created_by,
                                .city = l->owner_city,
                                .province = l->owner_province};
    err_t rc = flow_opinion_asked(&asked, db, assignment, e);
    if (rc == OK && asked) { /* of who was asked his opinion it is all that is wanted */
        struct moved_step *answer = arena_array(a, 1, sizeof(*answer));
        *answer = (struct moved_step){STR("answer"), STR("答复会签"), true, true};
        *out = answer;
        *count = 1;
        return OK;
    }
    if (rc == OK)
        rc = flow_open_steps(&open, count, db, l->id, a, e);
    if (rc != OK)
        return rc;
    struct moved_step *steps = arena_array(a, *count + 2, sizeof(*steps));
    for (size_t i = 0; rc == OK && i < *count; i++) {
        struct decision d = {0};
        rc = flow_allows(&d, db, s, &c, open[i].roles, open[i].role_count, open[i].step, a, e);
        steps[i] = (struct moved_step){open[i].step, open[i].label, d.allowed, open[i].holds};
    }
    bool due = false;
    if (rc == OK)
        rc = papers_wait(&due, db, l->id, s->unit, e);
    if (rc == OK && due) /* under /cases/{id}/papers */
        steps[(*count)++] = (struct moved_step){STR("papers"), STR("出具文书"), true, true};
    *out = steps;
    return rc;
}

const struct kernel_moves programme_moves = {.type = "case", .steps = steps_of};
