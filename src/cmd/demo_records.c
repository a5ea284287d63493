/* Records: `put` a new one (then `then`: what is done with it at once), `change`, `act` on and `give`
 * to somebody one that an earlier step named. */
#include "cmd/demo_act.h"

static err_t told(struct demo_life *l, err_t rc, struct str type, const struct faults *faults)
{
    if (rc == E_INVALID && faults->count)
        err_note(l->e, "%.*s.%.*s: %.*s", STR_ARG(type), STR_ARG(faults->items[0].field),
                 STR_ARG(faults->items[0].message_en));
    return rc;
}

static err_t act_on(struct demo_life *l, const struct subject *by, const struct record_type *t,
                    int64_t id, struct str action, const struct jvalue *arguments)
{
    struct written out = {0};
    struct write_options o = {0};
    err_t rc = demo_say(&o.reason, l, "reason");
    return rc == OK
               ? told(l,
                      record_act(&out, &(struct record_call){&l->instance.kernel, by, t, id, l->a},
                                 action, arguments, &o, l->e),
                      t->name, &out.faults)
               : rc;
}

static err_t follow(struct demo_life *l, const struct subject *by, const struct record_type *t,
                    int64_t id)
{
    const struct yvalue *then = yin_get(l->words.event->step, "then");
    err_t rc = OK;
    if (then && then->type == Y_TEXT)
        return act_on(l, by, t, id, then->text, NULL);
    for (size_t i = 0; rc == OK && then && i < then->count; i++)
        rc = act_on(l, by, t, id, then->items[i].text, NULL);
    return rc;
}

static err_t type_named(const struct record_type **out, struct demo_life *l, struct str name)
{
    *out = record_type_find(l->instance.kernel.types, name);
    return *out ? OK : err_set(l->e, E_INVALID, "there is no type %.*s", STR_ARG(name));
}

static err_t put(struct demo_life *l)
{
    const struct record_type *t;
    const struct jvalue *body;
    struct subject by;
    struct written out = {0};
    struct write_options o = {0};
    struct str name;
    err_t rc = demo_say(&name, l, "put");
    if (rc == OK && (rc = type_named(&t, l, name)) == OK &&
        (rc = demo_subject(&by, l, "by")) == OK && (rc = demo_body(&body, l, "fields")) == OK) {
        if (subject_is_program(&by) || yin_get(l->words.event->step, "for"))
            o.owner_unit = demo_party_of(l)->unit;
        rc = told(l,
                  record_create(&out, &(struct record_call){&l->instance.kernel, &by, t, 0, l->a},
                                body, &o, l->e),
                  name, &out.faults);
    }
    if (rc != OK)
        return rc;
    l->count.records++;
    rc = follow(l, &by, t, out.id);
    return rc == OK ? demo_call(l, t->name, (struct demo_thing){.id = out.id}) : rc;
}

static err_t named_record(const struct demo_named **out, const struct record_type **t,
                          struct demo_life *l, const char *key)
{
    struct str name;
    err_t rc = demo_say(&name, l, key);
    if (rc != OK)
        return rc;
    *out = demo_find(l, l->words.event->party, name);
    return *out ? type_named(t, l, (*out)->type)
                : err_set(l->e, E_INVALID, "nothing is called %.*s", STR_ARG(name));
}

static err_t change(struct demo_life *l)
{
    const struct demo_named *n;
    const struct record_type *t;
    const struct jvalue *body;
    struct subject by;
    struct written out = {0};
    struct write_options o = {0};
    err_t rc = named_record(&n, &t, l, "change");
    if (rc == OK && (rc = demo_subject(&by, l, "by")) == OK &&
        (rc = demo_body(&body, l, "fields")) == OK && (rc = demo_say(&o.reason, l, "reason")) == OK)
        rc = told(l,
                  record_change(
                      &out, &(struct record_call){&l->instance.kernel, &by, t, n->thing.id, l->a},
                      body, &o, l->e),
                  t->name, &out.faults);
    return rc == OK ? follow(l, &by, t, n->thing.id) : rc;
}

/* `act`: an action on the record `of`; `second`: who confirms one of two persons. */
static err_t act(struct demo_life *l)
{
    const struct demo_named *n;
    const struct record_type *t;
    const struct jvalue *body;
    struct subject by;
    struct str action;
    err_t rc = named_record(&n, &t, l, "of");
    if (rc == OK && (rc = demo_subject(&by, l, "by")) == OK &&
        (rc = demo_say(&action, l, "act")) == OK && (rc = demo_body(&body, l, "fields")) == OK)
        rc = act_on(l, &by, t, n->thing.id, action, body);
    if (rc == OK && yin_get(l->words.event->step, "second") &&
        (rc = demo_subject(&by, l, "second")) == OK)
        rc = act_on(l, &by, t, n->thing.id, action, body);
    return rc;
}

/* `give`: what is to be done by the account `to`, with a `note`, until the day `due`. */
static err_t give(struct demo_life *l)
{
    const struct demo_named *n;
    const struct record_type *t;
    struct subject by;
    struct str to;
    struct assignment a = {.kind = STR("do")};
    err_t rc = named_record(&n, &t, l, "give");
    if (rc == OK && (rc = demo_subject(&by, l, "by")) == OK &&
        (rc = demo_say(&to, l, "to")) == OK && (rc = demo_account(&a.account, l, to)) == OK &&
        (rc = demo_say(&a.note, l, "note")) == OK)
        rc = demo_say(&a.due.date, l, "due");
    return rc == OK
               ? record_give(&a,
                             &(struct record_call){&l->instance.kernel, &by, t, n->thing.id, l->a},
                             l->e)
               : rc;
}

const struct demo_act demo_record_acts[] = {
    {"put", put}, {"change", change}, {"act", act}, {"give", give}, {NULL, NULL}};
