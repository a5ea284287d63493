/* One table says which kind of word a member has; where a record type declares the member, its own words
 * go first. */
#include "api/list_word.h"
#include "access/role.h"
#include "api/pack_shelf.h"
#include "base/msg.h"
#include "flow/flow.h"
#include "notify/notification.h"
#include "panel/conflict.h"
#include "record/record.h"

enum vocabulary { WORD_TYPE, WORD_PACK, WORD_PROCESS, WORD_EVALUATION, WORD_EXPERTISE, WORD_ROLE };

static const struct {
    const char *name;
    enum vocabulary of;
} vocabularies[] = {
    {"type", WORD_TYPE},
    {"record_type", WORD_TYPE},
    {"records", WORD_TYPE},
    {"programme", WORD_PACK},
    {"pack", WORD_PACK},
    {"process", WORD_PROCESS},
    {"evaluation", WORD_EVALUATION},
    {"field", WORD_EXPERTISE},
    {"fields", WORD_EXPERTISE},
    {"role", WORD_ROLE},
};

/* Words of the lists' own. */
static const struct {
    const char *name, *code, *word;
} words[] = {
    {"kind", "approval", N_("Waits for the second person")},
    {"kind", "record", N_("Given to me")},
    {"kind", "do", N_("To do")},
    {"kind", "read", N_("To read")},
    {"kind", "copy", N_("Copy")},
    {"kind", "conflict", N_("Conflict")},
    {"kind", "not_drawn", N_("Not in the draw")},
    {"kind", "unknown", N_("Not known")},
    {"day", "by", N_("Last day")},
    {"day", "after", N_("Opens when it is over")},
    {"day", "remind", N_("A reminder alone")},
    {"reading", "same", N_("The same text")},
    {"reading", "unread", N_("It has no text to compare")},
    {"day", "others", N_("Somebody else's until then")},
    {"given", "do", N_("To do")},
    {"given", "read", N_("To read")},
    {"given", "copy", N_("Copy")},
    {"mode", "open", N_("Names shown")},
    {"mode", "blind", N_("Names hidden")},
    {"state", "draft", N_("Draft")},
    {"state", "frozen", N_("Contents fixed")},
    {"state", "drawn", N_("Drawn")},
    {"state", "failed", N_("Failed")},
    {"state", "closed", N_("Over")},
    {"state", "running", N_("Running")},
    {"state", "over", N_("Over")},
    {"state", "locked", N_("Locked")},
    {"state", "invited", N_("Invited")},
    {"state", "accepted", N_("Accepted")},
    {"state", "refused", N_("Declined")},
    {"state", "absent", N_("Absent")},
    {"state", "served", N_("Served to the addressee")},
    {"state", "owed", N_("Owes its service")},
    {"state", "sent", N_("Sent to the addressee")},
    {"channel", "system", N_("Within this system")},
    {"state", "valid", N_("In force")},
    {"state", "revoked", N_("Taken away")},
    {"state", "exited", N_("Left the register")},
    {"state", "waiting", N_("Waits")},
    {"level", "national", N_("National")},
    {"level", "provincial", N_("Provincial")},
    {"level", "city", N_("Of a city")},
    {"state", "done", N_("Done")},
    {"proposal_state", "open", N_("Waits for the second person")},
    {"proposal_state", "confirmed", N_("Confirmed")},
    {"proposal_state", "refused", N_("Declined")},
    {"proposal_state", "withdrawn", N_("Withdrawn")},
    {"proposal_state", "expired", N_("Expired")},
    {"result", "pass", N_("Passed")},
    {"result", "fail", N_("Failed")},
    {"head", "whole", N_("As a whole")},
    {"scopes", "all", N_("Everything")},
    {"name", "passwords", N_("Rules for passwords")},
    {"name", "second_factor", N_("Who needs a second factor")},
    {"name", "idle_minutes", N_("Minutes until a silent session ends")},
    {"name", "regulator_idle_minutes", N_("Minutes until a silent session of an office ends")},
    {"name", "absolute_hours", N_("Hours until a session ends")},
    {"name", "national", N_("National algorithms (SM3)")},
    {"value", "asvs", "OWASP ASVS"},
    {"value", "dengbao", N_("Classified protection (dengbao)")},
    {"value", "nobody", N_("Nobody")},
    {"value", "administrators", N_("Administrators")},
    {"value", "regulators", N_("Offices")},
    {"value", "all", N_("All")},
    {"value", "no", N_("No")},
    {"value", "yes", N_("Yes")},
    {"words", "asvs", "OWASP ASVS"},
    {"words", "dengbao", N_("Classified protection (dengbao)")},
    {"words", "nobody", N_("Nobody")},
    {"words", "administrators", N_("Administrators")},
    {"words", "regulators", N_("Offices")},
    {"words", "all", N_("All")},
    {"words", "no", N_("No")},
    {"words", "yes", N_("Yes")},
    {"head_from", "document", N_("Of the document")},
    {"head_from", "office", N_("Of the office")},
    {"weight_from", "document", N_("Of the document")},
    {"weight_from", "office", N_("Of the office")},
};

/* Keeps the first error; whether there is none. */
static bool went_well(struct list_words *w, err_t rc, const struct err *why)
{
    if (rc == OK)
        return true;
    if (w->rc == OK) {
        w->rc = rc;
        *w->e = *why;
    }
    return false;
}

static bool has_reader(struct list_words *w)
{
    struct err why = {0};
    return w->db || went_well(w, store_reader_get(&w->db, w->request->api->store, &why), &why);
}

/* What was answered to this before, or room for it: *known says which. */
static struct str *answer_of(bool *known, struct list_words *w, const char *of, struct str code)
{
    struct arena *a = w->request->arena;
    bool added;
    if (!w->known)
        w->known = map_new(0);
    uint64_t *at = map_put(w->known, arena_printf(a, "%s\n%.*s", of, STR_ARG(code)), &added);
    if (added) {
        VEC_PUSH(a, &w->answers, STR_NONE);
        *at = w->answers.len;
    }
    *known = !added;
    return &w->answers.ptr[*at - 1];
}

void list_words_end(struct list_words *w)
{
    pack_shelf_give(w->packs);
    if (w->db)
        store_reader_put(w->request->api->store, w->db);
    map_free(w->known);
    w->known = NULL;
    w->packs = NULL;
    w->db = NULL;
}

/* --- of a record type ------------------------------------------------------------------------------- */

/* Of which the list or the row is: "cases" has cases. */
static const struct record_type *type_of(const struct list_words *w)
{
    struct str said = jin_text(w->item, "type"), of = w->of;
    const struct record_types *types = w->request->api->kernel->types;
    if (said.len)
        return record_type_find(types, said);
    return of.len ? record_type_find(types, (struct str){of.ptr, of.len - 1}) : NULL;
}

static struct str type_word(const struct record_type *t, struct str name, struct str code)
{
    const struct state *s = str_is(name, "state") ? record_state(t, code) : NULL;
    const struct field *f = record_field(t, name);
    if (s)
        return label_shown(s->label);
    const struct transition *act = str_is(name, "what") ? record_transition(t, code) : NULL;
    if (act)
        return label_shown(act->label);
    for (size_t i = 0; f && i < f->value_count; i++)
        if (str_eq(f->values[i].code, code))
            return label_shown(f->values[i].label);
    return STR_NONE;
}

/* --- of a pack ---------------------------------------------------------------------------------------- */

static const struct pack *pack_of(struct list_words *w, struct str id)
{
    const struct pack *pack = NULL;
    struct err why = {0};
    if (id.len == 0 ||
        (!w->packs &&
         !went_well(w, pack_shelf_take(&w->packs, w->request->api->packs, &why), &why)))
        return NULL;
    err_t rc = packs_get(&pack, shelved_packs(w->packs), id, &why);
    /* A pack that is gone or is none is shown by its id: the list is of other things. */
    if (rc == E_NOTFOUND || rc == E_INVALID || !went_well(w, rc, &why))
        return NULL;
    return pack;
}

static const struct pack *own_pack(struct list_words *w)
{
    struct str id = jin_text(w->item, "pack");
    return pack_of(w, id.len ? id : jin_text(w->item, "programme"));
}

static struct str process_word(const struct pack *p, struct str id)
{
    const struct process *process = p ? pack_process(p, id) : NULL;
    return !process ? STR_NONE : msg_lang() == LANG_EN ? process->label_en : process->label;
}

static struct str evaluation_word(const struct pack *p, struct str id, struct arena *a)
{
    const struct part *part = p ? part_named(p, PART_EVALUATIONS, id) : NULL;
    return part ? pack_label(p, part_text(part, "label"), a) : STR_NONE;
}

static struct str expertise_word(const struct list_words *w, struct str code)
{
    const struct record_type *t = record_type_find(w->request->api->kernel->types, STR("expert"));
    return t ? type_word(t, STR("fields"), code) : STR_NONE;
}

static struct str word_from(struct list_words *w, enum vocabulary of, struct str code)
{
    const struct role *r;
    const struct record_type *t;
    const struct pack *p;
    switch (of) {
    case WORD_TYPE:
        t = record_type_find(w->request->api->kernel->types, code);
        return t ? label_shown(t->label) : STR_NONE;
    case WORD_PACK:
        p = pack_of(w, code);
        return p ? pack_label(p, p->document.title, w->request->arena) : STR_NONE;
    case WORD_PROCESS:
        return process_word(own_pack(w), code);
    case WORD_EVALUATION:
        return evaluation_word(own_pack(w), code, w->request->arena);
    case WORD_EXPERTISE:
        return expertise_word(w, code);
    case WORD_ROLE:
        r = role_find(code);
        return r ? role_label(r) : STR_NONE;
    }
    return STR_NONE;
}

static err_t read_process(const struct process **out, struct list_words *w, int64_t id,
                          struct err *e)
{
    struct arena *a = w->request->arena;
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, w->db, "SELECT programme, process FROM flow_case WHERE id = ?1",
                        VALUES(v_i64(id)), e);
    *out = NULL;
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        const struct pack *p = pack_of(w, arena_dup(a, stmt_str(st, 0)));
        *out = p ? pack_process(p, arena_dup(a, stmt_str(st, 1))) : NULL;
    }
    stmt_free(st);
    return rc;
}

/* Of a step of the case that the row is about. */
static struct str step_word(struct list_words *w, struct str code)
{
    const struct jvalue *id = jin_get(w->item, "id");
    const struct process *process = NULL;
    struct err why = {0};
    int64_t number;
    if (!id || !str_to_i64(&number, id->text) || !has_reader(w) ||
        !went_well(w, read_process(&process, w, number, &why), &why))
        return STR_NONE;
    const struct process_step *step = process ? process_step_find(process, code) : NULL;
    return !step ? STR_NONE : msg_lang() == LANG_EN ? step->label_en : step->label;
}

struct str list_word(struct list_words *w, struct str name, struct str code)
{
    const struct record_type *t = type_of(w);
    struct str found = t ? type_word(t, name, code) : STR_NONE;
    const struct notification_kind *n = str_is(name, "kind") ? notification_kind_find(code) : NULL;
    if (n)
        return str_of(msg(n->label));
    if (str_is(name, "reason") && conflict_label(code))
        return str_of(msg(conflict_label(code)));
    for (size_t i = 0; found.len == 0 && i < ARRAY_LEN(words); i++)
        if (str_is(name, words[i].name) && str_is(code, words[i].code))
            found = str_of(msg(words[i].word));
    for (size_t i = 0; found.len == 0 && i < ARRAY_LEN(vocabularies); i++)
        if (str_is(name, vocabularies[i].name))
            found = word_from(w, vocabularies[i].of, code);
    if (found.len == 0 && str_is(name, "what") && str_is(jin_text(w->item, "type"), "case"))
        found = step_word(w, code);
    return found.len ? found : code;
}

/* --- people -------------------------------------------------------------------------------------------- */

/* As /records/account/{id} tells who asks. */
static err_t read_name(struct str *out, const struct list_words *w, int64_t id, struct err *e)
{
    const struct request *r = w->request;
    const struct record_type *t = record_type_find(r->api->kernel->types, STR("account"));
    const struct jvalue *account = NULL;
    int64_t version;
    struct buf b;
    buf_init(&b, 0);
    err_t rc = record_get(&b, &version, r->api->kernel, r->subject, t, id, r->arena, e);
    if (rc == OK)
        rc = jin_parse(&account, arena_dup(r->arena, buf_str(&b)), JIN_REFUSE_DUPLICATES, NULL,
                       r->arena, e);
    buf_clear(&b);
    if (rc == OK)
        *out = jin_text(account, "display_name");
    return rc == E_NOTFOUND || rc == E_DENIED ? OK : rc;
}

struct str list_account(struct list_words *w, struct str number)
{
    struct str name = STR_NONE;
    struct err why = {0};
    bool known;
    int64_t id;
    if (!str_to_i64(&id, number))
        return STR_NONE;
    if (id == w->request->subject->account && id)
        return w->request->subject->display_name;
    struct str *answer = answer_of(&known, w, "account", number);
    if (!known && went_well(w, read_name(&name, w, id, &why), &why))
        *answer = name;
    return *answer;
}
