/* Names as people write them: nothing of it is asked of the account alone, for a text names whom it means. */
#include "access/named.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "db/fence.h"
#include "model/normal.h"
#include "text/unicode.h"

static struct str without(struct str text, struct str name, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    while (text.len) {
        size_t at = str_find(text, name, 0);
        buf_add(&b, (struct str){text.ptr, at});
        size_t over = at < text.len ? at + name.len : at;
        text = (struct str){text.ptr + over, text.len - over};
        buf_addc(&b, '\n'); /* what stood on both sides is no name together */
    }
    struct str out = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return out;
}

/* What goes on a word in letters: a login or a Latin name ends where these do. */
static bool is_letter(uint32_t c)
{
    enum unicode_class is = c ? unicode_class(c) : UNICODE_OTHER;
    return c == '_' || is == UNICODE_LETTER || is == UNICODE_DIGIT;
}

static bool is_han(uint32_t c)
{
    return c && unicode_class(c) == UNICODE_CJK;
}

/* 0: the text ends. */
static uint32_t char_at(struct str text, size_t at)
{
    return at < text.len ? utf8_next(text, &at) : 0;
}

static size_t start_before(struct str text, size_t at)
{
    while (at > 0 && ((unsigned char)text.ptr[--at] & 0xC0) == 0x80)
        continue;
    return at;
}

/* One Han character more makes another name (王某 in 王某某); these do not. */
static bool follows_names(uint32_t c)
{
    const struct str all = STR("等的和与及在是说");
    for (size_t at = 0; at < all.len;)
        if (utf8_next(all, &at) == c)
            return true;
    return false;
}

static bool is_whole(struct str text, size_t at, size_t len)
{
    size_t end = at + len, next = end;
    uint32_t first = char_at(text, at), last = char_at(text, start_before(text, end));
    uint32_t before = at > 0 ? char_at(text, start_before(text, at)) : 0;
    uint32_t after = next < text.len ? utf8_next(text, &next) : 0;
    if ((is_letter(first) && is_letter(before)) || (is_letter(last) && is_letter(after)))
        return false;
    return !is_han(last) || !is_han(after) || is_han(char_at(text, next)) || follows_names(after);
}

bool named_whole(struct str text, struct str name)
{
    for (size_t at = 0; name.len && (at = str_find(text, name, at)) < text.len; at += name.len)
        if (is_whole(text, at, name.len))
            return true;
    return false;
}

/* One text in the writings in which names are compared: width, case and script are one in both; in `key` no blank and
 * no mark stands within a Chinese name either, and each line is one of those that were listed. */
struct writings {
    struct str folded, key;
};

static struct str folded(struct str s, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    unicode_fold(&b, s);
    struct str out = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return out;
}

static bool parts_names(char c)
{
    return c == ',' || c == ';' || c == '/' || c == '|' || c == '\n';
}

static struct writings writings_of(struct str text, struct arena *a)
{
    const struct str and_so = STR("、");
    struct writings w = {.folded = folded(text, a)};
    struct buf b;
    buf_init(&b, 0);
    for (size_t at = 0, from = 0; at <= w.folded.len; at++) {
        struct str rest = {w.folded.ptr + at, w.folded.len - at};
        if (rest.len && !parts_names(rest.ptr[0]) && !str_starts(rest, and_so))
            continue;
        struct str key = name_key((struct str){w.folded.ptr + from, at - from}, a);
        buf_addf(&b, "%.*s\n", STR_ARG(key));
        if (str_starts(rest, and_so))
            at += and_so.len - 1;
        from = at + 1;
    }
    w.key = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return w;
}

static bool is_named(const struct writings *text, struct str name, struct arena *a)
{
    return named_whole(text->folded, folded(name, a)) || named_whole(text->key, name_key(name, a));
}

/* Two to four Han characters: no office and no job is called so. */
static bool is_persons(struct str s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.len; n++)
        if (!is_han(utf8_next(s, &at)))
            return false;
    return n >= 2 && n <= 4;
}

/* The person's own name where the account's has more: 张三（专利处）, 张三处长; empty: it has not. */
static struct str bare_name(struct str name, struct arena *a)
{
    static const char *const titles[] = {
        "副处长", "处长", "副局长", "局长", "副科长", "科长", "副主任", "主任",   "主管",  "专员",
        "调研员", "科员", "工程师", "老师", "同志",   "先生", "女士",   "经办人", "负责人"};
    struct str whole = folded(name, a);
    struct str bare = name_key((struct str){whole.ptr, str_find(whole, STR("("), 0)}, a);
    for (size_t i = 0; i < ARRAY_LEN(titles); i++)
        if (str_ends(bare, str_of(titles[i]))) {
            bare.len -= strlen(titles[i]);
            break;
        }
    return is_persons(bare) && !str_eq(bare, name_key(name, a)) ? bare : STR_NONE;
}

/* The text without the names of others of which this name is a part. */
static err_t leave_others(struct writings *text, struct db *db, struct str name, struct str own,
                          struct arena *a, struct err *e)
{
    struct str short_key = name_key(name, a), own_key = name_key(own, a);
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc =
        db_query(&st, db, "SELECT display_name FROM account ORDER BY length(display_name) DESC, id",
                 NULL, 0, e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct str other = stmt_str(st, 0), key = name_key(other, a);
        if (key.len <= short_key.len || str_eq(key, own_key) ||
            str_find(key, short_key, 0) >= key.len)
            continue;
        text->folded = without(text->folded, folded(other, a), a);
        text->key = without(text->key, key, a);
    }
    stmt_free(st);
    return rc;
}

err_t named_in(bool *out, struct db *db, struct str text, struct str name, struct str login,
               struct arena *a, struct err *e)
{
    const struct str names[] = {name, bare_name(name, a)};
    const struct writings said = writings_of(text, a);
    err_t rc = OK;
    *out = named_whole(said.folded, folded(login, a));
    for (size_t i = 0; rc == OK && !*out && i < ARRAY_LEN(names); i++) {
        struct writings left = said;
        if (names[i].len == 0 || !is_named(&said, names[i], a))
            continue;
        rc = leave_others(&left, db, names[i], name, a, e);
        *out = rc == OK && is_named(&left, names[i], a);
    }
    return rc;
}

/* --- of what he is kept away ------------------------------------------------------------------- */

#define OBJECTIONS "record_" NAMED_TYPE

/* Whom they name, until two persons have decided that they do so without ground. */
#define COUNTS "o.complains_of IS NOT NULL AND o.ended_ms IS NULL AND o.recusal_lifted IS NULL"

static err_t read_texts(struct str *out, struct db *db, const char *sql, const struct value *values,
                        size_t count, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    struct buf b;
    bool has_row = false;
    buf_init(&b, 0);
    err_t rc = db_query(&st, db, sql, values, count, e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        buf_addf(&b, "%.*s\n", STR_ARG(stmt_str(st, 0)));
    stmt_free(st);
    *out = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return rc;
}

/* Has his office somebody else who deals with the case of this objection, of whom none of it complains? Where it has
 * nobody, the office would know nothing of what it has to settle. */
static err_t has_others(bool *out, const struct subject *s, struct db *db, int64_t id,
                        struct arena *a, struct err *e)
{
    struct str complaints;
    struct stmt *st = NULL;
    bool has_row = false;
    *out = false;
    err_t rc =
        read_texts(&complaints, db,
                   "SELECT o.complains_of FROM " OBJECTIONS " o JOIN " OBJECTIONS " x ON"
                   " x.owner_unit = o.owner_unit AND x.case_number = o.case_number WHERE x.id"
                   " = ?1 AND " COUNTS " ORDER BY o.id",
                   VALUES(v_i64(id)), a, e);
    if (rc == OK)
        rc = db_query(&st, db,
                      "SELECT b.display_name, b.name FROM account b WHERE b.owner_unit = ?1 AND"
                      " b.state = 'active' AND b.id <> ?2 AND EXISTS (SELECT 1 FROM role_grant g"
                      " WHERE g.account = b.id AND g.role IN ('province_officer',"
                      " 'province_leader') AND g.state = 'active' AND g.from_date <= ?3 AND"
                      " (g.to_date IS NULL OR g.to_date >= ?3)) ORDER BY b.id",
                      VALUES(v_i64(s->unit), v_i64(s->account), v_str(s->today)), e);
    while (rc == OK && !*out && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        bool named = false;
        rc = named_in(&named, db, complaints, arena_dup(a, stmt_str(st, 0)),
                      arena_dup(a, stmt_str(st, 1)), a, e);
        *out = rc == OK && !named;
    }
    stmt_free(st);
    return rc;
}

static err_t read_kept(struct subject *s, struct db *db, struct arena *a, struct err *e)
{
    VEC(struct kept_from) all = {0};
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT o.id, o.complains_of FROM " OBJECTIONS " o WHERE " COUNTS
                        " AND o.owner_unit <> ?1 ORDER BY o.id",
                        VALUES(v_i64(s->unit)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        int64_t id = stmt_i64(st, 0);
        bool kept = false;
        rc = named_in(&kept, db, arena_dup(a, stmt_str(st, 1)), s->display_name, s->name, a, e);
        if (rc == OK && kept)
            rc = has_others(&kept, s, db, id, a, e);
        if (rc == OK && kept)
            VEC_PUSH(a, &all, ((struct kept_from){STR(NAMED_TYPE), id}));
    }
    stmt_free(st);
    s->kept = all.ptr;
    s->kept_count = all.len;
    return rc;
}

err_t named_kept_from(struct subject *s, struct db *db, struct arena *a, struct err *e)
{
    bool there = false, confined = fence_holds(db);
    err_t rc = db_has_table(&there, db, OBJECTIONS, e);
    /* All of them, also those that this person may not see: who it is that asks is only being found out. */
    if (rc == OK && there && confined)
        rc = fence_off(db, e);
    if (rc != OK || !there)
        return rc;
    rc = read_kept(s, db, a, e);
    err_t back = confined ? fence_on(db, rc == OK ? e : NULL) : OK;
    return rc == OK ? back : rc;
}
