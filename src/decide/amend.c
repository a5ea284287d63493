/* Decisions moved from one version of a pack to another. */
#include "base/msg.h"
#include "base/vec.h"
#include "decide/decision_priv.h"
#include "text/json.h"

/* Whether the criterion came out otherwise than in the other answer, or is not in it. */
static bool came_out_so(const struct jvalue *criteria, const struct jvalue *one)
{
    const struct jvalue *pass = jin_get(one, "pass");
    struct str id = jin_text(one, "id");
    for (size_t i = 0; i < criteria->count; i++) {
        const struct jvalue *other = jin_get(&criteria->items[i], "pass");
        if (str_eq(jin_text(&criteria->items[i], "id"), id))
            return pass && other && pass->type == other->type; /* true, false or null */
    }
    return false;
}

static void add_changed(struct buf *to, const struct jvalue *of, const struct jvalue *in,
                        const struct jvalue *known)
{
    for (size_t i = 0; i < of->count; i++) {
        struct str id = jin_text(&of->items[i], "id");
        bool told = false;
        for (size_t k = 0; known && k < known->count; k++)
            told |= str_eq(jin_text(&known->items[k], "id"), id);
        if (told || came_out_so(in, &of->items[i]))
            continue;
        if (to->len)
            buf_add(to, STR(" "));
        buf_add(to, id);
    }
}

/* The criteria of the answer of a decision. E_CORRUPT: it was kept, and is none. */
static err_t criteria_of(const struct jvalue **out, const struct kept_decision *x, struct arena *a,
                         struct err *e)
{
    const struct jvalue *answer;
    err_t rc = jin_parse(&answer, x->answer, a, NULL);
    *out = rc == OK ? jin_get(answer, "criteria") : NULL;
    return *out && (*out)->type == J_ARRAY
               ? OK
               : err_set(e, E_CORRUPT, "the stored data of decision %lld do not match their digest",
                         (long long)x->id);
}

static err_t compare(struct amendment *m, struct arena *a, struct err *e)
{
    const struct jvalue *before, *after;
    struct buf b = {0};
    err_t rc = criteria_of(&before, &m->before, a, e);
    if (rc == OK)
        rc = criteria_of(&after, &m->after, a, e);
    if (rc != OK)
        return rc;
    add_changed(&b, after, before, NULL);
    add_changed(&b, before, after, after); /* those that are no more */
    m->changed = buf_take(&b, a);
    return OK;
}

err_t amend_preview(const struct amendment **out, size_t *count, struct db *db,
                    const struct packs *packs, const struct pack *p, struct arena *a, struct err *e)
{
    VEC(struct amendment) all = {0};
    const struct kept_decision *standing;
    size_t n;
    err_t rc = decision_list(&standing, &n, db, p->id, true, a, e);
    for (size_t i = 0; rc == OK && i < n; i++) {
        const struct kept_decision *x = &standing[i];
        const struct decision_new again = {packs,        p, x->party,    x->type,
                                           x->record_id, 0, x->question, x->facts};
        struct amendment one = {.before = *x};
        if (str_eq(x->pack_digest, p->digest))
            continue;
        if ((rc = decision_prepare(&one.after, &again, a, e)) != OK ||
            (rc = compare(&one, a, e)) != OK)
            break;
        one.after.amends = x->id;
        VEC_PUSH(a, &all, one);
    }
    *out = all.ptr;
    *count = all.len;
    return rc;
}

static struct str arguments_of(const struct pack *p, struct amendments chosen, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair_array(&j, "decisions");
    for (size_t i = 0; i < chosen.count; i++) {
        jout_object(&j);
        jout_pair_i64(&j, "id", chosen.items[i].before.id);
        jout_pair(&j, "before", chosen.items[i].before.verdict);
        jout_pair(&j, "after", chosen.items[i].after.verdict);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    jout_pair(&j, "digest", p->digest);
    jout_pair(&j, "title", p->document.title);
    return jout_take(&j, a);
}

static const char *word_of(struct str verdict, enum lang lang)
{
    return msg_in(lang, str_is(verdict, "pass")   ? N_("met")
                        : str_is(verdict, "fail") ? N_("not met")
                                                  : N_("not known"));
}

static struct str numbers_of(struct amendments chosen, enum lang lang, struct arena *a)
{
    struct buf b = {0};
    for (size_t i = 0; i < chosen.count; i++) {
        const struct amendment *m = &chosen.items[i];
        buf_addf(&b, "%s%lld: %s → %s", i ? "; " : "", (long long)m->before.id,
                 word_of(m->before.verdict, lang), word_of(m->after.verdict, lang));
    }
    return buf_take(&b, a);
}

err_t amend_apply(struct db *db, const struct deed *d, const struct pack *p,
                  struct amendments chosen, struct err *e)
{
    const struct pair_line lines[] = {{N_("decisions"), numbers_of(chosen, LANG_ZH, d->arena),
                                       numbers_of(chosen, LANG_EN, d->arena)}};
    const struct pair_change change = {p,
                                       "amend",
                                       arguments_of(p, chosen, d->arena),
                                       N_("change what was decided by the policy"),
                                       lines,
                                       ARRAY_LEN(lines)};
    struct date today;
    int64_t first = 0;
    *d->waits = 0;
    if (chosen.count == 0)
        return err_set(e, E_INVALID, "no decision was chosen");
    if (!date_parse(&today, d->by->today))
        return err_set(e, E_INTERNAL, "there is no business date");
    err_t rc = pack_decides_here(db, p, today, 0, d->arena, e);
    if (rc == OK)
        rc = pair_change(&first, db, d, &change, e);
    for (size_t i = 0; rc == OK && first && i < chosen.count; i++) {
        struct kept_decision before = chosen.items[i].before, after = chosen.items[i].after;
        rc = decision_end(&before, db, d, e);
        if (rc == OK)
            rc = decision_insert(&after, db, d, p, e);
    }
    return rc;
}
