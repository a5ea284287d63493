/* The noun itself: defaults, names of its enumerations, identity, texts. */
#include "model/patent.h"

void patent_init(struct patent *p)
{
    p->times_cited = -1;
}

const char *party_role_name(enum party_role r)
{
    static const char *const names[PARTY_ROLES] = {"applicant", "assignee", "inventor", "agent",
                                                   "examiner"};
    return names[r];
}

const char *text_part_name(enum text_part p)
{
    static const char *const names[TEXT_PARTS] = {"title", "abstract", "claims", "first_claim",
                                                  "description"};
    return names[p];
}

#define NUMBERLESS "无号/"

bool patent_key_is_numberless(struct str key)
{
    return str_starts(key, STR(NUMBERLESS));
}

/* All that its source says of it: two records that differ in anything are two. */
static struct str digest_key(const struct patent *p, struct arena *a)
{
    char hex[SHA256_HEX_LEN + 1];
    struct buf json = {0};

    patent_to_json(&json, p);
    struct digest d = sha256_of(str_bytes(buf_str(&json)));
    buf_clear(&json);
    sha256_hex(hex, &d);
    return arena_printf(a, NUMBERLESS "sha256/%s", hex);
}

err_t patent_key(struct str *out, const struct patent *p, struct arena *a, struct err *e)
{
    if (p->publication.key.len) {
        *out = number_document_key(&p->publication, a);
    } else if (p->application.key.len) {
        *out = p->application.key;
    } else if (p->source_id.len) {
        *out = arena_printf(a, NUMBERLESS "%.*s/%.*s", STR_ARG(p->source), STR_ARG(p->source_id));
    } else {
        struct str title = patent_title(p, NULL);
        struct str abstract = patent_text(p, TEXT_ABSTRACT, NULL);
        if (title.len == 0 && abstract.len == 0)
            return err_set(e, E_INVALID,
                           "nothing identifies this record: it needs a number, an id, a title or "
                           "an abstract");
        *out = digest_key(p, a);
    }
    return OK;
}

/* Lower is better: the wanted language, then zh, en, any other; the document's
 * own words before a translation. */
static int text_order(const struct patent_text *t, const char *lang)
{
    int order = lang && str_is(t->lang, lang) ? 0
                : str_is(t->lang, "zh")       ? 2
                : str_is(t->lang, "en")       ? 4
                                              : 6;
    return order + t->translated;
}

struct str patent_text(const struct patent *p, enum text_part part, const char *lang)
{
    const struct patent_text *best = NULL;
    for (size_t i = 0; i < p->texts.len; i++) {
        const struct patent_text *t = &p->texts.ptr[i];
        if (t->part == part && t->content.len &&
            (!best || text_order(t, lang) < text_order(best, lang)))
            best = t;
    }
    return best ? best->content : STR_NONE;
}

bool patent_has_text(const struct patent *p, enum text_part part)
{
    for (size_t i = 0; i < p->texts.len; i++)
        if (p->texts.ptr[i].part == part)
            return true;
    return false;
}

struct party *patent_party(const struct patent *p, enum party_role role, size_t at)
{
    for (size_t i = 0; i < p->parties.len; i++)
        if (p->parties.ptr[i].role == role && at-- == 0)
            return &p->parties.ptr[i];
    return NULL;
}

struct str patent_title(const struct patent *p, const char *lang)
{
    return patent_text(p, TEXT_TITLE, lang);
}
