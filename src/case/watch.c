/* Flags of the pack, looked at each day for who is in the register. */
#include "base/log.h"
#include "case/case.h"
#include "integrity/flag.h"
#include "judge/stored.h"
#include "matter/standing.h"

static bool watches(const struct pack *pack)
{
    for (size_t i = 0; i < pack->flags.len; i++)
        if (pack->flags.ptr[i].watched)
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

static err_t ask(struct asking *x, struct str question, struct err *e)
{
    struct party_facts party;
    if (str_eq(x->q.question, question))
        return OK;
    x->q.question = question;
    return stored_verdict(&x->verdict, &party, x->pack, x->k, &x->q, x->a, e);
}

/* --- flags ---------------------------------------------------------------------------------------- */

/* The flag's words and what raises it: "联络员空缺已超过30日", "2026-11-15"; of a row without a label the year. */
static err_t raise_flag(struct flags *flags, struct programme *p, const struct registered *party,
                        const struct raised_flag *f, struct str today, int64_t office,
                        struct err *e)
{
    bool raised;
    struct arena *a = p->arena;
    const struct flagged_record record = {
        .type = STR("centre"), .id = party->centre, .party = party->name};
    const struct flag_reason reason = {
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
    return flag_raise(&raised, flags, &d, a, e);
}

/* The office of the province by which those in the register are guided; 0: the pack names none, or there is
 * none here. */
static err_t find_guide(int64_t *office, struct db *db, const struct programme *p, struct str today,
                        struct err *e)
{
    const struct flow_case place = {
        .pack = p->pack->id, .province = region_province_prefix(p->pack->document.jurisdiction)};
    const struct part_list *all = &p->pack->parts[PART_AUTHORITIES];
    err_t rc = OK;
    *office = 0;
    for (size_t i = 0; rc == OK && *office == 0 && i < all->list.len; i++) {
        const struct part *at = &all->list.ptr[i];
        const struct part_value *does = part_value(at, "functions");
        const struct part_value *roles = part_value(at, "roles");
        if (str_is(part_text(at, "level"), "province") && roles->word_count &&
            str_among(STR("guide"), does->words, does->word_count))
            rc = flow_unit_of(office, db, &place, roles->words[0], today, e);
    }
    return rc;
}

static err_t raise_noted(struct flags *flags, struct programme *p, const struct registered *party,
                         struct str today, int64_t office, struct err *e)
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

/* One party's records keep no other from being seen. */
static err_t raise_one(struct flags *flags, struct programme *p, const struct registered *party,
                       struct str today, int64_t office, struct err *e)
{
    struct err why = {0};
    err_t rc = raise_noted(flags, p, party, today, office, &why);
    if (rc == E_INVALID || rc == E_NOTFOUND) {
        log_line(LOG_WARN, "%.*s is not watched: %s", STR_ARG(party->name), why.text);
        return OK;
    }
    return err_pass(e, rc, &why);
}

err_t watch_raise(struct programme *p, struct str today, struct err *e)
{
    int64_t office = 0;
    struct parties parties = {0};
    struct flags *flags;
    struct db *db = NULL;
    if (!watches(p->pack))
        return OK;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = standing_parties(&parties, db, p->pack->id, p->arena, e);
    if (rc == OK && parties.len)
        rc = find_guide(&office, db, p, today, e);
    if (rc == OK && parties.len)
        rc = flags_load(&flags, p->kernel, db, p->arena, e);
    store_reader_put(p->kernel->store, db);
    for (size_t i = 0; rc == OK && i < parties.len; i++)
        rc = raise_one(flags, p, &parties.ptr[i], today, office, e);
    return rc;
}
