/* Rows of fact_check, read. */
#include "model/fact_check.h"
#include "base/vec.h"

err_t fact_checks_load(struct fact_check **out, size_t *count, struct db *db, int64_t first,
                       int64_t last, struct str programme, struct arena *a, struct err *e)
{
    VEC(struct fact_check) all = {0};
    struct stmt *st = NULL;
    bool found = false;
    err_t rc = db_query(
        &st, db,
        "SELECT c.owner_unit, f.record, f.digest, coalesce(k.display_name, ''), s.role, s.date,"
        " c.number FROM fact_check f JOIN flow_step s ON s.id = f.step_id JOIN flow_case c ON"
        " c.id = f.case_id LEFT JOIN account k ON k.id = s.account WHERE c.owner_unit BETWEEN ?1"
        " AND ?2 AND c.programme = ?3 AND s.role IS NOT NULL AND NOT EXISTS (SELECT 1 FROM"
        " fact_check l JOIN flow_step ls ON ls.id = l.step_id JOIN flow_case lc ON lc.id ="
        " l.case_id WHERE lc.owner_unit = c.owner_unit AND lc.programme = c.programme AND l.record"
        " = f.record AND ls.role = s.role AND l.id > f.id) ORDER BY c.owner_unit, f.record, f.id",
        VALUES(v_i64(first), v_i64(last), v_str(programme)), e);
    while (rc == OK && (rc = stmt_next(&found, st, e)) == OK && found)
        VEC_PUSH(a, &all,
                 ((struct fact_check){stmt_i64(st, 0), arena_dup(a, stmt_str(st, 1)),
                                      arena_dup(a, stmt_str(st, 2)), arena_dup(a, stmt_str(st, 3)),
                                      arena_dup(a, stmt_str(st, 4)), arena_dup(a, stmt_str(st, 5)),
                                      arena_dup(a, stmt_str(st, 6))}));
    stmt_free(st);
    *out = all.ptr;
    *count = all.len;
    return rc;
}
