/* The evidence log for those who audit: a list in words, and the log as one file that a browser verifies. */
#include "access/subject.h"
#include "api/list_book.h"
#include "api/records.h"
#include "api/reply_book.h"
#include "api/reply_text.h"
#include "audit/bundle.h"
#include "audit/rows.h"
#include "audit/witness.h"
#include "base/date.h"
#include "base/fs.h"
#include "base/msg.h"
#include "base/vec.h"
#include <errno.h>
#include <unistd.h>

static const char *const log_readers[] = {"audit_administrator", "auditor", NULL};

/* --- list ---------------------------------------------------------------------------------- */

#define BEIJING_MS ((int64_t)8 * 3600000)
#define DAY_MS ((int64_t)24 * 3600000)

/* Lists ",export,fetch," hold the verb or the type; NULL: any. One index has all these columns. */
#define CHOSEN                                                                                     \
    " FROM log_entry e WHERE e.leaf < ?1 AND e.at_ms >= ?2 AND e.at_ms < ?3"                       \
    " AND (?4 IS NULL OR e.who IN"                                                                 \
    " (SELECT id FROM account WHERE name = ?4 OR display_name LIKE ?5 ESCAPE '\\'))"               \
    " AND (?6 IS NULL OR ?6 LIKE '%,' || e.verb || ',%')"                                          \
    " AND (?7 IS NULL OR ?7 LIKE '%,' || e.type || ',%') AND (?8 = 0 OR e.record_id = ?8)"         \
    " AND (?9 IS NULL OR e.unit IN (SELECT id FROM unit WHERE name LIKE ?10 ESCAPE '\\'))"         \
    " AND (?11 = 0 OR e.status > 0)"
/* Why something was done is told of what is not secret, and of accounts, roles and the system itself. */
#define LINES                                                                                      \
    "SELECT e.leaf, e.uid, e.body, coalesce(a.display_name, ''), coalesce(u.name, ''),"            \
    " coalesce(v.reason, ''), CASE WHEN v.content LIKE '%\"secrecy\":1%' OR e.type IN"             \
    " ('account', 'role_grant', 'unit', 'setting', 'outward_host', 'channel', 'webhook', 'job',"   \
    " 'pack_activation', 'pack_reading', 'calendar') THEN 'told' ELSE '' END,"                     \
    " coalesce(o.display_name, n.name, ''), coalesce(g.role, ''), coalesce(f.label, ''),"          \
    " CASE WHEN e.body LIKE '%\"for\":%' THEN coalesce((SELECT b.display_name FROM account b"      \
    " WHERE e.body LIKE '%\"for\":' || b.id || ',%'), '') ELSE '' END"                             \
    " FROM log_entry e"                                                                            \
    " LEFT JOIN account a ON a.id = e.who LEFT JOIN unit u ON u.id = e.unit"                       \
    " LEFT JOIN record_version v"                                                                  \
    " ON v.type = e.type AND v.record_id = e.record_id AND v.entry = e.uid"                        \
    " LEFT JOIN role_grant g ON e.type = 'role_grant' AND g.id = e.record_id"                      \
    " LEFT JOIN flow_step f ON e.type = 'case' AND f.case_id = e.record_id AND f.entry = e.uid"    \
    " LEFT JOIN account o"                                                                         \
    " ON o.id = CASE WHEN e.type = 'account' THEN e.record_id ELSE g.account END"                  \
    " LEFT JOIN unit n ON e.type = 'unit' AND n.id = e.record_id"                                  \
    " WHERE e.leaf IN (SELECT e.leaf" CHOSEN                                                       \
    " ORDER BY e.leaf DESC LIMIT ?12) ORDER BY e.leaf DESC"

enum { UID, BODY, NAME, UNIT, REASON, TOLD, TITLE, ROLE, STEP, LENDER, TEXTS };
struct line {
    int64_t leaf;
    struct str text[TEXTS]; /* TOLD: empty where the reason is not */
};

struct asked {
    struct value values[12];
    VEC(struct line) lines;
    int64_t limit, total;
};

/* The first moment of a day, in Beijing; `absent` without one. */
static err_t day_ms(int64_t *out, const struct request *r, const char *name, int64_t absent,
                    struct err *e)
{
    struct str text = request_query(r, name);
    struct date day;
    *out = absent;
    if (text.len == 0)
        return OK;
    if (!date_parse(&day, text))
        return err_set(e, E_INVALID, "%s: YYYY-MM-DD", name);
    *out = date_to_days(day) * DAY_MS - BEIJING_MS;
    return OK;
}

static struct value words_of(struct str list, struct arena *a)
{
    return v_str(list.len ? arena_printf(a, ",%.*s,", STR_ARG(list)) : STR_NONE);
}

static err_t read_asked(struct asked *out, const struct request *r, struct err *e)
{
    struct str by = str_trim(request_query(r, "by")), unit = str_trim(request_query(r, "unit"));
    struct str id = request_query(r, "about"), types = str_split(&id, STR("/"));
    int64_t from, to, number = 0;
    err_t rc = day_ms(&from, r, "from", 0, e);
    if (rc == OK)
        rc = day_ms(&to, r, "to", INT64_MAX - DAY_MS, e);
    if (rc == OK && id.len && !str_to_i64(&number, id))
        rc = err_set(e, E_INVALID, "about: types, or a type and an id: deal/12");
    const struct value values[] = {v_i64(request_integer(r, "cursor", INT64_MAX)),
                                   v_i64(from),
                                   v_i64(to + DAY_MS),
                                   v_str(by),
                                   v_str(db_like(by, true, r->arena)),
                                   words_of(request_query(r, "what"), r->arena),
                                   words_of(types, r->arena),
                                   v_i64(number),
                                   v_str(unit),
                                   v_str(db_like(unit, true, r->arena)),
                                   v_i64(str_is(request_query(r, "refused"), "true")),
                                   v_i64(request_integer(r, "limit", 50) + 1)};
    *out = (struct asked){.limit = request_integer(r, "limit", 50)};
    memcpy(out->values, values, sizeof(values));
    return rc;
}

static err_t read_lines(struct asked *x, struct db *db, const struct request *r, struct err *e)
{
    struct value all[11];
    memcpy(all, x->values, sizeof(all));
    all[0] = v_i64(INT64_MAX);
    err_t rc = db_i64(&x->total, db, "SELECT count(*)" CHOSEN, all, ARRAY_LEN(all), e);
    EACH_ROW(st, rc, e, db, LINES, x->values, ARRAY_LEN(x->values)) {
        struct line line = {.leaf = stmt_i64(st, 0)};
        for (int i = 0; i < TEXTS; i++)
            line.text[i] = arena_dup(r->arena, stmt_str(st, i + 1));
        VEC_PUSH(r->arena, &x->lines, line);
    }
    return rc;
}

/* --- in words -------------------------------------------------------------------------------- */

/* The words of verbs, and of kinds after a full stop, one a line; record types and roles have labels of their own. The pages
 * read both languages from po/zh.po (web/app/bundler/entry-words.ts). */
static const char log_words[] =
    N_("create added\nchange changed\nend ended\nimport imported\n"
       "import_undo import undone\nerase erased by law\nlogin signed in\nlogout signed out\n"
       "set set\nset_password set a password\nset_second_factor set a second factor\n"
       "make_token made a token\nmake_link made a sign-in link\ngrant granted\n"
       "activate activated\npropose proposed\nwithdraw withdrew\nrefuse declined\n"
       "refused refused\nstep did\ndecide decided\ndone finished\nissue issued\n"
       "render made a paper\nmake_codes made the codes of rows\nexport exported\nfetch "
       "downloaded\nlook looked at\nread read\n"
       "urge urged\ndue told of a deadline\nopinion gave an opinion\nfreeze fixed the pool\n"
       "commit committed\nreveal revealed\ndraw drew\nscore scored\ncorrect corrected\n"
       ".assignment a task given\n.case_paper a paper of a case\n.deadline a deadline\n"
       ".decision a decision\n.panel a panel\n.panel_member a panel member\n"
       ".panel_sheet a score sheet\n.panel_draw a draw\n.setting a setting\n.job a job\n"
       ".patent patents\n.form a form\n.log the log\n.webhook a webhook\n"
       ".calendar working days\n.pack_activation a policy\n.pack_reading a reading\n"
       "open began\nsubmit submitted\naccept accepted\ninvite invited\nstate stated\n"
       "close closed\n.entries the log\nform formed\ncheck checked\ntest tested\n"
       "choose chose\nstep_up proved who it is\nuse_recovery_code used a recovery code\n"
       "end_second_factor ended a second factor\nend_token ended a token\n"
       "name_outside named an outside account\nunname_outside unnamed an outside account\n"
       "remove removed\nforms changed forms\nbackup made a backup\n"
       "backup_check checked a backup\nreindex built the index anew\nrecount counted again\n"
       "disable switched off\nenable switched on\nmove moved\namend amended\n"
       "reopen opened again\nrestore restored\nasked asked for\nurged urged\n"
       "answer answered\n"
       "archive the archive\nclock the clock\nbackup.plan the plan of backups\n"
       "notify.public_url the public address\n.pack a policy\n.backup backups\n"
       ".channel a channel\n.outward_host outward addresses\n"
       ".patent_correction a correction of a patent");

static struct str log_word(struct str verb)
{
    struct str rest = str_of(msg(log_words));
    while (rest.len) {
        struct str word = str_split(&rest, STR("\n")), name = str_split(&word, STR(" "));
        if (str_eq(name, verb))
            return word;
    }
    return STR_NONE;
}

/* The label of an action that the record type defines; "answer:rate" answers its ask "rate". */
static struct str action_word(const struct record_type *t, struct str verb)
{
    const struct transition *own = t ? record_transition(t, verb) : NULL;
    struct str word = own ? label_shown(own->label) : log_word(str_split(&verb, STR(":")));
    return word.len ? word : str_of(msg("recorded"));
}

/* The words after the verb of an entry. "report-receipt 1 pdf" tells the version that was fetched; elsewhere roles and verbs
 * become words, and other names of the program, such as the id of a policy, are left out. */
static struct str detail_words(struct str verb, struct str rest, struct arena *a)
{
    struct str left = rest, all = STR_NONE;
    struct str paper = str_split(&left, STR(" ")), version = str_split(&left, STR(" "));
    if (str_is(verb, "fetch") && paper.len && version.len && left.len)
        return arena_printf(a, msg("version %.*s, %.*s"), STR_ARG(version), STR_ARG(left));
    while (rest.len) {
        struct str one = str_split(&rest, STR(" "));
        const struct role *role = role_find(one);
        struct str known = role ? role_label(role) : log_word(one);
        bool is_name =
            one.len && one.ptr[0] >= 'a' && one.ptr[0] <= 'z' && !str_contains(one, STR("/"));
        one = known.len || is_name ? known : one;
        all = one.len ? arena_printf(a, "%.*s %.*s", STR_ARG(all), STR_ARG(one)) : all;
    }
    return str_trim(all);
}

static void pair_number(struct jout *j, const struct jvalue *body, const char *name)
{
    int64_t n;
    if (jin_i64(&n, body, name))
        jout_pair_i64(j, name, n);
}

static void write_line(struct jout *j, const struct line *l, const struct request *r)
{
    const struct jvalue *body = NULL, *record = NULL; /* body NULL: it is damaged */
    int64_t id = 0;
    bool parsed = jin_parse(&body, l->text[BODY], r->arena, NULL) == OK;
    struct str action = jin_text(parsed ? body : NULL, "do"), words = action,
               word = str_split(&words, STR(" ")), verb = str_split(&word, STR(":"));
    struct str rest =
        str_range(action.ptr + verb.len + (verb.len < action.len), action.ptr + action.len);
    const struct record_type *t = record_type_find(r->api->kernel->types, jin_text(body, "type"));
    const struct role *as = role_find(jin_text(body, "role")), *role = role_find(l->text[ROLE]);
    bool seen =
        jin_i64(&id, body, "id") && t && record_seen(&record, RECORD_CALL(r, t, id), NULL) == OK;
    struct str title =
        seen && t->title.len ? jin_text(record, arena_cstr(r->arena, t->title)) : STR_NONE;
    if (l->text[TITLE].len > 0)
        title = l->text[TITLE];
    if (role)
        title = arena_printf(r->arena, "%.*s: %.*s", STR_ARG(title), STR_ARG(role_label(role)));
    jout_object(j);
    jout_pair_i64(j, "leaf", l->leaf);
    jout_pair_str(j, "uid", l->text[UID]);
    jout_pair_str(j, "at", jin_text(body, "at"));
    pair_number(j, body, "who");
    jout_pair(j, "name",
              l->text[LENDER].len ? arena_printf(r->arena, msg(N_("%.*s (for %.*s)")),
                                                 STR_ARG(l->text[NAME]), STR_ARG(l->text[LENDER]))
                                  : l->text[NAME]);
    jout_pair(j, "unit", l->text[UNIT]);
    jout_pair(j, "role", as ? role_label(as) : STR_NONE);
    jout_pair_str(j, "action", action);
    jout_pair_str(j, "verb", action_word(t, verb));
    if (l->text[STEP].len)
        rest = l->text[STEP];
    jout_pair(j, "detail",
              str_is(verb, "refused") ? action_word(t, rest) : detail_words(verb, rest, r->arena));
    jout_pair(j, "type", jin_text(body, "type"));
    jout_pair(j, "type_label",
              t ? record_type_label(t)
                : log_word(arena_printf(r->arena, ".%.*s", STR_ARG(jin_text(body, "type")))));
    jout_pair_id(j, "id", id);
    pair_number(j, body, "version");
    jout_pair(j, "title", title);
    jout_pair_bool(j, "readable", seen);
    jout_pair(j, "reason", l->text[TOLD].len || seen ? l->text[REASON] : STR_NONE);
    pair_number(j, body, "status");
    jout_end_object(j);
}

static err_t get_entries(struct reply *out, const struct request *r, struct err *e)
{
    struct asked x;
    struct items list;
    err_t rc = read_asked(&x, r, e);
    if (rc == OK)
        rc = STORE_READ(db, r->api->store, e, read_lines(&x, db, r, e));
    if (rc != OK)
        return rc;
    bool more = (int64_t)x.lines.len > x.limit;
    size_t count = x.lines.len - more;
    if (list_book_is_asked(r->resource, r) && request_query(r, "limit").len)
        more = false; /* a workbook of so many rows */
    items_begin(&list);
    for (size_t i = 0; i < count; i++)
        write_line(&list.json, &x.lines.ptr[i], r);
    return items_end(out, r, &list, x.total, more ? x.lines.ptr[count - 1].leaf : 0, e);
}

static struct str time_word(const struct book_words *w, struct str at)
{
    char text[TIME_TEXT_LEN + 1], day[21];
    int64_t ms;
    if (at.len < 20 || !time_parse(text, &ms, arena_printf(w->a, "%.19sZ", at.ptr)))
        return at;
    time_format(day, ms + BEIJING_MS);
    return arena_printf(w->a, "%.10s %.8s", day, day + 11);
}

static const struct book_column columns[] = {
    {"leaf", N_("No."), NULL},      {"at", N_("Time"), time_word},
    {"name", N_("Who"), NULL},      {"unit", N_("Organisation"), NULL},
    {"role", N_("Role"), NULL},     {"verb", N_("What"), NULL},
    {"detail", N_("Detail"), NULL}, {"type_label", N_("Kind"), NULL},
    {"title", N_("Title"), NULL},   {"reason", N_("Reason"), NULL},
    {"uid", N_("Entry"), NULL},     {0}};
static const struct parameter list_parameters[] = {
    {"from", IN_QUERY, &schema_day, false, false, N_("the first day, in Beijing")},
    {"to", IN_QUERY, &schema_day, false, false, N_("the last day, in Beijing")},
    {"by", IN_QUERY, &schema_string, false, false, N_("who: a sign-in name, or a part of a name")},
    {"what", IN_QUERY, &schema_string, false, false, N_("verbs: export,fetch")},
    {"about", IN_QUERY, &schema_string, false, false,
     N_("types, or a record: account,unit deal/12")},
    {"unit", IN_QUERY, &schema_string, false, false, N_("a part of the name of who did it")},
    {"refused", IN_QUERY, &schema_boolean, false, false, N_("only what was refused")},
    {"cursor", IN_QUERY, &schema_offset, false, false, N_("`next` of the page before")},
    {"limit", IN_QUERY, &schema_limit, false, false, N_("absent: 50, and of a workbook all")},
    {0}};
OBJECT_SCHEMA(line_schema, "LogLine", REQUIRED("leaf", schema_integer),
              REQUIRED("uid", schema_string), REQUIRED("at", schema_string),
              OPTIONAL("who", schema_integer), OPTIONAL("name", schema_string),
              OPTIONAL("unit", schema_string), OPTIONAL("role", schema_string),
              REQUIRED("action", schema_string), REQUIRED("verb", schema_string),
              OPTIONAL("detail", schema_string), OPTIONAL("type", schema_string),
              OPTIONAL("type_label", schema_string), OPTIONAL("id", schema_integer),
              OPTIONAL("version", schema_integer), OPTIONAL("title", schema_string),
              REQUIRED("readable", schema_boolean), OPTIONAL("reason", schema_string),
              OPTIONAL("status", schema_integer));
LIST_SCHEMA(lines_schema, line_schema);

const struct resource resource_log_entries = {
    .reads = READS_NONE,
    .path = "/api/v1/log/entries",
    .summary = N_("entries of the evidence log in words, latest first; reasons and titles as far "
                  "as you may read "
                  "the record"),
    .parameters = list_parameters,
    .reply = &lines_schema,
    .book = columns,
    .handle = get_entries,
    ROLE_AMONG(log_readers),
    .scope = "log",
};

/* --- the log as a file ------------------------------------------------------------------------- */

static err_t write_piece(void *arg, struct str piece, struct err *e)
{
    return fwrite(piece.ptr, 1, piece.len, arg) == piece.len ? OK : err_errno(e, errno, "a bundle");
}

static err_t get_bundle(struct reply *out, const struct request *r, struct err *e)
{
    struct bundle_options o = {.suite = r->api->kernel->suite, .write = write_piece, .bare = true};
    struct db *db = NULL;
    uint64_t count = 0;
    const char *path;
    err_t rc = reply_file_path(&path, r, ".bundle", e);
    if (rc != OK)
        return rc;
    FILE *file = fopen(path, "w");
    o.write_arg = file;
    o.most = (uint64_t)request_integer(r, "most", 0);
    rc = file ? store_reader_get(&db, r->api->store, e)
              : err_errno(e, errno, "cannot write %s", path);
    if (rc == OK && (rc = log_size(&count, db, e)) == OK)
        rc = bundle_export(db, &o, e);
    store_reader_put(r->api->store, db);
    if (file && fclose(file) != 0 && rc == OK)
        rc = err_errno(e, errno, "cannot write %s", path);
    if (rc == OK)
        return reply_export(out, r, path, STR("log"), (int64_t)count, e);
    unlink(path);
    return rc;
}

static const struct parameter bundle_parameters[] = {
    {"most", IN_QUERY, &schema_offset, false, false,
     N_("up to the latest head of at most so many entries; absent: the latest head")},
    {0}};

const struct resource resource_log_bundle = {
    .reads = READS_NONE,
    .path = "/api/v1/log/bundle",
    .summary =
        N_("the evidence log as one text that anybody verifies, without the contents of records"),
    .parameters = bundle_parameters,
    .handle = get_bundle,
    ROLE_AMONG(log_readers),
    .scope = "log",
    .lane = LANE_LONG,
};

static err_t get_keys(struct reply *out, const struct request *r, struct err *e)
{
    struct witness_list known;
    struct buf b = {0};
    err_t rc = witness_list_read(&known, &fs_system,
                                 arena_printf(r->arena, "%s/keys", r->api->data_dir).ptr, e);
    if (rc != OK)
        return rc;
    buf_addf(&b, "%.*s\n", STR_ARG(note_key_text(&r->api->kernel->suite->key, r->arena)));
    for (size_t i = 0; i < known.count; i++)
        buf_addf(&b, "%.*s\n", STR_ARG(note_key_text(&known.key[i], r->arena)));
    return reply_text(out, r, &b, NULL, e);
}

const struct resource resource_log_keys = {
    .reads = READS_NONE,
    .path = "/api/v1/log/keys",
    .summary = N_("verifier keys, one a line: the log's, then its witnesses'"),
    .handle = get_keys,
    .need = NEED_NOBODY,
    .scope = "records:read",
};
