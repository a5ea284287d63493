/* Class schemes (CPC class-scheme, WIPO's IPCScheme) are recognised so that the
 * report can say what they are: a table of classes, no patents. */
#include "base/mem.h"
#include "base/msg.h"
#include "ingest/us_common.h"

struct table {
    const char *what;
    bool told;
};

static err_t open_file(void **state, struct input *in, struct err *e)
{
    struct bytes head = {0};
    err_t rc = stream_peek(&head, in->stream, 8192, e);

    if (rc != OK)
        return rc;
    struct xml_head h;
    struct table *t = mem_zalloc(sizeof(*t));
    bool ipc = xml_head(&h, head) && str_is(str_of(h.root), "IPCScheme");
    t->what = ipc ? N_("IPC scheme: a table of classes, no patents")
                  : N_("CPC scheme: a table of classes, no patents");
    *state = t;
    return OK;
}

static err_t next(struct item *out, void *state, struct arena *a, struct err *e)
{
    struct table *t = state;

    (void)a, (void)e;
    *out = (struct item){
        .kind = t->told ? ITEM_END : ITEM_TABLE, .row = 1, .reason = str_of(msg(t->what))};
    t->told = true;
    return OK;
}

static void close_file(void *state)
{
    free(state);
}

const struct format format_class_scheme = {
    .name = "class-scheme",
    .title = N_("CPC or IPC scheme (recognised, not imported)"),
    .roots = (const char *const[]){"class-scheme", "IPCScheme", NULL},
    .open = open_file,
    .next = next,
    .close = close_file};
