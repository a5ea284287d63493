/* next and close of every format whose state is a struct table. */
#ifndef INGEST_FORMATS_PRIV_H
#define INGEST_FORMATS_PRIV_H
#include "ingest/format.h"

err_t table_format_next(struct item *out, void *state, struct arena *a, struct err *e);
void table_format_close(void *state);
#endif
