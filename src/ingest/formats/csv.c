/* Tables as text: CSV, TSV, semicolons, bars; every encoding of text/csv.h. */
#include "text/csv.h"
#include "base/msg.h"
#include "ingest/format.h"
#include "ingest/formats_priv.h"
#include "ingest/sniff.h"
#include "ingest/table.h"
#include "text/rows_ahead.h"

static int csv_sniff(struct bytes head)
{
    struct arena *a = arena_new();
    struct str text = sniff_text(head, a);
    char delimiter;
    int sure = 0;

    if (text.len) {
        size_t rows = csv_guess(&delimiter, text);
        /* A list of one column is a table too, but every text is one. */
        sure = rows >= 2 ? 20 + (int)rows / 5 : 3;
        if (sniff_skip_blank(text).ptr[0] == '<')
            sure = 0;
    }
    arena_free(a);
    return sure;
}

static err_t csv_format_open(void **state, struct input *in, struct err *e)
{
    struct rows rows = {0};
    err_t rc = csv_open(&rows, in->stream, 0, e);
    if (rc == OK)
        *state = table_new(in, rows);
    return rc;
}

err_t book_format_open(void **state, struct input *in, enum book_kind kind, bool ahead,
                       struct err *e)
{
    struct bytes file;
    struct rows rows = {0};
    err_t rc = stream_map(&file, in->stream, in->tmpdir, e);

    if (rc == OK)
        rc = book_open(&rows, kind, file, in->reader, e);
    if (rc != OK)
        return rc;
    struct table *t = table_new(in, ahead ? rows_ahead(rows) : rows);
    table_damage_cuts(t);
    *state = t;
    return OK;
}

err_t table_format_next(struct item *out, void *state, struct arena *a, struct err *e)
{
    return table_next(out, state, a, e);
}

void table_format_close(void *state)
{
    table_free(state);
}

const struct format format_csv = {
    .name = "csv",
    .title = N_("table as text: CSV, TSV (UTF-8, GB18030, UTF-16)"),
    .surveyed = true,
    .sniff = csv_sniff,
    .open = csv_format_open,
    .next = table_format_next,
    .close = table_format_close,
};
