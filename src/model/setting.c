/* Rows of `setting`. */
#include "model/setting.h"

err_t setting_put(struct db *db, struct str name, struct str value, int64_t now_ms, int64_t by,
                  struct err *e)
{
    static const struct upsert setting = {"setting", "name", "value, changed_ms, changed_by"};
    return db_upsert(db, &setting, VALUES(v_str(name), v_str(value), v_i64(now_ms), v_i64(by)), e);
}
