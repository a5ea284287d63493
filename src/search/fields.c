/* The schema of the patent index and the table of names. Title weighs five times
 * as much as abstract and claims (measured: retrieval notes, C); descriptions
 * weigh nothing, so that a record that happens to carry its full text does not
 * drown in its own length, yet its words find it. */
#include "search/fields.h"
#include "base/msg.h"
#include "query_names.h"
#include "search/dimensions.h"
#include "text/unicode.h"

/* With the version of the fold (text/unicode.h): an index of another is built again. */
#define KEYS "keys 2, fold 2"

static const struct index_field fields[FIELDS] = {
    [FIELD_TITLE] = {"title", 5},         [FIELD_ABSTRACT] = {"abstract", 1},
    [FIELD_CLAIMS] = {"claims", 1},       [FIELD_DESCRIPTION] = {"description", 0},
    [FIELD_APPLICANT] = {"applicant", 0}, [FIELD_INVENTOR] = {"inventor", 0},
    [FIELD_AGENT] = {"agent", 0},         [FIELD_KEYS] = {KEYS, 0},
};

static const struct index_field fields_plain[FIELDS] = {
    [FIELD_TITLE] = {"title", 1},         [FIELD_ABSTRACT] = {"abstract", 1},
    [FIELD_CLAIMS] = {"claims", 0},       [FIELD_DESCRIPTION] = {"description", 0},
    [FIELD_APPLICANT] = {"applicant", 0}, [FIELD_INVENTOR] = {"inventor", 0},
    [FIELD_AGENT] = {"agent", 0},         [FIELD_KEYS] = {KEYS, 0},
};

static const struct index_column columns[COLUMNS] = {
    [COLUMN_DATE] = {"date", COLUMN_U32},
    [COLUMN_DATE_LAST] = {"date_last", COLUMN_U32},
    [COLUMN_YEAR] = {"year", COLUMN_U32},
    [COLUMN_PUBLISHED] = {"published", COLUMN_U32},
    [COLUMN_PUBLISHED_LAST] = {"published_last", COLUMN_U32},
    [COLUMN_PUBLISHED_YEAR] = {"published_year", COLUMN_U32},
    [COLUMN_APPLIED] = {"applied", COLUMN_U32},
    [COLUMN_APPLIED_LAST] = {"applied_last", COLUMN_U32},
    [COLUMN_APPLIED_YEAR] = {"applied_year", COLUMN_U32},
    [COLUMN_GRANTED] = {"granted", COLUMN_U32},
    [COLUMN_GRANTED_LAST] = {"granted_last", COLUMN_U32},
    [COLUMN_GRANTED_YEAR] = {"granted_year", COLUMN_U32},
    [COLUMN_OFFICE] = {"office", COLUMN_STRINGS},
    [COLUMN_TYPE] = {"type", COLUMN_STRINGS},
    [COLUMN_KIND] = {"kind", COLUMN_STRINGS},
    [COLUMN_STATUS] = {"status", COLUMN_STRINGS},
    [COLUMN_IPC] = {"ipc", COLUMN_STRINGS},
    [COLUMN_IPC3] = {"ipc3", COLUMN_STRINGS},
    [COLUMN_IPC4] = {"ipc4", COLUMN_STRINGS},
    [COLUMN_CPC] = {"cpc", COLUMN_STRINGS},
    [COLUMN_APPLICANT] = {"applicant", COLUMN_STRINGS},
    [COLUMN_INVENTOR] = {"inventor", COLUMN_STRINGS},
    [COLUMN_ASSIGNEE] = {"assignee", COLUMN_STRINGS},
    [COLUMN_AGENCY] = {"agency", COLUMN_STRINGS},
    [COLUMN_COUNTRY] = {"country", COLUMN_STRINGS},
    [COLUMN_REGION] = {"region", COLUMN_STRINGS},
    [COLUMN_PROVINCE] = {"province", COLUMN_STRINGS},
    [COLUMN_CITY] = {"city", COLUMN_STRINGS},
    [COLUMN_SEI] = {"sei", COLUMN_STRINGS},
    [COLUMN_WIPO35] = {"wipo35_2024_07", COLUMN_STRINGS}, /* the edition of reference/wipo35.csv: an
                                                             index of another is built again */
    [COLUMN_CITED] = {"cited", COLUMN_U32},
    [COLUMN_FAMILY] = {"family", COLUMN_U32},
    [COLUMN_FAMILY_HIGH] = {"family_high", COLUMN_U32},
};

const struct index_schema patent_schema = {.fields = fields,
                                           .field_count = FIELDS,
                                           .columns = columns,
                                           .column_count = COLUMNS,
                                           .positions = true,
                                           .k1 = 1.2f,
                                           .b = 0.75f};

const struct index_schema patent_schema_plain = {.fields = fields_plain,
                                                 .field_count = FIELDS,
                                                 .columns = columns,
                                                 .column_count = COLUMNS,
                                                 .positions = true,
                                                 .k1 = 1.2f,
                                                 .b = 0.75f};

const struct index_schema *schema_of(enum index_kind kind)
{
    return kind == INDEX_PLAIN ? &patent_schema_plain : &patent_schema;
}

enum index_kind kind_of(const struct index_schema *schema)
{
    return schema->field_count > 0 && schema->fields[FIELD_TITLE].weight == 1 ? INDEX_PLAIN
                                                                              : INDEX_FULL;
}

#define DAYS_TO_1970 719162 /* from 0001-01-01 */

uint32_t date_number(struct date d)
{
    struct date first = {d.year, d.month > 0 ? d.month : 1, d.day > 0 ? d.day : 1};
    return date_valid(first) ? (uint32_t)(date_to_days(first) + DAYS_TO_1970) : COLUMN_NONE;
}

uint32_t date_number_last(struct date d)
{
    struct date last = {d.year, d.month > 0 ? d.month : 12, d.day > 0 ? d.day : 31};
    while (d.day <= 0 && last.day > 28 && !date_valid(last))
        last.day--;
    return date_number(last);
}

const struct attribute attributes[] = {
    {"title", ATTRIBUTE_TEXT, FIELD_TITLE, -1, 0, N_("words of the title")},
    {"abstract", ATTRIBUTE_TEXT, FIELD_ABSTRACT, -1, 0, N_("words of the abstract")},
    {"claims", ATTRIBUTE_TEXT, FIELD_CLAIMS, -1, 0, N_("words of the claims")},
    {"description", ATTRIBUTE_TEXT, FIELD_DESCRIPTION, -1, 0, N_("words of the description")},
    {"ta", ATTRIBUTE_TEXTS, 1 << FIELD_TITLE | 1 << FIELD_ABSTRACT, -1, 0,
     N_("words of title or abstract")},
    {"tac", ATTRIBUTE_TEXTS, 1 << FIELD_TITLE | 1 << FIELD_ABSTRACT | 1 << FIELD_CLAIMS, -1, 0,
     N_("words of title, abstract or claims")},
    {"tacd", ATTRIBUTE_TEXTS,
     1 << FIELD_TITLE | 1 << FIELD_ABSTRACT | 1 << FIELD_CLAIMS | 1 << FIELD_DESCRIPTION, -1, 0,
     N_("words of title, abstract, claims or description")},
    {"applicant", ATTRIBUTE_PARTY, FIELD_APPLICANT, COLUMN_APPLICANT, 0,
     N_("applicant or holder: whole name, or part of it with *")},
    {"standard_applicant", ATTRIBUTE_STANDARD, -1, COLUMN_APPLICANT, 0,
     N_("applicant or holder with all its names: those that differ in the legal form alone, and "
        "those that records of applicant names unite; any one of them, or part of it with *")},
    {"assignee", ATTRIBUTE_PARTY, -1, COLUMN_ASSIGNEE, 0,
     N_("current holder: whole name, or part of it with *")},
    {"inventor", ATTRIBUTE_PARTY, FIELD_INVENTOR, COLUMN_INVENTOR, 0,
     N_("inventor: whole name, or part of it with *")},
    {"agent", ATTRIBUTE_TEXT, FIELD_AGENT, -1, 0, N_("words of the agent's name")},
    {"agency", ATTRIBUTE_PARTY, FIELD_AGENT, COLUMN_AGENCY, 0,
     N_("patent agency: whole name, or part of it with *")},
    {"ipc", ATTRIBUTE_CLASS, -1, COLUMN_IPC, 'i',
     N_("IPC symbol with all below it: H01M, H01M10, H01M10/052")},
    {"cpc", ATTRIBUTE_CLASS, -1, COLUMN_CPC, 'c', N_("CPC symbol with all below it")},
    {"locarno", ATTRIBUTE_CLASS, -1, -1, 'l', N_("Locarno class: 14-02")},
    {"number", ATTRIBUTE_NUMBER, -1, -1, 'n',
     N_("publication or application number in any spelling")},
    {"family", ATTRIBUTE_FAMILY, -1, -1, 0,
     N_("the whole family of a publication or application number")},
    {"cites", ATTRIBUTE_CITES, -1, -1, KEY_CITED,
     N_("documents that cite a publication or application number")},
    {"citedby", ATTRIBUTE_CITED_BY, -1, -1, 'n',
     N_("documents that a publication or application number cites")},
    {"cited", ATTRIBUTE_COUNT, -1, COLUMN_CITED, 0,
     N_("by how many documents it is cited, as the source counts: 10, 5..20, >=50")},
    {"date", ATTRIBUTE_DATE, -1, COLUMN_DATE, 0,
     N_("publication date, else grant, else application: 2019..2024, 2024-03, 2024-03-09; a date "
        "known to the year or month alone is found where all its days are inside")},
    {"published", ATTRIBUTE_DATE, -1, COLUMN_PUBLISHED, 0,
     N_("publication date, and no other in its place; values as date")},
    {"applied", ATTRIBUTE_DATE, -1, COLUMN_APPLIED, 0, N_("application date; values as date")},
    {"granted", ATTRIBUTE_DATE, -1, COLUMN_GRANTED, 0, N_("grant date; values as date")},
    {"expires", ATTRIBUTE_EXPIRY, -1, -1, 0,
     N_("day on which a Chinese patent's term ends, if it is kept up: 20 years from the "
        "application, utility models 10, designs 15 (10 if applied for before 2021-06-01); else "
        "unknown 未知; values as date")},
    {"year", ATTRIBUTE_DATE, -1, COLUMN_DATE, 0,
     N_("year of the publication, else grant, else application: 2019..2024; the same as date")},
    {"office", ATTRIBUTE_OFFICE, -1, COLUMN_OFFICE, 0, N_("office: CN, 中国, US")},
    {"country", ATTRIBUTE_OFFICE, -1, COLUMN_COUNTRY, 0,
     N_("country or territory of an applicant: CN, 中国, US")},
    {"type", ATTRIBUTE_TYPE, -1, COLUMN_TYPE, 0,
     N_("invention 发明, utility 实用新型, design 外观设计, plant, other, unknown 未知; "
        "发明授权 or 授权发明 (an invention of kind B or C, or with a grant date), 发明申请 or "
        "发明公开 (an invention of another kind, without a grant date)")},
    {"kind", ATTRIBUTE_KIND, -1, COLUMN_KIND, 'k',
     N_("kind code of the publication (ST.16): A, U; B finds B1 and B2 too, \"B\" in quotation "
        "marks B alone")},
    {"status", ATTRIBUTE_STATUS, -1, COLUMN_STATUS, 0,
     N_("active 有效, pending 审中, inactive 失效, unknown 未知")},
    {"region", ATTRIBUTE_REGION, -1, COLUMN_REGION, 0,
     N_("GB/T 2260 code or name of a province, city or county with all inside it: 四川, 510100")},
    {"city", ATTRIBUTE_REGION, -1, COLUMN_CITY, 0,
     N_("GB/T 2260 code or name of a city: 510100; unknown 未知, also where only the "
        "province is known")},
    {"sei", ATTRIBUTE_LABEL, -1, COLUMN_SEI, 0,
     N_("strategic emerging industry as the vendor labels it")},
    {"wipo35", ATTRIBUTE_LABEL, -1, COLUMN_WIPO35, 0, N_("WIPO technology field, 1..35")},
    {"topic", ATTRIBUTE_TOPIC, -1, -1, 0,
     N_("topic database that you may read: its number or its name")},
};

const size_t attribute_count = ARRAY_LEN(attributes);

const char *const *query_name_find(struct str name, struct str value)
{
    for (size_t i = 0; i < ARRAY_LEN(query_names); i++)
        if (str_eq_nocase(name, str_of(query_names[i][0])) &&
            str_eq_nocase(value, str_of(query_names[i][1])))
            return query_names[i];
    return NULL;
}

const struct attribute *attribute_find(struct str name)
{
    struct buf folded;

    buf_init(&folded, 4096);
    unicode_fold(&folded, str_trim(name));
    const char *const *line = query_name_find(buf_str(&folded), STR_NONE);
    struct str key = line && line[QUERY_MEANS][0] ? str_of(line[QUERY_MEANS]) : buf_str(&folded);
    const struct attribute *found = FIND_BY(attributes, attribute_count, name, key);
    buf_clear(&folded);
    return found;
}

struct str cited_term(char letter, const struct number *n, struct arena *a)
{
    bool application = n->use == NUMBER_APPLICATION;
    return key_term(letter,
                    arena_join_all(a,
                                   (struct str[]){n->office, str_of(application ? "/app/" : "/"),
                                                  n->serial, str_of(application ? "" : "/")},
                                   4),
                    a);
}

struct str key_term(char letter, struct str key, struct arena *a)
{
    char *term = arena_alloc(a, key.len + 2); /* by hand: dozens a record */
    term[0] = '\x02';
    term[1] = letter;
    if (key.len > 0)
        memcpy(term + 2, key.ptr, key.len);
    return (struct str){term, key.len + 2};
}

static const struct {
    int column;
    const char *value, *zh, *en;
} labels[] = {
    {COLUMN_TYPE, "invention", "发明", "invention"},
    {COLUMN_TYPE, "utility", "实用新型", "utility model"},
    {COLUMN_TYPE, "design", "外观设计", "design"},
    {COLUMN_TYPE, "plant", "植物新品种", "plant"},
    {COLUMN_TYPE, "other", "其他", "other"},
    {COLUMN_STATUS, "pending", "审中", "pending"},
    {COLUMN_STATUS, "active", "有效", "active"},
    {COLUMN_STATUS, "inactive", "失效", "inactive"},
};

static const struct {
    const char *name, *zh, *en;
} names[] = {
    {"title", "标题", "Title"},
    {"abstract", "摘要", "Abstract"},
    {"claims", "权利要求", "Claims"},
    {"description", "说明书", "Description"},
    {"patents", "专利", "Patents"},
    {"number", "公开（公告）号", "Publication number"},
    {"application_number", "申请号", "Application number"},
    {"applicants", "申请人", "Applicants"},
    {"inventors", "发明人", "Inventors"},
    {"application_date", "申请日", "Application date"},
    {"publication_date", "公开（公告）日", "Publication date"},
    {"grant_date", "授权公告日", "Grant date"},
    {"priority_date", "最早优先权日", "Earliest priority date"},
    {"family", "同族", "Family"},
    {"cpc", "CPC 分类号", "CPC"},
    {"status_date", "状态截至日期", "Status as of"},
};

struct str search_label(struct str name)
{
    const struct dimension *d = dimension_find(name);
    if (d)
        return dimension_label(d);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is(name, names[i].name))
            return str_of(msg_lang() == LANG_EN ? names[i].en : names[i].zh);
    return name;
}

struct str value_label(int column, struct str value, struct arena *a)
{
    bool english = msg_lang() == LANG_EN;
    struct str label = value;

    if (str_is(value, NOT_KNOWN) || str_is(value, "unknown"))
        return english ? STR("unknown") : STR(NOT_KNOWN);
    if ((column == COLUMN_OFFICE || column == COLUMN_COUNTRY) && !english)
        label = office_name_zh(value);
    if (column == COLUMN_PROVINCE || column == COLUMN_CITY)
        label = region_name(value);
    if ((column == COLUMN_IPC || column == COLUMN_IPC3 || column == COLUMN_IPC4 ||
         column == COLUMN_CPC) &&
        !english && ipc_title_zh(value).len > 0)
        label = arena_join_all(a, (struct str[]){value, STR(" "), ipc_title_zh(value)}, 3);
    uint64_t field;
    if (column == COLUMN_WIPO35 && str_to_u64(&field, value) && field <= 35)
        label = wipo35_name((unsigned)field, english);
    for (size_t i = 0; i < ARRAY_LEN(labels); i++)
        if (labels[i].column == column && str_is(value, labels[i].value))
            label = str_of(english ? labels[i].en : labels[i].zh);
    return label.len > 0 ? arena_dup(a, label) : value;
}
