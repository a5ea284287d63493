/* What flow asks of the programme while a step is examined or taken. */
#include "case/call.h"
#include "case/objection.h"

static const struct flow_host host = {.look = programme_look,
                                      .call = call_check_admission,
                                      .name_missing = programme_name_missing,
                                      .note = programme_note,
                                      .guard = programme_guard,
                                      .effect = programme_effect,
                                      .inapplicable = programme_is_inapplicable,
                                      .calls = programme_is_open_item,
                                      .records = programme_changed,
                                      .due = programme_due,
                                      .issue = programme_issue,
                                      .due_over = programme_due_over,
                                      .reads = programme_reads,
                                      .speaks = objection_by_letter,
                                      .back = programme_back,
                                      .settled = programme_settled};

void programme_init(struct programme *p, struct kernel *k, struct packs *packs,
                    const struct calendar *calendar, struct arena *a)
{
    struct flow_host *mine = arena_alloc(a, sizeof(*mine));
    *mine = host;
    struct panel_reports *reports = arena_alloc(a, sizeof(*reports));
    *reports = (struct panel_reports){.arena = a};
    mine->arg = p;
    *p = (struct programme){.kernel = k,
                            .reports = reports,
                            .packs = packs,
                            .calendar = calendar,
                            .flow = {k->store, k->suite, k->clock, mine},
                            .arena = a};
}
