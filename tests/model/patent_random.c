/* Random patents for property tests. Texts are put together from pieces that break
 * code (quotes, controls, four-byte characters, markup), and serials come from a
 * small pool, since records that never meet would test nothing of merging. */
#include "model/patent_random.h"

static bool chance(struct rand *r, unsigned percent)
{
    return rand_below(r, 100) < percent;
}

static struct str random_text(struct rand *r, unsigned words, struct arena *a)
{
    static const char *const pieces[] = {"电池", "lens", "\"quoted\"", "波導", "é", "𠮷",
                                         "\n",   "\\",   "\t",         "/",    "0", "H01M",
                                         " ",    "\x01", "</b>",       "—"};
    struct str s = STR("");
    for (unsigned n = 1 + rand_below(r, words); n > 0; n--)
        s = arena_join(a, s, str_of(pieces[rand_below(r, (uint32_t)ARRAY_LEN(pieces))]));
    return s;
}

static struct str maybe_text(struct rand *r, unsigned percent, struct arena *a)
{
    return chance(r, percent) ? random_text(r, 6, a) : STR_NONE;
}

static struct date random_date(struct rand *r, unsigned percent)
{
    struct date d = {0};
    if (!chance(r, percent))
        return d;
    d.year = 1985 + (int)rand_below(r, 40);
    d.month = chance(r, 90) ? 1 + (int)rand_below(r, 12) : 0;
    d.day = d.month && chance(r, 90) ? 1 + (int)rand_below(r, 28) : 0;
    return d;
}

static struct number random_publication(struct rand *r, unsigned pool, struct arena *a)
{
    static const char *const kinds[] = {"A", "B", "U", "A1", "A2", "A8", "", ""};
    struct number n;
    const char *kind = kinds[rand_below(r, (uint32_t)ARRAY_LEN(kinds))];
    /* Of China A is a kind of its own, of the EPO it lacks its digit. */
    struct str text = chance(r, 50) ? arena_printf(a, "CN10%07u%s", rand_below(r, pool), kind)
                                    : arena_printf(a, "EP10%05u%s", rand_below(r, pool), kind);
    (void)number_parse(&n, text, NUMBER_PUBLICATION, STR("CN"), a); /* it holds digits */
    return n;
}

static struct number random_application(struct rand *r, unsigned pool, struct arena *a)
{
    struct number n;
    struct str serial = arena_printf(a, "2014%08u", rand_below(r, pool));
    char right = number_cn_check_digit(serial);
    struct str text = serial;
    if (chance(r, 70)) /* some of them wrong */
        text = arena_printf(a, "%.*s.%c", STR_ARG(serial), chance(r, 80) ? right : '3');
    (void)number_parse(&n, text, NUMBER_APPLICATION, STR("CN"), a); /* it holds digits */
    return n;
}

static struct number odd_number(struct rand *r, struct arena *a)
{
    return (struct number){
        .use = (enum number_use)rand_below(r, 3),
        .office = maybe_text(r, 50, a),
        .serial = maybe_text(r, 50, a),
        .kind = maybe_text(r, 50, a),
        .check_digit = maybe_text(r, 20, a),
        .check = (enum number_check)rand_below(r, 3),
        .written = maybe_text(r, 50, a),
        .key = maybe_text(r, 50, a),
        .display = maybe_text(r, 50, a),
    };
}

static void random_numbers(struct patent *p, struct rand *r, unsigned pool, struct arena *a)
{
    unsigned what = rand_below(r, 10);
    if (what < 8)
        p->publication = random_publication(r, pool, a);
    if (what > 5 && what < 9)
        p->application = random_application(r, pool, a);
    if (what == 9)
        p->source_id = arena_printf(a, "id%u", rand_below(r, pool));
    if (chance(r, 20))
        p->earliest = random_publication(r, pool, a);
}

static void random_lists(struct patent *p, struct rand *r, unsigned pool, struct arena *a)
{
    static const char *const symbols[] = {"H01M10/052", "G02B27/01", "H01M", "14-02"};
    for (unsigned n = rand_below(r, 4); n > 0; n--) {
        struct str name = random_text(r, 2, a);
        VEC_PUSH(a, &p->parties,
                 (struct party){.role = (enum party_role)rand_below(r, PARTY_ROLES),
                                .name = name,
                                .name_key = name_key(name, a),
                                .country = maybe_text(r, 20, a),
                                .address = maybe_text(r, 20, a)});
    }
    for (unsigned n = rand_below(r, 4); n > 0; n--)
        VEC_PUSH(a, &p->classes,
                 (struct classification){.scheme = (enum class_scheme)rand_below(r, CLASS_SCHEMES),
                                         .symbol = {.symbol = str_of(symbols[rand_below(r, 4)]),
                                                    .version = maybe_text(r, 20, a),
                                                    .position = "FL\0"[rand_below(r, 3)],
                                                    .value = "IN\0"[rand_below(r, 3)]}});
    for (unsigned n = rand_below(r, 3); n > 0; n--)
        VEC_PUSH(a, &p->citations,
                 (struct citation){.number = chance(r, 50) ? random_publication(r, pool, a)
                                                           : (struct number){0},
                                   .text = random_text(r, 3, a),
                                   .category = maybe_text(r, 50, a),
                                   .citing_us = chance(r, 30)});
    for (unsigned n = rand_below(r, 3); n > 0; n--)
        VEC_PUSH(a, &p->events,
                 (struct legal_event){.date = random_date(r, 80), .code = random_text(r, 1, a)});
    for (unsigned n = rand_below(r, 2); n > 0; n--)
        VEC_PUSH(a, &p->priorities,
                 (struct priority){.number = odd_number(r, a), .date = random_date(r, 50)});
    for (unsigned n = rand_below(r, 2); n > 0; n--)
        VEC_PUSH(a, &p->family_members, odd_number(r, a));
    for (unsigned n = rand_below(r, 2); n > 0; n--)
        VEC_PUSH(
            a, &p->vendor,
            (struct vendor_field){.name = random_text(r, 1, a), .value = random_text(r, 2, a)});
    if (chance(r, 20))
        VEC_PUSH(a, &p->sei, random_text(r, 1, a));
}

void patent_random(struct patent *out, struct rand *r, unsigned pool, struct arena *a)
{
    static const char *const sources[] = {
        "docdb", "uspto", "patentscope", "table:a.xlsx", "table:b.csv", "citation", ""};
    static const char *const langs[] = {"zh", "en", ""};
    *out = (struct patent){0};
    patent_init(out);
    out->source = str_of(sources[rand_below(r, (uint32_t)ARRAY_LEN(sources))]);
    if (chance(r, 70)) /* in which file of that source */
        out->file_number = 1 + (int64_t)rand_below(r, 3);
    random_numbers(out, r, pool, a);
    if (chance(r, 20))
        out->source_id = arena_printf(a, "id%u", rand_below(r, 3));
    out->as_of = random_date(r, 20);
    out->publication_date = random_date(r, 60);
    out->application_date = random_date(r, 60);
    out->grant_date = random_date(r, 30);
    out->family = maybe_text(r, 20, a);
    for (unsigned n = 1 + rand_below(r, 3); n > 0; n--)
        VEC_PUSH(a, &out->texts,
                 (struct patent_text){.part = (enum text_part)rand_below(r, TEXT_PARTS),
                                      .lang = str_of(langs[rand_below(r, 3)]),
                                      .content = random_text(r, 8, a),
                                      .translated = chance(r, 20)});
    VEC_PUSH(a, &out->texts,
             (struct patent_text){.part = TEXT_TITLE, .content = random_text(r, 2, a)});
    random_lists(out, r, pool, a);
    out->type = (enum patent_type)rand_below(r, TYPE_OTHER + 1);
    out->status = (enum patent_status)rand_below(r, STATUS_INACTIVE + 1);
    out->status_written = maybe_text(r, 30, a);
    out->region = chance(r, 20) ? STR("510100") : STR_NONE;
    out->times_cited = chance(r, 50) ? (int64_t)rand_below(r, 100) : -1;
}
