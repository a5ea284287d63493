/* The items of the section "processes" as struct process, and what is wrong with their
 * names: a state, an effect or a number of days that cannot be read. */
#include "model/process.h"
#include "base/msg.h"
#include "policy/head_schema.h"
#include "policy/pack_priv.h"

static const struct { /* who acts beside the authorities, and as whom */
    const char *actor, *roles[4], *about;
} parties[] = {{"applicant",
                {"centre_staff", "centre_manager", "company_staff", NULL},
                N_("the applicant: people of the unit")},
               {"centre",
                {"centre_staff", "centre_manager", "company_staff", NULL},
                N_("people of the recognised centre")},
               {"expert", {"expert", NULL}, N_("an expert of the panel")},
               {"public", {"public", NULL}, N_("anybody, without an account")}};

bool process_actor_at(struct said_word *out, size_t at)
{
    if (at < ARRAY_LEN(parties))
        *out = (struct said_word){parties[at].actor, parties[at].about};
    return at < ARRAY_LEN(parties);
}

bool process_actor_is_party(struct str actor)
{
    return FIND_BY(parties, ARRAY_LEN(parties), actor, actor) != NULL;
}

size_t pack_actor_roles(const struct str **out, const struct pack *p, struct str actor,
                        struct arena *a)
{
    const struct part *office = part_named(p, PART_AUTHORITIES, actor);
    size_t count = 0;
    if (office) {
        *out = part_value(office, "roles")->words;
        return part_value(office, "roles")->word_count;
    }
    struct str *roles = arena_array(a, ARRAY_LEN(parties[0].roles), sizeof(*roles));
    for (size_t i = 0; i < ARRAY_LEN(parties); i++)
        for (size_t k = 0; str_is(actor, parties[i].actor) && parties[i].roles[k]; k++)
            roles[count++] = str_of(parties[i].roles[k]);
    *out = roles;
    return count;
}

/* --- steps ------------------------------------------------------------------------------ */

/* "state=exited" */
static bool read_value(struct process_value *out, struct str word)
{
    size_t at = str_find(word, STR("="), 0);
    if (at == 0 || at + 1 >= word.len)
        return false;
    *out = (struct process_value){.name = {word.ptr, at},
                                  .value = {word.ptr + at + 1, word.len - at - 1}};
    return true;
}

/* "applicant.kind!=service_org" */
static bool read_condition(struct process_value *out, struct str word)
{
    if (!read_value(out, word))
        return false;
    out->other = out->name.ptr[out->name.len - 1] == '!';
    out->name.len -= out->other;
    return out->name.len > 0;
}

const struct said_word process_effects[] = {
    {"date", N_("date TYPE.FIELD: that day is today")},
    {"record",
     N_("record TYPE [FIELD=VALUE …] [FIELD …]: a new record; today, now, name, reason, actor, "
        "due:RULE stand for what is so then, of:TYPE.FIELD for what that record of the case holds "
        "(amount=of:award_proposal.amount: the sum that was judged is the sum that is paid); a "
        "field alone is entered by who takes the step")},
    {"change",
     N_("change TYPE [FIELD=VALUE …] [FIELD …]: changes the record of the case. Of a type "
        "that steps alone write, and where a state is given, nothing else is entered but "
        "what has to be")},
    {"hand_in",
     N_("hand_in FORM: the form, the materials of its process and its commitment are handed in")},
    {"paper", N_("paper ID: a paper is drawn up")},
    {"receipt", N_("receipt WHAT: the person taking the step gets a receipt")},
    {"name", N_("name centre: the name by `naming` is given")},
    {"notify", N_("notify ACTOR: these people are notified")},
    {"copy", N_("copy ACTOR: these people have it for information")},
    {"start", N_("start PROCESS: a case of that process begins")},
    {"end", N_("end TYPE: the record of the case ends, and no condition reads it any more (a case "
               "that was "
               "begun by mistake)")},
    {"list", N_("list ACT [FIELD=VALUE …]: something is done to the list that is made public; ACT "
                "is one of "
                "the words below")},
    {NULL, NULL}};

const struct said_word process_list_acts[] = {
    {"corrected", N_("a slip in its words is put right; names, units and order stay as they are")},
    {"taken_down", N_("a place that no longer showed it before the last day is noted")},
    {NULL, NULL}};

/* "list corrected why=reason" is a change of the list's record, which says how. */
static bool read_list(struct process_effect *out)
{
    bool known = false;
    for (size_t i = 0; process_list_acts[i].name; i++)
        known |= str_is(out->object, process_list_acts[i].name);
    out->kind = EFFECT_CHANGE;
    out->list = out->object;
    out->object = STR(PROCESS_LIST_TYPE);
    return known;
}

/* How a list came to be as it is follows from the effect; a pack does not write it. */
static bool says_how(const struct process_effect *f)
{
    return str_is(f->object, PROCESS_LIST_TYPE) && process_writes(f, STR("how")).len > 0;
}

/* The conditions after "when": "application.to=city application.kind!=park". */
static bool read_conditions(struct process_effect *out, struct str rest, struct arena *a)
{
    VEC(struct process_value) all = {0};
    struct process_value v;
    while (rest.len) {
        if (!read_condition(&v, str_split(&rest, STR(" "))))
            return false;
        VEC_PUSH(a, &all, v);
    }
    out->when = all.ptr;
    out->when_count = all.len;
    return all.len > 0;
}

static bool read_effect(struct process_effect *out, struct str text, struct arena *a)
{
    VEC(struct process_value) values = {0};
    VEC(struct str) enters = {0};
    struct process_value v;
    struct str rest = text, verb = str_split(&rest, STR(" "));
    for (size_t i = 0; process_effects[i].name; i++)
        if (str_is(verb, process_effects[i].name)) {
            *out = (struct process_effect){.kind = (enum process_effect_kind)i};
            rest = str_trim(rest);
            out->object = str_split(&rest, STR(" "));
            if (i > EFFECT_END && !read_list(out))
                return false;
            while (rest.len) {
                struct str word = str_split(&rest, STR(" "));
                if (str_is(word, "when") && !read_conditions(out, str_trim(rest), a))
                    return false;
                if (str_is(word, "when"))
                    break;
                if (read_value(&v, word))
                    VEC_PUSH(a, &values, v);
                else if (str_find(word, STR("="), 0) == word.len)
                    VEC_PUSH(a, &enters, word);
                else
                    return false;
            }
            out->values = values.ptr;
            out->value_count = values.len;
            out->enters = enters.ptr;
            out->enter_count = enters.len;
            bool writes = out->kind == EFFECT_RECORD || out->kind == EFFECT_CHANGE;
            return out->object.len > 0 && (writes || values.len + enters.len == 0) &&
                   !says_how(out);
        }
    return false;
}

static struct str add_values(struct str to, const struct process_value *v, size_t count,
                             struct arena *a)
{
    for (size_t i = 0; i < count; i++)
        to = arena_printf(a, "%.*s %.*s%s=%.*s", STR_ARG(to), STR_ARG(v[i].name),
                          v[i].other ? "!" : "", STR_ARG(v[i].value));
    return to;
}

struct str process_effect_text(const struct process_effect *f, struct arena *a)
{
    struct str text =
        f->list.len ? arena_printf(a, "list %.*s", STR_ARG(f->list))
                    : arena_printf(a, "%s %.*s", process_effects[f->kind].name, STR_ARG(f->object));
    text = add_values(text, f->values, f->value_count, a);
    for (size_t i = 0; i < f->enter_count; i++)
        text = arena_printf(a, "%.*s %.*s", STR_ARG(text), STR_ARG(f->enters[i]));
    return f->when_count
               ? add_values(arena_printf(a, "%.*s when", STR_ARG(text)), f->when, f->when_count, a)
               : text;
}

static void take_effects(struct process_step *s, struct pack_reader *r, const struct part *item)
{
    const struct part_value *v = part_value(item, "effects");
    struct process_effect *effects = arena_array(r->arena, v->word_count + 1, sizeof(*effects));
    for (size_t i = 0; i < v->word_count; i++) {
        struct str text = v->words[i];
        bool former = pack_former_effect(&text, r, text, v->line);
        if (former && text.len == 0)
            continue;
        if (read_effect(&effects[s->effect_count], text, r->arena))
            s->effect_count++;
        else
            pack_fault_at(
                r, r->file, v->line, 0,
                "\"%.*s\" is no effect; effects are date, record, change, hand_in, paper, "
                "receipt, name, notify, copy, start, end, list, each with its object; record, "
                "change and list also with field=value (record and change with fields to be "
                "entered), of a list not how (list corrected, list taken_down say it); each also "
                "with when FIELD=VALUE, last",
                STR_ARG(text));
    }
    s->effects = effects;
}

/* A list of "field=value", of conditions also "field!=value". */
static const struct process_value *take_values(size_t *count, struct pack_reader *r,
                                               const struct part *item, const char *key,
                                               bool (*read)(struct process_value *, struct str))
{
    const struct part_value *v = part_value(item, key);
    struct process_value *values = arena_array(r->arena, v->word_count + 1, sizeof(*values));
    *count = 0;
    for (size_t i = 0; i < v->word_count; i++)
        if (read(&values[*count], v->words[i]))
            (*count)++;
        else
            pack_fault_at(r, r->file, v->line, 0, "%s: \"%.*s\" is not written field=value", key,
                          STR_ARG(v->words[i]));
    return values;
}

/* "review=pass" */
static void take_panel(struct process_step *s, struct pack_reader *r, const struct part *item)
{
    const struct part_value *v = part_value(item, "panel");
    if (v->given && (!read_value(&s->panel, v->text) ||
                     (!str_is(s->panel.value, "pass") && !str_is(s->panel.value, "fail"))))
        pack_fault_at(r, r->file, v->line, 0,
                      "panel: an evaluation and what its panel came to: review=pass, review=fail");
}

static void take_reminders(struct process_step *s, struct pack_reader *r, const struct part *item)
{
    const struct part_value *v = part_value(item, "remind");
    int *days = arena_array(r->arena, v->word_count + 1, sizeof(*days));
    uint64_t n;
    for (size_t i = 0; i < v->word_count; i++)
        if (str_to_u64(&n, v->words[i]) && n <= 3660 &&
            (s->remind_count == 0 || (int)n < days[s->remind_count - 1]))
            days[s->remind_count++] = (int)n;
        else
            pack_fault_at(r, r->file, v->line, 0,
                          "\"remind\" is a list of days before the deadline, falling");
    s->remind = days;
}

static void take_deadline(struct process_step *s, struct pack_reader *r, const struct part *item)
{
    s->due = part_text(item, "deadline");
    s->counted = part_text(item, "counted");
    s->after_due = part_true(item, "after_due");
    s->refused_late = part_true(item, "refused_late");
    s->reason_early = part_true(item, "reason_early");
    if ((s->due.len > 0) != (s->counted.len > 0))
        pack_fault_at(r, r->file, item->line, 0,
                      "a deadline says from which date it is counted: deadline and counted");
    if (!s->due.len &&
        (s->after_due || s->refused_late || s->reason_early || part_value(item, "remind")->given))
        pack_fault_at(r, r->file, item->line, 0, "without a deadline nothing is late");
}

static bool find_state(size_t *out, const struct process *p, struct str id)
{
    for (size_t i = 0; i < p->state_count; i++)
        if (str_eq(p->states[i].id, id)) {
            *out = i;
            return true;
        }
    return false;
}

static void take_states(struct process_step *s, struct pack_reader *r, const struct process *p,
                        const struct part *item)
{
    const struct part_value *from = part_value(item, "from"), *to = part_value(item, "to");
    size_t *states = arena_array(r->arena, from->word_count + 1, sizeof(*states));
    for (size_t i = 0; i < from->word_count; i++)
        if (find_state(&states[s->from_count], p, from->words[i]))
            s->from_count++;
        else
            pack_fault_at(r, r->file, from->line, 0, "there is no state \"%.*s\"",
                          STR_ARG(from->words[i]));
    if (from->word_count == 0)
        pack_fault_at(r, r->file, item->line, 0, "a step says in which states it is open: from");
    s->from = states;
    s->stays = !to->given;
    if (to->given && !find_state(&s->to, p, to->text))
        pack_fault_at(r, r->file, to->line, 0, "there is no state \"%.*s\"", STR_ARG(to->text));
}

static struct process_step take_step(struct pack_reader *r, const struct process *p,
                                     const struct part *item)
{
    const struct part_value *needs = part_value(item, "needs"), *asks = part_value(item, "asks"),
                            *passes = part_value(item, "passes"),
                            *fails = part_value(item, "fails"),
                            *served = part_value(item, "served");
    struct process_step s = {.id = item->id,
                             .label = part_text(item, "label"),
                             .label_en = pack_label_en(r->pack, part_text(item, "label"), r->arena),
                             .stream = part_text(item, "stream"),
                             .actor = part_text(item, "actor"),
                             .two_persons = part_true(item, "two_persons"),
                             .reason = part_true(item, "reason"),
                             .needs = needs->words,
                             .need_count = needs->word_count,
                             .fails = fails->words,
                             .fail_count = fails->word_count,
                             .asks = asks->words,
                             .ask_count = asks->word_count,
                             .passes = passes->words,
                             .pass_count = passes->word_count,
                             .served = served->words,
                             .served_count = served->word_count,
                             .citation = part_citation(item),
                             .own = part_text(item, "own"),
                             .line = item->line};
    take_states(&s, r, p, item);
    s.when = take_values(&s.when_count, r, item, "when", read_condition);
    s.role_count = pack_actor_roles(&s.roles, r->pack, s.actor, r->arena);
    take_panel(&s, r, item);
    take_deadline(&s, r, item);
    take_reminders(&s, r, item);
    take_effects(&s, r, item);
    return s;
}

/* --- periods ------------------------------------------------------------------------------ */

static bool same_period(const struct process_step *a, const struct process_step *b)
{
    return a == b || (a->due.len && str_eq(a->due, b->due) && str_eq(a->counted, b->counted));
}

static bool meet(const struct process *p, const struct process_step *decision,
                 const struct process_step *period)
{
    for (size_t i = 0; i < decision->from_count; i++)
        if (process_day_counts(p, period, decision->from[i]))
            return true;
    return false;
}

/* A right is not decided on while somebody's period runs. No text prescribes or forbids it; it
 * protects people (process.h). Of steps with the same period the first represents all. */
static void find_waits(struct process_step *s, const struct process *p, struct arena *a)
{
    size_t *waits = arena_array(a, p->step_count + 1, sizeof(*waits));
    for (size_t i = 0; process_decides(p, s) && i < p->step_count; i++) {
        const struct process_step *t = &p->steps[i];
        bool has = s->after_due && same_period(s, t);
        for (size_t k = 0; k < s->wait_count; k++)
            has |= same_period(&p->steps[waits[k]], t);
        if (!has && t != s && process_gives_period(t) && meet(p, s, t))
            waits[s->wait_count++] = i;
    }
    s->waits = waits;
}

/* --- processes ---------------------------------------------------------------------------- */

static struct process take_process(struct pack_reader *r, const struct part *item)
{
    const struct part_value *states = part_value(item, "states");
    const struct part_value *steps = part_value(item, "transitions");
    struct process_state *to = arena_array(r->arena, states->item_count + 1, sizeof(*to));
    struct process_step *taken = arena_array(r->arena, steps->item_count + 1, sizeof(*taken));
    struct process p = {.id = item->id,
                        .label = part_text(item, "label"),
                        .label_en = pack_label_en(r->pack, part_text(item, "label"), r->arena),
                        .subject = part_text(item, "subject"),
                        .states = to,
                        .state_count = states->item_count,
                        .steps = taken,
                        .step_count = steps->item_count,
                        .citation = part_citation(item),
                        .line = item->line};
    for (size_t i = 0; i < p.state_count; i++) {
        struct str label = part_text(&states->items[i], "label");
        to[i] = (struct process_state){states->items[i].id,
                                       label,
                                       pack_label_en(r->pack, label, r->arena),
                                       part_true(&states->items[i], "end"),
                                       part_text(&states->items[i], "holder"),
                                       part_true(&states->items[i], "unseen")};
    }
    p.begins = take_values(&p.begin_count, r, item, "begins", read_value);
    struct str start = part_text(item, "start");
    if (start.len && !find_state(&p.start, &p, start))
        pack_fault_at(r, r->file, part_value(item, "start")->line, 0, "there is no state \"%.*s\"",
                      STR_ARG(start));
    for (size_t i = 0; i < p.step_count; i++)
        taken[i] = take_step(r, &p, &steps->items[i]);
    for (size_t i = 0; i < p.step_count; i++)
        find_waits(&taken[i], &p, r->arena);
    return p;
}

void pack_read_processes(struct pack_reader *r)
{
    const struct part_list *parts = &r->pack->parts[PART_PROCESSES];
    struct process *processes = arena_array(r->arena, parts->list.len + 1, sizeof(*processes));
    for (size_t i = 0; i < parts->list.len; i++) {
        const struct part *item = &parts->list.ptr[i];
        r->file = pack_section_file(item->from, "processes");
        processes[i] = take_process(r, item);
    }
    r->pack->processes = processes;
    r->pack->process_count = parts->list.len;
}

const struct process *pack_process(const struct pack *p, struct str id)
{
    return FIND_BY(p->processes, p->process_count, id, id);
}
