/* The disclosure check of a record, place by place. */
#include "record/clearing.h"
#include "base/msg.h"
#include "model/file.h"
#include "model/file_text.h"
#include "model/sensitive.h"
#include "text/unicode.h"

static const char *const kinds[] = {
    [SENSITIVE_PERSON] = N_("a person's number"),
    [SENSITIVE_PHONE] = N_("a phone number"),
    [SENSITIVE_PRICE] = N_("a price"),
    [SENSITIVE_MARK] = N_("a mark of secrecy"),
    [SENSITIVE_CARD] = N_("the number of a bank card"),
    [SENSITIVE_MAIL] = N_("an e-mail address"),
};

/* --- found ----------------------------------------------------------------------------------------- */

static void add_place(struct clearing *c, struct str field, const char *what,
                      const struct sensitive_hit *hit)
{
    struct label label = {str_of(msg_in(LANG_ZH, what)), str_of(msg_in(LANG_EN, what))};
    struct clearing_place p = {.field = field, .what = label};
    if (hit) {
        p.character = hit->character;
        p.kind = str_of(sensitive_kinds[hit->kind]);
        p.text = hit->text;
    }
    VEC_PUSH(c->arena, &c->places, p);
}

static void scan_text(struct clearing *c, struct str field, struct str text)
{
    const struct sensitive_hit *hits;
    size_t count = sensitive_find(&hits, text, c->arena);
    for (size_t i = 0; i < count; i++)
        add_place(c, field, kinds[hits[i].kind], &hits[i]);
}

/* The owner of the file does not matter: the content is the same. A secret file is read by an
 * authenticated person, not by a scanner. */
static err_t scan_file(struct clearing *c, struct db *db, struct str field, struct str digest,
                       struct err *e)
{
    const struct kernel *k = c->kernel;
    const struct file_row *rows = NULL;
    struct file_text text = {0};
    size_t count = 0;
    bool secret = false;
    err_t rc = file_rows(&rows, &count, db, digest, c->arena, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        secret |= rows[i].secrecy == SECRECY_SECRET;
    const struct file_kind *kind = rc == OK && count ? file_kind_find(rows[0].kind) : NULL;
    bool read = kind && k->files && !secret;
    if (read) {
        struct err why = {0};
        struct file_viewer *v = file_view_new(k->files, &rows[0]);
        rc = file_text_read(&text, file_view_of(v), kind, k->pdf_program, c->arena, &why);
        file_view_free(v);
        read = rc == OK && unicode_says(text.text); /* pages of pictures have form feeds */
        if (rc == E_INVALID) /* no text is in it */
            rc = OK;
        else if (rc != OK && e)
            *e = why;
    }
    if (rc != OK)
        return rc;
    if (!read)
        add_place(c, field, N_("a file whose text was not read"), NULL);
    else if (!text.whole)
        add_place(c, field, N_("a file that is longer than was read"), NULL);
    scan_text(c, field, text.text);
    return OK;
}

err_t clearing_scan(struct clearing *c, struct db *db, struct str field, const struct jvalue *value,
                    struct err *e)
{
    err_t rc = OK;
    const struct jvalue *digest = value->type == J_OBJECT ? jin_get(value, "digest") : NULL;
    if (digest && digest->type == J_STRING)
        return scan_file(c, db, field, digest->text, e);
    if (value->type == J_STRING)
        scan_text(c, field, value->text);
    for (size_t i = 0; rc == OK && value->type == J_ARRAY && i < value->count; i++)
        rc = clearing_scan(c, db, arena_printf(c->arena, "%.*s[%zu]", STR_ARG(field), i),
                           &value->items[i], e);
    for (size_t i = 0; rc == OK && value->type == J_OBJECT && i < value->count; i++)
        rc = clearing_scan(
            c, db, arena_printf(c->arena, "%.*s.%.*s", STR_ARG(field), STR_ARG(value->names[i])),
            &value->items[i], e);
    return rc;
}

/* --- answered -------------------------------------------------------------------------------------- */

static bool speaks_of(const struct jvalue *one, const struct clearing_place *p)
{
    int64_t character = 0;
    bool whole = !jin_get(one, "character");
    return str_eq(jin_text(one, "field"), p->field) &&
           (whole || jin_i64(&character, one, "character")) && character == (int64_t)p->character;
}

void clearing_answer(struct clearing *c, const struct jvalue *said)
{
    for (size_t i = 0; said && said->type == J_ARRAY && i < said->count; i++)
        for (size_t k = 0; said->items[i].type == J_OBJECT && k < c->places.len; k++)
            if (speaks_of(&said->items[i], &c->places.ptr[k]) &&
                unicode_says(jin_text(&said->items[i], "reason")))
                c->places.ptr[k].answer = str_trim(jin_text(&said->items[i], "reason"));
}

static struct str where(const struct clearing_place *p, enum lang lang, struct arena *a)
{
    if (p->character == 0)
        return str_of(msg_in(lang, N_("as a whole")));
    return arena_printf(a, msg_in(lang, N_("character %zu")), p->character);
}

/* The places of a field that lack an answer. */
static const struct jvalue *places_of(const struct clearing *c, struct str field, enum lang lang)
{
    struct jout j;
    jout_init_values(&j, c->arena);
    jout_array(&j);
    for (size_t i = 0; i < c->places.len; i++) {
        const struct clearing_place *p = &c->places.ptr[i];
        if (p->answer.len || !str_eq(p->field, field))
            continue;
        jout_object(&j);
        if (p->character)
            jout_pair_i64(&j, "character", (int64_t)p->character);
        jout_pair_str(&j, "what",
                      arena_printf(c->arena, lang == LANG_ZH ? "%.*s（%.*s）" : "%.*s (%.*s)",
                                   STR_ARG(lang == LANG_ZH ? p->what.zh : p->what.en),
                                   STR_ARG(where(p, lang, c->arena))));
        jout_end_object(&j);
    }
    jout_end_array(&j);
    return jout_made(&j);
}

void clearing_tell(struct fault_list *to, const struct clearing *c)
{
    for (size_t i = 0; i < c->places.len; i++) {
        const struct clearing_place *first = &c->places.ptr[i];
        struct label all = {STR_NONE, STR_NONE};
        size_t told = to->len;
        for (size_t k = i; k < c->places.len; k++) {
            const struct clearing_place *p = &c->places.ptr[k];
            if (p->answer.len || !str_eq(p->field, first->field))
                continue;
            all.zh = arena_printf(c->arena, "%.*s%s%.*s（%.*s）", STR_ARG(all.zh),
                                  all.zh.len ? "、" : "", STR_ARG(p->what.zh),
                                  STR_ARG(where(p, LANG_ZH, c->arena)));
            all.en =
                arena_printf(c->arena, "%.*s%s%.*s (%.*s)", STR_ARG(all.en), all.en.len ? ", " : "",
                             STR_ARG(p->what.en), STR_ARG(where(p, LANG_EN, c->arena)));
        }
        if (all.zh.len) /* of a field that is told already the first fault stands */
            fault_add(to, first->field, "sensitive",
                      N_("holds %s; take it out, or say of each place why it may stay (clears: "
                         "field, character, reason)"),
                      &all, 1);
        if (to->len > told) {
            to->ptr[told].places_zh = places_of(c, first->field, LANG_ZH);
            to->ptr[told].places_en = places_of(c, first->field, LANG_EN);
        }
    }
}

void clearing_json(struct jout *j, const struct clearing *c, bool found)
{
    jout_array(j);
    for (size_t i = 0; i < c->places.len; i++) {
        const struct clearing_place *p = &c->places.ptr[i];
        jout_object(j);
        jout_pair(j, "field", p->field);
        jout_pair_i64(j, "character", (int64_t)p->character);
        jout_pair(j, "what", found && msg_lang() == LANG_EN ? p->what.en : p->what.zh);
        jout_pair(j, "kind", found ? p->kind : STR_NONE);
        jout_pair(j, "text", found ? p->text : STR_NONE);
        jout_pair(j, "reason", p->answer);
        jout_end_object(j);
    }
    jout_end_array(j);
}

/* The answers as one line for a version's reason. */
static struct str clearing_line(const struct clearing *c)
{
    struct str out = STR_NONE;
    for (size_t i = 0; i < c->places.len; i++) {
        const struct clearing_place *p = &c->places.ptr[i];
        out = arena_printf(c->arena, "%.*s%s%.*s %.*s（%.*s）：%.*s", STR_ARG(out),
                           out.len ? "；" : "", STR_ARG(p->field), STR_ARG(p->what.zh),
                           STR_ARG(where(p, LANG_ZH, c->arena)), STR_ARG(p->answer));
    }
    return out;
}

/* --- on the record's own transition ------------------------------------------------------------------ */

static err_t look(struct str *reason, struct faults *faults, const struct action_call *c,
                  struct err *e)
{
    struct clearing all = {.kernel = c->kernel, .arena = c->arena};
    struct fault_list list = {.a = c->arena};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < c->before->count; i++) {
        const struct field *f = record_field(c->type, c->before->names[i]);
        if (f && field_is_given(f))
            rc = clearing_scan(&all, c->db, f->name, &c->before->items[i], e);
    }
    if (rc != OK)
        return rc;
    clearing_answer(&all, c->arguments ? jin_get(c->arguments, "clears") : NULL);
    clearing_tell(&list, &all);
    *faults = faults_of(&list);
    struct str line = clearing_line(&all);
    if (line.len)
        *reason = c->reason.len
                      ? arena_printf(c->arena, "%.*s；%.*s", STR_ARG(c->reason), STR_ARG(line))
                      : line;
    return OK;
}

const struct action_function scan_sensitive = {.name = "scan_sensitive", .look = look};

bool clearing_is_asked(const struct transition *t)
{
    return str_is(t->function, scan_sensitive.name);
}
