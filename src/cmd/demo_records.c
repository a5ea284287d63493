/* Records: `put` a new one (then `then`: what is done with it at once), `change`, `act` on and `give`
 * to somebody one that an earlier step named; files that records name. */
#include "cmd/demo_act.h"
#include "model/file_kind.h"
#include "record/attachment.h"

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

/* --- files ----------------------------------------------------------------------------------------- */

err_t demo_store_file(struct demo_life *l, struct str name, struct str content)
{
    struct subject by;
    struct file_put *f = NULL;
    struct file_stored stored;
    struct attachment_made made;
    err_t rc = demo_subject(&by, l, "by");
    if (rc != OK)
        return rc;
    if (subject_is_program(&by))
        by.unit = demo_party_of(l)->unit;
    file_put_begin(&f, &l->instance.files, by.unit, false, (int64_t)content.len);
    if ((rc = file_put_add(f, str_bytes(content), l->e)) != OK) {
        file_put_abort(f);
        return rc;
    }
    rc = file_put_end(&stored, f, l->a, l->e);
    struct attachment_new x = {.stored = &stored,
                               .kind = file_kind_of_name(name),
                               .name = name,
                               .secrecy = SECRECY_INTERNAL,
                               .quota_bytes = INT64_C(1) << 30};
    if (rc == OK)
        rc = attachment_add(&made, &(struct record_call){&l->instance.kernel, &by, NULL, 0, l->a},
                            &x, l->e);
    struct buf b;
    struct jout j;
    jout_begin(&j, &b);
    jout_pair(&j, "digest", str_of(stored.digest));
    jout_pair(&j, "name", name);
    jout_end_object(&j);
    struct str json = buf_take(&b, l->a);
    return rc == OK ? demo_call(l, STR_NONE, (struct demo_thing){.id = made.id, .file = json}) : rc;
}

/* A small PDF, which no two steps have alike. */
static err_t file(struct demo_life *l)
{
    struct str name, text;
    err_t rc = demo_say(&name, l, "file");
    if (rc == OK)
        rc = demo_say(&text, l, "text");
    if (rc != OK)
        return rc;
    return demo_store_file(
        l, arena_printf(l->a, "%.*s（演示）.pdf", STR_ARG(name)),
        arena_printf(l->a,
                     "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                     "2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
                     "%% demo %zu %d %u %.*s %.*s\ntrailer<</Root 1 0 R>>\n%%%%EOF\n",
                     l->words.event->party, l->words.event->step->line, l->words.event->n,
                     STR_ARG(name), STR_ARG(text)));
}

const struct demo_act demo_file_acts[] = {{"file", file}, {NULL, NULL}};
