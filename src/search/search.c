/* One search: query or text → index → hits joined with their records. */
#include "search/search.h"
#include "base/limits.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "model/patent_store.h"
#include "search/asking.h"
#include "search/citers.h"
#include "search/document.h"
#include "search/export.h"
#include "search/families.h"
#include "search/filters.h"
#include "search/marks.h"
#include "search/match.h"
#include "search/names.h"
#include "search/translate.h"
#include <stdlib.h>

#define DEFAULT_HITS 10
#define FACET_ROWS 20

struct run {
    const struct search_request *q;
    struct asking session;
    const struct query *root, *filter;
    struct applicants *applicants;
    struct compiled plan; /* not of a match */
    const struct compiled_term *terms;
    size_t term_count;
    struct match match;
    struct citers citers;
    struct explainer *explainers[2]; /* of `root` and of the match's own words */
    bool is_match;
    enum index_kind kind;
    struct arena *a;
    struct err *e;
};

/* --- facets ---------------------------------------------------------------- */

static const struct {
    const char *name, *filter;
    enum column column;
} facet_columns[] = {{"office", "office", COLUMN_OFFICE},
                     {"type", "type", COLUMN_TYPE},
                     {"kind", "kind", COLUMN_KIND},
                     {"status", "status", COLUMN_STATUS},
                     {"year", "date", COLUMN_YEAR},
                     {"ipc3", "ipc", COLUMN_IPC3},
                     {"ipc4", "ipc", COLUMN_IPC4},
                     {"applicant", "standard_applicant", COLUMN_APPLICANT},
                     {"inventor", "inventor", COLUMN_INVENTOR},
                     {"region", "region", COLUMN_PROVINCE}};
#define FACETS ARRAY_LEN(facet_columns)

static bool is_name_column(enum column column)
{
    return column == COLUMN_APPLICANT || column == COLUMN_INVENTOR;
}

static int by_count(const void *l, const void *r)
{
    const struct facet_row *x = l, *y = r;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return str_cmp(x->value, y->value);
}

static struct str quoted(struct str value, struct arena *a)
{
    return arena_join_all(a, (struct str[]){STR("\""), value, STR("\"")}, 3);
}

/* Behind "kind=" a letter alone stands for all codes that begin with it. */
static struct str kind_value(struct str code, struct arena *a)
{
    return code.len == 1 ? quoted(code, a) : code;
}

/* A name as a filter takes it: a comma would part it, a star or quotation mark is none of it;
 * its key has neither of the latter. */
static struct str name_value(struct str shown, struct arena *a)
{
    struct str value = str_contains(shown, STR("\"")) || str_contains(shown, STR("*")) ||
                               str_contains(shown, STR("＊"))
                           ? name_key(shown, a)
                           : shown;
    return str_contains(value, STR(",")) || str_contains(value, STR("，")) ? quoted(value, a)
                                                                           : value;
}

static void plain_facet(struct facet *out, enum column column, const struct facet_result *result,
                        struct arena *a)
{
    struct facet_row *rows = arena_array(a, result->count + 1, sizeof(*rows));
    for (size_t i = 0; i < result->count; i++) {
        const struct facet_value *v = &result->values[i];
        rows[i].count = v->count;
        rows[i].value = v->value;
        if (column == COLUMN_YEAR)
            rows[i].value = v->number == 0 ? STR(NOT_KNOWN) : arena_printf(a, "%u", v->number);
        rows[i].label = value_label((int)column, rows[i].value, a);
        if (column == COLUMN_KIND)
            rows[i].value = kind_value(rows[i].value, a);
    }
    if (column == COLUMN_YEAR && result->count > 1)
        qsort(rows, result->count, sizeof(*rows), str_cmp_first);
    out->values = rows;
    out->count = result->count;
    out->distinct = result->distinct;
}

/* Names count by their key, whatever the spelling, applicants by that of all their names. */
static void name_facet(struct facet *out, struct run *r, enum column column,
                       const struct facet_result *found)
{
    struct names *names = names_new(column == COLUMN_APPLICANT ? r->applicants : NULL, r->a);
    struct facet_row *rows = arena_array(r->a, found->count + 1, sizeof(*rows));
    struct str *keys = arena_array(r->a, found->count + 1, sizeof(*keys));
    size_t count = 0;
    for (size_t i = 0; i < found->count; i++) { /* those of one key follow one another */
        const struct facet_value *v = &found->values[i];
        char text[CELL_TEXT_MAX];
        struct str key = {text, names_map(text, sizeof(text), v->value, 0, names)};
        if (i > 0 && v->number == v[-1].number)
            continue;
        keys[count] = arena_dup(r->a, key);
        rows[count++].count = v->count;
    }
    for (size_t i = 0; i < count; i++) {
        struct str shown = names_shown(names, keys[i]);
        rows[i].label = value_label((int)column, shown, r->a);
        rows[i].value = name_value(shown, r->a);
        names_united(&rows[i], names, keys[i]);
    }
    if (count > 1)
        qsort(rows, count, sizeof(*rows), by_count);
    out->values = rows;
    out->count = count < FACET_ROWS ? count : FACET_ROWS;
    out->distinct = found->distinct;
}

static void join_facets(struct search_reply *out, struct run *r, const struct search_result *found)
{
    struct facet *facets = arena_array(r->a, FACETS, sizeof(*facets));

    for (size_t i = 0; i < FACETS; i++) {
        enum column column = facet_columns[i].column;
        facets[i].name = str_of(facet_columns[i].name);
        facets[i].filter = str_of(facet_columns[i].filter);
        if (is_name_column(column))
            name_facet(&facets[i], r, column, &found->facets[i]);
        else
            plain_facet(&facets[i], column, &found->facets[i], r->a);
    }
    out->facets = facets;
    out->facet_count = FACETS;
}

static void facet_requests(struct facet_request *out, const struct run *r)
{
    for (size_t i = 0; i < FACETS; i++) {
        enum column column = facet_columns[i].column;
        out[i] = (struct facet_request){.column = (int)column,
                                        .top = column == COLUMN_YEAR ? 0 : FACET_ROWS,
                                        .key = column == COLUMN_APPLICANT  ? applicants_map
                                               : column == COLUMN_INVENTOR ? names_map
                                                                           : NULL,
                                        .own = applicants_map,
                                        .own_arg = r->applicants};
        if (column == COLUMN_APPLICANT)
            out[i].moved = applicants_moved(&out[i].moved_count, r->applicants);
    }
}

/* --- hits ------------------------------------------------------------------ */

static struct str applicants(const struct patent *p, struct arena *a)
{
    struct str all = STR_NONE;
    size_t count = 0;
    for (size_t i = 0; i < p->parties.len && count < 3; i++) {
        const struct party *party = &p->parties.ptr[i];
        if (party->role != PARTY_APPLICANT || party->name.len == 0)
            continue;
        all = count++ ? arena_printf(a, "%.*s; %.*s", STR_ARG(all), STR_ARG(party->name))
                      : party->name;
    }
    for (size_t i = 0; i < p->parties.len && count == 0; i++)
        if (p->parties.ptr[i].role == PARTY_ASSIGNEE) {
            all = p->parties.ptr[i].name;
            count++;
        }
    return all;
}

static struct str first_ipc(const struct patent *p)
{
    struct str first = STR_NONE;
    for (size_t i = 0; i < p->classes.len; i++) {
        const struct classification *c = &p->classes.ptr[i];
        if (c->scheme != CLASS_IPC)
            continue;
        if (c->symbol.position == 'F')
            return c->symbol.symbol;
        if (first.len == 0)
            first = c->symbol.symbol;
    }
    return first;
}

void search_describe(struct found *out, const struct patent *p, struct arena *a)
{
    *out = (struct found){.id = p->id};
    const struct number *n = p->publication.key.len > 0 ? &p->publication : &p->application;
    out->number = n->display;
    if (out->number.len == 0 && patent_key(&out->number, p, a, NULL) != OK)
        out->number = STR_NONE;
    out->title = patent_title(p, "zh");
    out->applicant = applicants(p, a);
    out->date = date_text(document_date(p), a);
    out->ipc = first_ipc(p);
    out->status = str_of(patent_status_name(p->status));
    out->status_label = value_label(COLUMN_STATUS, out->status, a);
    if (p->status == STATUS_UNKNOWN && str_eq_nocase(p->status_written, STR("alive")))
        out->status_label = str_of(msg(N_("in force or pending"))); /* Orbit says no more */
    out->status_date = date_text(patent_status_day(p), a);
    out->type = str_of(patent_type_name(p->type));
    out->type_label = value_label(COLUMN_TYPE, out->type, a);
    out->office = n->office;
    out->times_cited = p->times_cited;
    out->office_label = value_label(COLUMN_OFFICE, out->office, a);
}

static err_t explain_hit(const struct score_part **parts, size_t *count, struct run *r,
                         bool own_words, const struct hit *hit, struct arena *a)
{
    struct explainer **x = &r->explainers[own_words];
    err_t rc = *x ? OK
                  : explainer_new(x, r->session.snapshot, own_words ? r->match.direct : r->root,
                                  r->session.scratch, r->e);
    return rc == OK ? index_explain(parts, count, *x, hit, a, r->e) : rc;
}

static err_t explain(struct found *out, struct run *r, const struct hit *hit,
                     const struct patent *p, struct arena *a)
{
    const struct score_part *parts;
    size_t count = 0;
    bool languages[LANGUAGES];
    patent_languages(languages, p);
    bool own_words = r->match.direct && languages[r->match.language];
    err_t rc = explain_hit(&parts, &count, r, own_words, hit, a);
    const struct citer_gain *cited = citers_find(&r->citers, (int64_t)hit->id);
    struct reason citer = {.kind = STR("citer")};
    if (rc == OK && cited) {
        citer.weight = (double)cited->gain;
        rc = patent_number(&citer.value, r->session.db, cited->citer, a, r->e);
    }
    if (rc == OK)
        out->similarity = match_similarity(&r->match, parts, count);
    if (rc == OK && r->q->reasons)
        match_reasons(out, &r->match, parts, count, &citer, p, a);
    return rc;
}

/* Copies what `f` borrows. */
static void found_copy(struct found *f, struct arena *a)
{
    struct str *const texts[] = {&f->number,       &f->title,      &f->applicant,
                                 &f->date,         &f->ipc,        &f->status,
                                 &f->type,         &f->office,     &f->status_date,
                                 &f->status_label, &f->type_label, &f->office_label};
    struct highlight *highlights = arena_array(a, f->highlight_count + 1, sizeof(*highlights));
    struct reason *reasons = arena_array(a, f->reason_count + 1, sizeof(*reasons));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i] = arena_dup(a, *texts[i]);
    for (size_t i = 0; i < SEARCH_COLUMNS; i++)
        f->cells[i] = arena_dup(a, f->cells[i]);
    for (size_t i = 0; i < f->highlight_count; i++) {
        struct highlight *h = &highlights[i];
        *h = f->highlights[i];
        h->text = arena_dup(a, h->text);
        h->marks = (const struct mark *)(const void *)arena_dup(
                       a, (struct str){(const char *)h->marks, h->mark_count * sizeof(*h->marks)})
                       .ptr;
    }
    for (size_t i = 0; i < f->reason_count; i++) {
        reasons[i] = f->reasons[i];
        reasons[i].value = arena_dup(a, reasons[i].value);
    }
    f->highlights = highlights;
    f->reasons = reasons;
}

/* One hit with its record; what it takes to read that is gone with `one`. */
static err_t join_hit(struct found *out, struct run *r, const struct hit *hit,
                      const struct marker *marker, struct arena *one)
{
    struct patent p;
    struct err why = {0};
    err_t rc = asking_db(&r->session, r->e);
    if (rc != OK)
        return rc;
    const struct patent *known =
        answer_of(r->match.answers, r->match.answer_count, (int64_t)hit->id);
    if (known)
        p = *known;
    else
        rc = patent_get(&p, r->session.db, (int64_t)hit->id, one, &why);
    if (rc != OK)
        return rc == E_NOTFOUND ? rc : err_pass(r->e, rc, &why);
    search_describe(out, &p, one);
    search_cells(out, &p, one);
    marker_run(&out->highlights, &out->highlight_count, marker, &p, one);
    if (r->is_match)
        rc = explain(out, r, hit, &p, one);
    found_copy(out, r->a);
    return rc;
}

/* Near records of the text's own language may come behind the first hits. */
static err_t any_near(bool *near, struct run *r)
{
    const struct query *own = r->match.direct ? r->match.direct : r->root;
    double least = r->match.language == LANGUAGE_CHINESE ? MATCH_NEAR_CHINESE : MATCH_NEAR;
    struct search_options o = {
        .k = MATCH_NEAR_HITS, .filter = r->filter, .scratch = r->session.scratch};
    struct search_result found;
    err_t rc = index_search(&found, r->session.snapshot, own, &o, r->a, r->e);
    for (size_t i = 0; rc == OK && i < found.hit_count && !*near; i++) {
        const struct score_part *parts;
        size_t count;
        rc = explain_hit(&parts, &count, r, r->match.direct != NULL, &found.hits[i], r->a);
        *near = rc == OK && match_similarity(&r->match, parts, count) >= least;
    }
    return rc;
}

static struct str untranslated_note(const struct run *r)
{
    struct buf words = {0};
    for (size_t i = 0; i < r->match.untranslated_count; i++)
        buf_addf(&words, "%s%.*s", i > 0 ? ", " : "", STR_ARG(r->match.untranslated[i]));
    struct str note = arena_printf(r->a,
                                   msg("no translation is known of these words, records in the "
                                       "other language are not found by them: %.*s"),
                                   (int)words.len, words.ptr);
    buf_clear(&words);
    return note;
}

static err_t join_hits(struct search_reply *out, struct run *r, const struct search_result *found,
                       const uint64_t *others)
{
    struct found *hits = arena_array(r->a, found->hit_count + 1, sizeof(*hits));
    struct marker *marker = marker_new(r->terms, r->term_count, r->kind, r->a);
    struct arena *one = arena_new();
    bool near = false;
    size_t count = 0;
    err_t rc = OK;

    for (size_t i = 0; i < found->hit_count && rc == OK; i++) {
        struct found *f = &hits[count];
        *f = (struct found){0};
        if (!r->q->ids_only)
            rc = join_hit(f, r, &found->hits[i], marker, one);
        arena_reset(one);
        f->id = (int64_t)found->hits[i].id;
        f->score = (double)found->hits[i].score;
        f->others = others ? others[i] : 0;
        count += rc == OK;
        rc = rc == E_NOTFOUND ? OK : rc; /* removed; the index has not heard of it yet */
    }
    arena_free(one);
    out->hits = hits;
    out->hit_count = count;
    if (rc != OK || !r->is_match || r->q->offset > 0 || r->q->ids_only || count == 0)
        return rc;
    for (size_t i = 0; i < count && i < MATCH_NEAR_HITS; i++)
        near |= hits[i].similarity >= MATCH_NEAR;
    if (!near)
        rc = any_near(&near, r);
    out->nothing_near = !near;
    if (r->match.untranslated_count > 0 && !r->match.own)
        out->note = untranslated_note(r);
    return rc;
}

/* --- the run --------------------------------------------------------------- */

static struct run run_of(const struct search_request *q, struct arena *a, struct err *e)
{
    return (struct run){.q = q,
                        .applicants = applicants_new(q->records.groups, q->records.group_count, a),
                        .is_match = q->text.len > 0,
                        .a = a,
                        .e = e};
}

static void run_end(struct run *r)
{
    explainer_free(r->explainers[0]);
    explainer_free(r->explainers[1]);
    asking_end(&r->session);
}

/* The request's filters, and of a match the one on dates. Records without a date stay: it is not
 * known that they are later. */
static struct filters filters_of(struct run *r)
{
    const struct search_request *q = r->q;
    struct filters out = {q->filters,  q->filter_count, q->records,  r->applicants,
                          &r->session, q->keys,         q->key_count};
    if (!r->is_match || q->before.len == 0)
        return out;
    struct str *all = arena_array(r->a, out.count + 1, sizeof(*all));
    if (out.count > 0)
        memcpy(all, q->filters, out.count * sizeof(*all));
    all[out.count++] = arena_printf(r->a, "date!=>=%.*s", STR_ARG(q->before));
    out.all = all;
    return out;
}

static err_t make_query(struct run *r)
{
    err_t rc;

    if (!r->is_match) {
        struct filters filters = filters_of(r);
        rc = compile_query(&r->plan, r->q->query, r->kind, &filters, r->a, r->e);
        r->root = r->plan.root;
        r->terms = r->plan.terms;
        r->term_count = r->plan.term_count;
        return rc;
    }
    if (!r->session.snapshot)
        return OK;
    if ((rc = asking_db(&r->session, r->e)) != OK)
        return rc;
    rc = match_make(&r->match, r->q, r->filter, &r->session, r->a, r->e);
    if (rc == OK) {
        r->root = r->match.root;
        r->terms = match_terms(&r->term_count, &r->match, r->a);
    }
    return rc;
}

/* --- nothing found ---------------------------------------------------------- */

#define HINTS_MAX 20 /* words, and filters, that are counted */

static err_t count_all(uint64_t *out, struct run *r, const struct query *q,
                       const struct query *filter)
{
    struct search_result found;
    struct search_options o = {.total = true, .filter = filter, .scratch = r->session.scratch};
    err_t rc = index_search(&found, r->session.snapshot, q, &o, r->a, r->e);
    *out = found.total;
    return rc;
}

/* The search without filter number `without`. */
static err_t count_without(uint64_t *out, struct run *r, size_t without)
{
    struct filters filters = filters_of(r);
    struct str *others = arena_array(r->a, filters.count, sizeof(*others));
    const struct query *filter;
    size_t count = 0;
    for (size_t i = 0; i < filters.count; i++)
        if (i != without)
            others[count++] = filters.all[i];
    filters.all = others;
    filters.count = count;
    err_t rc = filters_query(&filter, &filters, r->a, r->e);
    return rc == OK ? count_all(out, r, r->root, filter) : rc;
}

/* The Chinese words that are written together in a word that is in no record. */
static err_t hint_inner(struct search_hint *hints, size_t *count, struct run *r, struct str text)
{
    struct filters filters = filters_of(r);
    size_t inner;
    const struct word *words = words_split(&inner, text, asking_words(&r->session), r->a);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < inner && *count < HINTS_MAX; i++) {
        struct compiled plan;
        struct str word = {text.ptr + words[i].from, words[i].to - words[i].from};
        if (words[i].inner || words[i].characters < 2 || words[i].function || word.len == text.len)
            continue;
        if ((rc = compile_query(&plan, word, r->kind, &filters, r->a, r->e)) != OK ||
            (rc = count_all(&hints[*count].count, r, plan.root, NULL)) != OK)
            return rc;
        hints[(*count)++].text = word;
    }
    return rc;
}

/* Which word is in no record, and which filter leaves nothing. */
static err_t give_hints(struct search_reply *out, struct run *r)
{
    size_t words = 0;
    size_t filters = r->q->filter_count < HINTS_MAX ? r->q->filter_count : HINTS_MAX;
    struct search_hint *hints = arena_array(r->a, HINTS_MAX + filters, sizeof(*hints));
    err_t rc = OK;

    for (size_t i = 0; i < r->plan.word_count && words < HINTS_MAX && rc == OK; i++) {
        struct search_hint *hint = &hints[words++];
        hint->text = r->plan.words[i].text;
        rc = count_all(&hint->count, r, &r->plan.words[i].query, NULL);
        if (rc == OK && hint->count == 0 && !str_contains(hint->text, STR(":")))
            rc = hint_inner(hints, &words, r, hint->text);
    }
    for (size_t i = 0; i < filters && rc == OK; i++) {
        hints[words + i].text = r->q->filters[i];
        rc = count_without(&hints[words + i].count, r, i);
    }
    out->words = hints;
    out->word_count = words;
    out->filters = hints + words;
    out->filter_count = filters;
    return rc;
}

#define LACKING_MAX 20 /* numbers that a note names */

/* Which numbers of a list no record has. */
static err_t numbers_note(struct str *note, struct run *r)
{
    const struct compiled *plan = &r->plan;
    size_t keys = 0, lacking = 0;
    struct str named = STR_NONE;

    for (size_t i = 0; i < plan->number_count; i++)
        keys += plan->numbers[i].count;
    bool *held = arena_array(r->a, keys + 1, sizeof(*held));
    err_t rc = index_holds(held, r->session.snapshot, plan->keys, keys, r->a, r->e);
    for (size_t i = 0; rc == OK && i < plan->number_count; i++) {
        const struct compiled_number *n = &plan->numbers[i];
        bool has = false;
        for (size_t k = 0; k < n->count; k++)
            has |= held[n->first + k];
        if (has)
            continue;
        if (lacking++ < LACKING_MAX)
            named = arena_join_all(
                r->a,
                (struct str[]){named, named.len ? STR(", ") : STR_NONE, utf8_cut(n->text, 64)}, 3);
    }
    if (lacking > 0)
        *note = arena_printf(r->a, msg("%zu of %zu numbers are not here: %.*s%s"), lacking,
                             plan->number_count, STR_ARG(named), lacking > LACKING_MAX ? " …" : "");
    return rc;
}

static enum search_order order_of(enum search_sort sort)
{
    return sort == SORT_OLDEST      ? ORDER_RISING
           : sort == SORT_RELEVANCE ? ORDER_SCORE
                                    : ORDER_FALLING;
}

static const char *column_of(enum search_sort sort)
{
    return patent_schema.columns[sort == SORT_CITED ? COLUMN_CITED : COLUMN_DATE].name;
}

err_t search_sort_parse(enum search_sort *out, struct str word, struct err *e)
{
    static const char *const words[] = {[SORT_RELEVANCE] = "relevance",
                                        [SORT_OLDEST] = "date",
                                        [SORT_NEWEST] = "-date",
                                        [SORT_CITED] = "-cited"};
    *out = SORT_RELEVANCE;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(word, words[i])) {
            *out = (enum search_sort)i;
            return OK;
        }
    return word.len == 0
               ? OK
               : err_set(e, E_INVALID, "sort: \"%.*s\" is none of relevance, date, -date, -cited",
                         STR_ARG(word));
}

struct str search_before(struct str given, struct str today)
{
    return given.len == 0 ? today : str_is(given, SEARCH_ANY_DATE) ? STR_NONE : given;
}

static void page_cut(struct search_result *found, size_t offset, size_t k)
{
    size_t from = offset < found->hit_count ? offset : found->hit_count;
    found->hits += from;
    found->hit_count -= from;
    if (found->hit_count > k)
        found->hit_count = k;
}

static size_t hits_upto(const struct search_options *o)
{
    return o->k > SIZE_MAX - o->offset ? SIZE_MAX : o->k + o->offset;
}

/* Scores records that have texts in the text's language by the text's own words alone. Records with
 * texts in both languages hold a word and its translation, which would be counted twice. */
static err_t hits_find_both(struct search_result *found, struct run *r,
                            const struct search_options *o)
{
    const struct snapshot *s = r->session.snapshot;
    if (!r->match.direct || o->order != ORDER_SCORE)
        return index_search(found, s, r->root, o, r->a, r->e);
    const struct query key = language_query(r->match.language, r->a);
    struct query parts[2] = {key, o->filter ? *o->filter : (struct query){.op = QUERY_ALL}};
    struct query both = {.op = QUERY_AND, .children = parts, .child_count = 2};
    struct search_options count = *o, hits = *o;
    struct search_result some[2] = {0};
    count.k = count.offset = 0;
    hits.k = hits_upto(o);
    hits.offset = 0;
    hits.total = false;
    hits.facet_count = 0;
    hits.filter = &both;
    *found = (struct search_result){0};
    err_t rc = OK;
    if (o->total || o->facet_count > 0)
        rc = index_search(found, s, r->root, &count, r->a, r->e);
    if (rc == OK)
        rc = index_search(&some[0], s, r->match.direct, &hits, r->a, r->e);
    parts[0] = (struct query){.op = QUERY_NOT, .children = &key, .child_count = 1};
    if (rc == OK)
        rc = index_search(&some[1], s, r->root, &hits, r->a, r->e);
    if (rc != OK)
        return rc;
    struct hit *all = arena_array(r->a, some[0].hit_count + some[1].hit_count + 1, sizeof(*all));
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < some[i].hit_count; k++)
            all[found->hit_count++] = some[i].hits[k];
    qsort(all, found->hit_count, sizeof(*all), hit_order);
    found->hits = all;
    page_cut(found, o->offset, o->k);
    return OK;
}

/* The hits of a match in the order that its citers give. */
static err_t match_find(struct search_result *found, struct run *r, const struct search_options *o)
{
    struct search_options all = *o;
    err_t rc;

    all.offset = 0;
    all.k = hits_upto(o);
    if (all.k < CITERS_FIRST)
        all.k = CITERS_FIRST;
    if ((rc = hits_find_both(found, r, &all)) != OK || (rc = asking_db(&r->session, r->e)) != OK)
        return rc;
    rc = citers_apply(found, &r->citers, r->root, &all, r->q->own, &r->session, r->a, r->e);
    page_cut(found, o->offset, o->k);
    return rc;
}

static err_t documents_find(struct search_result *found, struct run *r,
                            const struct search_options *o)
{
    if (r->is_match && r->match.cites && o->order == ORDER_SCORE)
        return match_find(found, r, o);
    return hits_find_both(found, r, o);
}

#define DOCUMENTS_FIRST 100

/* The first documents in order have the first families: takes more until they are enough. */
static err_t families_find(struct search_result *found, struct run *r,
                           const struct search_options *o)
{
    struct search_options all = *o;
    size_t want = hits_upto(o);
    bool whole = false;
    err_t rc = OK;

    all.offset = 0;
    all.total = false;
    found->hit_count = 0;
    for (all.k = DOCUMENTS_FIRST; rc == OK && !whole && found->hit_count < want;) {
        all.k = all.k < want ? want : all.k;
        all.k = all.k > SIZE_MAX / 3 ? SIZE_MAX : all.k * 3;
        rc = documents_find(found, r, &all);
        whole = found->hit_count < all.k;
        if (rc == OK)
            rc = families_keep(found, r->session.snapshot, want, r->a, r->e);
    }
    page_cut(found, o->offset, o->k);
    return rc;
}

/* Makes the query and finds its hits; finds nothing where there is no index. */
static err_t hits_find(struct search_result *found, struct run *r, struct search_options *o,
                       bool families)
{
    struct filters filters = filters_of(r);
    err_t rc = filters_query(&r->filter, &filters, r->a, r->e);
    if (rc != OK)
        return rc;
    o->filter = r->filter;
    o->scratch = r->session.scratch;
    if ((rc = make_query(r)) != OK || !r->session.snapshot)
        return rc;
    return families ? families_find(found, r, o) : documents_find(found, r, o);
}

static err_t answer(struct search_reply *out, struct run *r)
{
    struct facet_request facets[FACETS];
    struct search_result found = {0};
    struct match_totals totals;
    uint64_t *others = NULL;
    size_t k = r->q->k ? r->q->k : DEFAULT_HITS;
    err_t rc;

    if (k > RESULTS_MAX && !r->q->ids_only)
        return err_set(r->e, E_INVALID, "%zu results are more than %d at once; ask page by page", k,
                       RESULTS_MAX);
    struct search_options o = {.k = k,
                               .offset = r->q->offset,
                               .order = order_of(r->q->sort),
                               .then_by = column_of(r->q->sort),
                               .matcher = r->q->matcher,
                               .total = true,
                               .facets = facets,
                               .facet_count = r->q->facets ? FACETS : 0};
    facet_requests(facets, r);
    if ((rc = hits_find(&found, r, &o, r->q->families)) != OK || !r->session.snapshot)
        return rc;
    out->total = found.total;
    if (r->q->families) {
        others = arena_array(r->a, found.hit_count + 1, sizeof(*others));
        rc = families_count(&totals, others, &found, r->session.snapshot, r->root, r->filter,
                            r->session.scratch, r->a, r->e);
        out->total = totals.documents;
        out->families = totals.groups;
    }
    if (rc != OK || (rc = join_hits(out, r, &found, others)) != OK)
        return rc;
    if (r->plan.number_count > 0 && !r->q->ids_only && (rc = numbers_note(&out->note, r)) != OK)
        return rc;
    if (out->total == 0 && !r->is_match && (rc = give_hints(out, r)) != OK)
        return rc;
    if (r->q->facets)
        join_facets(out, r, &found);
    return OK;
}

/* --- similar records --------------------------------------------------------- */

#define SIMILAR_TEXT_BYTES ((size_t)64 << 10) /* says what a record is about */

struct date search_priority(const struct patent *p)
{
    struct date first = {0};
    for (size_t i = 0; i < p->priorities.len; i++) {
        struct date d = p->priorities.ptr[i].date;
        if (d.year && (!first.year || date_number(d) < date_number(first)))
            first = d;
    }
    return first;
}

/* The day before which others are prior art to it; empty: not known. */
static struct str prior_to(const struct patent *p, struct arena *a)
{
    struct date first = search_priority(p), filed = p->application_date;
    if (filed.year && (!first.year || date_number(filed) < date_number(first)))
        first = filed;
    return date_text(first.year ? first : document_date(p), a);
}

static err_t similar_ask(struct search_request *q, struct searcher *s, int64_t id, struct arena *a,
                         struct err *e)
{
    static const enum text_part parts[] = {TEXT_TITLE, TEXT_ABSTRACT, TEXT_CLAIMS,
                                           TEXT_FIRST_CLAIM};
    struct asking session;
    struct patent *p = arena_alloc(a, sizeof(*p));
    err_t rc = asking_begin(&session, s, e);
    if (rc == OK)
        rc = asking_db(&session, e);
    if (rc == OK)
        rc = patent_get(p, session.db, id, a, e);
    asking_end(&session);
    q->own = p;
    q->text = STR_NONE;
    if (rc != OK)
        return rc;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        q->text =
            arena_join_all(a, (struct str[]){q->text, document_text(p, parts[i], a), STR("\n")}, 3);
    q->text = utf8_cut(q->text, SIMILAR_TEXT_BYTES);
    if (q->before.len == 0)
        q->before = prior_to(p, a);
    else if (str_is(q->before, SEARCH_ANY_DATE))
        q->before = STR_NONE;
    return OK;
}

/* Its own text answers best, but for records that say the same. */
static void leave_out(struct search_reply *r, int64_t id, size_t k, struct arena *a)
{
    struct found *hits = arena_array(a, r->hit_count + 1, sizeof(*hits));
    size_t count = 0;
    for (size_t i = 0; i < r->hit_count; i++) {
        if (r->hits[i].id == id)
            r->total--;
        else if (count < k)
            hits[count++] = r->hits[i];
    }
    r->hits = hits;
    r->hit_count = count;
}

err_t search_similar(struct search_reply *out, struct searcher *s, struct search_request *q,
                     int64_t id, struct arena *a, struct err *e)
{
    size_t k = q->k;
    q->reasons = true;
    q->k = k < RESULTS_MAX ? k + 1 : k;
    *out = (struct search_reply){0};
    err_t rc = similar_ask(q, s, id, a, e);
    if (rc != OK || str_trim(q->text).len == 0)
        return rc;
    if ((rc = search_run(out, s, q, a, e)) == OK)
        leave_out(out, id, k, a);
    return rc;
}

/* --- all hits --------------------------------------------------------------- */

#define LENT_FOR 1000 /* records read before the connection is lent to others */

static err_t visit_all(struct run *r, search_visit visit, void *arg)
{
    struct search_result found = {0};
    struct search_options o = {
        .k = SIZE_MAX, .order = order_of(r->q->sort), .then_by = column_of(r->q->sort)};
    err_t rc = hits_find(&found, r, &o, false);
    struct arena *one = arena_new();
    for (size_t i = 0; i < found.hit_count && rc == OK; i++) {
        struct patent p;
        struct err why = {0};
        arena_reset(one);
        if (i % LENT_FOR == 0)
            asking_db_put(&r->session);
        if ((rc = asking_db(&r->session, r->e)) != OK)
            break;
        rc = patent_get(&p, r->session.db, (int64_t)found.hits[i].id, one, &why);
        if (rc == OK)
            rc = visit(arg, &p, &why);
        if (rc == E_NOTFOUND) /* removed; the index has not heard of it yet */
            rc = OK;
        else if (rc != OK)
            rc = err_pass(r->e, rc, &why);
    }
    arena_free(one);
    return rc;
}

err_t search_each(struct searcher *s, const struct search_request *q, search_visit visit, void *arg,
                  struct arena *a, struct err *e)
{
    struct run r = run_of(q, a, e);
    err_t rc = asking_begin(&r.session, s, e);
    if (rc == OK && r.session.snapshot)
        r.kind = kind_of(snapshot_schema(r.session.snapshot));
    if (rc == OK)
        rc = asking_outcome(&r.session, visit_all(&r, visit, arg));
    run_end(&r);
    return rc;
}

err_t search_number(struct searcher *s, struct str number, search_visit visit, void *arg,
                    struct arena *a, struct err *e)
{
    struct str filter = arena_printf(a, "number=%.*s", STR_ARG(number));
    const struct search_request q = {.filters = &filter, .filter_count = 1, .sort = SORT_NEWEST};
    return search_each(s, &q, visit, arg, a, e);
}

/* A filter on a whole name that nobody bears is most often a part of one. */
static struct str name_note(const struct search_request *q, struct arena *a)
{
    for (size_t i = 0; i < q->filter_count; i++) {
        struct str filter = q->filters[i];
        size_t equals = str_find(filter, STR("="), 0);
        struct str name = {filter.ptr, equals < filter.len ? equals : 0};
        const struct attribute *at = attribute_find(name);
        if (!at || (at->kind != ATTRIBUTE_PARTY && at->kind != ATTRIBUTE_STANDARD) ||
            str_contains(filter, STR("*")))
            continue;
        struct str value = {filter.ptr + equals + 1, filter.len - equals - 1};
        return arena_printf(a, msg("no %s has exactly this name; %s=*%.*s* finds names with it"),
                            at->name, at->name, STR_ARG(value));
    }
    return STR_NONE;
}

err_t search_run(struct search_reply *out, struct searcher *s, const struct search_request *q,
                 struct arena *a, struct err *e)
{
    struct run r = run_of(q, a, e);
    err_t rc;

    *out = (struct search_reply){.by_families = q->families};
    if ((rc = asking_begin(&r.session, s, e)) == OK) {
        if (r.session.snapshot)
            r.kind = kind_of(snapshot_schema(r.session.snapshot));
        rc = asking_outcome(&r.session, answer(out, &r));
    }
    out->before = q->before;
    struct str behind = rc == OK && !q->ids_only ? asking_note(&r.session, a) : STR_NONE;
    if (behind.len > 0)
        out->note = out->note.len == 0
                        ? behind
                        : arena_join_all(a, (struct str[]){behind, STR("; "), out->note}, 3);
    if (rc == OK && out->total == 0 && out->note.len == 0)
        out->note = name_note(q, a);
    if (rc == OK)
        out->ms = asking_ms(&r.session);
    run_end(&r);
    return rc;
}
