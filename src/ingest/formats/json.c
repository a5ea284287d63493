/* JSON of any shape: an array of records, JSON Lines, records inside an object
 * ({"patents": […]}), flat or nested.
 *
 * A record is flattened to named values, and the names go through the same
 * alias table as columns: "biblio.invention_title.text" is asked for whole, by
 * its last two steps, by the step above a word that only says "value here", and
 * by its last step. Inside arrays of objects only facts of which a patent has
 * many (parties, classes, citations …) are taken that way: the filing date of a
 * cited document is none of the record. What has no field is a vendor field
 * under its whole path. */
#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/vec.h"
#include "ingest/format.h"
#include "ingest/sniff.h"
#include "ingest/split.h"
#include "text/encoding.h"
#include "text/json_split.h"

#define PATHS_MAX 8
#define PATH_STEPS 16
#define STRANGE_MAX 30 /* objects without patent fields before the file is given up */
#define HEADERS_MAX 64 /* shapes of records remembered; exports have a handful */

struct value {
    struct str name; /* as asked from the alias table */
    struct str text; /* several joined by SPLIT_RS */
    struct buf *more;
};

struct shape {
    struct header *header;
    uint64_t names_hash;
    size_t count;
    struct row row; /* the names, for the refused rows */
};

struct json {
    struct input *in;
    struct stream *text;
    struct json_split *split;
    struct arena *keep;
    const char *paths[PATHS_MAX + 1];
    struct shape shapes[HEADERS_MAX];
    size_t shape_count;
    size_t records;  /* patents so far */
    struct buf seen; /* names of the first element that is none */
    size_t strange;  /* elements that are no patents */
    size_t left_out; /* values beyond the bounds on names and depth */
    size_t duplicates;
};

/* --- finding the records in the first bytes ---------------------------------- */

/* A scanner over text that may end anywhere: no tree, no checking. */
struct scan {
    const struct column_map *columns;
    struct arena *a;
    struct str text;
    size_t at;
    struct str best; /* path of the array whose first object has the most known names */
    size_t best_score;
};

static void scan_blank(struct scan *s)
{
    while (s->at < s->text.len && strchr(" \t\r\n,:", s->text.ptr[s->at]) && s->text.ptr[s->at])
        s->at++;
}

static struct str scan_string(struct scan *s)
{
    size_t from = ++s->at;
    while (s->at < s->text.len && s->text.ptr[s->at] != '"')
        s->at += s->text.ptr[s->at] == '\\' ? 2 : 1;
    size_t end = s->at < s->text.len ? s->at : s->text.len;
    s->at = end + 1;
    return str_range(s->text.ptr + from, s->text.ptr + (from < end ? end : from));
}

static size_t scan_value(struct scan *s, struct str path, int depth);

/* The names of one object that are known; objects inside are gone through for
 * arrays of records, those inside arrays are not. */
static size_t scan_object(struct scan *s, struct str path, int depth)
{
    size_t known = 0;

    s->at++;
    for (;;) {
        scan_blank(s);
        if (s->at >= s->text.len || s->text.ptr[s->at] != '"') {
            s->at += s->at < s->text.len;
            return known;
        }
        struct str name = scan_string(s);
        known += column_map_knows(s->columns, name);
        scan_blank(s);
        struct str inner =
            path.len ? arena_printf(s->a, "%.*s/%.*s", STR_ARG(path), STR_ARG(name)) : name;
        scan_value(s, depth < 4 ? inner : STR_NONE, depth + 1);
    }
}

static void scan_array(struct scan *s, struct str path, int depth)
{
    bool first = true;
    s->at++;
    for (;;) {
        scan_blank(s);
        if (s->at >= s->text.len || s->text.ptr[s->at] == ']') {
            s->at++;
            return;
        }
        bool object = s->text.ptr[s->at] == '{';
        size_t score = scan_value(s, STR_NONE, depth + 1);
        if (first && object && path.len && score >= 2 && score > s->best_score) {
            s->best_score = score;
            s->best = path;
        }
        first = false;
    }
}

static size_t scan_value(struct scan *s, struct str path, int depth)
{
    if (s->at >= s->text.len || depth > JSON_DEPTH_MAX) {
        s->at = s->text.len;
        return 0;
    }
    switch (s->text.ptr[s->at]) {
    case '{':
        return scan_object(s, path, depth);
    case '[':
        scan_array(s, path, depth);
        return 0;
    case '"':
        scan_string(s);
        return 0;
    default:
        /* At least one step: a bracket that closes nothing stands here too. */
        do {
            s->at++;
        } while (s->at < s->text.len && !strchr(",]} \t\r\n", s->text.ptr[s->at]));
        return 0;
    }
}

/* Records may lie in an array of an outermost object; not when that object is a
 * record itself. */
static err_t find_paths(struct json *j, struct err *e)
{
    struct bytes head;
    struct arena *a = arena_new();
    err_t rc = stream_peek(&head, j->text, (size_t)64 << 10, e);

    if (rc == OK && head.len) {
        struct scan s = {.columns = j->in->columns, .a = a, .text = bytes_str(head)};
        scan_blank(&s);
        if (s.at < s.text.len && s.text.ptr[s.at] == '{') {
            size_t own = scan_value(&s, STR_NONE, 0);
            if (s.best.len && s.best_score > own)
                j->paths[0] = arena_cstr(j->keep, s.best);
        }
    }
    arena_free(a);
    return rc;
}

/* --- flattening ------------------------------------------------------------------ */

struct flat {
    struct json *j;
    struct arena *a;
    struct {
        struct value *ptr;
        size_t len, cap;
    } values;
    struct map *index; /* name → value, made when there are many */
    struct str steps[PATH_STEPS];
    size_t depth;
    bool in_array; /* of objects */
};

static bool says_value(struct str step)
{
    static const char *const words[] = {"name",   "text",    "value", "symbol",
                                        "number", "#text",   "$",     "extracted_name",
                                        "_text",  "content", "code",  "doc_number"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eq_nocase(step, str_of(words[i])))
            return true;
    return false;
}

/* Words that mean something of the part they stand in, not of the patent. */
static bool is_generic(struct str step)
{
    static const char *const words[] = {"id",   "type",   "date",   "text",     "name", "country",
                                        "kind", "status", "number", "language", "lang", "title"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eq_nocase(step, str_of(words[i])))
            return true;
    return false;
}

static bool usable(const struct flat *f, struct str name)
{
    return column_map_knows(f->j->in->columns, name) &&
           (!f->in_array || column_map_is_list(f->j->in->columns, name));
}

static struct str join_steps(const struct flat *f, size_t from)
{
    struct str s = f->steps[from];
    for (size_t i = from + 1; i < f->depth; i++)
        s = arena_printf(f->a, "%.*s.%.*s", STR_ARG(s), STR_ARG(f->steps[i]));
    return s;
}

static struct str name_of_path(const struct flat *f)
{
    struct str whole = join_steps(f, 0);
    struct str leaf = f->steps[f->depth - 1];

    if (f->depth == 1 || usable(f, whole))
        return whole;
    struct str pair = join_steps(f, f->depth - 2);
    if (usable(f, pair))
        return pair;
    if (says_value(leaf) && usable(f, f->steps[f->depth - 2]))
        return f->steps[f->depth - 2];
    if (!is_generic(leaf) && usable(f, leaf))
        return leaf;
    return whole;
}

static struct value *value_named(struct flat *f, struct str name)
{
    if (f->values.len <= 24) {
        for (size_t i = 0; i < f->values.len; i++)
            if (str_eq(f->values.ptr[i].name, name))
                return &f->values.ptr[i];
    } else {
        bool added;
        if (!f->index) {
            f->index = map_new(0x6a736f6e);
            for (size_t i = 0; i < f->values.len; i++)
                *map_put(f->index, f->values.ptr[i].name, &added) = i;
        }
        uint64_t *at = map_put(f->index, name, &added);
        if (!added)
            return &f->values.ptr[*at];
        *at = f->values.len;
    }
    VEC_PUSH(f->a, &f->values, ((struct value){.name = name}));
    return &f->values.ptr[f->values.len - 1];
}

static void free_buf(void *arg)
{
    buf_clear(arg);
    free(arg);
}

static void add_value(struct flat *f, struct str text)
{
    if (f->values.len >= COLUMNS_MAX || f->depth == 0) {
        f->j->left_out++;
        return;
    }
    struct value *v = value_named(f, name_of_path(f));
    if (v->text.len == 0 && !v->more) {
        v->text = text;
        return;
    }
    if (!v->more) {
        v->more = mem_alloc(sizeof(*v->more));
        buf_init(v->more, RECORD_BYTES_MAX);
        arena_cleanup(f->a, free_buf, v->more);
        buf_add(v->more, v->text);
    }
    buf_addz(v->more, SPLIT_RS);
    buf_add(v->more, text);
}

static void flatten(struct flat *f, const struct jvalue *v)
{
    bool was_in_array = f->in_array;

    switch (v->type) {
    case J_NULL:
        return;
    case J_FALSE:
        add_value(f, STR("false"));
        return;
    case J_TRUE:
        add_value(f, STR("true"));
        return;
    case J_NUMBER:
    case J_STRING:
        if (str_trim(v->text).len)
            add_value(f, v->text);
        return;
    case J_ARRAY:
        for (size_t i = 0; i < v->count; i++) {
            f->in_array = was_in_array || v->items[i].type == J_OBJECT;
            flatten(f, &v->items[i]);
        }
        f->in_array = was_in_array;
        return;
    case J_OBJECT:
        if (f->depth == PATH_STEPS) {
            f->j->left_out++;
            return;
        }
        for (size_t i = 0; i < v->count; i++) {
            f->steps[f->depth++] = v->names[i];
            flatten(f, &v->items[i]);
            f->depth--;
        }
        return;
    }
}

/* --- records -------------------------------------------------------------------- */

static uint64_t hash_names(const struct flat *f)
{
    uint64_t h = 0;
    for (size_t i = 0; i < f->values.len; i++)
        h = hash_bytes(f->values.ptr[i].name, h);
    return h;
}

static void row_of_names(struct row *row, const struct flat *f, struct arena *a)
{
    struct cell *cells = arena_array(a, f->values.len + 1, sizeof(*cells));
    for (size_t i = 0; i < f->values.len; i++)
        cells[i].text = arena_dup(a, f->values.ptr[i].name);
    *row = (struct row){.cells = cells, .count = f->values.len};
}

/* The header for records of this shape, bound at its first sight. */
static err_t shape_of(struct shape **out, struct shape *fresh, struct json *j, const struct flat *f,
                      struct err *e)
{
    uint64_t hash = hash_names(f);
    for (size_t i = 0; i < j->shape_count; i++)
        if (j->shapes[i].names_hash == hash && j->shapes[i].count == f->values.len) {
            *out = &j->shapes[i];
            return OK;
        }
    bool keep = j->shape_count < HEADERS_MAX;
    struct shape *s = keep ? &j->shapes[j->shape_count] : fresh;
    struct arena *a = keep ? j->in->notes->a : f->a;
    *s = (struct shape){.names_hash = hash, .count = f->values.len};
    row_of_names(&s->row, f, a);
    err_t rc = header_bind(&s->header, j->in->columns, j->in->survey, &s->row, a, e);
    if (rc != OK)
        return rc;
    j->shape_count += keep;
    *out = s;
    return OK;
}

static void note_unknown(struct json *j, const struct header *h, struct arena *a)
{
    const struct str *names;
    size_t count = header_unknown(h, &names, a);
    for (size_t i = 0; i < count; i++)
        notes_unknown_column(j->in->notes, names[i]);
}

static void describe_names(struct json *j, const struct flat *f)
{
    if (j->seen.len)
        return;
    for (size_t i = 0; i < f->values.len && i < 8; i++)
        buf_addf(&j->seen, "%s%.*s", i ? ", " : "", STR_ARG(f->values.ptr[i].name));
}

static err_t no_patents(struct json *j, struct err *e)
{
    if (j->seen.len == 0)
        return err_set(
            e, E_INVALID,
            "no patent columns found: the elements are no objects, {\"name\": value, …}");
    return err_set(e, E_INVALID,
                   "no patent columns found: the objects have %.*s; say what a name is with --map "
                   "NAME=FIELD",
                   STR_ARG(buf_str(&j->seen)));
}

static struct row *row_of_values(const struct flat *f, const struct json_element *el)
{
    struct row *row = arena_alloc(f->a, sizeof(*row));
    struct cell *cells = arena_array(f->a, f->values.len + 1, sizeof(*cells));
    for (size_t i = 0; i < f->values.len; i++) {
        const struct value *v = &f->values.ptr[i];
        cells[i].text = v->more ? buf_str(v->more) : v->text;
    }
    *row = (struct row){
        .number = el->number, .line = el->line, .cells = cells, .count = f->values.len};
    return row;
}

static void refuse(struct item *out, struct str reason)
{
    out->kind = ITEM_REJECT;
    out->reason = reason;
}

static err_t read_element(struct item *out, struct json *j, const struct json_element *el,
                          struct arena *a, struct err *e)
{
    struct flat f = {.j = j, .a = a};
    struct shape *shape, fresh;
    struct reading how;
    err_t rc;

    out->row = el->number;
    if (el->value->type != J_OBJECT) {
        if (++j->strange >= STRANGE_MAX && j->records == 0)
            return no_patents(j, e);
        refuse(out,
               str_of(msg("a record of JSON is an object, {\"name\": value, …}; this is none")));
        return OK;
    }
    flatten(&f, el->value);
    map_free(f.index);
    if (f.values.len == 0) {
        out->kind = ITEM_SKIP;
        return OK;
    }
    if ((rc = shape_of(&shape, &fresh, j, &f, e)) != OK)
        return rc;
    const struct row *row = row_of_values(&f, el);
    struct patent *p = arena_alloc(a, sizeof(*p));
    if (!header_is_patents(shape->header)) {
        describe_names(j, &f);
        if (++j->strange >= STRANGE_MAX && j->records == 0)
            return no_patents(j, e);
        refuse(out, str_of(msg("no patent fields in this object")));
    } else if (header_read(p, &how, shape->header, row, a)) {
        out->kind = ITEM_RECORD;
        out->patent = p;
        out->warnings = how.warnings;
        j->records++;
    } else if (how.blank) {
        out->kind = ITEM_SKIP;
    } else {
        out->column = how.column;
        out->value = how.value;
        refuse(out, how.reason);
    }
    if (out->kind == ITEM_REJECT) {
        out->raw = row;
        out->raw_header = &shape->row;
    }
    if (shape == &fresh)
        note_unknown(j, fresh.header, a);
    return OK;
}

static err_t json_end(struct json *j, struct err *e)
{
    for (size_t i = 0; i < j->shape_count; i++)
        note_unknown(j, j->shapes[i].header, j->keep);
    if (j->duplicates)
        notes_remark(j->in->notes, "%zu names stood twice in one object; the last value counts",
                     j->duplicates);
    if (j->left_out)
        notes_remark(
            j->in->notes,
            "%zu values were left out: nested deeper than %d, or more than %d names in one "
            "record",
            j->left_out, PATH_STEPS, COLUMNS_MAX);
    if (json_split_gave_up(j->split))
        return err_set(
            e, E_INVALID,
            "the JSON is damaged and no further record can be found; what came before is "
            "in");
    if (j->records == 0 && j->strange)
        return no_patents(j, e);
    return OK;
}

static err_t json_next(struct item *out, void *state, struct arena *a, struct err *e)
{
    struct json *j = state;
    struct json_element el = {0};
    struct err local = {0};
    bool has = false;
    err_t rc = json_split_next(&has, &el, j->split, a, &local);

    out->kind = ITEM_END;
    if (rc == E_INVALID || rc == E_LIMIT) {
        out->row = el.number;
        refuse(out, arena_dup(a, str_of(local.text)));
        return OK;
    }
    if (rc != OK)
        return err_pass(e, rc, &local);
    if (!has)
        return json_end(j, e);
    j->duplicates += el.duplicates;
    return read_element(out, j, &el, a, e);
}

static void json_close(void *state)
{
    struct json *j = state;
    if (!j)
        return;
    json_split_close(j->split);
    stream_close(j->text);
    arena_free(j->keep);
    buf_clear(&j->seen);
    free(j);
}

static err_t json_open(void **state, struct input *in, struct err *e)
{
    struct json *j = mem_zalloc(sizeof(*j));
    err_t rc;

    j->in = in;
    j->keep = arena_new();
    buf_init(&j->seen, 4096);
    if ((rc = encoding_open(&j->text, stream_borrow(in->stream), ENCODING_REPLACE, NULL, e)) !=
            OK ||
        (rc = find_paths(j, e)) != OK ||
        (rc = json_split_open(&j->split, j->text, j->paths[0] ? j->paths : NULL, e)) != OK) {
        json_close(j);
        return rc;
    }
    *state = j;
    return OK;
}

static int json_sniff(struct bytes head)
{
    struct arena *a = arena_new();
    struct str s = sniff_skip_blank(sniff_text(head, a));
    int sure = 0;

    if (s.len && s.ptr[0] == '{') {
        s = sniff_skip_blank((struct str){s.ptr + 1, s.len - 1});
        sure = s.len && (s.ptr[0] == '"' || s.ptr[0] == '}') ? 80 : 0;
    } else if (s.len && s.ptr[0] == '[') {
        s = sniff_skip_blank((struct str){s.ptr + 1, s.len - 1});
        sure = s.len && s.ptr[0] == '{' ? 80 : s.len && strchr("[]\"", s.ptr[0]) ? 30 : 0;
    }
    arena_free(a);
    return sure;
}

const struct format format_json = {
    .name = "json",
    .title = N_("JSON or JSON Lines, one object a record"),
    .surveyed = true,
    .sniff = json_sniff,
    .open = json_open,
    .next = json_next,
    .close = json_close,
};
