/* Comparing two packs part by part. Their words differ anyway; what is compared is what
 * decides: tests, rules, dates, names, readings. */
#include "policy/pack_diff.h"
#include "policy/calendar.h"

struct differing {
    VEC(struct pack_difference) list;
    struct arena *arena;
};

static void note(struct differing *d, const char *part, struct str id, struct str one,
                 struct str two)
{
    if (!str_eq(one, two))
        VEC_PUSH(d->arena, &d->list, ((struct pack_difference){part, id, one, two}));
}

/* --- one part as one line ------------------------------------------------------------- */

static struct str criterion_text(const struct criterion *c, struct arena *a)
{
    struct str s = c->judged ? STR("judged") : c->test.text;
    if (c->part || c->advisory)
        s = arena_printf(a, "%.*s; %s", STR_ARG(s), c->part ? "part" : "advisory");
    if (c->never_fails)
        s = arena_printf(a, "%.*s; never_fails", STR_ARG(s));
    if (c->applies.text.len)
        s = arena_printf(a, "%.*s; applies: %.*s", STR_ARG(s), STR_ARG(c->applies.text));
    if (c->reason.text.len)
        s = arena_printf(a, "%.*s; reason: %.*s", STR_ARG(s), STR_ARG(c->reason.text));
    return s;
}

static struct str naming_text(const struct naming *n, struct arena *a)
{
    if (!n->given)
        return STR_NONE;
    struct str text = arena_printf(a, "%.*s{industry}%.*s", STR_ARG(n->before), STR_ARG(n->after));
    if (n->longest)
        text = arena_printf(a, "%.*s (%d)", STR_ARG(text), n->longest);
    for (size_t i = 0; i < n->level_count; i++)
        text = arena_printf(a, "%.*s; %.*s: %.*s", STR_ARG(text), STR_ARG(n->levels[i].level),
                            STR_ARG(naming_text(&n->levels[i], a)));
    return text;
}

static struct str questions_of(const struct pack *p, size_t criterion, struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t q = 0; q < p->questions.len; q++)
        for (size_t i = 0; i < p->questions.ptr[q].count; i++)
            if (p->questions.ptr[q].criteria[i] == criterion)
                all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), all.len ? " " : "",
                                   STR_ARG(p->questions.ptr[q].id));
    return all;
}

static struct str whole_criterion(const struct pack *p, size_t i, struct arena *a)
{
    return arena_printf(a, "%.*s: %.*s", STR_ARG(questions_of(p, i, a)),
                        STR_ARG(criterion_text(&p->criteria.ptr[i], a)));
}

/* --- parts ---------------------------------------------------------------------------- */

static void compare_criteria(struct differing *d, const struct pack *one, const struct pack *two)
{
    size_t at;
    for (size_t i = 0; i < one->criteria.len; i++) {
        struct str id = one->criteria.ptr[i].id;
        bool both = pack_find_criterion(&at, two, id);
        note(d, "criterion", id, whole_criterion(one, i, d->arena),
             both ? whole_criterion(two, at, d->arena) : STR_NONE);
    }
    for (size_t i = 0; i < two->criteria.len; i++)
        if (!pack_find_criterion(&at, one, two->criteria.ptr[i].id))
            note(d, "criterion", two->criteria.ptr[i].id, STR_NONE,
                 whole_criterion(two, i, d->arena));
}

static void compare_deadlines(struct differing *d, const struct pack *one, const struct pack *two)
{
    for (size_t i = 0; i < one->deadlines.len; i++) {
        const struct deadline_rule *x = &one->deadlines.ptr[i], *y = pack_deadline(two, x->id);
        note(d, "deadline", x->id, deadline_rule_text(x, d->arena),
             y ? deadline_rule_text(y, d->arena) : STR_NONE);
    }
    for (size_t i = 0; i < two->deadlines.len; i++)
        if (!pack_deadline(one, two->deadlines.ptr[i].id))
            note(d, "deadline", two->deadlines.ptr[i].id, STR_NONE,
                 deadline_rule_text(&two->deadlines.ptr[i], d->arena));
}

static void compare_ambiguities(struct differing *d, const struct pack *one, const struct pack *two)
{
    for (size_t i = 0; i < one->ambiguities.len; i++) {
        const struct ambiguity *x = &one->ambiguities.ptr[i], *y = pack_ambiguity(two, x->id);
        note(d, "ambiguity", x->id, x->reading, y ? y->reading : STR_NONE);
    }
    for (size_t i = 0; i < two->ambiguities.len; i++)
        if (!pack_ambiguity(one, two->ambiguities.ptr[i].id))
            note(d, "ambiguity", two->ambiguities.ptr[i].id, STR_NONE,
                 two->ambiguities.ptr[i].reading);
}

/* --- forms, processes and their like ---------------------------------------------------- */

/* The keys of a part on one line, without its quote (compared separately) and without its
 * children. */
static struct str part_line(const struct part *p, struct arena *a)
{
    static const char *const apart[] = {"id", "clause", "quote", "own", "note", "rows"};
    struct str all = STR_NONE;
    for (size_t i = 0; p->keys[i].name; i++) {
        const struct part_value *v = &p->values[i];
        bool skip = !v->given || p->keys[i].type == PART_ITEMS;
        for (size_t k = 0; k < ARRAY_LEN(apart); k++)
            skip |= strcmp(p->keys[i].name, apart[k]) == 0;
        if (skip)
            continue;
        struct str value = v->text;
        for (size_t w = 0; w < v->word_count; w++)
            value =
                arena_printf(a, "%.*s%s%.*s", STR_ARG(value), w ? ", " : "", STR_ARG(v->words[w]));
        all = arena_printf(a, "%.*s%s%s: %.*s", STR_ARG(all), all.len ? "; " : "", p->keys[i].name,
                           STR_ARG(value));
    }
    return all;
}

static struct str part_name(const struct part *p)
{
    return p->id.len                       ? p->id
           : part_value(p, "label")->given ? part_text(p, "label")
           : part_value(p, "word")->given  ? part_text(p, "word")
                                           : part_text(p, "what");
}

/* The counterpart of from[at] in `to`: of several with one label (联系方式), the one at the same
 * position. */
static const struct part *part_like(const struct part *to, size_t to_count, const struct part *from,
                                    size_t at)
{
    struct str name = part_name(&from[at]);
    size_t turn = 0;
    for (size_t i = 0; i < at; i++)
        turn += str_eq(part_name(&from[i]), name);
    for (size_t i = 0; i < to_count; i++)
        if (str_eq(part_name(&to[i]), name) && turn-- == 0)
            return &to[i];
    return NULL;
}

static void compare_parts(struct differing *d, const char *section, struct str path,
                          const struct part *one, size_t one_count, const struct part *two,
                          size_t two_count);

/* A part and what is in it; `y` NULL: the second has none. */
static void compare_part(struct differing *d, const char *section, struct str path,
                         const struct part *x, const struct part *y)
{
    struct str id = part_name(x);
    if (path.len)
        id = arena_printf(d->arena, "%.*s/%.*s", STR_ARG(path), STR_ARG(id));
    struct str line = part_line(x, d->arena);
    /* One that says nothing but its name is seen to be there all the same. */
    note(d, section, id, line.len || y ? line : part_name(x),
         y ? part_line(y, d->arena) : STR_NONE);
    for (size_t i = 0; y && x->keys[i].name; i++)
        compare_parts(d, section, id, x->values[i].items, x->values[i].item_count,
                      y->values[i].items, y->values[i].item_count);
}

static void compare_parts(struct differing *d, const char *section, struct str path,
                          const struct part *one, size_t one_count, const struct part *two,
                          size_t two_count)
{
    for (size_t i = 0; i < one_count; i++)
        compare_part(d, section, path, &one[i], part_like(two, two_count, one, i));
    for (size_t i = 0; i < two_count; i++) {
        size_t before = d->list.len;
        if (part_like(one, one_count, two, i))
            continue;
        compare_part(d, section, path, &two[i], NULL);
        for (; before < d->list.len; before++) { /* only the second has it */
            struct pack_difference *at = &d->list.ptr[before];
            *at = (struct pack_difference){at->part, at->id, at->two, at->one};
        }
    }
}

size_t pack_diff(const struct pack_difference **out, const struct pack *one, const struct pack *two,
                 struct arena *a)
{
    struct differing d = {.arena = a};
    const struct document *x = &one->document, *y = &two->document;
    note(&d, "document", STR("title"), x->title, y->title);
    note(&d, "document", STR("number"), x->number, y->number);
    note(&d, "document", STR("issued"), x->issued, y->issued);
    note(&d, "document", STR("effective"), x->effective, y->effective);
    note(&d, "document", STR("expires"), x->expires, y->expires);
    note(&d, "naming", STR("template"), naming_text(&one->naming, a), naming_text(&two->naming, a));
    compare_criteria(&d, one, two);
    compare_deadlines(&d, one, two);
    compare_ambiguities(&d, one, two);
    for (size_t s = 0; s < PART_SECTIONS; s++)
        compare_parts(&d, part_kinds[s].section, STR_NONE, one->parts[s].list.ptr,
                      one->parts[s].list.len, two->parts[s].list.ptr, two->parts[s].list.len);
    *out = d.list.ptr;
    return d.list.len;
}
