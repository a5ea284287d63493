/* Compares a sealed copy with the paper by its text; permissions are those for issuing. */
#include "document/seal.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "document/step_paper.h"

#define ADDED_CHARACTERS 120 /* shown of what stands beside the paper's text */
#define SHOWN_CHARACTERS 40  /* of what is lacking */

/* --- comparing ------------------------------------------------------------------------ */

/* Without white space of any kind. */
static struct str squeezed(struct str s, struct arena *a)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t c = utf8_next(s, &at);
        if (c <= 0x20 || c == 0xA0 || c == 0x3000 || c == 0xFEFF || (c >= 0x2000 && c <= 0x200B))
            continue;
        memcpy(to + n, s.ptr + from, at - from);
        n += at - from;
    }
    return (struct str){to, n};
}

static struct str first_characters(struct str s, size_t count)
{
    size_t at = 0;
    for (size_t n = 0; at < s.len && n < count; n++)
        (void)utf8_next(s, &at);
    return (struct str){s.ptr, at};
}

static err_t lacks(struct str piece, struct err *e)
{
    struct str shown = first_characters(piece, SHOWN_CHARACTERS);
    return err_set(e, E_INVALID, "the file is not this paper: \"%.*s\" is missing in it%s",
                   STR_ARG(shown), shown.len < piece.len ? "…" : "");
}

/* Line by line, in order; what lies between them is beside the paper's. */
static err_t compare_lines(struct str *added, struct str issued, struct str text, struct arena *a,
                           struct err *e)
{
    struct str rest = issued;
    struct buf between = {0};
    size_t at = 0;
    err_t rc = OK;
    while (rc == OK && rest.ptr) {
        struct str line = squeezed(str_split(&rest, STR("\n")), a);
        size_t found = str_find(text, line, at);
        if (line.len == 0)
            continue;
        if (found >= text.len) {
            rc = lacks(line, e);
            break;
        }
        buf_add(&between, (struct str){text.ptr + at, found - at});
        at = found + line.len;
    }
    buf_add(&between, (struct str){text.ptr + at, text.len - at});
    *added = arena_dup(a, first_characters(buf_str(&between), ADDED_CHARACTERS));
    buf_clear(&between);
    return rc;
}

static err_t compare_piece(struct str piece, struct str text, struct arena *a, struct err *e)
{
    struct str rest = piece;
    err_t rc = OK;
    while (rc == OK && rest.ptr && rest.len) {
        struct str line = squeezed(str_split(&rest, STR("\n")), a);
        if (line.len && str_find(text, line, 0) >= text.len)
            rc = lacks(line, e);
    }
    return rc;
}

/* Every piece of the content, its number and digest, wherever they stand. */
static err_t compare_content(const struct paper *p, struct str text, struct arena *a, struct err *e)
{
    char hex[SHA256_HEX_LEN + 1];
    struct digest digest = paper_digest(p);
    err_t rc = compare_piece(p->number, text, a, e);
    for (size_t i = 0; rc == OK && i < p->block_count; i++) {
        const struct paper_block *b = &p->blocks[i];
        rc = compare_piece(b->label, text, a, e);
        if (rc == OK)
            rc = compare_piece(b->text, text, a, e);
        for (size_t r = 0; rc == OK && r < b->row_count; r++)
            for (size_t c = 0; rc == OK && c < b->rows[r].cell_count; c++)
                rc = compare_piece(b->rows[r].cells[c].text, text, a, e);
    }
    sha256_hex(hex, &digest);
    return rc == OK ? compare_piece(str_of(hex), text, a, e) : rc;
}

err_t seal_compare(struct seal_reading *out, const struct paper *p, struct str issued,
                   struct str came_back, struct arena *a, struct err *e)
{
    struct str text = squeezed(came_back, a);
    struct err second;
    err_t rc = OK;
    *out = (struct seal_reading){.unread = text.len == 0};
    if (out->unread)
        return OK;
    if (issued.len)
        rc = compare_lines(&out->added, issued, text, a, e);
    if (issued.len && rc == OK)
        return OK;
    out->added = STR_NONE;
    err_t whole = compare_content(p, text, a, issued.len ? &second : e);
    return whole == OK || issued.len == 0 ? whole : rc;
}

/* --- keeping ---------------------------------------------------------------------------- */

struct keeping {
    struct step g;
    struct written *out;
    const struct case_paper *paper;
    const struct seal_new *seal;
};

static const struct jvalue *make_body(const struct keeping *k)
{
    const struct seal_new *n = k->seal;
    struct jout j;
    jout_init_values(&j, k->g.x->arena);
    case_paper_names(&j, k->paper, k->g.x->arena);
    jout_pair(&j, "paper_digest", k->paper->digest);
    if (n->file) {
        jout_name(&j, "file");
        jout_value(&j, n->file);
    }
    jout_pair(&j, "sealed_by", n->sealed_by);
    jout_pair(&j, "sealed_on", n->sealed_on);
    jout_pair(&j, "reading", n->reading.unread ? STR("unread") : STR("same"));
    jout_pair(&j, "added", n->reading.added);
    return jout_made(&j);
}

static err_t keep_step(struct db *db, void *arg, struct err *e)
{
    struct keeping *k = arg;
    struct flow_call *x = k->g.x;
    const struct record_type *t = record_type_find(k->g.p->kernel->types, STR(SEAL_TYPE));
    struct write_options o = {.owner_unit = x->c.unit, .reason = x->reason, .date = x->today};
    k->g.db = db;
    k->g.e = e;
    err_t rc = case_paper_actor(&o.as, &k->g, k->paper);
    if (rc == OK)
        rc = step_paper_counts(&k->g, k->paper);
    if (rc == OK)
        rc = record_put(k->out, db, &(struct record_call){k->g.p->kernel, x->by, t, 0, x->arena},
                        make_body(k), &o, e);
    return rc;
}

err_t seal_record(struct written *out, struct step *g, const struct case_paper *c,
                  const struct seal_new *n)
{
    struct keeping k = {*g, out, c, n};
    out->faults = (struct faults){0};
    return store_write(g->p->kernel->store, keep_step, &k, g->e);
}

err_t seal_latest(struct sealed *out, struct db *db, int64_t paper, struct arena *a, struct err *e)
{
    *out = (struct sealed){0};
    return db_row(NULL, db,
                  "SELECT s.id, s.file, s.file_name, s.sealed_by, s.sealed_on, s.reading, v.entry "
                  "FROM record_paper_seal s JOIN record_version v ON v.type = '" SEAL_TYPE
                  "' AND v.record_id = s.id AND v.version = s.version WHERE s.paper_id = ?1 AND "
                  "s.ended_ms IS NULL ORDER BY s.id DESC NULLS LAST LIMIT 1",
                  VALUES(v_i64(paper)),
                  INTO(into_i64(&out->id), into_str(&out->digest), into_str(&out->name),
                       into_str(&out->sealed_by), into_str(&out->sealed_on),
                       into_str(&out->reading), into_str(&out->entry)),
                  a, e);
}
