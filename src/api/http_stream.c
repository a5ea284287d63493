/* Bodies made while they are sent: downloads, server-sent events. A stream that has nothing
 * to say waits with its connection suspended. */
#include "api/http_priv.h"
#include "base/mem.h"
#include <stdlib.h>

struct stream {
    struct http_server *server;
    struct MHD_Connection *connection;
    struct stream_source source;
    struct stream *next, **at; /* among the server's open streams; guarded by its lock */
    bool waiting;              /* its connection is suspended; guarded by the server's lock */
};

void stream_wait(struct stream *stream)
{
    pthread_mutex_lock(&stream->server->lock);
    if (!stream->server->refusing) {
        stream->waiting = true;
        MHD_suspend_connection(stream->connection);
    }
    pthread_mutex_unlock(&stream->server->lock);
}

static void wake_locked(struct stream *stream)
{
    if (stream->waiting)
        MHD_resume_connection(stream->connection);
    stream->waiting = false;
}

void stream_wake(struct stream *stream)
{
    pthread_mutex_lock(&stream->server->lock);
    wake_locked(stream);
    pthread_mutex_unlock(&stream->server->lock);
}

static ssize_t read_stream(void *arg, uint64_t at, char *to, size_t max)
{
    struct stream *stream = arg;
    (void)at;
    pthread_mutex_lock(&stream->server->lock);
    bool ending = stream->server->refusing && stream->source.len < 0;
    pthread_mutex_unlock(&stream->server->lock);
    if (ending)
        return MHD_CONTENT_READER_END_OF_STREAM;
    ssize_t got = stream->source.read(stream->source.arg, stream, to, max);
    if (got == STREAM_END)
        return MHD_CONTENT_READER_END_OF_STREAM;
    return got == STREAM_BROKEN ? MHD_CONTENT_READER_END_WITH_ERROR : got;
}

static void close_stream(void *arg)
{
    struct stream *stream = arg;
    pthread_mutex_lock(&stream->server->lock);
    *stream->at = stream->next;
    if (stream->next)
        stream->next->at = stream->at;
    pthread_mutex_unlock(&stream->server->lock);
    if (stream->source.close)
        stream->source.close(stream->source.arg);
    free(stream);
}

struct MHD_Response *http_stream_response(struct exchange *x)
{
    struct stream *stream = mem_zalloc(sizeof(*stream));
    *stream = (struct stream){
        .server = x->server, .connection = x->connection, .source = x->answer.reply.stream};
    pthread_mutex_lock(&x->server->lock);
    stream->next = x->server->streams;
    stream->at = &x->server->streams;
    if (stream->next)
        stream->next->at = &stream->next;
    x->server->streams = stream;
    pthread_mutex_unlock(&x->server->lock);
    struct MHD_Response *r = MHD_create_response_from_callback(
        stream->source.len < 0 ? MHD_SIZE_UNKNOWN : (uint64_t)stream->source.len, 65536,
        read_stream, stream, close_stream);
    if (!r)
        close_stream(stream);
    x->answer.reply.stream = (struct stream_source){0}; /* the response closes it from here on */
    return r;
}

void http_streams_wake(struct http_server *s)
{
    for (struct stream *open = s->streams; open; open = open->next)
        wake_locked(open);
}
