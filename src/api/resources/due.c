/* GET /due: days by which records want something done, by day; and as a calendar file (RFC 5545). */
#include "access/subject.h"
#include "api/public_address.h"
#include "api/records.h"
#include "api/resources/schemas.h"
#include "base/msg.h"
#include "record/record.h"

OBJECT_MEMBERS(act, OPTIONAL("action", schema_string), OPTIONAL("field", schema_string),
               OPTIONAL("type", schema_string), OPTIONAL("from", schema_string));
const struct schema schema_due_act = {
    SCHEMA_OBJECT, .properties = act_members,
    .description =
        N_("what answers it, where I may do it: take `action`, give `field` (of the row, where it "
           "has one) a value, or make a record of `type`, by its reference `from`")};

static struct str day(const struct request *r, const char *name, int32_t later)
{
    struct str said = request_query(r, name);
    struct date today = date_from_ms(clock_now_ms(r->api->clock) + (int64_t)8 * 3600 * 1000);
    return said.len ? said : date_text(date_from_days(date_to_days(today) + later), r->arena);
}

static err_t get(struct buf *out, const struct request *r, int64_t limit, struct err *e)
{
    int64_t id = request_integer(r, "id", 0);
    const struct todo_request q = {.box = TODO_DUE,
                                   .from = id ? STR("0") : day(r, "from", 0),
                                   .to = id ? STR("9") : day(r, "to", 30),
                                   .type = request_query(r, "type"),
                                   .id = id,
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
    for (size_t i = 0; i < text.len; i++, width++) {
        unsigned char ch = (unsigned char)text.ptr[i];
        if (width >= 68 && (ch & 0xC0) != 0x80) { /* where a character of UTF-8 begins */
            buf_addz(out, "\r\n ");
            width = 1;
        }
        buf_addf(out, strchr(",;\\", ch) ? "\\%c" : "%c", ch < ' ' ? ' ' : ch);
    }
    buf_addz(out, "\r\n");
}

/* Writes one due as an event, which leaves the day free, with its page where the public address is set. A secret record
 * is named by the label of its type. */
static void add_event(struct buf *out, const struct request *r, const struct jvalue *item,
                      struct str today)
{
    struct arena *a = r->arena;
    const struct jvalue *title = jin_get(item, "title");
    bool secret = jin_get(item, "secret")->type == J_TRUE;
    bool plain = !secret && title->count && title->items[0].type == J_STRING;
    struct str due = jin_text(item, "due");
    buf_addf(out,
             "BEGIN:VEVENT\r\nDTSTAMP:%.4s%.2s%.2sT000000Z\r\nDTSTART;VALUE=DATE:%.4s%.2s%.2s\r\n",
             today.ptr, today.ptr + 5, today.ptr + 8, due.ptr, due.ptr + 5, due.ptr + 8);
    add_line(out, "UID:",
             arena_printf(a, "%.*s-%.*s-%.*s-%.*s@zhiyun", STR_ARG(jin_text(item, "type")),
                          STR_ARG(jin_get(item, "id")->text), STR_ARG(jin_text(item, "due_name")),
                          STR_ARG(jin_get(item, "row")->text)));
    add_line(out, "SUMMARY:",
             arena_printf(
                 a, "%.*s: %.*s",
                 STR_ARG(plain ? title->items[0].text : jin_text(item, "type_label")),
                 STR_ARG(secret ? str_of(msg(N_("something is due"))) : jin_text(item, "label"))));
    if (*public_origin(r->api))
        add_line(out, "URL:",
                 arena_printf(a, "%s%sw/r/%.*s/%.*s", public_origin(r->api), public_base(r->api),
                              STR_ARG(jin_text(item, "type")), STR_ARG(jin_get(item, "id")->text)));
    buf_addz(out, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
}

static err_t get_calendar(struct reply *out, const struct request *r, struct err *e)
{
    const struct jvalue *page = NULL, *items;
    struct buf json, b = {0};
    struct str today = business_date(clock_now_ms(r->api->clock), r->arena);
    err_t rc = get(&json, r, INT32_MAX, e);
    if (rc == OK)
        rc = jin_parse(&page, buf_str(&json), r->arena, e);
    items = jin_get(page, "items");
    buf_addz(&b, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//zhiyun//due//ZH\r\n");
    add_line(&b, "X-WR-CALNAME:", str_of(msg(N_("Zhiyun: what is due"))));
    for (size_t i = 0; items && i < items->count; i++)
        add_event(&b, r, &items->items[i], today);
    buf_addz(&b, "END:VCALENDAR\r\n");
    buf_clear(&json);
    out->records = items ? (int64_t)items->count : 0;
    rc = reply_json_if(rc, out, r, &b, e);
    out->content_type = "text/calendar; charset=utf-8";
    return rc;
}

static const struct parameter due_parameters[] = {
    {"from", IN_QUERY, &schema_day, false, false, N_("the first day; absent: today")},
    {"to", IN_QUERY, &schema_day, false, false, N_("the last day; absent: 30 days from today")},
    {"type", IN_QUERY, &schema_string, false, false, N_("of one type")},
    {"id", IN_QUERY, &schema_id, false, false, N_("of one record of the type, of whatever day")},
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
