/* Files inside the binary: one by its name, and as a reply. */
#include "api/embedded.h"
#include <zlib.h>

const struct embedded_file *embedded_find(struct str name)
{
    for (const struct embedded_file *f = embedded_files; f->name; f++)
        if (str_is(name, f->name))
            return f;
    return NULL;
}

static err_t unpack(struct str *out, const struct embedded_file *f, struct arena *a, struct err *e)
{
    unsigned char *content = arena_alloc(a, f->raw_len);
    z_stream z = {.next_in = (Bytef *)(uintptr_t)f->bytes,
                  .avail_in = (uInt)f->len,
                  .next_out = content,
                  .avail_out = (uInt)f->raw_len};
    int rc = inflateInit2(&z, 15 + 16);
    if (rc == Z_OK) {
        rc = inflate(&z, Z_FINISH);
        inflateEnd(&z);
    }
    if (rc != Z_STREAM_END)
        return err_set(e, E_INTERNAL, "%s, a file of this binary, cannot be unpacked", f->name);
    *out = (struct str){(const char *)content, f->raw_len};
    return OK;
}

err_t embedded_reply(struct reply *out, const struct embedded_file *f, const struct request *r,
                     struct err *e)
{
    *out = (struct reply){
        .content_type = f->content_type, .etag = f->etag, .body = {(const char *)f->bytes, f->len}};
    if (f->gzip && !request_takes_gzip(r))
        return unpack(&out->body, f, r->arena, e);
    if (f->gzip)
        reply_header(out, "Content-Encoding", "gzip");
    return OK;
}
