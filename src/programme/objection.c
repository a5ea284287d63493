/* What anybody says against a list that is made public. */
#include "programme/objection.h"
#include "access/mutation.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "model/normal.h"
#include "programme/programme_priv.h"
#include "text/unicode.h"

#define OBJECTION_TYPE "objection"
#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* --- taking one ------------------------------------------------------------------------------ */

#define CODE_LEN 12

/* Letters and digits that nobody takes for one another, each as likely: what is left over when a byte
 * is divided among them is drawn again. */
struct str objection_code(struct arena *a)
{
    static const char alphabet[] = "23456789abcdefghjkmnpqrstuvwxyz";
    const unsigned letters = sizeof(alphabet) - 1, even = 256 - 256 % letters;
    char *out = arena_alloc(a, CODE_LEN + 1);
    for (size_t i = 0; i < CODE_LEN;) {
        uint8_t drawn;
        random_bytes(&drawn, 1);
        if (drawn < even)
            out[i++] = alphabet[drawn % letters];
    }
    return str_of(out);
}

static struct str digest_of(struct str code, struct arena *a)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest d = sha256_of(str_bytes(code));
    digest_hex(hex, &d);
    return arena_dup(a, str_of(hex));
}

/* {"records":{TYPE:{…}}} */
static err_t arguments_of(const struct jvalue **out, struct str type, const struct objection *o,
                          struct str code_digest, struct arena *a, struct err *e)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_name(&j, "records");
    jout_object(&j);
    jout_name_str(&j, type);
    jout_object(&j);
    jout_name(&j, "named");
    jout_bool(&j, o->named);
    pair_if(&j, "ground", o->ground);
    pair_if(&j, "content", o->content);
    pair_if(&j, "objector", o->objector);
    pair_if(&j, "contact", o->contact);
    pair_if(&j, "complains_of", o->complains_of);
    jout_pair(&j, "code_digest", code_digest);
    jout_end_object(&j);
    jout_end_object(&j);
    jout_end_object(&j);
    err_t rc = jin_parse(out, arena_dup(a, buf_str(&b)), JIN_REFUSE_DUPLICATES, NULL, a, e);
    buf_clear(&b);
    return rc;
}

/* The step by which the public says something, and the type that it writes. */
static const struct process_step *public_step(struct str *type, const struct process *process)
{
    for (size_t i = 0; i < process->step_count; i++) {
        const struct process_step *s = &process->steps[i];
        for (size_t k = 0; str_is(s->actor, "public") && k < s->effect_count; k++)
            if (s->effects[k].kind == EFFECT_RECORD) {
                *type = s->effects[k].object;
                return s;
            }
    }
    return NULL;
}

static err_t check_said(const struct objection *o, struct err *e)
{
    if (o->ground.len == 0 || o->content.len == 0)
        return err_set(e, E_INVALID, "an objection says its ground and the facts");
    if (o->named && (o->objector.len == 0 || o->contact.len == 0))
        return err_set(e, E_INVALID,
                       "an objection in one's own name says the name and how to be reached");
    if (!o->named && o->objector.len)
        return err_set(e, E_INVALID, "an anonymous objection says no name");
    return OK;
}

bool objection_by_letter(const struct flow_call *x, void *arg)
{
    const struct jvalue *records = x->arguments ? jin_get(x->arguments, "records") : NULL;
    bool said = x->looking;
    (void)arg;
    for (size_t i = 0; records && records->type == J_OBJECT && i < records->count; i++)
        said |= str_trim(jin_text(&records->items[i], "ground")).len &&
                str_trim(jin_text(&records->items[i], "content")).len;
    return said && subject_has_role(x->by, "province_officer");
}

/* A flood would keep the case from ever being decided: each is to be settled. */
static err_t check_flood(const struct flow_call *x, struct programme *p, struct err *e)
{
    struct stmt *st = NULL;
    struct db *db = NULL;
    bool has_row = false;
    int64_t count = 0;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc =
            db_query(&st, db,
                     "SELECT count(*) FROM record_objection WHERE owner_unit = ?1 AND case_number ="
                     " ?2 AND created_ms > ?3",
                     VALUES(v_i64(x->c.unit), v_str(x->c.number),
                            v_i64(clock_now_ms(p->kernel->clock) - DAY_MS)),
                     e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        count = stmt_i64(st, 0);
    stmt_free(st);
    store_reader_put(p->kernel->store, db);
    return rc == OK && count >= OBJECTIONS_DAY_MAX
               ? err_set(
                     e, E_LIMIT,
                     "the office takes in no more objections to this today; send yours to it on "
                     "paper, or try again tomorrow")
               : rc;
}

/* The entry of its first version, which commits to what was said. */
static err_t first_entry(struct str *out, struct db *db, int64_t id, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT entry FROM record_version WHERE type = 'objection' AND record_id ="
                        " ?1 AND version = 1",
                        VALUES(v_i64(id)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *out = arena_dup(a, stmt_str(st, 0));
    stmt_free(st);
    return rc;
}

static err_t entry_of_first(struct str *out, struct programme *p, int64_t id, struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = first_entry(out, db, id, p->arena, e);
    store_reader_put(p->kernel->store, db);
    return rc;
}

err_t objection_make(struct objection_taken *out, struct flow_call *x, struct programme *p,
                     const struct objection *o, struct err *e)
{
    struct str type = STR_NONE;
    const struct jvalue *result;
    int64_t id = 0;
    *out = (struct objection_taken){0};
    err_t rc = check_said(o, e);
    if (rc == OK && !(x->step = public_step(&type, x->process)))
        rc = err_set(e, E_NOTFOUND, "nobody objects in the process \"%.*s\"",
                     STR_ARG(x->process->label));
    if (rc == OK)
        rc = check_flood(x, p, e);
    if (rc != OK)
        return rc;
    out->code = objection_code(x->arena);
    rc = arguments_of(&x->arguments, type, o, digest_of(out->code, x->arena), x->arena, e);
    if (rc == OK)
        rc = flow_take(&out->step, x, &p->flow, e);
    if (rc == OK)
        rc = jin_parse(&result, out->step.result, JIN_REFUSE_DUPLICATES, NULL, x->arena, e);
    if (rc == OK && !jin_i64(&id, result, arena_printf(x->arena, "%.*s_id", STR_ARG(type)).ptr))
        rc = err_set(e, E_INTERNAL, "the step wrote no record");
    if (rc == OK)
        rc = entry_of_first(&out->entry, p, id, e);
    out->number = arena_printf(x->arena, "%.4s-%06lld", x->today.ptr, (long long)id);
    return rc;
}

/* --- who asks again -------------------------------------------------------------------------- */

static err_t read_row(bool *found, struct objection_known *o, struct db *db, struct arena *a,
                      struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db,
                        "SELECT state, case_number FROM record_objection WHERE id = ?1 AND ended_ms"
                        " IS NULL",
                        VALUES(v_i64(o->id)), e);
    *found = false;
    if (rc == OK && (rc = stmt_next(found, st, e)) == OK && *found) {
        o->open = str_is(stmt_str(st, 0), "open");
        o->case_number = arena_dup(a, stmt_str(st, 1));
    }
    stmt_free(st);
    return rc;
}

static err_t read_values(struct objection_known *o, struct str *code_digest, struct db *db,
                         struct programme *p, struct err *e)
{
    static const char *const names[] = {"received",    "conclusion", "settled_on",
                                        "code_digest", "upheld",     "files"};
    const struct record_type *t = record_type_find(p->kernel->types, STR(OBJECTION_TYPE));
    struct str json[ARRAY_LEN(names)];
    err_t rc =
        t ? OK
          : err_set(e, E_INTERNAL, "there is no record type %.*s", STR_ARG(STR(OBJECTION_TYPE)));
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(names); i++)
        rc = record_value(&json[i], db, p->kernel, t, o->id, str_of(names[i]), p->arena, e);
    struct str *const texts[] = {&o->received, &o->conclusion, &o->settled_on, code_digest};
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(texts); i++)
        rc = programme_plain(texts[i], json[i], p->arena, e);
    if (rc != OK)
        return rc;
    o->has_upheld = json[4].len > 0;
    o->upheld = str_is(json[4], "true");
    return json[5].len ? jin_parse(&o->files, json[5], JIN_REFUSE_DUPLICATES, NULL, p->arena, e)
                       : OK;
}

err_t objection_find(struct objection_known *out, struct db *db, struct programme *p,
                     struct str number, struct str code, struct err *e)
{
    struct str rest = number, year = str_split(&rest, STR("-"));
    struct str kept = STR_NONE;
    bool found = false;
    err_t rc = OK;
    *out = (struct objection_known){.number = number};
    if (str_to_i64(&out->id, rest) && out->id > 0)
        rc = read_row(&found, out, db, p->arena, e);
    if (rc == OK && found)
        rc = read_values(out, &kept, db, p, e);
    if (rc != OK)
        return rc;
    bool canonical =
        str_eq(number, arena_printf(p->arena, "%.*s-%06lld", STR_ARG(year), (long long)out->id));
    bool own = kept.len && canonical &&
               (str_eq(kept, digest_of(code, p->arena)) || access_off(STR("objections"), "code"));
    if (!found || !own || !str_starts(out->received, year) || year.len != 4)
        return err_set(e, E_NOTFOUND, "there is no objection of this number and code");
    return first_entry(&out->entry, db, out->id, p->arena, e);
}

static size_t file_count(const struct objection_known *o)
{
    return o->files && o->files->type == J_ARRAY ? o->files->count : 0;
}

void objection_json(struct jout *j, const struct objection_known *o)
{
    jout_object(j);
    jout_pair(j, "number", o->number);
    jout_pair(j, "received", o->received);
    jout_pair(j, "entry", o->entry);
    jout_pair(j, "state", o->open ? STR("open") : STR("closed"));
    jout_name(j, "files");
    jout_array(j);
    for (size_t i = 0; i < file_count(o); i++) {
        jout_object(j);
        jout_pair(j, "digest", jin_text(&o->files->items[i], "digest"));
        jout_pair(j, "name", jin_text(&o->files->items[i], "name"));
        jout_end_object(j);
    }
    jout_end_array(j);
    if (!o->open) {
        if (o->has_upheld) {
            jout_name(j, "upheld");
            jout_bool(j, o->upheld);
        }
        pair_if(j, "settled_on", o->settled_on);
        pair_if(j, "conclusion", o->conclusion);
    }
    jout_end_object(j);
}

/* --- who is complained of ---------------------------------------------------------------------- */

static struct str without(struct str text, struct str name, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    while (text.len) {
        size_t at = str_find(text, name, 0);
        buf_add(&b, (struct str){text.ptr, at});
        size_t over = at < text.len ? at + name.len : at;
        text = (struct str){text.ptr + over, text.len - over};
        buf_addc(&b, '\n'); /* what stood on both sides is no name together */
    }
    struct str out = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return out;
}

/* What goes on a word in letters: a login or a Latin name ends where these do. */
static bool is_letter(uint32_t c)
{
    enum unicode_class is = c ? unicode_class(c) : UNICODE_OTHER;
    return c == '_' || is == UNICODE_LETTER || is == UNICODE_DIGIT;
}

static bool is_han(uint32_t c)
{
    return c && unicode_class(c) == UNICODE_CJK;
}

/* 0: the text ends. */
static uint32_t char_at(struct str text, size_t at)
{
    return at < text.len ? utf8_next(text, &at) : 0;
}

static size_t start_before(struct str text, size_t at)
{
    while (at > 0 && ((unsigned char)text.ptr[--at] & 0xC0) == 0x80)
        continue;
    return at;
}

/* One Han character more makes another name (王某 in 王某某); these do not. */
static bool follows_names(uint32_t c)
{
    const struct str all = STR("等的和与及在是说");
    for (size_t at = 0; at < all.len;)
        if (utf8_next(all, &at) == c)
            return true;
    return false;
}

static bool is_whole(struct str text, size_t at, size_t len)
{
    size_t end = at + len, next = end;
    uint32_t first = char_at(text, at), last = char_at(text, start_before(text, end));
    uint32_t before = at > 0 ? char_at(text, start_before(text, at)) : 0;
    uint32_t after = next < text.len ? utf8_next(text, &next) : 0;
    if ((is_letter(first) && is_letter(before)) || (is_letter(last) && is_letter(after)))
        return false;
    return !is_han(last) || !is_han(after) || is_han(char_at(text, next)) || follows_names(after);
}

bool objection_has_name(struct str text, struct str name)
{
    for (size_t at = 0; name.len && (at = str_find(text, name, at)) < text.len; at += name.len)
        if (is_whole(text, at, name.len))
            return true;
    return false;
}

/* One text in the writings in which names are compared: width, case and script are one in both; in `key` no blank and
 * no mark stands within a Chinese name either, and each line is one of those that were listed. */
struct writings {
    struct str folded, key;
};

static struct str folded(struct str s, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    unicode_fold(&b, s);
    struct str out = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return out;
}

static bool parts_names(char c)
{
    return c == ',' || c == ';' || c == '/' || c == '|' || c == '\n';
}

static struct writings writings_of(struct str text, struct arena *a)
{
    const struct str and_so = STR("、");
    struct writings w = {.folded = folded(text, a)};
    struct buf b;
    buf_init(&b, 0);
    for (size_t at = 0, from = 0; at <= w.folded.len; at++) {
        struct str rest = {w.folded.ptr + at, w.folded.len - at};
        if (rest.len && !parts_names(rest.ptr[0]) && !str_starts(rest, and_so))
            continue;
        struct str key = name_key((struct str){w.folded.ptr + from, at - from}, a);
        buf_addf(&b, "%.*s\n", STR_ARG(key));
        if (str_starts(rest, and_so))
            at += and_so.len - 1;
        from = at + 1;
    }
    w.key = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return w;
}

static bool is_named(const struct writings *text, struct str name, struct arena *a)
{
    return objection_has_name(text->folded, folded(name, a)) ||
           objection_has_name(text->key, name_key(name, a));
}

/* Two to four Han characters: no office and no job is called so. */
static bool is_persons(struct str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len; n++)
        if (!is_han(utf8_next(s, &at)))
            return false;
    return n >= 2 && n <= 4;
}

/* The person's own name where the account's has more: 张三（专利处）, 张三处长; empty: it has not. */
static struct str bare_name(struct str name, struct arena *a)
{
    static const char *const titles[] = {
        "副处长", "处长", "副局长", "局长", "副科长", "科长", "副主任", "主任",   "主管",  "专员",
        "调研员", "科员", "工程师", "老师", "同志",   "先生", "女士",   "经办人", "负责人"};
    struct str whole = folded(name, a);
    struct str bare = name_key((struct str){whole.ptr, str_find(whole, STR("("), 0)}, a);
    for (size_t i = 0; i < ARRAY_LEN(titles); i++)
        if (str_ends(bare, str_of(titles[i]))) {
            bare.len -= strlen(titles[i]);
            break;
        }
    return is_persons(bare) && !str_eq(bare, name_key(name, a)) ? bare : STR_NONE;
}

/* The text without the names of others of which this name is a part. */
static err_t leave_others(struct writings *text, struct db *db, struct str name, struct str own,
                          struct arena *a, struct err *e)
{
    struct str short_key = name_key(name, a), own_key = name_key(own, a);
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc =
        db_query(&st, db, "SELECT display_name FROM account ORDER BY length(display_name) DESC, id",
                 NULL, 0, e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct str other = stmt_str(st, 0), key = name_key(other, a);
        if (key.len <= short_key.len || str_eq(key, own_key) ||
            str_find(key, short_key, 0) >= key.len)
            continue;
        text->folded = without(text->folded, folded(other, a), a);
        text->key = without(text->key, key, a);
    }
    stmt_free(st);
    return rc;
}

err_t objection_names(bool *out, struct db *db, struct str text, struct str name, struct str login,
                      struct arena *a, struct err *e)
{
    const struct str names[] = {name, bare_name(name, a)};
    const struct writings said = writings_of(text, a);
    err_t rc = OK;
    *out = objection_has_name(said.folded, folded(login, a));
    for (size_t i = 0; rc == OK && !*out && i < ARRAY_LEN(names); i++) {
        struct writings left = said;
        if (names[i].len == 0 || !is_named(&said, names[i], a))
            continue;
        rc = leave_others(&left, db, names[i], name, a, e);
        *out = rc == OK && is_named(&left, names[i], a);
    }
    return rc;
}

/* --- files ----------------------------------------------------------------------------------- */

static err_t check_open(const struct objection_known *o, struct err *e)
{
    if (!o->open)
        return err_set(e, E_CONFLICT, "the objection is settled: nothing is added to it");
    if (file_count(o) >= OBJECTION_FILES_MAX)
        return err_set(e, E_LIMIT, "an objection has at most %d files", OBJECTION_FILES_MAX);
    return OK;
}

/* The office of the province that deals with the case. */
static err_t read_office(struct objection_known *o, struct db *db, struct programme *p,
                         struct err *e)
{
    struct stmt *st = NULL;
    struct flow_case c;
    bool has_row = false;
    int64_t id = 0;
    err_t rc = db_query(&st, db, "SELECT id FROM flow_case WHERE number = ?1",
                        VALUES(v_str(o->case_number)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        id = stmt_i64(st, 0);
    stmt_free(st);
    if (rc == OK && id == 0)
        rc = err_set(e, E_CORRUPT, "the objection %.*s is of no case", STR_ARG(o->number));
    if (rc == OK)
        rc = flow_case_read(&c, db, id, p->arena, e);
    if (rc != OK)
        return rc;
    o->province = c.province;
    struct str today = business_date(clock_now_ms(p->kernel->clock), p->arena);
    return flow_unit_of(&o->office, db, &c, STR("province_officer"), today, e);
}

err_t objection_room(struct objection_known *o, struct db *db, struct programme *p, struct err *e)
{
    int64_t now_ms = clock_now_ms(p->kernel->clock);
    struct stmt *st = NULL;
    bool has_row = false;
    int64_t bytes = 0;
    err_t rc = check_open(o, e);
    if (rc == OK)
        rc = read_office(o, db, p, e);
    if (rc == OK)
        rc = db_query(&st, db,
                      "SELECT coalesce(sum(bytes), 0) FROM file WHERE owner_unit = ?1 AND"
                      " created_by = 0 AND created_ms > ?2",
                      VALUES(v_i64(o->office), v_i64(now_ms - DAY_MS)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        bytes = stmt_i64(st, 0);
    stmt_free(st);
    return rc == OK && bytes + OBJECTION_FILE_BYTES > OBJECTION_DAY_BYTES
               ? err_set(e, E_LIMIT,
                         "the office takes in no more files today; send them to it on paper, or "
                         "try again tomorrow")
               : rc;
}

struct adding {
    const struct objection_known *known;
    struct programme *p;
    struct str digest, name;
};

static err_t files_body(const struct jvalue **out, const struct objection_known *o,
                        const struct adding *x, struct err *e)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_name(&j, "files");
    jout_array(&j);
    for (size_t i = 0; i < file_count(o); i++)
        jout_value(&j, &o->files->items[i]);
    jout_object(&j);
    jout_pair(&j, "digest", x->digest);
    jout_pair(&j, "name", x->name);
    jout_end_object(&j);
    jout_end_array(&j);
    jout_end_object(&j);
    err_t rc = jin_parse(out, arena_dup(x->p->arena, buf_str(&b)), JIN_REFUSE_DUPLICATES, NULL,
                         x->p->arena, e);
    buf_clear(&b);
    return rc;
}

static bool has_file(const struct objection_known *o, struct str digest)
{
    for (size_t i = 0; i < file_count(o); i++)
        if (str_eq(jin_text(&o->files->items[i], "digest"), digest))
            return true;
    return false;
}

/* As it stands in the step: another file may have come meanwhile, or the conclusion. */
static err_t add_step(struct db *db, void *arg, struct err *e)
{
    struct adding *x = arg;
    struct programme *p = x->p;
    const struct record_type *t = record_type_find(p->kernel->types, STR(OBJECTION_TYPE));
    struct objection_known o = {.id = x->known->id, .number = x->known->number};
    struct str code;
    const struct jvalue *body;
    struct subject program;
    struct faults faults;
    struct written w;
    bool found;
    err_t rc = read_row(&found, &o, db, p->arena, e);
    if (rc == OK && !found)
        rc = err_set(e, E_NOTFOUND, "there is no objection of this number and code");
    if (rc == OK)
        rc = read_values(&o, &code, db, p, e);
    if (rc != OK || has_file(&o, x->digest))
        return rc;
    if ((rc = check_open(&o, e)) != OK || (rc = files_body(&body, &o, x, e)) != OK)
        return rc;
    subject_program(&program, business_date(clock_now_ms(p->kernel->clock), p->arena));
    rc = record_put(&w, &faults, db, p->kernel, &program, t, o.id, body,
                    &(struct write_options){.reason = x->known->number}, p->arena, e);
    if (rc == E_INVALID && faults.count)
        rc = err_set(e, E_INVALID, "%.*s: %.*s", STR_ARG(faults.items[0].field),
                     STR_ARG(msg_lang() == LANG_ZH ? faults.items[0].message_zh
                                                   : faults.items[0].message_en));
    return rc;
}

err_t objection_add_file(const struct objection_known *o, struct programme *p, struct str digest,
                         struct str name, struct err *e)
{
    struct adding x = {o, p, digest, name};
    return store_write(p->kernel->store, add_step, &x, e);
}
