/* Errors as RFC 9457 problem documents. */
#include "api/resource.h"
#include "base/log.h"
#include "base/msg.h"

unsigned problem_status(err_t kind)
{
    switch (kind) {
    case OK:
        return 200;
    case E_INVALID:
        return 400;
    case E_NOTFOUND:
        return 404;
    case E_CONFLICT:
        return 409;
    case E_DENIED:
        return 403;
    case E_LIMIT:
        return 413;
    case E_BUSY:
        return 503;
    case E_IO:
    case E_CORRUPT:
    case E_INTERNAL:
        return 500;
    }
    return 500;
}

const char *problem_told(unsigned *status, const struct request *r, const struct err *e)
{
    const char *told = err_told(e);
    *status = e->of == ERR_SPACE ? 507 : err_is_down(e) ? 503 : problem_status(e->kind);
    /* E_BUSY is said under load; who makes the load must not fill the log as well, but for what the machine lacks. */
    if ((told != e->text || *status >= 500) && (e->kind != E_BUSY || e->of == ERR_MACHINE))
        log_line(LOG_ERROR, "%.*s %.*s: %s", STR_ARG(r->method), STR_ARG(r->path), e->text);
    return told;
}

static const char *title_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = {{400, N_("Bad Request")},
                  {401, N_("Unauthorized")},
                  {403, N_("Forbidden")},
                  {404, N_("Not Found")},
                  {405, N_("Method Not Allowed")},
                  {408, N_("Request Timeout")},
                  {409, N_("Conflict")},
                  {413, N_("Content Too Large")},
                  {414, N_("URI Too Long")},
                  {415, N_("Unsupported Media Type")},
                  {416, N_("Range Not Satisfiable")},
                  {422, N_("Unprocessable Content")},
                  {429, N_("Too Many Requests")},
                  {431, N_("Request Header Fields Too Large")},
                  {501, N_("Not Implemented")},
                  {503, N_("Service Unavailable")},
                  {505, N_("HTTP Version Not Supported")},
                  {507, N_("Insufficient Storage")}};
    for (size_t i = 0; i < ARRAY_LEN(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return N_("Internal Server Error");
}

void problem_json(struct buf *out, unsigned status, struct str detail, struct str errors)
{
    struct jout j;
    jout_init(&j, out);
    jout_object(&j);
    jout_name(&j, "type");
    jout_z(&j, "about:blank");
    jout_name(&j, "title");
    jout_z(&j, msg(title_of(status)));
    jout_name(&j, "status");
    jout_i64(&j, status);
    jout_name(&j, "detail");
    jout_str(&j, detail);
    if (errors.len) {
        jout_name(&j, "errors");
        jout_raw(&j, errors);
    }
    jout_end_object(&j);
}
