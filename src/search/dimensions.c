/* The table of dimensions, and how each cuts or renames the values of its column. */
#include "search/dimensions.h"
#include "base/msg.h"
#include "text/unicode.h"
#include <stdio.h>

/* --- maps ------------------------------------------------------------------ */

static size_t put(char *out, size_t cap, struct str s)
{
    size_t len = s.len < cap ? s.len : cap;
    memcpy(out, s.ptr, len);
    return len;
}

static size_t map_year(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    char text[16];
    (void)value;
    (void)arg;
    if (number == 0 || number == COLUMN_NONE)
        return put(out, cap, STR(NOT_KNOWN));
    int len = snprintf(text, sizeof(text), "%u", number);
    return put(out, cap, (struct str){text, (size_t)len});
}

/* The ancestor of a symbol on a level of class_ancestors; *arg is the level. */
static size_t map_level(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    const size_t *level = arg;
    struct str up[5];
    (void)number;
    if (str_is(value, NOT_KNOWN))
        return put(out, cap, value);
    size_t levels = class_ancestors(up, value);
    return *level < levels ? put(out, cap, up[*level]) : 0;
}

/* --- the table -------------------------------------------------------------- */

static const struct dimension dimensions[] = {
    {"year", "年 年份", COLUMN_YEAR, MAP_YEAR, 0, "年份", "Year"},
    {"published", "公开年 公开日 公告日 公开公告日 pd py", COLUMN_PUBLISHED_YEAR, MAP_YEAR, 0,
     "公开年", "Year published"},
    {"applied", "申请年 申请日 ad", COLUMN_APPLIED_YEAR, MAP_YEAR, 0, "申请年", "Year filed"},
    {"granted", "授权年 授权日 授权公告日 gd", COLUMN_GRANTED_YEAR, MAP_YEAR, 0, "授权年",
     "Year granted"},
    {"office", "国家 受理局", COLUMN_OFFICE, MAP_NONE, 0, "受理局", "Office"},
    {"ipc1", "部", COLUMN_IPC, MAP_LEVEL, 0, "IPC 部", "IPC section"},
    {"ipc3", "大类", COLUMN_IPC, MAP_LEVEL, 1, "IPC 大类", "IPC class"},
    {"ipc4", "小类", COLUMN_IPC, MAP_LEVEL, 2, "IPC 小类", "IPC subclass"},
    {"ipc7", "大组", COLUMN_IPC, MAP_LEVEL, 3, "IPC 大组", "IPC main group"},
    {"ipc", "分类号 小组", COLUMN_IPC, MAP_NONE, 0, "IPC 分类号", "IPC"},
    {"cpc1", "cpc部", COLUMN_CPC, MAP_LEVEL, 0, "CPC 部", "CPC section"},
    {"cpc3", "cpc大类", COLUMN_CPC, MAP_LEVEL, 1, "CPC 大类", "CPC class"},
    {"cpc4", "cpc小类", COLUMN_CPC, MAP_LEVEL, 2, "CPC 小类", "CPC subclass"},
    {"cpc7", "cpc大组", COLUMN_CPC, MAP_LEVEL, 3, "CPC 大组", "CPC main group"},
    {"applicant", "申请人", COLUMN_APPLICANT, MAP_NAME, 0, "申请人", "Applicant"},
    {"standard_applicant", "ans 标准申请人 标准化申请人", COLUMN_APPLICANT, MAP_STANDARD, 0,
     "标准申请人", "Standard applicant"},
    {"inventor", "发明人", COLUMN_INVENTOR, MAP_NAME, 0, "发明人", "Inventor"},
    {"assignee", "当前权利人 当前专利权人 现权利人 受让人", COLUMN_ASSIGNEE, MAP_NAME, 0,
     "当前权利人", "Current holder"},
    {"agency", "代理机构 专利代理机构", COLUMN_AGENCY, MAP_NAME, 0, "代理机构", "Patent agency"},
    {"country", "申请人国别 申请人国家 申请人国家地区", COLUMN_COUNTRY, MAP_NONE, 0, "申请人国别",
     "Applicant's country"},
    {"region", "地区 省", COLUMN_PROVINCE, MAP_NONE, 0, "省份", "Province"},
    {"city", "市 城市", COLUMN_CITY, MAP_NONE, 0, "城市", "City"},
    {"status", "状态 法律状态", COLUMN_STATUS, MAP_NONE, 0, "法律状态", "Legal status"},
    {"type", "类型 专利类型", COLUMN_TYPE, MAP_NONE, 0, "专利类型", "Patent type"},
    {"kind", "文献种类 种类代码 文献种类代码 文献类型代码", COLUMN_KIND, MAP_NONE, 0, "文献种类",
     "Kind code"},
    {"wipo35", "技术领域", COLUMN_WIPO35, MAP_NONE, 0, "WIPO 技术领域", "WIPO field"},
    {"sei", "新兴产业 战略性新兴产业", COLUMN_SEI, MAP_NONE, 0, "战略性新兴产业",
     "Emerging industry"},
};

const char *landscape_dimension_name(size_t i)
{
    return i < ARRAY_LEN(dimensions) ? dimensions[i].name : NULL;
}

const struct dimension *dimension_find(struct str name)
{
    const struct dimension *found = NULL;
    struct buf folded;
    buf_init(&folded, 4096);
    unicode_fold(&folded, str_trim(name));
    struct str key = buf_str(&folded);
    for (size_t i = 0; i < ARRAY_LEN(dimensions) && !found && key.len > 0; i++) {
        if (str_is(key, dimensions[i].name))
            found = &dimensions[i];
        struct str rest = str_of(dimensions[i].aliases);
        while (rest.ptr && !found)
            if (str_eq(str_split(&rest, STR(" ")), key))
                found = &dimensions[i];
    }
    buf_clear(&folded);
    return found;
}

bool dimension_is_time(struct str name)
{
    const struct dimension *d = dimension_find(name);
    return d && d->map == MAP_YEAR;
}

struct str dimension_label(const struct dimension *d)
{
    return str_of(msg_lang() == LANG_EN ? d->en : d->zh);
}

struct cell_axis dimension_axis(const struct dimension *d, struct names *names, struct arena *a)
{
    struct cell_axis axis = {.column = (int)d->column};
    size_t *level = arena_alloc(a, sizeof(*level));
    *level = d->level;
    switch (d->map) {
    case MAP_NONE:
        break;
    case MAP_YEAR:
        axis.map = map_year;
        break;
    case MAP_LEVEL:
        axis.map = map_level;
        axis.arg = level;
        break;
    case MAP_NAME:
    case MAP_STANDARD:
        axis.map = names_map;
        axis.arg = names;
        break;
    }
    return axis;
}
