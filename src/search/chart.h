/* A landscape for a terminal: bars of one dimension, a table of two; of three, the third is summed up, which a last line
 * says. The same reply gives the same bytes. */
#ifndef SEARCH_CHART_H
#define SEARCH_CHART_H
#include "search/search.h"

/* Lines for a terminal of `columns` width (0: 80). At most `rows` bars (0: 40);
 * what is left out is said in a last line. */
void chart_bars(struct buf *out, const struct landscape_reply *r, unsigned columns, size_t rows);
#endif
