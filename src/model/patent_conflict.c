/* Compares a source with the shown record. A fact that one of them lacks is no conflict. */
#include "model/patent.h"

/* A title in another language is another text. */
static struct str title_otherwise(const struct patent *shown, const struct patent *source)
{
    for (size_t i = 0; i < source->texts.len; i++) {
        const struct patent_text *t = &source->texts.ptr[i];
        if (t->part != TEXT_TITLE || t->lang.len == 0)
            continue;
        for (size_t k = 0; k < shown->texts.len; k++) {
            const struct patent_text *s = &shown->texts.ptr[k];
            if (s->part == TEXT_TITLE && str_eq(s->lang, t->lang) &&
                s->translated == t->translated && !str_eq(s->content, t->content))
                return t->content;
        }
    }
    return STR_NONE;
}

static bool has_applicant(const struct patent *p, struct str name_key)
{
    for (size_t i = 0; i < p->parties.len; i++)
        if (p->parties.ptr[i].role == PARTY_APPLICANT &&
            str_eq(p->parties.ptr[i].name_key, name_key))
            return true;
    return false;
}

/* All applicants of the source if one of them is not shown; else empty. */
static struct str applicants_otherwise(const struct patent *shown, const struct patent *source,
                                       struct arena *a)
{
    struct str all = STR_NONE;
    bool other = false;
    for (size_t i = 0; i < source->parties.len; i++) {
        const struct party *p = &source->parties.ptr[i];
        if (p->role != PARTY_APPLICANT)
            continue;
        all = all.len ? arena_join(a, arena_join(a, all, STR("; ")), p->name) : p->name;
        other |= !has_applicant(shown, p->name_key);
    }
    return other && patent_party(shown, PARTY_APPLICANT, 0) ? all : STR_NONE;
}

static struct str date_otherwise(struct date shown, struct date source, struct arena *a)
{
    bool both = shown.year && source.year;
    bool same = shown.year == source.year &&
                (!shown.month || !source.month || shown.month == source.month) &&
                (!shown.day || !source.day || shown.day == source.day);
    return both && !same ? date_text(source, a) : STR_NONE;
}

static struct str status_otherwise(const struct patent *shown, const struct patent *source)
{
    if (source->status == STATUS_UNKNOWN || shown->status == STATUS_UNKNOWN ||
        shown->status == source->status)
        return STR_NONE;
    return str_of(patent_status_name(source->status));
}

size_t patent_conflicts(struct patent_fact out[PATENT_FACTS], const struct patent *shown,
                        const struct patent *source, struct arena *a)
{
    const struct patent_fact all[PATENT_FACTS] = {
        {"title", title_otherwise(shown, source)},
        {"applicant", applicants_otherwise(shown, source, a)},
        {"status", status_otherwise(shown, source)},
        {"publication_date", date_otherwise(shown->publication_date, source->publication_date, a)},
        {"application_date", date_otherwise(shown->application_date, source->application_date, a)},
        {"grant_date", date_otherwise(shown->grant_date, source->grant_date, a)},
    };
    size_t n = 0;
    for (size_t i = 0; i < PATENT_FACTS; i++)
        if (all[i].value.len)
            out[n++] = all[i];
    return n;
}
