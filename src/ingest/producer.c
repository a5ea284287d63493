/* Reading: one file after the other, batch by batch. A batch's arena is the only
 * memory that records take, so the number of batches in flight bounds it. */
#include "ingest/producer.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/msg.h"
#include "base/vec.h"
#include "ingest/container.h"
#include "ingest/doc.h"
#include "ingest/sniff.h"
#include "ingest/survey.h"
#include "text/csv.h"
#include "text/unicode.h"
#include <stdio.h>

struct reading_file {
    const struct producer *p;
    const char *path;
    size_t recognised; /* contents that some format read */
    size_t foreign;    /* members that no format reads */
    size_t given;      /* sources handed out */
};

void source_free(struct source *s)
{
    if (s)
        arena_free(s->a); /* holds *s too */
}

const struct format *format_find(const char *name)
{
    for (size_t i = 0; formats[i]; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

int format_sniff(const struct format *f, struct bytes head)
{
    return f->roots ? xml_format_sniff(head, f->roots) : f->sniff(head);
}

/* The first line names columns: the text is a table, whatever its cells look like. */
static bool names_columns(struct bytes head, const struct column_map *m)
{
    struct arena *a = arena_new();
    struct str text = sniff_skip_blank(sniff_text(head, a)), rest = text;
    size_t known = 0;
    char delimiter;
    (void)csv_guess(&delimiter, text);
    for (struct str line = str_split(&rest, STR("\n")); line.ptr;)
        known += column_map_knows(m, written_bare(str_split(&line, (struct str){&delimiter, 1})));
    arena_free(a);
    return known >= 2;
}

static const struct format *format_of(struct bytes head, const struct column_map *m)
{
    const struct format *best = NULL;
    int best_sure = 0;

    if (sniff_foreign(head))
        return NULL;
    for (size_t i = 0; formats[i]; i++) {
        int sure = format_sniff(formats[i], head);
        if (sure > best_sure) {
            best_sure = sure;
            best = formats[i];
        }
    }
    if (best == format_find("gbt7714") && names_columns(head, m))
        return format_find("csv");
    return best;
}

static struct str base_name(struct str path)
{
    for (size_t i = path.len; i > 0; i--)
        if (path.ptr[i - 1] == '/')
            return str_range(path.ptr + i, path.ptr + path.len);
    return path;
}

/* Base name without the endings of wrappings: "lens.csv.zst" is "lens.csv"
 * packed or not, and a member of an archive has its own: ids of two members must
 * not meet. */
static struct str source_name(const char *path, struct arena *a)
{
    static const char *const endings[] = {".gz", ".zst", ".zip", ".GZ", ".ZIP"};
    struct str s = base_name(str_of(path));

    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        struct str end = str_of(endings[i]);
        if (str_ends(s, end) && s.len > end.len) {
            s.len -= end.len;
            i = (size_t)-1;
        }
    }
    return arena_dup(a, s);
}

static struct source *source_new(const struct reading_file *r, const char *name, bool member)
{
    struct arena *a = arena_new();
    struct source *s = arena_alloc(a, sizeof(*s));
    size_t path = strlen(r->path);
    s->a = a;
    s->name = arena_dup(a, str_of(name));
    if (s->name.len > path)
        s->inner = (struct str){s->name.ptr + path, s->name.len - path};
    s->packed_name = arena_dup(a, base_name((struct str){s->name.ptr, s->name.len - s->inner.len}));
    s->file_name = arena_join(a, s->packed_name, s->inner);
    s->records_of = r->p->source_name.len ? arena_dup(a, r->p->source_name) : source_name(name, a);
    s->notes.a = a;
    s->member = member;
    return s;
}

static void note_maps(struct source *s, const struct column_map *columns)
{
    if (!s->maps_known)
        s->maps = column_map_used(columns, s->a);
    s->maps_known = true;
}

static err_t give_last(struct reading_file *r, struct batch *b, struct source *s, struct err *e)
{
    err_t rc = OK;
    if (!b)
        rc = r->p->fresh(&b, r->p->arg, e);
    if (rc != OK) {
        r->p->abandon(r->p->arg, s);
        return rc;
    }
    note_maps(s, r->p->columns);
    b->source = s;
    b->last = true;
    r->given++;
    return r->p->give(r->p->arg, b, e);
}

/* The source of its records is the file, where nobody says otherwise or may. */
static void finish_record(struct item *item, const struct source *s, bool lists, struct arena *a)
{
    struct patent *p = item->patent;

    if (lists && patent_source_rank(p->source) > RANK_VENDOR) {
        item_warn(item, a,
                  N_("what an office states is brought in by officers of the province and its IP "
                     "centre alone: it was taken as a list of your unit, without the day that it "
                     "gives for its data"),
                  p->source);
        p->source = STR_NONE;
        p->as_of = (struct date){0};
    }
    if (p->source.len == 0) {
        p->source = s->records_of;
        item->by_file = true;
    }
    p->file = s->file_name;
    p->row = item->row;
    patent_finish(p, a);
    static const char wrong[] = N_("the check digit of the number is wrong; the number is kept as "
                                   "written and does not meet the right one");
    if (p->publication.check == CHECK_WRONG)
        item_warn(item, a, wrong, p->publication.written);
    if (p->application.check == CHECK_WRONG)
        item_warn(item, a, wrong, p->application.written);
    const struct number *n = &p->application;
    if (str_is(n->office, "CN") && n->serial.len &&
        (n->use != NUMBER_APPLICATION || (n->serial.len != 8 && n->serial.len != 12)))
        item_warn(item, a,
                  N_("a Chinese application number has 8 digits (until 2003) or 12, and a check "
                     "digit; this one has not and is kept as written"),
                  n->written);
}

/* Where the survey asks, there is no second reading to say what the columns are. */
static void keep_columns(struct notes *to, const struct notes *from)
{
    for (size_t i = 0; i < from->columns.len; i++)
        VEC_PUSH(to->a, &to->columns, import_column_dup(&from->columns.ptr[i], to->a));
}

/* Every row of the content once, for the survey alone; what is wrong with one is told by
 * the reading that follows. Whether the format maps the content instead of reading its stream. */
static bool see_items(const struct format *format, struct input *in, struct err *e)
{
    struct notes unheard = {.a = arena_new()};
    struct arena *a = arena_new();
    struct input seen = *in;
    struct item item;
    void *state = NULL;

    seen.notes = &unheard;
    err_t rc = format->open(&state, &seen, e);
    while (rc == OK) {
        arena_reset(a);
        item = (struct item){0};
        rc = format->next(&item, state, a, e);
        if (rc == OK && item.kind == ITEM_END)
            break;
        if (rc == OK)
            survey_item(in->survey, &item);
    }
    format->close(state);
    keep_columns(in->notes, &unheard);
    arena_free(a);
    arena_free(unheard.a);
    return seen.done > 0;
}

/* A content as its format reads it. */
struct content {
    struct input in;
    const struct unpacked *u;
    bool asks;
    uint64_t length, packed; /* of one that is surveyed, and what it takes of the packed file */
    struct map *days;  /* publication number without kind → first day of it so far; NULL: none */
    struct map *codes; /* of Derwent → first name in `coded`; NULL: none */
    VEC(struct str) coded;
};

/* The content is read once before; a question of the survey is what is wrong with it then. */
static err_t survey_content(struct content *c, const struct format *format, struct err *e)
{
    struct str question;
    struct bytes all = {0};
    struct err unheard = {0};
    err_t rc = stream_repeatable(&c->in.stream, c->u->stream, c->in.tmpdir, e);

    if (rc != OK)
        return rc;
    c->in.survey = survey_new(c->in.columns);
    bool mapped = see_items(format, &c->in, &unheard);
    c->length = stream_offset(c->in.stream);
    if (mapped && (rc = stream_map(&all, c->in.stream, c->in.tmpdir, e)) != OK)
        return rc;
    c->packed = mapped && c->in.stream == c->u->stream ? all.len : stream_raw_offset(c->u->stream);
    stream_restart(c->in.stream);
    c->asks = !survey_end(c->in.survey, &question, c->in.notes);
    if (!c->asks)
        return OK;
    return err_set(e, E_INVALID, "%.*s", STR_ARG(question));
}

static void content_close(struct content *c)
{
    if (c->in.stream != c->u->stream)
        stream_close(c->in.stream);
    survey_free(c->in.survey);
    map_free(c->days);
    map_free(c->codes);
}

#define DAYS_MAX 1000000 /* numbers whose days are compared, codes whose names are */

/* Two printings that the file does not tell apart: patent_merge keeps the earlier day. */
static void warn_of_days(struct content *c, struct item *item, struct arena *a)
{
    const struct patent *p = item->patent;
    bool added;
    if (p->publication.key.len == 0 || p->publication.kind.len || !date_valid(p->publication_date))
        return;
    c->days = c->days ? c->days : map_new(0x64617973);
    if (map_count(c->days) == DAYS_MAX)
        return;
    int32_t day = date_to_days(p->publication_date);
    uint64_t *at = map_put(c->days, p->publication.key, &added);
    int32_t first = added ? day : (int32_t)*at;
    if (first != day)
        item_warn(item, a,
                  N_("a number without kind that has another publication day in another row; the "
                     "earlier counts as its first publication"),
                  arena_printf(a, "%.*s: %.*s, %.*s", STR_ARG(p->publication.display),
                               STR_ARG(date_text(date_from_days(first), a)),
                               STR_ARG(date_text(p->publication_date, a))));
    *at = (uint64_t)(day < first ? day : first);
}

/* Bytes of the packed file that the records so far took. */
static uint64_t content_raw_offset(const struct content *c)
{
    if (!c->in.survey)
        return stream_raw_offset(c->u->stream);
    double done = c->in.done > 0 ? c->in.done
                  : c->length    ? (double)stream_offset(c->in.stream) / (double)c->length
                                 : 1;
    return (uint64_t)((double)c->packed * (done < 1 ? done : 1));
}

/* Warns if a Derwent code stood beside another name before: both names may be of one party. */
static void propose_name(struct content *c, struct item *item, const struct party *x,
                         struct arena *a)
{
    struct arena *keep = c->in.notes->a;
    bool added;
    c->codes = c->codes ? c->codes : map_new(0x636f646573);
    if (map_count(c->codes) == DAYS_MAX)
        return;
    uint64_t *at = map_put(c->codes, x->identifier, &added);
    if (added) {
        *at = c->coded.len;
        VEC_PUSH(keep, &c->coded, arena_dup(keep, x->name));
    }
    struct str first = c->coded.ptr[*at];
    if (!str_eq(first, x->name) && !str_eq(name_stem(name_key(first, a)), name_stem(x->name_key)))
        item_warn(item, a,
                  str_ends(x->identifier, STR(DERWENT_STANDARD))
                      ? N_("names with one Derwent code of a company are counted as one applicant")
                      : N_("names with one Derwent code are proposed as one; merge them among the "
                           "applicants beside the results"),
                  arena_printf(a, "%.*s: %.*s; %.*s", STR_ARG(x->identifier), STR_ARG(first),
                               STR_ARG(x->name)));
}

/* Warns of names that may be of one applicant: they have one code, or one record has them in several scripts. */
static void propose_names(struct content *c, struct item *item, struct arena *a)
{
    const struct party *before = NULL;
    for (size_t i = 0; i < item->patent->parties.len; i++) {
        const struct party *x = &item->patent->parties.ptr[i];
        if (x->role > PARTY_ASSIGNEE)
            continue;
        if (x->identifier.len > 5 && x->identifier.ptr[4] == '-')
            propose_name(c, item, x, a);
        if (before && before->role == x->role &&
            !str_eq(unicode_script_lang(before->name), unicode_script_lang(x->name)))
            item_warn(item, a,
                      N_("names of one record in several scripts are proposed as one; if they are, "
                         "merge them among the applicants beside the results"),
                      arena_printf(a, "%.*s; %.*s", STR_ARG(before->name), STR_ARG(x->name)));
        before = x;
    }
}

/* Fill batches until the format says end or fails. */
static err_t read_items(struct reading_file *r, struct batch **b, struct source *s, void *state,
                        struct content *c, struct err *e)
{
    for (;;) {
        err_t rc;
        if ((*b)->count == BATCH_ITEMS || arena_used((*b)->a) > BATCH_BYTES) {
            note_maps(s, r->p->columns);
            (*b)->source = s;
            (*b)->raw_offset = content_raw_offset(c);
            rc = r->p->give(r->p->arg, *b, e);
            *b = NULL;
            if (rc == OK)
                rc = r->p->fresh(b, r->p->arg, e);
            if (rc != OK)
                return rc;
        }
        struct item *item = &(*b)->items[(*b)->count];
        *item = (struct item){0};
        rc = s->format->next(item, state, (*b)->a, &s->ended);
        if (rc != OK) {
            s->ended.kind = rc;
            return OK;
        }
        switch (item->kind) {
        case ITEM_END:
            return OK;
        case ITEM_RECORD:
            finish_record(item, s, r->p->lists, (*b)->a);
            warn_of_days(c, item, (*b)->a);
            propose_names(c, item, (*b)->a);
            (*b)->count++;
            break;
        case ITEM_REJECT:
            (*b)->count++;
            break;
        case ITEM_TABLE:
            s->table = arena_dup(s->a, item->reason);
            break;
        case ITEM_SKIP:
            break;
        }
    }
}

static err_t read_source(struct reading_file *r, struct source *s, const struct unpacked *u,
                         struct err *e)
{
    struct content c = {.in = {.name = s->name.ptr,
                               .source = s->records_of,
                               .source_named = r->p->source_name.len > 0,
                               .stream = u->stream,
                               .tmpdir = r->p->tmpdir,
                               .reader = r->p->reader,
                               .columns = r->p->columns,
                               .notes = &s->notes,
                               .frame = s->format->frame},
                        .u = u};
    const struct format *format = s->format; /* *s is gone when its last batch is */
    struct batch *b = NULL;
    void *state = NULL;
    err_t rc = OK;

    column_map_begin(r->p->columns);
    if (format->surveyed)
        rc = survey_content(&c, format, &s->ended);
    if (rc == OK)
        rc = format->open(&state, &c.in, &s->ended);
    r->recognised += rc == OK || c.asks;
    if (rc != OK) {
        s->ended.kind = rc;
        if (u->damage && u->damage->kind != OK)
            s->ended = *u->damage;
        content_close(&c);
        return give_last(r, NULL, s, e);
    }
    if ((rc = r->p->fresh(&b, r->p->arg, e)) == OK)
        rc = read_items(r, &b, s, state, &c, e);
    if (rc == OK) {
        if (u->damage && u->damage->kind != OK)
            s->ended = *u->damage;
        b->raw_offset = c.in.survey ? c.packed : stream_raw_offset(u->stream);
        rc = give_last(r, b, s, e);
    } else {
        r->p->abandon(r->p->arg, s);
    }
    r->p->settle(r->p->arg);
    format->close(state);
    content_close(&c);
    return rc;
}

static err_t refuse_source(struct reading_file *r, const char *name, bool member, err_t kind,
                           const char *reason, struct err *e)
{
    struct source *s = source_new(r, name, member);
    err_set(&s->ended, kind, "%s", msg(reason));
    return give_last(r, NULL, s, e);
}

static err_t on_content(void *arg, const struct unpacked *u, struct err *e)
{
    struct reading_file *r = arg;
    struct bytes head;
    struct err local = {0};
    err_t rc = stream_peek(&head, u->stream, SNIFF_BYTES, &local);

    if (rc != OK)
        return refuse_source(r, u->name, u->member, rc, local.text, e);
    if (head.len == 0)
        return refuse_source(r, u->name, u->member, E_INVALID, msg("the file is empty (0 bytes)"),
                             e);
    struct source *s = source_new(r, u->name, u->member);
    s->format = r->p->format ? r->p->format : format_of(head, r->p->columns);
    if (s->format)
        return read_source(r, s, u, e);
    const char *what = sniff_foreign(head);
    if (u->member) {
        s->table = str_of(msg(what ? what : "no format that is read here"));
        r->foreign++;
        return give_last(r, NULL, s, e);
    }
    if (what)
        err_set(&s->ended, E_INVALID, "this is %s", msg(what));
    else
        err_set(
            &s->ended, E_INVALID,
            "this is no format that is read here; zhiyun import --help lists them, --format forces "
            "one");
    return give_last(r, NULL, s, e);
}

static err_t on_failed(void *arg, const char *name, err_t kind, struct str reason, struct err *e)
{
    struct reading_file *r = arg;
    char text[ERR_TEXT_MAX];
    snprintf(text, sizeof(text), "%.*s", STR_ARG(reason));
    return refuse_source(r, name, true, kind, text, e);
}

err_t produce_file(const struct producer *p, const char *path, struct err *e)
{
    char shown[PATH_BYTES_MAX];
    struct reading_file r = {.p = p, .path = path};
    struct unpacker u = {
        .content = on_content, .failed = on_failed, .arg = &r, .tmpdir = p->tmpdir};
    struct stream *s = NULL;
    struct err local = {0};
    err_t rc = stream_open_file(&s, p->fs, path, &local);

    if (p->shown.len) {
        snprintf(shown, sizeof(shown), "%.*s", STR_ARG(p->shown));
        r.path = path = shown;
    }
    if (rc != OK)
        return refuse_source(&r, path, false, rc, local.text, e);
    rc = unpack(&u, s, path, &local);
    if (rc == E_BUSY || rc == E_INTERNAL)
        return err_pass(e, rc, &local);
    if (rc != OK)
        return refuse_source(&r, path, false, rc, local.text, e);
    if (r.given == 0)
        return refuse_source(&r, path, false, E_INVALID, msg("the archive holds no file"), e);
    if (r.recognised == 0 && r.foreign > 0)
        return refuse_source(&r, path, false, E_INVALID,
                             msg("no file in the archive is of a format that is read here"), e);
    return OK;
}
