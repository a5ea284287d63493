/* By members, not by resources: a member of one name means the same in each. Within a text (a title, a
 * message, a note) a label is a run of Chinese between marks. */
#include "api/reply_label.h"
#include "api/pack_shelf.h"
#include "base/map.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"

/* Where packs are spoken of; a record's own texts are never touched. */
static const char *const places[] = {
    "/api/v1/cases",  "/api/v1/todo",       "/api/v1/panels",  "/api/v1/packs",
    "/api/v1/public", "/api/v1/indicators", "/api/v1/reports", "/api/v1/notifications"};
/* Never among them: quote, own, clause, reason, basis and whatever else is somebody's words. */
static const char *const members[] = {"label",       "stage_label", "process_label", "step_label",
                                      "actor_label", "stage",       "step",          "message",
                                      "detail",      "what",        "asked"};
/* What people enter too: the packs' only where this stands beside it. A title or note of /packs is of
 * their files as well. */
static const struct {
    const char *name, *beside;
} proved[] = {
    {"title", "paper"}, {"title", "issuer"}, {"note", "own"}, {"to", "stays"}, {"to", "from"}};

/* Sentences of the program that are kept in Chinese beside them (case/aside.c, programme). */
static const char *const kept[] = {N_("Issue papers"), N_("Answer the opinion asked"),
                                   N_("issue"),        N_("opinion asked"),
                                   N_("handed on"),    N_("copied"),
                                   N_("urged"),        N_("Recognition revoked"),
                                   N_("Exited"),       N_("Recognition expired")};

struct labelling {
    struct arena *a;
    struct map *places; /* of a label in `english`, from 1 */
    VEC(struct str) english;
    bool of_packs; /* the reply is of /packs */
};

static void take_label(void *arg, const struct pack *from, struct str label, int line)
{
    struct labelling *x = arg;
    bool added;
    (void)line;
    uint64_t *at = map_put(x->places, arena_dup(x->a, label), &added);
    if (!added)
        return;
    VEC_PUSH(x->a, &x->english, pack_label_en(from, label, x->a));
    *at = x->english.len;
}

static void take_kept(struct labelling *x)
{
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        bool added;
        uint64_t *at = map_put(x->places, str_of(msg_in(LANG_ZH, kept[i])), &added);
        if (!added)
            continue;
        VEC_PUSH(x->a, &x->english, str_of(kept[i]));
        *at = x->english.len;
    }
}

/* The same Chinese in two packs is said as the first of them says it. A pack that cannot be read has no
 * labels: whoever shows its cases says so. */
static err_t take_packs(struct labelling *x, const struct request *r, struct err *e)
{
    struct shelved *shelved = NULL;
    const struct str *ids;
    const struct pack *p;
    err_t rc = pack_shelf_take(&shelved, r->api->packs, e);
    if (rc != OK)
        return rc;
    size_t count = packs_ids(&ids, shelved_packs(shelved));
    for (size_t i = 0; i < count; i++)
        if (packs_get(&p, shelved_packs(shelved), ids[i], NULL) == OK)
            pack_labels_each(p, take_label, x);
    take_kept(x);
    for (size_t i = 0; i < x->english.len; i++)
        x->english.ptr[i] = arena_dup(x->a, x->english.ptr[i]);
    pack_shelf_give(shelved);
    return OK;
}

bool reply_label_is_asked(const struct request *r)
{
    return msg_lang() == LANG_EN && request_header(r, "accept-language").len > 0;
}

/* What stands between labels in a text: all that is not Chinese, and Chinese quotation marks, colons. */
static bool parts_labels(uint32_t c)
{
    return c < 0x2E80 || c == 0xFF1A || c == 0xFF1B || c == 0x3002; /* “ ” are below; ：；。 */
}

/* The label that the run begins with, up to *end: the longest that ends with it or before a 、. NULL: none. */
static const uint64_t *longest(size_t *end, const struct labelling *x, struct str run)
{
    struct str mark = STR("、");
    const uint64_t *at = map_get(x->places, run);
    for (*end = run.len; !at && *end > 0;) {
        do
            --*end;
        while (*end > 0 && !str_starts((struct str){run.ptr + *end, run.len - *end}, mark));
        at = *end ? map_get(x->places, (struct str){run.ptr, *end}) : NULL;
    }
    return at;
}

/* A label, or several with 、 between them; a label may have one within. */
static void add_run(struct buf *to, const struct labelling *x, struct str run)
{
    struct str mark = STR("、");
    while (run.len) {
        size_t end;
        const uint64_t *at = longest(&end, x, run);
        if (!at)
            end = str_find(run, mark, 0);
        buf_add(to, at ? x->english.ptr[*at - 1] : (struct str){run.ptr, end});
        run = (struct str){run.ptr + end, run.len - end};
        if (run.len) {
            buf_add(to, at ? STR(", ") : mark);
            run = (struct str){run.ptr + mark.len, run.len - mark.len};
        }
    }
}

static struct str in_english(const struct labelling *x, struct str text)
{
    const uint64_t *whole = map_get(x->places, text);
    struct buf b = {0};
    size_t from = 0;
    if (whole)
        return x->english.ptr[*whole - 1];
    for (size_t at = 0; at < text.len;) {
        size_t mark = at;
        if (!parts_labels(utf8_next(text, &at)))
            continue;
        add_run(&b, x, (struct str){text.ptr + from, mark - from});
        buf_add(&b, (struct str){text.ptr + mark, at - mark});
        from = at;
    }
    add_run(&b, x, (struct str){text.ptr + from, text.len - from});
    return buf_take(&b, x->a);
}

/* Whether only the packs say it; `in`: the object that has it, NULL: none. */
static bool is_of_packs(const struct labelling *x, struct str name, const struct jvalue *in)
{
    if (!in)
        return false;
    /* An office gives heads of its own to a panel. */
    if (str_is(name, "label") && str_is(jin_text(in, "head_from"), "office"))
        return false;
    if (STR_IN(name, members))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(proved); i++)
        if (str_is(name, proved[i].name) && jin_get(in, proved[i].beside))
            return true;
    return x->of_packs && (str_is(name, "title") || str_is(name, "note"));
}

/* A sentence of the program's own, alone or with what a person said after it, which stays. */
static struct str kept_in_english(const struct labelling *x, struct str text)
{
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        struct str own = str_of(msg_in(LANG_ZH, kept[i]));
        if (!str_starts(text, own))
            continue;
        struct str rest = {text.ptr + own.len, text.len - own.len};
        if (rest.len == 0 || str_starts(rest, STR("：")))
            return arena_printf(x->a, "%s%.*s", kept[i], STR_ARG(rest));
    }
    return text;
}

/* Of what was given, the note or `what`, which is the note where nothing is known to do. Nobody may
 * change a case or the service of a paper (types/), so what is given of one is given by its process: steps,
 * a paper that is owed, or a sentence of the program's with a reason after it. Elsewhere a person wrote it. */
static struct str given_in_english(const struct labelling *x, const struct jvalue *item,
                                   struct str text)
{
    struct str type = jin_text(item, "type");
    if (!str_is(type, "case") && !str_is(type, "paper_service"))
        return text;
    struct str said = kept_in_english(x, text);
    return str_eq(said, text) ? in_english(x, text) : said;
}

/* What was noted when it was given: also as `what`, where nothing is known to do. */
static bool is_note(struct str name, struct str text, const struct jvalue *in)
{
    if (!in || !jin_get(in, "given"))
        return false;
    return str_is(name, "note") || (str_is(name, "what") && str_eq(text, jin_text(in, "note")));
}

static void write_value(struct jout *j, const struct labelling *x, const struct jvalue *v,
                        struct str name, const struct jvalue *in)
{
    if (v->type == J_OBJECT) {
        jout_object(j);
        for (size_t i = 0; i < v->count; i++) {
            jout_name_str(j, v->names[i]);
            if (str_is(v->names[i], "content")) /* of a paper, which is Chinese and has a digest */
                jout_value(j, &v->items[i]);
            else
                write_value(j, x, &v->items[i], v->names[i], v);
        }
        jout_end_object(j);
    } else if (v->type == J_ARRAY) {
        jout_array(j);
        for (size_t i = 0; i < v->count; i++)
            write_value(j, x, &v->items[i], name, in);
        jout_end_array(j);
    } else if (v->type == J_STRING && is_note(name, v->text, in)) {
        jout_str(j, given_in_english(x, in, v->text));
    } else if (v->type == J_STRING && is_of_packs(x, name, in)) {
        jout_str(j, in_english(x, v->text));
    } else {
        jout_value(j, v);
    }
}

static bool speaks_of_packs(const struct reply *out, const struct request *r)
{
    bool so = false;
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        so |= str_starts(r->path, str_of(places[i]));
    return so && out->body.len && !out->content_type;
}

err_t reply_label(struct reply *out, const struct request *r, struct err *e)
{
    const struct jvalue *body;
    struct jout j;
    if (!reply_label_is_asked(r) || !speaks_of_packs(out, r))
        return OK;
    struct labelling x = {
        .a = r->arena, .places = map_new(0), .of_packs = str_starts(r->path, STR("/api/v1/packs"))};
    err_t rc = take_packs(&x, r, e);
    if (rc == OK)
        rc = jin_parse(&body, out->body, r->arena, e);
    jout_own(&j);
    if (rc == OK) {
        write_value(&j, &x, body, STR_NONE, NULL);
        out->body = arena_dup(r->arena, buf_str(j.to));
    }
    buf_clear(j.to);
    map_free(x.places);
    return rc;
}
