/* Transitions taken by imported rows: a contract with its date and file is signed. If the record's
 * state differs from the row's, the row gets a note; nothing is skipped silently. */
#include "base/log.h"
#include "record/import_priv.h"
#include <pthread.h>

struct moving {
    struct running *run;
    struct item *item;
};

static err_t note_moved(struct db *db, void *arg, const struct written *w, struct err *e)
{
    const struct moving *x = arg;
    return import_note_moved(db, x->run, x->item, w, e);
}

static bool is_named(const struct state *s, struct str cell)
{
    return s && (str_eq(cell, s->name) || str_eq(cell, s->label.zh) || str_eq(cell, s->label.en));
}

static bool is_there(const struct jvalue *v)
{
    return v && v->type != J_NULL && v->type != J_FALSE &&
           (v->type == J_ARRAY || v->type == J_OBJECT ? v->count > 0 : v->text.len > 0);
}

static bool leaves(const struct transition *t, struct str state)
{
    return str_among(state, t->from, t->from_count);
}

/* The missing fields for the transition, by label; empty: none. */
static struct str lacking(const struct running *x, const struct transition *t,
                          const struct jvalue *record, struct arena *a)
{
    bool english = x->options->lang == LANG_EN;
    struct str out = STR_NONE;
    for (size_t i = 0; i < t->need_count; i++) {
        const struct field *f = record_field(x->type, t->need[i]);
        if (!f || is_there(jin_get(record, arena_cstr(a, t->need[i]))))
            continue;
        out = arena_printf(a, "%.*s%s%.*s", STR_ARG(out),
                           out.len == 0 ? ""
                           : english    ? ", "
                                        : "、",
                           STR_ARG(english ? f->label.en : f->label.zh));
    }
    return out;
}

/* The importer takes the transition, as by a click. If it is not possible or not permitted, the
 * record stays as imported. *why: the reason; empty: it was taken. */
static struct str bring_about(struct running *x, struct item *item, const struct transition *t,
                              int64_t version, struct arena *a)
{
    struct written w = {0};
    struct err why = {0};
    const struct write_options o = {.if_version = version,
                                    .reason = x->options->reason,
                                    .with = note_moved,
                                    .with_arg = &(struct moving){x, item}};
    err_t rc =
        record_act(&w, &(struct record_call){x->kernel, x->subject, x->type, item->record_id, a},
                   t->name, NULL, &o, &why);
    if (rc == E_IO || rc == E_BUSY || rc == E_CORRUPT)
        log_line(LOG_WARN, "import %lld, record %lld: %s", (long long)x->hold.import_id,
                 (long long)item->record_id, why.text);
    return rc == OK ? STR_NONE : import_error_text(x, &w.faults, &why);
}

static void note(struct running *x, struct item *item, struct str text)
{
    pthread_mutex_lock(&x->lock);
    item->note = arena_dup(x->reading->a, text);
    pthread_mutex_unlock(&x->lock);
}

static struct str label_in(const struct running *x, struct label l)
{
    return x->options->lang == LANG_EN ? l.en : l.zh;
}

/* The row is meant for what t leads to: its state column says so, or, where that is silent, the first of what t needs
 * is there (of a contract the day on which it was signed). */
static bool is_meant(const struct running *x, const struct item *item, const struct transition *t,
                     const struct jvalue *record, struct arena *a)
{
    return item->state.len ? is_named(record_state(x->type, t->to), item->state)
                           : is_there(jin_get(record, arena_cstr(a, t->need[0])));
}

static void follow_item(struct running *x, struct item *item, struct arena *a)
{
    const struct record_call c = {x->kernel, x->subject, x->type, item->record_id, a};
    const struct jvalue *record = NULL;
    struct str why = STR_NONE;
    if (record_seen(&record, &c, NULL) != OK)
        return; /* it is not his to see any more */
    struct str at = jin_text(record, "state");
    const struct state *now = record_state(x->type, at);
    for (size_t i = 0; i < x->type->transition_count; i++) {
        const struct transition *t = &x->type->transitions[i];
        if (!t->on_import || !leaves(t, at) || !is_meant(x, item, t, record, a))
            continue;
        struct str lack = lacking(x, t, record, a);
        why = lack.len
                  ? arena_printf(a, msg_in(x->options->lang, N_("%.*s is missing")), STR_ARG(lack))
                  : bring_about(x, item, t, record_seen_version(record), a);
        if (why.len == 0)
            return;
        note(x, item,
             arena_printf(a, msg_in(x->options->lang, N_("it is at '%.*s', not at '%.*s': %.*s")),
                          STR_ARG(label_in(x, now->label)),
                          STR_ARG(label_in(x, record_state(x->type, t->to)->label)), STR_ARG(why)));
        return;
    }
    if (item->state.len && !is_named(now, item->state))
        note(x, item,
             arena_printf(a,
                          msg_in(x->options->lang, N_("it is at '%.*s', not at '%.*s': only its "
                                                      "actions move it further, not an import")),
                          STR_ARG(label_in(x, now->label)), STR_ARG(item->state)));
}

static void *follow_items(void *arg)
{
    struct running *x = arg;
    for (size_t i; (i = atomic_fetch_add(&x->next, 1)) < x->reading->items.len;) {
        struct arena *a = arena_new();
        struct item *item = &x->reading->items.ptr[i];
        if (item->record_id && item->outcome != ROW_REJECTED)
            follow_item(x, item, a);
        arena_free(a);
    }
    return NULL;
}

/* No row says where its record stands, and nothing is brought about: there is nothing to look at. */
static bool is_anything_said(const struct running *x)
{
    bool any = false;
    for (size_t i = 0; i < x->type->transition_count; i++)
        any |= x->type->transitions[i].on_import;
    for (size_t i = 0; i < x->reading->items.len && x->type->state_count; i++)
        any |= x->reading->items.ptr[i].state.len > 0;
    return any;
}

void import_follow(struct sheet_import_outcome *out, struct running *x)
{
    VEC(struct sheet_reject) notes = {0};
    struct reading *r = x->reading;
    x->next = 0;
    if (is_anything_said(x))
        import_crew(follow_items, x, r->items.len, NULL);
    for (size_t i = 0; i < r->items.len; i++)
        if (r->items.ptr[i].note.len)
            VEC_PUSH(r->a, &notes,
                     ((struct sheet_reject){r->items.ptr[i].sheet, r->items.ptr[i].row,
                                            r->items.ptr[i].note}));
    for (size_t i = 0; i < r->notes.len; i++)
        VEC_PUSH(r->a, &notes, r->notes.ptr[i]);
    out->notes = notes.ptr;
    out->note_count = notes.len;
}
