/* Labels in two languages, and the codes that have them. */
#ifndef MODEL_LABEL_H
#define MODEL_LABEL_H
#include "base/vec.h"

struct label {
    struct str zh, en;
};

struct enum_value {
    struct str code;
    struct label label;
    struct str from, to; /* offered on these days only; empty: open */
    struct str after;    /* an interval that begins with this value: 6m; empty: it says none */
    struct str pack;     /* whose word the label is; empty: the type's */
};
struct enum_values {
    VEC(struct enum_value) list;
};
#endif
