/* Lists: one statement a page, written to JSON row by row as it is read. Of types with
 * very many records the ids of the page and the total come from columns in memory
 * (columns.h), and the statement reads these rows; each of them has then been found by
 * labels, is decided upon again as a record, and stands where the store's own order puts
 * it, or SQL answers instead.
 *
 * Order is total: the asked columns with empty ones last, then the id in the
 * direction of the last of them, as the indexes run (ddl.c). A cursor
 * holds the ordering values of the last row, so that rows which come and go before
 * it neither repeat nor skip others. Totals are counted, never guessed; answers and
 * totals are kept until something is written that could change them (answers.h). */
#include "access/mutation.h"
#include "base/log.h"
#include "base/map.h"
#include "base/msg.h"
#include "base/vec.h"
#include "crypto/encode.h"
#include "record/changed.h"
#include "record/columns.h"
#include "record/filter.h"
#include "record/scaled.h"
#include "record/show.h"
#include "text/unicode.h"

#define SORT_KEYS_MAX 4
#define LIMIT_DEFAULT 50
#define LIMIT_MAX 500
#define OFFSET_MAX 1000000 /* a page beyond is asked for by cursor */
#define CURSOR_BYTES_MAX 4096
#define WORDS_MAX 8

struct sort_key {
    size_t field; /* SIZE_MAX: a system column */
    enum system_column system;
    bool down;
    bool integer;
    struct str sql;    /* the expression that orders */
    struct value last; /* of the row before the page */
};

struct chosen {   /* what each item shows, in order */
    size_t field; /* SIZE_MAX: a system column */
    enum system_column system;
    size_t at; /* first column of the statement */
};

struct list {
    struct view v;
    const struct list_request *r;
    struct arena *a;
    struct sort_key keys[SORT_KEYS_MAX];
    size_t key_count;
    size_t first_key; /* column of the first ordering value */
    VEC(struct chosen) chosen;
    int64_t limit;
    bool by_cursor;
    int64_t last_id;
    bool wraps;                  /* computed fields are worked out for the page alone */
    struct columns_answer found; /* by columns, if they have answered: the page and the total */
    bool distrusted;             /* what was found is not what the store has */
    struct db *db;
    int64_t now;
    bool keep;          /* the answer may be kept under `now` */
    struct shown shown; /* in the row at hand, which is … */
    size_t row;         /* … the n-th of the page, from 0 */
};

/* Whether the subject sees it in some record. */
static bool is_seen(const struct view *v, struct str name)
{
    struct access_policy spare;
    enum system_column c = system_column_named(name);
    if (c == SYS_COUNT)
        return view_field(v, name) != SIZE_MAX;
    size_t labels = view_labels(v, c);
    return labels == SIZE_MAX || view_rules(&spare, v, labels, false) != SHOWN_NEVER;
}

/* --- what is asked -------------------------------------------------------------------- */

static err_t choose(struct list *l, struct str name, struct err *e)
{
    enum system_column system = system_column_named(name);
    size_t field = system == SYS_COUNT ? view_field(&l->v, name) : SIZE_MAX;
    if (!is_seen(&l->v, name))
        return err_set(e, E_INVALID, "fields: there is no field %.*s", STR_ARG(name));
    for (size_t i = 0; i < l->chosen.len; i++)
        if (l->chosen.ptr[i].field == field &&
            (field != SIZE_MAX || l->chosen.ptr[i].system == system))
            return OK;
    VEC_PUSH(l->a, &l->chosen, ((struct chosen){.field = field, .system = system}));
    return OK;
}

static err_t choose_all(struct list *l, struct err *e)
{
    const struct record_type *t = l->v.plan->type;
    struct str rest = l->r->fields;
    bool all = str_is(str_trim(rest), "*");
    static const struct str always[] = {{"id", 2}, {"version", 7}, {"state", 5}};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(always); i++)
        rc = choose(l, always[i], e);
    for (size_t i = 0; all && rc == OK && i < t->field_count; i++)
        if (view_field(&l->v, t->fields[i].name) != SIZE_MAX)
            rc = choose(l, t->fields[i].name, e);
    while (rc == OK && !all && rest.len > 0) {
        struct str name = str_trim(str_split(&rest, STR(",")));
        rc = name.len > 0 ? choose(l, name, e) : OK;
    }
    if (l->r->fields.len > 0)
        return rc;
    for (size_t i = 0; rc == OK && i < t->list_count; i++)
        if (is_seen(&l->v, t->list[i]))
            rc = choose(l, t->list[i], e);
    return rc;
}

/* An order by a field that is hidden in some records sees it empty there. */
static err_t sort_expression(struct sort_key *k, struct list *l, struct err *e)
{
    struct view *v = &l->v;
    struct str shown = STR("1 = 1"), column;
    size_t by = k->field == SIZE_MAX ? view_labels(v, k->system) : k->field;
    err_t rc = by == SIZE_MAX ? OK : view_shown(&shown, v, by, false, e);
    if (k->field == SIZE_MAX) {
        column = arena_printf(l->a, "r.%s", system_column_name(k->system));
    } else {
        const struct field_plan *f = &v->plan->fields[k->field];
        bool computed = f->field->type == FIELD_COMPUTED;
        size_t at = value_sort_column(f->field);
        column = computed ? f->shown : arena_printf(l->a, "r.%.*s", STR_ARG(f->columns[at].name));
        k->integer = computed ? value_order(f->field) == ORDER_NUMBER : f->columns[at].integer;
    }
    k->sql = str_is(shown, "1 = 1") ? column
                                    : arena_printf(l->a, "CASE WHEN %.*s THEN %.*s END",
                                                   STR_ARG(shown), STR_ARG(column));
    return rc;
}

static bool sortable(const struct field_plan *f)
{
    return !f->child && value_order(f->field) != ORDER_BLIND;
}

static err_t add_key(struct list *l, struct str name, struct err *e)
{
    struct sort_key k = {.field = SIZE_MAX};
    if (name.len > 0 && name.ptr[0] == '-') {
        k.down = true;
        name = (struct str){name.ptr + 1, name.len - 1};
    }
    k.system = system_column_named(name);
    k.integer =
        k.system != SYS_STATE && k.system != SYS_OWNER_CITY && k.system != SYS_OWNER_PROVINCE;
    k.field = k.system == SYS_COUNT ? view_field(&l->v, name) : SIZE_MAX;
    if (!is_seen(&l->v, name) || (k.field != SIZE_MAX && !sortable(&l->v.plan->fields[k.field])))
        return err_set(e, E_INVALID, "sort: there is no field %.*s to sort by", STR_ARG(name));
    if (l->key_count == SORT_KEYS_MAX)
        return err_set(e, E_LIMIT, "sort: more than %d fields", SORT_KEYS_MAX);
    err_t rc = sort_expression(&k, l, e);
    l->keys[l->key_count++] = k;
    return rc;
}

static err_t add_keys(struct list *l, struct err *e)
{
    struct str rest = l->r->sort.len > 0 ? l->r->sort : l->v.plan->type->sort;
    bool asked = l->r->sort.len > 0;
    err_t rc = OK;
    while (rc == OK && rest.len > 0) {
        struct str name = str_trim(str_split(&rest, STR(",")));
        struct str bare =
            name.len > 0 && name.ptr[0] == '-' ? (struct str){name.ptr + 1, name.len - 1} : name;
        /* The type's own order may stand on a field that this subject does not see. */
        if (name.len > 0 && (asked || is_seen(&l->v, bare)))
            rc = add_key(l, name, e);
    }
    return rc;
}

/* --- cursors ---------------------------------------------------------------------------- */

/* A cursor belongs to one list: the same type, filter, order and words. */
static uint64_t list_hash(const struct list *l)
{
    const struct list_request *r = l->r;
    struct str parts[] = {l->v.plan->type->name, r->filter, r->sort, r->words,
                          r->ended ? STR("1") : STR("0")};
    uint64_t h = 0;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        h = hash_bytes(parts[i], h + i);
    return h & INT64_MAX;
}

static struct str url_safe(struct str base64, struct arena *a)
{
    char *to = arena_alloc(a, base64.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < base64.len && base64.ptr[i] != '='; i++)
        to[n++] = base64.ptr[i] == '+' ? '-' : base64.ptr[i] == '/' ? '_' : base64.ptr[i];
    return (struct str){to, n};
}

static struct str from_url_safe(struct str s, struct arena *a)
{
    char *to = arena_alloc(a, s.len + 4);
    size_t n = 0;
    for (; n < s.len; n++)
        to[n] = s.ptr[n] == '-' ? '+' : s.ptr[n] == '_' ? '/' : s.ptr[n];
    while (n % 4 != 0)
        to[n++] = '=';
    return (struct str){to, n};
}

/* [hash, value …, id] of the last row of a page. */
static struct str cursor_after(const struct list *l, struct stmt *st)
{
    struct jout j;
    jout_own(&j);
    jout_array(&j);
    jout_u64(&j, list_hash(l));
    for (size_t i = 0; i < l->key_count; i++) {
        struct value x = row_column(st, l->first_key + i, l->keys[i].integer);
        if (x.type == VALUE_NULL)
            jout_null(&j);
        else if (x.type == VALUE_I64)
            jout_i64(&j, x.i64);
        else
            jout_str(&j, bytes_str(x.bytes));
    }
    jout_i64(&j, stmt_i64(st, SYS_ID));
    jout_end_array(&j);
    struct str out = url_safe(base64_of(str_bytes(buf_str(j.to)), l->a), l->a);
    buf_clear(j.to);
    return out;
}

static err_t read_cursor(struct list *l, struct err *e)
{
    uint8_t *bytes = arena_alloc(l->a, CURSOR_BYTES_MAX);
    const struct jvalue *v = NULL;
    size_t len = 0;
    uint64_t hash = 0;
    if (l->r->cursor.len == 0)
        return OK;
    bool right = l->r->cursor.len <= CURSOR_BYTES_MAX &&
                 base64_read(bytes, &len, CURSOR_BYTES_MAX, from_url_safe(l->r->cursor, l->a)) &&
                 jin_parse(&v, (struct str){(const char *)bytes, len}, l->a, NULL) == OK &&
                 v->type == J_ARRAY && v->count == l->key_count + 2 &&
                 str_to_u64(&hash, v->items[0].text) && hash == list_hash(l) &&
                 str_to_i64(&l->last_id, v->items[v->count - 1].text);
    for (size_t i = 0; right && i < l->key_count; i++) {
        const struct jvalue *x = &v->items[i + 1];
        struct sort_key *k = &l->keys[i];
        if (x->type == J_NULL)
            continue;
        if (k->integer) {
            k->last = v_i64(0);
            right = x->type == J_NUMBER && str_to_i64(&k->last.i64, x->text);
        } else {
            k->last = v_str(x->text);
            right = x->type == J_STRING && x->text.len > 0;
        }
    }
    l->by_cursor = right;
    return right ? OK
                 : err_set(e, E_INVALID,
                           "cursor: it does not belong to this list; begin at its first page");
}

static bool id_goes_down(const struct list *l)
{
    return l->key_count > 0 && l->keys[l->key_count - 1].down;
}

/* Rows behind the last one, in the order of the list; empty values come last. */
static void add_behind(struct list *l)
{
    struct view *v = &l->v;
    view_add(v, " AND (");
    for (size_t i = 0; i <= l->key_count; i++) {
        const struct sort_key *k = &l->keys[i];
        if (i < l->key_count && k->last.type == VALUE_NULL)
            continue; /* nothing comes behind an empty one but by later keys */
        view_add(v, "(");
        for (size_t n = 0; n < i; n++) {
            buf_add(&v->sql, l->keys[n].sql);
            if (l->keys[n].last.type == VALUE_NULL)
                view_add(v, " IS NULL AND ");
            else
                buf_addf(&v->sql, " = ?%d AND ", view_value(v, l->keys[n].last));
        }
        if (i < l->key_count) {
            int n = view_value(v, k->last);
            buf_addf(&v->sql, "(%.*s %s ?%d OR %.*s IS NULL)) OR ", STR_ARG(k->sql),
                     k->down ? "<" : ">", n, STR_ARG(k->sql));
        } else {
            buf_addf(&v->sql, "r.id %s ?%d)", id_goes_down(l) ? "<" : ">",
                     view_value(v, v_i64(l->last_id)));
        }
    }
    view_add(v, ")");
}

/* --- the statement ----------------------------------------------------------------------- */

static struct str like_word(struct str word, struct arena *a)
{
    struct buf folded = {0};
    unicode_fold(&folded, word);
    struct str out = db_like(buf_str(&folded), true, a);
    buf_clear(&folded);
    return out;
}

/* All words must occur in the record's search text; all its fields are visible. */
static err_t add_words(struct list *l, struct err *e)
{
    struct view *v = &l->v;
    const struct record_type *t = v->plan->type;
    struct str rest = value_clean(l->r->words, l->a);
    size_t count = 0;
    err_t rc = OK;
    if (rest.len == 0)
        return OK;
    for (size_t i = 0; rc == OK && i < t->search_count; i++) {
        struct str shown = STR_NONE, rest_of = t->search[i];
        size_t field = plan_field(v->plan, str_split(&rest_of, STR(".")));
        rc = view_shown(&shown, v, field, false, e);
        buf_addf(&v->sql, " AND %.*s", STR_ARG(shown.len > 0 ? shown : STR("1 = 0")));
    }
    int type = view_value(v, v_str(t->name));
    while (rc == OK && rest.len > 0) {
        size_t end = 0;
        while (end < rest.len && rest.ptr[end] != ' ' && rest.ptr[end] != '\n' &&
               rest.ptr[end] != '\t')
            end++;
        struct str word = {rest.ptr, end};
        rest = str_trim((struct str){rest.ptr + end, rest.len - end});
        if (++count > WORDS_MAX)
            return err_set(e, E_LIMIT, "words: more than %d", WORDS_MAX);
        int like = view_value(v, v_str(like_word(word, l->a)));
        buf_addf(&v->sql,
                 " AND EXISTS (SELECT 1 FROM record_text w WHERE w.type = ?%d AND w.record_id = "
                 "r.id AND w.text LIKE ?%d ESCAPE '\\')",
                 type, like);
    }
    return rc;
}

/* " FROM table r WHERE …": the records of the list, whatever the page. */
static err_t add_from(struct list *l, struct err *e)
{
    struct view *v = &l->v;
    err_t rc = view_add_records(v, e);
    if (rc == OK && l->r->verb) {
        view_add(v, " AND ");
        rc = view_allowed(v, l->r->verb, e);
    }
    if (rc != OK)
        return rc;
    if (!l->r->ended)
        view_add(v, " AND r.ended_ms IS NULL");
    if (str_trim(l->r->filter).len > 0) {
        view_add(v, " AND ");
        if ((rc = filter_add(v, l->r->filter, e)) != OK)
            return rc;
    }
    return add_words(l, e);
}

static void add_order(struct list *l)
{
    struct view *v = &l->v;
    view_add(v, " ORDER BY ");
    for (size_t i = 0; i < l->key_count; i++) {
        buf_add(&v->sql, l->keys[i].sql);
        view_add(v, l->keys[i].down ? " DESC NULLS LAST, " : " NULLS LAST, ");
    }
    view_add(v, id_goes_down(l) ? "r.id DESC" : "r.id");
}

/* System columns, the label programme, the chosen fields, the ordering values. */
static void add_columns(struct list *l)
{
    struct view *v = &l->v;
    const struct type_plan *p = v->plan;
    size_t at = SYS_COUNT;
    for (int c = 0; c < SYS_COUNT; c++)
        buf_addf(&v->sql, c > 0 ? ", r.%s" : " r.%s", system_column_name((enum system_column)c));
    if (p->programme) {
        buf_addf(&v->sql, ", r.%.*s", STR_ARG(p->programme->columns[0].name));
        at++;
    }
    for (size_t i = 0; i < l->chosen.len; i++) {
        struct chosen *c = &l->chosen.ptr[i];
        if (c->field == SIZE_MAX || p->fields[c->field].child)
            continue;
        const struct field_plan *f = &p->fields[c->field];
        c->at = at;
        if (f->field->type == FIELD_COMPUTED) {
            buf_addf(&v->sql, ", %.*s", STR_ARG(f->shown));
            at++;
        }
        for (size_t k = 0; k < f->column_count; k++, at++)
            buf_addf(&v->sql, ", r.%.*s", STR_ARG(f->columns[k].name));
    }
    l->first_key = at;
    for (size_t i = 0; i < l->key_count; i++) {
        view_add(v, ", ");
        buf_add(&v->sql, l->keys[i].sql);
    }
}

static void add_limit(struct list *l)
{
    struct view *v = &l->v;
    int64_t offset = l->r->page > 1 ? (l->r->page - 1) * l->limit : 0;
    buf_addf(&v->sql, " LIMIT ?%d", view_value(v, v_i64(l->limit + 1)));
    if (offset > 0)
        buf_addf(&v->sql, " OFFSET ?%d", view_value(v, v_i64(offset)));
}

static err_t add_statement(struct list *l, struct err *e)
{
    struct view *v = &l->v;
    err_t rc;
    for (size_t i = 0; i < l->chosen.len; i++)
        l->wraps |= l->chosen.ptr[i].field != SIZE_MAX &&
                    v->plan->fields[l->chosen.ptr[i].field].field->type == FIELD_COMPUTED;
    view_add(v, "SELECT");
    if (!l->wraps) {
        add_columns(l);
    } else { /* the page first: computed fields are dear */
        add_columns(l);
        buf_addf(&v->sql, " FROM %.*s r WHERE r.id IN (SELECT r.id", STR_ARG(v->plan->type->table));
    }
    if ((rc = add_from(l, e)) != OK)
        return rc;
    if (l->by_cursor)
        add_behind(l);
    add_order(l);
    add_limit(l);
    if (l->wraps) {
        view_add(v, ")");
        add_order(l);
    }
    return OK;
}

/* The rows that were found, in the order of the list once more. */
static void add_found(struct list *l)
{
    struct view *v = &l->v;
    view_add(v, "SELECT");
    add_columns(l);
    buf_addf(&v->sql, " FROM %.*s r WHERE r.id IN (", STR_ARG(v->plan->type->table));
    for (size_t i = 0; i < l->found.count; i++)
        buf_addf(&v->sql, i > 0 ? ", ?%d" : "?%d", view_value(v, v_i64(l->found.ids[i])));
    view_add(v, l->found.count > 0 ? ")" : "NULL)");
    add_order(l);
}

/* --- columns ---------------------------------------------------------------------------------- */

/* l->found.answered: l->db is in the transaction of the answer. */
static err_t ask_columns(struct list *l, struct err *e)
{
    struct columns_key keys[SORT_KEYS_MAX];
    struct filter filter;
    struct columns_question q = {.view = &l->v,
                                 .ended = l->r->ended,
                                 .verb = l->r->verb,
                                 .keys = keys,
                                 .key_count = l->key_count,
                                 .id_down = id_goes_down(l),
                                 .behind = l->by_cursor,
                                 .last_id = l->last_id,
                                 .offset =
                                     l->r->page > 1 ? (size_t)((l->r->page - 1) * l->limit) : 0,
                                 .limit = (size_t)l->limit + 1};
    if (value_clean(l->r->words, l->a).len > 0)
        return OK;
    if (str_trim(l->r->filter).len > 0) {
        err_t rc = filter_read(&filter, &l->v, l->r->filter, e);
        if (rc != OK)
            return rc;
        q.filter = &filter;
    }
    for (size_t i = 0; i < l->key_count; i++)
        keys[i] = (struct columns_key){l->keys[i].field, l->keys[i].system, l->keys[i].down,
                                       l->keys[i].last};
    return columns_list(&l->found, l->db, &q, e);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Found by its labels, it is looked at as a record. */
static void check_found(struct list *l, const struct decision *read, const struct decision *verb,
                        const struct row *row)
{
    if (l->found.answered && !ACCESS_MUTATION &&
        (l->row >= l->found.count || l->found.ids[l->row] != row->labels.id || !read->allowed ||
         !verb->allowed))
        l->distrusted = true;
}

static err_t show_in_row(struct list *l, const struct row *row, struct err *e)
{
    const struct access_policy *p = &l->v.plan->policy;
    struct decision d, verb = {.allowed = true};
    err_t rc;
    if (l->v.same_everywhere && l->shown.fields && !l->found.answered)
        return OK; /* as in the row before */
    const char *part = access_part("row ");
    rc = access_decide(&d, l->db, l->v.subject, p, ACCESS_READ, STR_NONE, &row->labels, l->a, e);
    if (rc == OK && l->found.answered && l->r->verb && !ACCESS_MUTATION)
        rc = access_decide(&verb, l->db, l->v.subject, p, l->r->verb, STR_NONE, &row->labels, l->a,
                           e);
    if (rc == OK) {
        shown_from(&l->shown, l->v.plan, &d, l->a);
        check_found(l, &d, &verb, row);
    }
    (void)access_part(part);
    return rc;
}

static err_t write_item(struct jout *j, struct list *l, struct value_writer *w, struct stmt *st,
                        struct err *e)
{
    const struct type_plan *p = l->v.plan;
    struct row row;
    err_t rc;
    row_system(&row, st);
    if (p->programme)
        row.labels.programme = stmt_str(st, SYS_COUNT);
    if ((rc = show_in_row(l, &row, e)) != OK || l->distrusted)
        return rc;
    jout_object(j);
    for (size_t i = 0; rc == OK && i < l->chosen.len; i++) {
        const struct chosen *c = &l->chosen.ptr[i];
        if (c->field == SIZE_MAX) {
            show_column(j, &l->shown, &row, c->system);
            continue;
        }
        const struct field_plan *f = &p->fields[c->field];
        struct field_value v = {0};
        if (!l->shown.fields[c->field])
            continue;
        if (f->child)
            rc = row_children(&v, l->db, f, row.labels.id, l->a, e);
        for (size_t k = 0; k < f->column_count && !f->child; k++)
            v.cols[k] = row_column(st, c->at + k, f->columns[k].integer);
        if (f->field->type == FIELD_COMPUTED)
            v.cols[0] = row_column(st, c->at, value_is_integer(f->field));
        show_field(j, w, f, &v, l->shown.unmasked[c->field]);
    }
    jout_end_object(j);
    return rc == OK ? w->rc : rc;
}

static err_t write_page(struct buf *out, struct list *l, int64_t total, struct err *e)
{
    struct value_writer w = {.keys = l->v.kernel->keys, .e = e};
    struct stmt *st = NULL;
    struct str next = STR_NONE;
    struct jout j;
    bool has_row = false;
    int64_t n = 0;
    buf_addc(&l->v.sql, '\0');
    err_t rc = db_query_once(&st, l->db, l->v.sql.ptr, l->v.values, (size_t)l->v.next_param - 1, e);
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_array(&j, "items");
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row && n < l->limit) {
        l->row = (size_t)n;
        rc = write_item(&j, l, &w, st, e);
        if (++n == l->limit)
            next = cursor_after(l, st);
    }
    if (rc == OK && l->found.answered)
        l->distrusted |= (size_t)n + has_row != l->found.count;
    stmt_free(st);
    jout_end_array(&j);
    jout_name(&j, "total");
    if (l->r->without_total)
        jout_null(&j);
    else
        jout_i64(&j, total);
    jout_name(&j, "next");
    if (has_row && next.len > 0)
        jout_str(&j, next);
    else
        jout_null(&j);
    jout_end_object(&j);
    return rc;
}

/* --- totals and kept answers --------------------------------------------------------------------- */

/* Everything of the subject that an answer depends on: as parts of the question. */
static void add_scope(struct jout *j, const struct view *v)
{
    const struct subject *s = v->subject;
    const struct access_policy *p = &v->plan->policy;
    bool personal = false;
    for (size_t i = 0; i < p->rule_count; i++)
        personal |= p->rules[i].relation == RELATION_OWN;
    jout_i64(j, subject_is_program(s) ? -1 : s->unit);
    jout_i64(j, personal ? s->account : 0);
    jout_str(j, s->city);
    jout_str(j, s->province);
    jout_str(j, s->today);
    jout_i64(j, (int64_t)msg_lang());
    for (size_t i = 0; i < s->grant_count; i++) {
        jout_str(j, s->grants[i].role->name);
        jout_i64(j, s->grants[i].on_behalf_of);
    }
    jout_bool(j, s->scopes != NULL);
    for (size_t i = 0; s->scopes && i < s->scope_count; i++)
        jout_str(j, s->scopes[i]);
}

/* Assignments begin and end by the clock, without a write: nothing is kept then. */
static bool may_keep(const struct view *v)
{
    const struct access_policy *p = &v->plan->policy;
    for (size_t i = 0; i < p->rule_count; i++)
        if (p->rules[i].relation == RELATION_ASSIGNED &&
            access_rule_reaches(&p->rules[i], v->subject))
            return false;
    return true;
}

static struct str question_of(const struct list *l, bool total)
{
    const struct list_request *r = l->r;
    struct jout j;
    jout_own(&j);
    jout_array(&j);
    jout_str(&j, l->v.plan->type->name);
    jout_str(&j, r->filter);
    jout_str(&j, r->words);
    jout_bool(&j, r->ended);
    jout_bool(&j, total);
    if (!total) {
        jout_str(&j, r->sort);
        jout_str(&j, r->fields);
        jout_str(&j, r->cursor);
        jout_i64(&j, r->page);
        jout_i64(&j, r->limit);
    }
    add_scope(&j, &l->v);
    jout_end_array(&j);
    return buf_take(j.to, l->a);
}

static err_t count(int64_t *out, struct list *l, struct err *e)
{
    struct list c = {.r = l->r, .a = l->a};
    view_init(&c.v, l->v.kernel, l->v.plan, l->v.subject, l->a);
    view_add(&c.v, "SELECT count(*)");
    const char *part = access_part("count ");
    err_t rc = add_from(&c, e);
    (void)access_part(part);
    buf_addc(&c.v.sql, '\0');
    if (rc == OK)
        rc = db_row_once(NULL, l->db, c.v.sql.ptr, c.v.values, (size_t)c.v.next_param - 1,
                         INTO(into_i64(out)), NULL, e);
    view_clear(&c.v);
    return rc;
}

static err_t total_of(int64_t *out, struct list *l, struct err *e)
{
    struct answers *kept = kernel_answers(l->v.kernel);
    struct str question = l->keep ? question_of(l, true) : STR_NONE;
    struct buf text = {0};
    char digits[24];
    bool known = l->keep && answers_begin(&text, kept, question, l->now);
    if (known)
        known = str_to_i64(out, buf_str(&text));
    buf_clear(&text);
    if (known)
        return OK;
    err_t rc = count(out, l, e);
    int len = rc == OK ? snprintf(digits, sizeof(digits), "%lld", (long long)*out) : 0;
    if (l->keep)
        answers_end(kept, question, l->now, (struct str){digits, (size_t)len});
    return rc;
}

static err_t check_request(const struct list_request *r, struct err *e)
{
    if (r->limit < 0 || r->limit > LIMIT_MAX)
        return err_set(e, E_INVALID, "limit: a page has 1 to %d records", LIMIT_MAX);
    if (r->page < 0 || r->page > OFFSET_MAX / (r->limit ? r->limit : LIMIT_DEFAULT))
        return err_set(e, E_INVALID,
                       "page: there is no such page; later ones are reached by cursor");
    if (r->page > 0 && r->cursor.len > 0)
        return err_set(e, E_INVALID, "page and cursor cannot both be given");
    return OK;
}

static err_t compose(struct buf *out, struct list *l, bool by_columns, struct err *e)
{
    int64_t total = 0;
    err_t rc;
    if ((rc = choose_all(l, e)) != OK || (rc = add_keys(l, e)) != OK ||
        (rc = read_cursor(l, e)) != OK)
        return rc;
    if (by_columns && (rc = ask_columns(l, e)) != OK)
        return rc;
    /* Page and total of one moment. */
    if (l->found.answered) {
        total = l->found.total;
        add_found(l);
    } else {
        if ((rc = add_statement(l, e)) != OK || (rc = db_begin_read(l->db, e)) != OK)
            return rc;
        rc = l->r->without_total ? OK : total_of(&total, l, e);
    }
    if (rc == OK)
        rc = write_page(out, l, total, e);
    db_rollback(l->db);
    return rc;
}

/* What columns gave is not what the store has: they are forgotten, and SQL answers. */
static err_t compose_again(struct buf *out, struct list *l, struct err *e)
{
    const struct kernel *k = l->v.kernel;
    const struct type_plan *p = l->v.plan;
    const struct subject *s = l->v.subject;
    log_line(LOG_WARN, "columns of %.*s did not agree with the store; they are made again",
             STR_ARG(p->type->name));
    columns_distrust(kernel_columns(k), p);
    view_clear(&l->v);
    *l = (struct list){
        .r = l->r, .a = l->a, .limit = l->limit, .db = l->db, .now = l->now, .keep = l->keep};
    view_init(&l->v, k, p, s, l->a);
    return compose(out, l, false, e);
}

err_t record_list(struct buf *out, const struct record_call *c, const struct list_request *r,
                  struct err *e)
{
    struct list l = {.r = r, .a = c->arena, .limit = r->limit > 0 ? r->limit : LIMIT_DEFAULT};
    size_t before = out->len;
    err_t rc = check_request(r, e);
    if (rc != OK || (rc = store_reader_get(&l.db, c->kernel->store, e)) != OK)
        return rc;
    view_init(&l.v, c->kernel, plan_of(c->kernel, c->type), c->subject, c->arena);
    if (!l.v.reads && !access_off(c->type->name, "kind")) {
        rc = err_set(e, E_DENIED, "you may not read: %.*s", STR_ARG(record_type_label(c->type)));
        goto done;
    }
    l.keep = !ACCESS_MUTATION && may_keep(&l.v) && !r->verb && !r->without_total;
    struct str question = l.keep ? question_of(&l, false) : STR_NONE;
    rc = changed_read(&l.now, kernel_changed(c->kernel), l.db, l.v.plan, e);
    if (rc != OK || (l.keep && answers_begin(out, kernel_answers(c->kernel), question, l.now)))
        goto done;
    rc = compose(out, &l, true, e);
    if (rc == OK && l.distrusted) {
        out->len = before;
        rc = compose_again(out, &l, e);
    }
    if (l.keep)
        answers_end(kernel_answers(c->kernel), question, l.now,
                    rc == OK && buf_ok(out) ? (struct str){out->ptr + before, out->len - before}
                                            : STR_NONE);
done:
    if (rc != OK)
        out->len = before;
    view_clear(&l.v);
    store_reader_put(c->kernel->store, l.db);
    return rc;
}

err_t record_page_read(struct record_page *out, const struct record_call *c,
                       const struct list_request *r, struct err *e)
{
    const struct jvalue *v = NULL;
    struct buf text = {0};
    err_t rc = record_list(&text, c, r, e);
    if (rc == OK)
        rc = jin_parse(&v, buf_str(&text), c->arena, e);
    buf_clear(&text);
    const struct jvalue *items = jin_get(v, "items");
    *out = (struct record_page){.items = items ? items->items : NULL,
                                .count = items ? items->count : 0,
                                .next = jin_text(v, "next")};
    if (!jin_i64(&out->total, v, "total"))
        out->total = 0;
    return rc;
}

bool record_list_kept(struct buf *out, const struct record_call *c, const struct list_request *r)
{
    struct list l = {.r = r, .a = c->arena, .limit = r->limit > 0 ? r->limit : LIMIT_DEFAULT};
    if (r->verb || r->without_total || check_request(r, NULL) != OK)
        return false;
    view_init(&l.v, c->kernel, plan_of(c->kernel, c->type), c->subject, c->arena);
    bool kept = !ACCESS_MUTATION && l.v.reads && may_keep(&l.v) &&
                changed_known(&l.now, kernel_changed(c->kernel), l.v.plan) &&
                answers_find(out, kernel_answers(c->kernel), question_of(&l, false), l.now);
    view_clear(&l.v);
    return kept;
}

/* --- counts and sums by one field -------------------------------------------------------------------- */

/* "CASE WHEN shown THEN expression END": a field that is hidden in a record has no value there. */
static err_t shown_value(struct str *out, struct str *shown, struct list *l, struct str name,
                         bool sums, struct err *e)
{
    struct view *v = &l->v;
    size_t at = view_field(v, name);
    const struct field_plan *f = at == SIZE_MAX ? NULL : &v->plan->fields[at];
    enum field_type type = !f                                 ? FIELD_TABLE
                           : f->field->type == FIELD_COMPUTED ? f->field->result
                                                              : f->field->type;
    bool fits = sums ? type == FIELD_MONEY || type == FIELD_INT || type == FIELD_PERCENT
                     : type == FIELD_ENUM || type == FIELD_BOOL;
    if (!f || f->child || !fits)
        return err_set(e, E_INVALID, "%s: there is no field %.*s", sums ? "sum" : "by",
                       STR_ARG(name));
    *shown = STR("1 = 1");
    err_t rc = view_shown(shown, v, at, false, e);
    struct str value = f->field->type == FIELD_COMPUTED
                           ? f->shown
                           : arena_printf(l->a, "r.%.*s", STR_ARG(f->columns[0].name));
    *out = arena_printf(l->a, "CASE WHEN %.*s THEN %.*s END", STR_ARG(*shown), STR_ARG(value));
    return rc;
}

static err_t write_groups(struct buf *out, struct list *l, const struct field *sum, struct err *e)
{
    struct jout j;
    char room[SCALED_TEXT_MAX];
    buf_addc(&l->v.sql, '\0');
    err_t rc = OK;
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_array(&j, "groups");
    EACH_ROW_ONCE(st, rc, e, l->db, l->v.sql.ptr, l->v.values, (size_t)l->v.next_param - 1) {
        jout_object(&j);
        if (!stmt_is_null(st, 0))
            jout_pair_str(&j, "code", stmt_str(st, 0));
        jout_pair_i64(&j, "count", stmt_i64(st, 1));
        if (sum) {
            if (!stmt_is_null(st, 2))
                jout_pair_str(&j, "sum", scaled_write(room, stmt_i64(st, 2), field_places(sum)));
            jout_pair_i64(&j, "unknown", stmt_i64(st, 3));
            jout_pair_i64(&j, "hidden", stmt_i64(st, 4));
        }
        jout_end_object(&j);
    }
    jout_end_array(&j);
    jout_end_object(&j);
    return rc;
}

static err_t add_groups(struct list *l, struct err *e)
{
    struct str by = l->r->by, sum = l->r->sum;
    struct str key, added = STR("0"), shown = STR("1 = 1"), spare;
    err_t rc = str_is(by, "state") ? OK : shown_value(&key, &spare, l, by, false, e);
    if (str_is(by, "state"))
        key = STR("r.state");
    if (rc == OK && sum.len)
        rc = shown_value(&added, &shown, l, sum, true, e);
    buf_addf(&l->v.sql,
             "SELECT CAST(g.code AS TEXT), count(*), CAST(sum(g.added) AS BIGINT),"
             " sum(CASE WHEN g.added IS NULL AND g.shown = 1 THEN 1 ELSE 0 END),"
             " sum(1 - g.shown) FROM (SELECT %.*s AS code, %.*s AS added,"
             " CASE WHEN %.*s THEN 1 ELSE 0 END AS shown",
             STR_ARG(key), STR_ARG(added), STR_ARG(shown));
    if (rc == OK)
        rc = add_from(l, e);
    view_add(&l->v, ") g GROUP BY g.code ORDER BY g.code");
    return rc;
}

err_t record_groups(struct buf *out, const struct record_call *c, const struct list_request *r,
                    struct err *e)
{
    struct list l = {.r = r, .a = c->arena};
    err_t rc = store_reader_get(&l.db, c->kernel->store, e);
    if (rc != OK)
        return rc;
    view_init(&l.v, c->kernel, plan_of(c->kernel, c->type), c->subject, c->arena);
    rc = l.v.reads
             ? add_groups(&l, e)
             : err_set(e, E_DENIED, "you may not read: %.*s", STR_ARG(record_type_label(c->type)));
    if (rc == OK)
        rc = write_groups(out, &l, r->sum.len ? record_field(c->type, r->sum) : NULL, e);
    view_clear(&l.v);
    store_reader_put(c->kernel->store, l.db);
    return rc;
}

/* --- one field of all of them --------------------------------------------------------------------- */

static err_t add_texts(struct list *l, struct err *e)
{
    struct str field = l->r->fields;
    struct view *v = &l->v;
    struct str shown = STR_NONE;
    size_t at = view_field(v, field);
    if (at == SIZE_MAX || v->plan->fields[at].column_count == 0 || v->plan->fields[at].child)
        return err_set(e, E_INVALID, "fields: there is no field %.*s", STR_ARG(field));
    struct str column = v->plan->fields[at].columns[0].name;
    err_t rc = view_shown(&shown, v, at, false, e);
    buf_addf(&v->sql, "SELECT r.%.*s", STR_ARG(column));
    if (rc != OK || (rc = add_from(l, e)) != OK)
        return rc;
    buf_addf(&v->sql, " AND %.*s AND r.%.*s IS NOT NULL ORDER BY r.id LIMIT ?%d", STR_ARG(shown),
             STR_ARG(column), view_value(v, v_i64(l->r->limit + 1)));
    buf_addc(&v->sql, '\0');
    return OK;
}

err_t record_texts(const struct str **out, size_t *count, const struct record_call *c,
                   const struct list_request *r, struct err *e)
{
    struct list l = {.r = r, .a = c->arena};
    VEC(struct str) texts = {0};
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc != OK)
        return rc;
    view_init(&l.v, c->kernel, plan_of(c->kernel, c->type), c->subject, c->arena);
    rc = !l.v.reads
             ? err_set(e, E_DENIED, "you may not read: %.*s", STR_ARG(record_type_label(c->type)))
             : add_texts(&l, e);
    EACH_ROW_ONCE(st, rc, e, db, l.v.sql.ptr, l.v.values, (size_t)l.v.next_param - 1)
        VEC_PUSH(c->arena, &texts, arena_dup(c->arena, stmt_str(st, 0)));
    if (rc == OK && (int64_t)texts.len > r->limit)
        rc = err_set(e, E_LIMIT, "there are more than %zu of them", (size_t)r->limit);
    *out = texts.ptr;
    *count = texts.len;
    view_clear(&l.v);
    store_reader_put(c->kernel->store, db);
    return rc;
}
