/* Technology fields of WIPO's IPC concordance and titles of the IPC. A symbol
 * belongs to the field of its main group where the concordance names it (H04N,
 * A61K), else of its subclass. */
#include "ipc_table.h"
#include "model/normal.h"
#include "model/table_priv.h"
#include "wipo35_names_table.h"
#include "wipo35_table.h"

enum { NAME_ZH = 1, NAME_EN = 2 };

unsigned wipo35_field(struct str ipc_symbol)
{
    size_t slash = str_find(ipc_symbol, STR("/"), 0);
    uint64_t field = 0;
    const char *const *row = TABLE_FIND(wipo35_table, ((struct str){ipc_symbol.ptr, slash}));
    if (!row && slash > 4)
        row = TABLE_FIND(wipo35_table, ((struct str){ipc_symbol.ptr, 4}));
    return row && str_to_u64(&field, str_of(row[1])) ? (unsigned)field : 0;
}

struct str wipo35_name(unsigned field, bool english)
{
    if (field < 1 || field > ARRAY_LEN(wipo35_names_table))
        return STR_NONE;
    return str_of(wipo35_names_table[field - 1][english ? NAME_EN : NAME_ZH]);
}

struct str ipc_title_zh(struct str symbol)
{
    const char *const *row = TABLE_FIND(ipc_table, symbol);
    return row ? str_of(row[1]) : STR_NONE;
}
