/* Whose word a fact is, and which roles can say it. */
#include "model/fact_word.h"
#include "fact_words_table.h"
#include "model/table_priv.h"

enum { WORD = 1, CHECKED = 2, EVIDENCE = 3, EVIDENCE_EN = 4, MEANS = 5, MEANS_EN = 6 };

static const struct {
    const char *name, *zh, *en;
} words[] = {[WORD_PARTY] = {"party", "本单位自述", "the party's own word"},
             [WORD_REGISTER] = {"register", "单位登记", "register of organisations"},
             [WORD_SIGNED] = {"signed", "签订的任务书", "task book as signed"},
             [WORD_CITY] = {"city", "市（州）局", "city office"},
             [WORD_PROVINCE] = {"province", "省局", "province office"},
             [WORD_OFFICE] = {"office", "受理或管理机关", "the office in charge"},
             [WORD_STEP] = {"step", "办理步骤", "step of a case"},
             [WORD_PROGRAM] = {"program", "系统计算", "computed from records"}};

static const char *const city_roles[] = {"city_officer", "city_leader", NULL};
static const char *const province_roles[] = {"province_officer", "province_leader",
                                             "ip_centre_officer", NULL};

static bool among(struct str role, const char *const *roles)
{
    while (*roles && !str_is(role, *roles))
        roles++;
    return *roles != NULL;
}

bool fact_word_find(struct fact_word *out, struct str record, struct str key)
{
    char name[128];
    int len = snprintf(name, sizeof(name), "%.*s%s%.*s", STR_ARG(record), key.len ? "." : "",
                       STR_ARG(key));
    if (len < 0 || (size_t)len >= sizeof(name))
        return false;
    const char *const *row = TABLE_FIND(fact_words_table, str_of(name));
    if (!row)
        return false;
    *out = (struct fact_word){.fact = str_of(row[0]),
                              .name = str_of(row[WORD]),
                              .checked = str_of(row[CHECKED]),
                              .evidence = str_of(row[EVIDENCE]),
                              .evidence_en = str_of(row[EVIDENCE_EN]),
                              .means = str_of(row[MEANS]),
                              .means_en = str_of(row[MEANS_EN])};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(out->name, words[i].name)) {
            out->kind = (enum word_kind)i;
            return true;
        }
    return false;
}

struct str fact_word_label(struct str name, bool english)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(name, words[i].name))
            return str_of(english ? words[i].en : words[i].zh);
    return STR_NONE;
}

bool fact_word_may(enum word_kind kind, struct str role)
{
    switch (kind) {
    case WORD_PARTY:
    case WORD_REGISTER:
    case WORD_SIGNED: /* before and after it: record/change.c asks which */
        return true;
    case WORD_CITY:
        return among(role, city_roles);
    case WORD_PROVINCE:
        return among(role, province_roles);
    case WORD_OFFICE:
        return among(role, city_roles) || among(role, province_roles);
    case WORD_STEP:
    case WORD_PROGRAM:
        return false;
    }
    return false;
}

bool fact_word_is_partys(const struct fact_word *w)
{
    return w->kind == WORD_PARTY || w->kind == WORD_REGISTER || w->kind == WORD_SIGNED;
}

bool fact_word_checks(const struct fact_word *w, struct str role)
{
    for (size_t i = WORD_CITY; i <= WORD_OFFICE; i++)
        if (str_is(w->checked, words[i].name))
            return fact_word_is_partys(w) && fact_word_may((enum word_kind)i, role);
    return false;
}

bool fact_word_is_office(enum word_kind kind)
{
    return kind == WORD_CITY || kind == WORD_PROVINCE || kind == WORD_OFFICE;
}
