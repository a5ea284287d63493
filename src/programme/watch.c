/* Conditions that are watched after the recognition. */
#include "programme/watch.h"
#include "base/log.h"
#include "base/msg.h"
#include "integrity/flag.h"
#include "judge/stored.h"

bool watch_any(const struct pack *pack)
{
    const struct part_list *all = &pack->parts[PART_PROHIBITIONS];
    for (size_t i = 0; i < pack->flags.len; i++)
        if (pack->flags.ptr[i].watched)
            return true;
    for (size_t i = 0; i < all->list.len; i++)
        if (part_value(&all->list.ptr[i], "watch")->word_count)
            return true;
    return false;
}

/* --- judging -------------------------------------------------------------------------------------- */

struct asking {
    const struct pack *pack;
    struct kernel *k;
    struct stored_question q;
    struct pack_verdict verdict; /* of q.question, once it is asked */
    struct arena *a;
};

static const struct question *question_of(const struct pack *p, struct str criterion)
{
    for (size_t i = 0; i < p->questions.len; i++)
        if (str_among(criterion, p->questions.ptr[i].names, p->questions.ptr[i].count))
            return &p->questions.ptr[i];
    return NULL;
}

static err_t ask(struct asking *x, struct str question, struct err *e)
{
    struct party_facts party;
    if (str_eq(x->q.question, question))
        return OK;
    x->q.question = question;
    return stored_verdict(&x->verdict, &party, x->pack, x->k, &x->q, x->a, e);
}

static err_t judge(struct watched *out, struct asking *x, struct str criterion, struct err *e)
{
    const struct question *q = question_of(x->pack, criterion);
    if (!q)
        return err_set(e, E_INTERNAL, "no question of the policy asks %.*s", STR_ARG(criterion));
    err_t rc = ask(x, q->id, e);
    for (size_t i = 0; rc == OK && i < x->verdict.result_count; i++)
        if (str_eq(x->verdict.results[i].criterion->id, criterion))
            out->result = x->verdict.results[i];
    return rc;
}

err_t watch_party(const struct watched **out, size_t *count, const struct pack *pack,
                  struct kernel *k, struct str code, struct str today, struct arena *a,
                  struct err *e)
{
    const struct part_list *all = &pack->parts[PART_PROHIBITIONS];
    VEC(struct watched) found = {0};
    struct subject program;
    struct asking x = {
        .pack = pack, .k = k, .q = {.code = code, .as_of = today, .subject = &program}, .a = a};
    err_t rc = OK;
    subject_program(&program, today);
    for (size_t i = 0; i < all->list.len; i++) {
        const struct part_value *watch = part_value(&all->list.ptr[i], "watch");
        for (size_t n = 0; rc == OK && n < watch->word_count; n++) {
            struct watched one = {.by = &all->list.ptr[i]};
            rc = judge(&one, &x, watch->words[n], e);
            if (one.result.criterion)
                VEC_PUSH(a, &found, one);
        }
    }
    *out = found.ptr;
    *count = found.len;
    return rc;
}

/* What is not known, or was judged by experts, is not lost. */
static bool is_lost(const struct watched *w)
{
    return w->result.applicable && w->result.pass == NO;
}

/* --- in the case ---------------------------------------------------------------------------------- */

static bool leads_to(const struct process *p, struct str process)
{
    if (str_eq(p->id, process))
        return true;
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].effect_count; k++)
            if (p->steps[i].effects[k].kind == EFFECT_START &&
                str_eq(p->steps[i].effects[k].object, process))
                return true;
    return false;
}

static bool may_follow(const struct pack *pack, const struct process *p)
{
    const struct part_list *all = &pack->parts[PART_PROHIBITIONS];
    for (size_t i = 0; i < all->list.len; i++) {
        const struct part_value *to = part_value(&all->list.ptr[i], "consequences");
        for (size_t k = 0; part_value(&all->list.ptr[i], "watch")->word_count && k < to->item_count;
             k++)
            if (leads_to(p, part_text(&to->items[k], "process")))
                return true;
    }
    return false;
}

static void watched_json(struct jout *j, const struct watched *w, struct arena *a)
{
    jout_object(j);
    programme_criterion_json(j, &w->result, a);
    jout_name(j, "lost");
    jout_bool(j, is_lost(w));
    jout_pair(j, "watched_by", part_citation(w->by).clause);
    jout_pair(j, "watched_quote", part_citation(w->by).quote);
    jout_end_object(j);
}

err_t watch_json(struct jout *j, struct flow_call *x, struct programme *p, struct err *e)
{
    const struct watched *all = NULL;
    size_t count = 0;
    struct str code = STR_NONE;
    if (!programme_is_office(x->by) || !may_follow(p->pack, x->process))
        return OK;
    err_t rc = programme_party_code(&code, p, x->c.unit, e);
    if (rc == OK && code.len)
        rc = watch_party(&all, &count, p->pack, p->kernel, code, x->today, x->arena, e);
    jout_name(j, "watch");
    jout_array(j);
    for (size_t i = 0; rc == OK && i < count; i++)
        watched_json(j, &all[i], x->arena);
    jout_end_array(j);
    return rc;
}

/* --- flags ---------------------------------------------------------------------------------------- */

struct entered_party {
    int64_t centre;
    struct str code, name;
};

static err_t parties_of(const struct entered_party **out, size_t *count, struct programme *p,
                        struct err *e)
{
    VEC(struct entered_party) all = {0};
    struct stmt *st = NULL;
    struct db *db = NULL;
    bool has_row = false;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = db_query(&st, db,
                      "SELECT c.id, c.credit_code, c.name FROM record_centre c JOIN unit u ON"
                      " u.credit_code = c.credit_code WHERE c.programme = ?1 AND c.state ="
                      " 'active' AND c.ended_ms IS NULL AND u.ended_ms IS NULL ORDER BY c.id",
                      VALUES(v_str(p->pack->id)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct entered_party one = {stmt_i64(st, 0), arena_dup(p->arena, stmt_str(st, 1)),
                                    arena_dup(p->arena, stmt_str(st, 2))};
        VEC_PUSH(p->arena, &all, one);
    }
    stmt_free(st);
    store_reader_put(p->kernel->store, db);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

/* "五3 工作人员不少于5人", "4（2027年）": found anew in another year, or with another number, it is news. */
static struct twin_reason reason_of(const struct watched *w, struct str today, struct arena *a)
{
    const struct citation *from = &w->result.criterion->citation;
    struct str value = w->result.has_value ? value_low_text(&w->result, a)
                                           : str_of(msg_in(LANG_ZH, N_("not met")));
    return (struct twin_reason){
        .feature = "condition",
        .left = arena_printf(a, "%.*s %.*s", STR_ARG(from->clause), STR_ARG(from->quote)),
        .right = arena_printf(a, "%.*s（%.4s年）", STR_ARG(value), today.ptr)};
}

static struct flagged_record centre_of(const struct entered_party *party)
{
    return (struct flagged_record){
        .type = STR("centre"), .id = party->centre, .party = party->name};
}

static err_t raise_lost(struct flags *flags, struct programme *p, const struct entered_party *party,
                        struct str today, struct err *e)
{
    const struct watched *all;
    size_t count = 0;
    bool raised;
    VEC(struct twin_reason) lost = {0};
    struct arena *a = p->arena;
    const struct part *by = NULL;
    err_t rc = watch_party(&all, &count, p->pack, p->kernel, party->code, today, a, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (is_lost(&all[i])) {
            by = all[i].by;
            VEC_PUSH(a, &lost, reason_of(&all[i], today, a));
        }
    if (rc != OK || !by)
        return rc;
    const struct flagged_record record = centre_of(party);
    const struct flag_draft d = {
        .kind = "condition_lost",
        .summary = arena_printf(
            a,
            msg_in(LANG_ZH, N_("%.*s: by today's records %zu conditions of its recognition are no "
                               "longer met (%.*s); for the evaluation, no verdict")),
            STR_ARG(party->name), lost.len, STR_ARG(part_citation(by).clause)),
        .province = region_province_prefix(p->pack->document.jurisdiction),
        .records = &record,
        .record_count = 1,
        .reasons = lost.ptr,
        .reason_count = lost.len};
    return flag_raise(&raised, flags, p->kernel, &d, a, e);
}

/* The flag's words and what raises it: "联络员空缺已超过30日", "2026-11-15"; of a row without a label the year. */
static err_t raise_flag(struct flags *flags, struct programme *p, const struct entered_party *party,
                        const struct raised_flag *f, struct str today, int64_t office,
                        struct err *e)
{
    bool raised;
    struct arena *a = p->arena;
    const struct flagged_record record = centre_of(party);
    const struct twin_reason reason = {
        .feature = "flagged",
        .left = f->text,
        .right = f->label.len ? f->label : arena_printf(a, "%.4s年", today.ptr)};
    const struct flag_draft d = {.kind = "policy_flag",
                                 .summary =
                                     arena_printf(a, "%.*s：%.*s（%.*s）", STR_ARG(party->name),
                                                  STR_ARG(f->text), STR_ARG(reason.right)),
                                 .province = region_province_prefix(p->pack->document.jurisdiction),
                                 .office = office,
                                 .records = &record,
                                 .record_count = 1,
                                 .reasons = &reason,
                                 .reason_count = 1};
    return flag_raise(&raised, flags, p->kernel, &d, a, e);
}

/* The office of the province by which those in the register are guided; 0: the pack names none, or there is
 * none here. */
static err_t find_guide(int64_t *office, struct programme *p, struct str today, struct err *e)
{
    const struct flow_case place = {
        .pack = p->pack->id, .province = region_province_prefix(p->pack->document.jurisdiction)};
    const struct part_list *all = &p->pack->parts[PART_AUTHORITIES];
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    *office = 0;
    for (size_t i = 0; rc == OK && *office == 0 && i < all->list.len; i++) {
        const struct part *at = &all->list.ptr[i];
        const struct part_value *does = part_value(at, "functions");
        const struct part_value *roles = part_value(at, "roles");
        if (str_is(part_text(at, "level"), "province") && roles->word_count &&
            str_among(STR("guide"), does->words, does->word_count))
            rc = flow_unit_of(office, db, &place, roles->words[0], today, e);
    }
    store_reader_put(p->kernel->store, db);
    return rc;
}

static err_t raise_noted(struct flags *flags, struct programme *p,
                         const struct entered_party *party, struct str today, int64_t office,
                         struct err *e)
{
    struct subject program;
    struct asking x = {.pack = p->pack,
                       .k = p->kernel,
                       .q = {.code = party->code, .as_of = today, .subject = &program},
                       .a = p->arena};
    err_t rc = OK;
    subject_program(&program, today);
    for (size_t i = 0; rc == OK && i < p->pack->flags.len; i++) {
        const struct flag *f = &p->pack->flags.ptr[i];
        if (!f->watched)
            continue;
        rc = ask(&x, f->question_count ? f->questions[0] : p->pack->questions.ptr[0].id, e);
        for (size_t k = 0; rc == OK && k < x.verdict.flag_count; k++)
            if (str_eq(x.verdict.flags[k].id, f->id))
                rc = raise_flag(flags, p, party, &x.verdict.flags[k], today, office, e);
    }
    return rc;
}

static err_t raise_one(struct flags *flags, struct programme *p, const struct entered_party *party,
                       struct str today, int64_t office, struct err *e)
{
    struct err why = {0};
    err_t rc = OK;
    if (p->pack->document.standing == PACK_IN_FORCE)
        rc = raise_lost(flags, p, party, today, &why);
    if (rc == OK)
        rc = raise_noted(flags, p, party, today, office, &why);
    if (rc == E_INVALID ||
        rc == E_NOTFOUND) { /* one party's records keep no other from being seen */
        log_line(LOG_WARN, "%.*s is not watched: %s", STR_ARG(party->name), why.text);
        return OK;
    }
    if (rc != OK && e)
        *e = why;
    return rc;
}

err_t watch_raise(struct programme *p, struct str today, struct err *e)
{
    int64_t office = 0;
    const struct entered_party *parties;
    struct flags *flags;
    struct db *db = NULL;
    size_t count = 0;
    if (!watch_any(p->pack))
        return OK;
    err_t rc = parties_of(&parties, &count, p, e);
    if (rc == OK && count)
        rc = find_guide(&office, p, today, e);
    if (rc == OK && count && (rc = store_reader_get(&db, p->kernel->store, e)) == OK) {
        rc = flags_load(&flags, p->kernel, db, p->arena, e);
        store_reader_put(p->kernel->store, db);
    }
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = raise_one(flags, p, &parties[i], today, office, e);
    return rc;
}
