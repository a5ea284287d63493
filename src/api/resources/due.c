/* GET /due: days by which records want something done, by day; and as a calendar file (RFC 5545). */
#include "access/subject.h"
#include "api/records.h"
#include "api/resources/schemas.h"
#include "base/msg.h"
#include "record/record.h"

#define DAYS 30 /* where nobody says */

static const char *const act_kinds[] = {"fill", "action", "child", "anew", NULL};
static const struct schema act_kind_schema = {
    SCHEMA_STRING, .values = act_kinds,
    .description = N_(
        "fill: give `field` (of the row, where it has one) a value; action: take `action`; child: "
        "make a record of `type` from this one by its reference `from`; anew: make the next record "
        "of this type, by `from` where it has such a reference")};
OBJECT_MEMBERS(act, REQUIRED("kind", act_kind_schema), OPTIONAL("field", schema_string),
               OPTIONAL("action", schema_string), OPTIONAL("type", schema_string),
               OPTIONAL("from", schema_string));
const struct schema schema_due_act = {SCHEMA_OBJECT, .properties = act_members,
                                      .description = N_("what answers it, where I may do it")};

static struct str day(const struct request *r, const char *name, int32_t later)
{
    struct str said = request_query(r, name);
    struct date today = date_from_ms(clock_now_ms(r->api->clock) + (int64_t)8 * 3600 * 1000);
    return said.len ? said : date_text(date_from_days(date_to_days(today) + later), r->arena);
}

static err_t get(struct buf *out, const struct request *r, int64_t limit, struct err *e)
{
    const struct todo_request q = {.box = TODO_DUE,
                                   .from = day(r, "from", 0),
                                   .to = day(r, "to", DAYS),
                                   .cursor = request_query(r, "cursor"),
                                   .limit = limit};
    buf_init(out, 0);
    return record_todo(out, RECORD_CALL(r, NULL, 0), &q, e);
}

static err_t get_due(struct reply *out, const struct request *r, struct err *e)
{
    struct buf b;
    err_t rc = get(&b, r, request_integer(r, "limit", 0), e);
    return reply_json_if(rc, out, r, &b, e);
}

/* A line of at most 75 bytes, then it goes on behind a space. */
static void add_line(struct buf *out, const char *name, struct str text)
{
    size_t width = strlen(name);
    buf_addz(out, name);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char ch = (unsigned char)text.ptr[i];
        if (width >= 70 && (ch & 0xC0) != 0x80) { /* where a character of UTF-8 begins */
            buf_addz(out, "\r\n ");
            width = 1;
        }
        if (strchr(",;\\", ch))
            buf_addc(out, '\\');
        buf_addc(out, ch < ' ' ? ' ' : text.ptr[i]);
        width++;
    }
    buf_addz(out, "\r\n");
}

static void add_event(struct buf *out, const struct jvalue *item, const char *now, struct arena *a)
{
    const struct jvalue *title = jin_get(item, "title");
    bool plain = title && title->count && title->items[0].type == J_STRING;
    bool secret = jin_get(item, "secret") != NULL;
    struct str due = jin_text(item, "due"), what = jin_text(item, "label");
    int64_t id, row;
    if (!jin_i64(&id, item, "id"))
        id = 0;
    if (!jin_i64(&row, item, "row"))
        row = 0;
    buf_addz(out, "BEGIN:VEVENT\r\n");
    add_line(out, "UID:",
             arena_printf(a, "%.*s-%lld-%.*s-%lld@zhiyun", STR_ARG(jin_text(item, "type")),
                          (long long)id, STR_ARG(jin_text(item, "due_name")), (long long)row));
    add_line(out, "DTSTAMP:", str_of(now));
    add_line(out, "DTSTART;VALUE=DATE:",
             arena_printf(a, "%.4s%.2s%.2s", due.ptr, due.ptr + 5, due.ptr + 8));
    add_line(out, "SUMMARY:",
             arena_printf(
                 a, "%.*s: %.*s",
                 STR_ARG(secret || !plain ? jin_text(item, "type_label") : title->items[0].text),
                 STR_ARG(secret ? str_of(msg(N_("something is due"))) : what)));
    buf_addz(out, "END:VEVENT\r\n");
}

static err_t get_calendar(struct reply *out, const struct request *r, struct err *e)
{
    const struct jvalue *page = NULL, *items = NULL;
    struct buf json, b;
    char now[21], stamp[21];
    size_t n = 0;
    err_t rc = get(&json, r, INT32_MAX, e);
    if (rc == OK)
        rc = jin_parse(&page, buf_str(&json), r->arena, e);
    time_format(now, clock_now_ms(r->api->clock));
    for (const char *p = now; *p; p++) /* 20261120T093000Z */
        if (*p != '-' && *p != ':')
            stamp[n++] = *p;
    stamp[n] = '\0';
    buf_init(&b, 0);
    buf_addz(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//zhiyun//due//ZH\r\n");
    if (rc == OK)
        items = jin_get(page, "items");
    for (size_t i = 0; items && i < items->count; i++)
        add_event(&b, &items->items[i], stamp, r->arena);
    buf_addz(&b, "END:VCALENDAR\r\n");
    buf_clear(&json);
    out->records = items ? (int64_t)items->count : 0;
    rc = reply_json_if(rc, out, r, &b, e);
    if (rc == OK)
        out->content_type = "text/calendar; charset=utf-8";
    return rc;
}

static const struct parameter due_parameters[] = {
    {"from", IN_QUERY, &schema_day, false, false, N_("the first day; absent: today")},
    {"to", IN_QUERY, &schema_day, false, false, N_("the last day; absent: 30 days from today")},
    {"cursor", IN_QUERY, &schema_string, false, false, N_("`next` of the page before")},
    {"limit", IN_QUERY, &schema_limit, false, false, N_("entries of a page; absent: 200")},
    {0}};

const struct resource resource_due = {
    .reads = READS_ROWS,
    .path = "/api/v1/due",
    .summary = N_("what is due of my unit's records and of others that concern me, of an office "
                  "all that it reads, day by day; entries are those of /todo of the kind `due`"),
    .parameters = due_parameters,
    .reply = &schema_todo_list,
    .handle = get_due,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};
const struct resource resource_due_calendar = {
    .reads = READS_SAID,
    .path = "/api/v1/due.ics",
    .summary = N_("the same as a calendar; of a secret record no more than that something is due"),
    .parameters = due_parameters,
    .handle = get_calendar,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};
