/* A process for people: its steps with states, offices and effects by their names. */
#include "base/msg.h"
#include "policy/pack_show_priv.h"

static const char *party_name(struct str actor)
{
    return str_is(actor, "applicant") ? N_("the applicant")
           : str_is(actor, "centre")  ? N_("the centre")
           : str_is(actor, "expert")  ? N_("an expert")
           : str_is(actor, "public")  ? N_("anybody")
                                      : N_("the system");
}

struct str pack_actor_label(const struct pack *p, struct str actor, struct arena *a)
{
    const struct part *office = part_named(p, PART_AUTHORITIES, actor);
    return office ? pack_label(p, part_text(office, "label"), a) : str_of(msg(party_name(actor)));
}

/* In the language of messages. */
static struct str said(struct str label, struct str label_en)
{
    return msg_lang() == LANG_EN ? label_en : label;
}

/* The object of an effect, by the pack's label if it has one. */
static struct str object_name(const struct pack *p, const struct process_effect *f, struct arena *a)
{
    const struct part *form = part_named(p, PART_FORMS, f->object);
    form = form ? form : part_named(p, PART_PAPERS, f->object);
    const struct process *process = pack_process(p, f->object);
    if (f->kind == EFFECT_NOTIFY || f->kind == EFFECT_COPY)
        return pack_actor_label(p, f->object, a);
    if ((f->kind == EFFECT_PAPER || f->kind == EFFECT_HAND_IN) && form)
        return pack_label(p, part_text(form, "label"), a);
    if (f->kind == EFFECT_START && process)
        return said(process->label, process->label_en);
    return f->object;
}

static struct str values_text(const struct process_value *v, size_t count, struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < count; i++)
        all = arena_printf(a, "%.*s%s%.*s%s%.*s", STR_ARG(all), i ? " " : "", STR_ARG(v[i].name),
                           v[i].other ? "!=" : "=", STR_ARG(v[i].value));
    return all;
}

static struct str effects_text(const struct pack *p, const struct process_step *s, struct arena *a)
{
    static const char *const verbs[] = {[EFFECT_DATE] = N_("date of today in"),
                                        [EFFECT_RECORD] = N_("new record"),
                                        [EFFECT_CHANGE] = N_("record changed"),
                                        [EFFECT_HAND_IN] = N_("handed in:"),
                                        [EFFECT_PAPER] = N_("paper"),
                                        [EFFECT_RECEIPT] = N_("receipt"),
                                        [EFFECT_NAME] = N_("name by the rule:"),
                                        [EFFECT_NOTIFY] = N_("tells"),
                                        [EFFECT_COPY] = N_("copy to"),
                                        [EFFECT_START] = N_("begins"),
                                        [EFFECT_END] = N_("record ended")};
    struct str all = STR_NONE;
    for (size_t i = 0; i < s->effect_count; i++) {
        const struct process_effect *f = &s->effects[i];
        all = arena_printf(a, "%.*s%s%s %.*s", STR_ARG(all), i ? "; " : "", msg(verbs[f->kind]),
                           STR_ARG(object_name(p, f, a)));
        if (f->value_count)
            all = arena_printf(a, "%.*s %.*s", STR_ARG(all),
                               STR_ARG(values_text(f->values, f->value_count, a)));
        if (f->when_count)
            all = arena_printf(a, msg("%.*s (only when %.*s)"), STR_ARG(all),
                               STR_ARG(values_text(f->when, f->when_count, a)));
    }
    return all;
}

static struct str due_text(const struct process_step *s, struct arena *a)
{
    if (s->due.len == 0)
        return STR_NONE;
    struct str all =
        arena_printf(a, msg("%.*s, counted from %.*s"), STR_ARG(s->due), STR_ARG(s->counted));
    if (s->after_due)
        all = arena_printf(a, "%.*s; %s", STR_ARG(all), msg("only when it is over"));
    if (s->reason_early)
        all = arena_printf(a, "%.*s; %s", STR_ARG(all), msg("before it with a reason"));
    if (s->refused_late)
        all = arena_printf(a, "%.*s; %s", STR_ARG(all), msg("refused when late"));
    for (size_t i = 0; i < s->remind_count; i++)
        all = arena_printf(a, i ? "%.*s, %d" : msg("%.*s; reminded days before: %d"), STR_ARG(all),
                           s->remind[i]);
    return all;
}

static void add_step(struct buf *to, const struct pack *p, const struct process *process,
                     const struct process_step *s, struct arena *a)
{
    struct str from = STR_NONE;
    for (size_t i = 0; i < s->from_count; i++)
        from = arena_printf(
            a, "%.*s%s%.*s", STR_ARG(from), i ? " / " : "",
            STR_ARG(said(process->states[s->from[i]].label, process->states[s->from[i]].label_en)));
    buf_addf(to, "    %.*s %.*s: %.*s → %.*s (%.*s%s%s)\n", STR_ARG(s->id),
             STR_ARG(said(s->label, s->label_en)), STR_ARG(from),
             STR_ARG(s->stays
                         ? str_of("…")
                         : said(process->states[s->to].label, process->states[s->to].label_en)),
             STR_ARG(pack_actor_label(p, s->actor, a)), s->two_persons ? msg(", two persons") : "",
             s->reason ? msg(", with a reason") : "");
    show_citation(to, 6, &s->citation);
    show_line(to, 6, N_("not of the document"), s->own);
    show_line(to, 6, N_("only when"), values_text(s->when, s->when_count, a));
    show_line(to, 6, N_("needs"), show_joined(s->needs, s->need_count, a));
    show_line(to, 6, N_("must not be met"), show_joined(s->fails, s->fail_count, a));
    show_line(to, 6, N_("asks"), show_joined(s->asks, s->ask_count, a));
    show_line(to, 6, N_("must pass"), show_joined(s->passes, s->pass_count, a));
    show_line(to, 6, N_("panel of experts"), values_text(&s->panel, s->panel.name.len > 0, a));
    show_line(to, 6, N_("on the way of"), s->stream);
    show_line(to, 6, N_("papers served before"), show_joined(s->served, s->served_count, a));
    show_line(to, 6, N_("deadline"), due_text(s, a));
    show_line(to, 6, N_("effects"), effects_text(p, s, a));
}

void show_process(struct buf *to, const struct pack *p, const struct process *process,
                  struct arena *a)
{
    buf_addf(to, "  %.*s %.*s (%.*s)\n", STR_ARG(process->id),
             STR_ARG(said(process->label, process->label_en)), STR_ARG(process->subject));
    show_citation(to, 4, &process->citation);
    for (size_t i = 0; i < process->step_count; i++)
        add_step(to, p, process, &process->steps[i], a);
}
