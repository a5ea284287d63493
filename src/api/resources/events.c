/* GET /events: server-sent events of the account that asks. */
#include "notify/events.h"
#include "access/subject.h"
#include "api/resource.h"
#include "base/msg.h"

static void wait_for(void *arg)
{
    stream_wait(arg);
}

static void wake_up(void *arg)
{
    stream_wake(arg);
}

static ssize_t read_events(void *arg, struct stream *stream, char *to, size_t max)
{
    ssize_t n = events_read(arg, to, max, wait_for, wake_up, stream);
    return n == EVENTS_END ? STREAM_END : n;
}

static void close_events(void *arg)
{
    events_close(arg);
}

static err_t get_events(struct reply *out, const struct request *r, struct err *e)
{
    struct event_stream *s = NULL;
    int64_t since_ms = 0;
    struct str last = request_header(r, "last-event-id");
    if (last.len > 0 && (!str_to_i64(&since_ms, last) || since_ms < 0))
        return err_set(e, E_INVALID, "Last-Event-ID is the id of an event that was given here");
    err_t rc = events_open(&s, r->api->events, r->subject->account, since_ms, e);
    if (rc != OK)
        return rc;
    out->content_type = "text/event-stream";
    out->stream =
        (struct stream_source){.read = read_events, .close = close_events, .arg = s, .len = -1};
    return OK;
}

const struct resource resource_events = {
    .reads = READS_NONE,
    .path = "/api/v1/events",
    .summary = N_("progress of my jobs and new messages, as server-sent events"),
    .handle = get_events,
    .need = NEED_ACCOUNT,
    .scope = "notifications",
};
