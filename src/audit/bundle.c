/* Writing walks the log by ranges and reads each version by its key; checking
 * holds one entry, the right edge of the tree and the names seen so far. */
#include "audit/bundle.h"
#include "audit/canon.h"
#include "audit/rows.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "crypto/encode.h"
#include <inttypes.h>
#include <stdlib.h>

#define RANGE TILE_WIDTH /* entries a query: PostgreSQL holds its result whole */

/* --- writing --------------------------------------------------------------------------- */

struct exporting {
    struct db *db;
    const struct bundle_options *o;
    struct opener opener;
    struct arena *arena;  /* of one entry */
    struct arena *range;  /* of RANGE entries */
    struct buf text;      /* of one entry */
    struct bytes tile;    /* leaf hashes of these entries, of which the tree was built */
    uint64_t next, until; /* until: size of the head */
};

/* The seal with every field closed: keys become commitments. */
static bool close_seal(struct buf *to, struct exporting *x, struct str content, struct str seal)
{
    struct canon values = canon_of(content), seals = canon_of(seal);
    struct canon_walk in_values, in_seals;
    struct str name, field, value, was;
    struct jout j;
    jout_init(&j, to);
    jout_object(&j);
    canon_object(&in_values, &values);
    for (canon_object(&in_seals, &seals); canon_member(&name, &in_seals, &seals);) {
        uint8_t key[LOG_FIELD_KEY_LEN];
        char hex[HASH_HEX_LEN + 1];
        if (!canon_value(&was, &seals))
            return false;
        struct str written = canon_text(name, x->arena);
        jout_name_str(&j, written);
        if (!str_starts(was, STR("{\"k\":\""))) {
            jout_raw(&j, was);
            continue;
        }
        if (!hex_read(key, sizeof(key), (struct str){was.ptr + 6, was.len - 8}) ||
            !canon_member(&field, &in_values, &values) || !str_eq(field, name) ||
            !canon_value(&value, &values))
            return false;
        hmac_begin(x->opener.hmac, (struct bytes){key, sizeof(key)});
        hmac_add(x->opener.hmac, str_bytes(written));
        hmac_add(x->opener.hmac, (struct bytes){(const uint8_t *)"", 1});
        hmac_add(x->opener.hmac, str_bytes(value));
        struct digest c = hmac_end(x->opener.hmac);
        digest_hex(hex, &c);
        jout_object(&j);
        jout_pair(&j, "c", str_of(hex));
        jout_end_object(&j);
    }
    jout_end_object(&j);
    return canon_done(&seals);
}

static err_t no_version(const struct log_row *row, const struct entry *entry, struct err *e)
{
    return err_set(e, E_CORRUPT,
                   "entry %lld of the evidence log (%.*s %lld) has no version that fits it: type "
                   "`zhiyun verify`",
                   (long long)row->leaf, STR_ARG(entry->type), (long long)entry->id);
}

static bool add_content(struct exporting *x, const struct entry *entry, struct str content,
                        struct str seal)
{
    bool fits = true;
    if (!x->o->bare && (!x->o->may_read || x->o->may_read(x->o->may_read_arg, entry))) {
        buf_addf(&x->text, "= {\"content\":%.*s,\"seal\":%.*s", STR_ARG(content), STR_ARG(seal));
    } else {
        buf_addz(&x->text, "! {\"seal\":");
        fits = close_seal(&x->text, x, content, seal);
    }
    buf_addz(&x->text, "}\n");
    return fits;
}

static err_t write_content(struct exporting *x, const struct log_row *row,
                           const struct entry *entry, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    size_t before = x->text.len;
    err_t rc = db_query(
        &st, x->db,
        "SELECT content, seal FROM record_version WHERE type = ?1 AND "
        "record_id = ?2 AND version = ?3",
        VALUES(v_str(canon_text(entry->type, x->arena)), v_i64(entry->id), v_i64(entry->version)),
        e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    if (rc == OK && !(has_row && add_content(x, entry, stmt_str(st, 0), stmt_str(st, 1)))) {
        x->text.len = before;
        buf_addz(&x->text, "! {\"seal\":{}}\n");
        rc = x->o->bare ? OK : no_version(row, entry, e);
    }
    stmt_free(st);
    return rc;
}

/* An empty line stands where an entry is missing. */
static err_t missing(struct exporting *x, uint64_t leaf, struct err *e)
{
    buf_addc(&x->text, '\n');
    return x->o->bare ? OK
                      : err_set(e, E_CORRUPT, "entry %llu of the evidence log is missing",
                                (unsigned long long)leaf);
}

static err_t add_entry(struct exporting *x, const struct log_row *row, struct err *e)
{
    struct entry entry;
    struct digest leaf;
    char hex[HASH_HEX_LEN + 1];
    size_t at = (size_t)row->leaf % TILE_WIDTH * HASH_LEN;
    if ((uint64_t)row->leaf != x->next || x->tile.len < at + HASH_LEN)
        return missing(x, x->next, e);
    memcpy(leaf.byte, x->tile.ptr + at, HASH_LEN);
    digest_hex(hex, &leaf);
    buf_add(&x->text, row->body);
    buf_addf(&x->text, "\n@ %s\n", hex);
    if (entry_parse(&entry, row->body))
        return entry.content.len > 0 ? write_content(x, row, &entry, e) : OK;
    return x->o->bare
               ? OK
               : err_set(e, E_CORRUPT, "entry %lld of the evidence log is not as it was written",
                         (long long)row->leaf);
}

static err_t write_entry(void *arg, const struct log_row *row, struct err *e)
{
    struct exporting *x = arg;
    if ((uint64_t)row->leaf >= x->until) /* numbered, but under no head yet */
        return OK;
    arena_reset(x->arena);
    buf_reset(&x->text);
    err_t rc = add_entry(x, row, e);
    if (rc == OK && !buf_ok(&x->text))
        rc = err_set(e, E_LIMIT, "entry %lld of the evidence log is too long for a bundle",
                     (long long)row->leaf);
    x->next++;
    return rc == OK ? x->o->write(x->o->write_arg, buf_str(&x->text), e) : rc;
}

static err_t export(struct exporting *x, struct err *e)
{
    const struct tile_source tiles = log_tiles(x->db);
    struct log_head_row head;
    struct arena *a = arena_new();
    err_t rc =
        log_head_within(&head, x->db, x->o->most ? (int64_t)x->o->most : INT64_MAX, false, a, e);
    if (rc != OK)
        goto done;
    x->until = head.size;
    buf_addf(&x->text, BUNDLE_LINE "\n%s\n%" PRIu64 "\n", x->o->suite->origin, head.size);
    rc = x->o->write(x->o->write_arg, buf_str(&x->text), e);
    while (rc == OK && x->next < head.size) {
        uint64_t from = x->next, after;
        arena_reset(x->range);
        rc = tiles.read(&x->tile, tiles.arg, 0, from / TILE_WIDTH, TILE_WIDTH, x->range, e);
        if (rc == OK)
            rc = log_follow(&after, x->db, from, RANGE, write_entry, x, e);
        buf_reset(&x->text);
        if (rc == OK && x->next == from && (rc = missing(x, from, e)) == OK) {
            rc = x->o->write(x->o->write_arg, buf_str(&x->text), e);
            x->next = head.size;
        }
    }
    buf_reset(&x->text);
    buf_addc(&x->text, '\n');
    if (rc == OK && (rc = log_head_write(&x->text, x->db, &head, e)) == OK)
        rc = x->o->write(x->o->write_arg, buf_str(&x->text), e);
done:
    arena_free(a);
    return rc;
}

err_t bundle_export(struct db *db, const struct bundle_options *o, struct err *e)
{
    struct exporting x = {.db = db, .o = o, .arena = arena_new(), .range = arena_new()};
    opener_init(&x.opener, o->suite->hash);
    buf_init(&x.text, 0);
    err_t rc = db_begin_read(db, e); /* one moment: entries, versions and cosignatures fit */
    if (rc == OK) {
        rc = export(&x, e);
        db_rollback(db);
    }
    buf_clear(&x.text);
    opener_clear(&x.opener);
    arena_free(x.arena);
    arena_free(x.range);
    return rc;
}

/* --- names seen ------------------------------------------------------------------------- */
/* Open addressing over the 16 bytes of each name, of which the last 10 are random. */

struct uid {
    uint64_t high, low;
};
struct uid_set {
    struct uid *slot; /* all zero: free; a name of zeros is kept apart */
    size_t count, cap;
    bool zero;
};

struct uid_set *uid_set_new(void)
{
    struct uid_set *s = mem_zalloc(sizeof(*s));
    s->cap = 1024;
    s->slot = mem_zalloc(s->cap * sizeof(*s->slot));
    return s;
}

void uid_set_free(struct uid_set *s)
{
    if (!s)
        return;
    free(s->slot);
    free(s);
}

static bool put(struct uid *slot, size_t cap, struct uid u)
{
    size_t at = (size_t)(u.low * 0x9e3779b97f4a7c15u) & (cap - 1);
    for (; slot[at].high | slot[at].low; at = (at + 1) & (cap - 1))
        if (slot[at].high == u.high && slot[at].low == u.low)
            return false;
    slot[at] = u;
    return true;
}

bool uid_set_add(struct uid_set *s, struct str uid)
{
    uint8_t byte[LOG_UID_LEN / 2];
    struct uid u = {0, 0};
    if (!hex_read(byte, sizeof(byte), uid))
        return false;
    for (int i = 0; i < 8; i++) {
        u.high = u.high << 8 | byte[i];
        u.low = u.low << 8 | byte[8 + i];
    }
    if (!(u.high | u.low)) {
        bool fresh = !s->zero;
        s->zero = true;
        return fresh;
    }
    if (s->count * 2 >= s->cap) {
        struct uid *larger = mem_zalloc(s->cap * 2 * sizeof(*larger));
        for (size_t i = 0; i < s->cap; i++)
            if (s->slot[i].high | s->slot[i].low)
                (void)put(larger, s->cap * 2, s->slot[i]);
        free(s->slot);
        s->slot = larger;
        s->cap *= 2;
    }
    bool fresh = put(s->slot, s->cap, u);
    s->count += fresh;
    return fresh;
}

/* --- checking ----------------------------------------------------------------------------- */

static bool misplaced(struct bundle_reader *r)
{
    return verdict_fault(r->v, LOG_FAULT_LINE, "line %zu is not what has to stand there",
                         r->lines.number);
}

static bool take_bytes(struct str *line, struct bundle_reader *r)
{
    return lines_take(line, &r->lines) ||
           verdict_fault(r->v, LOG_FAULT_END, "the text breaks off in line %zu", r->lines.number);
}

static bool take(struct str *line, struct bundle_reader *r)
{
    if (!take_bytes(line, r))
        return false;
    return utf8_check(*line) == line->len || misplaced(r);
}

/* Remember the root where a held head ends. */
static void pass_held(struct bundle_reader *r)
{
    for (size_t i = 0; i < r->held.count; i++)
        if (r->held.head[i].size == r->edge.size) {
            r->held_root[i] = tree_edge_root(&r->edge, r->opener->hasher);
            r->held_reached[i] = true;
        }
}

bool bundle_begin(struct bundle_reader *r, struct str text)
{
    struct str line;
    r->lines = (struct lines){text, 0};
    r->edge.size = r->index = 0;
    memset(r->held_reached, 0, sizeof(r->held_reached));
    if (!lines_take(&line, &r->lines) || !str_is(line, BUNDLE_LINE))
        return verdict_fault(r->v, LOG_FAULT_FORMAT, "this is no bundle of an evidence log");
    if (!take(&r->origin, r))
        return false;
    if (!note_name_valid(r->origin))
        return misplaced(r);
    if (!take(&line, r))
        return false;
    if (!head_number(&r->size, line))
        return misplaced(r);
    const struct note_key *key = trust_log_key(r->trust, r->origin);
    if (!key)
        return verdict_fault(r->v, LOG_FAULT_KEY,
                             "no key was given for the log %.*s: its signature cannot be checked",
                             STR_ARG(r->origin));
    struct log_suite suite;
    if (log_suite_of(&suite, key, NULL) != OK)
        return verdict_fault(r->v, LOG_FAULT_KEY, "the key of %s is of no suite", key->name);
    opener_init(r->opener, suite.hash);
    if (!verdict_held(r->v, &r->held, r->origin, r->trust))
        return false;
    pass_held(r);
    return true;
}

/* {"content":{…},"seal":{…}}, or {"seal":{…}} */
static bool split_content(struct str *content, struct str *seal, struct str text, bool withheld)
{
    struct canon c = canon_of(text);
    *content = STR_NONE;
    if (utf8_check(text) != text.len)
        return false;
    if (!withheld && (!canon_skip(&c, "{\"content\":") || !canon_fields(content, &c)))
        return false;
    return canon_skip(&c, withheld ? "{\"seal\":" : ",\"seal\":") && canon_fields(seal, &c) &&
           canon_skip(&c, "}") && canon_done(&c);
}

static size_t closed_fields(struct str seal)
{
    struct canon c = canon_of(seal);
    struct canon_walk w;
    struct str name, value;
    size_t n = 0;
    for (canon_object(&w, &c); canon_member(&name, &w, &c) && canon_value(&value, &c);)
        n += str_starts(value, STR("{\"c\""));
    return n;
}

static bool check_content(struct bundle_reader *r, const struct entry *entry)
{
    struct str line, content, seal;
    if (!take(&line, r))
        return false;
    bool withheld = str_starts(line, STR("! "));
    if (!withheld && !str_starts(line, STR("= ")))
        return misplaced(r);
    struct str text = {line.ptr + 2, line.len - 2};
    enum content_state state =
        split_content(&content, &seal, text, withheld)
            ? content_check(r->opener, content, seal, withheld, entry->content)
            : CONTENT_MALFORMED;
    if (state == CONTENT_MALFORMED)
        return verdict_fault(r->v, LOG_FAULT_CONTENT,
                             "the content of entry %llu is not as the log writes it",
                             (unsigned long long)r->index);
    if (state == CONTENT_OTHER)
        return verdict_fault(
            r->v, LOG_FAULT_COMMITMENT,
            "the content of entry %llu is not what the entry commits to: it was changed",
            (unsigned long long)r->index);
    if (withheld) {
        r->v->contents_withheld++;
    } else {
        r->v->contents_checked++;
        r->v->fields_closed += closed_fields(seal);
    }
    return true;
}

static bool read_entry(struct bundle_reader *r, struct str *line, struct entry *entry)
{
    struct entry guess;
    if (r->lines.rest.len == 0 || r->lines.rest.ptr[0] == '\n')
        return verdict_fault(r->v, LOG_FAULT_MISSING, "entry %llu is missing",
                             (unsigned long long)r->index);
    if (!take_bytes(line, r))
        return false;
    if (entry_parse(entry, *line)) {
        verdict_at(r->v, &r->index, entry);
        return true;
    }
    entry_guess(&guess, *line);
    verdict_at(r->v, &r->index, &guess);
    return verdict_fault(r->v, LOG_FAULT_ENTRY, "line %zu is no entry as the log writes it",
                         r->lines.number);
}

bool bundle_entry(struct bundle_reader *r)
{
    struct str line = STR_NONE, listed;
    struct entry entry = {0};
    struct digest leaf, given;
    verdict_at(r->v, &r->index, NULL);
    if (!read_entry(r, &line, &entry))
        return false;
    if (!str_eq(entry.log, r->origin))
        return verdict_fault(r->v, LOG_FAULT_ORIGIN, "the entry is of another log: %.*s",
                             STR_ARG(entry.log));
    if (r->names && !uid_set_add(r->names, entry.uid))
        return verdict_fault(r->v, LOG_FAULT_UID, "the same entry stands there twice: %.*s",
                             STR_ARG(entry.uid));
    if (!take(&listed, r))
        return false;
    if (listed.len != 2 + HASH_HEX_LEN || !str_starts(listed, STR("@ ")) ||
        !hex_read(given.byte, HASH_LEN, (struct str){listed.ptr + 2, HASH_HEX_LEN}))
        return misplaced(r);
    leaf = tree_leaf(r->opener->hasher, str_bytes(line));
    if (!digest_eq(&leaf, &given))
        return verdict_fault(r->v, LOG_FAULT_LEAF,
                             "entry %llu has not the digest that is listed for it: it was changed",
                             (unsigned long long)r->index);
    if (entry.content.len > 0 && !check_content(r, &entry))
        return false;
    tree_edge_add(&r->edge, &leaf, r->opener->hasher);
    r->index++;
    r->v->entries++;
    pass_held(r);
    return true;
}

static bool compare_held(struct bundle_reader *r)
{
    const struct head *head = &r->v->head;
    for (size_t i = 0; i < r->held.count; i++) {
        const struct head *old = &r->held.head[i];
        if (head->size < old->size || head->time_ms < old->time_ms)
            return verdict_fault(r->v, LOG_FAULT_OLDER,
                                 "it is older than the head that is held, of %llu entries: the log "
                                 "may have been set back",
                                 (unsigned long long)old->size);
        if (!r->held_reached[i] || !digest_eq(&r->held_root[i], &old->root))
            return verdict_fault(r->v, LOG_FAULT_INCONSISTENT,
                                 "the head contradicts one that is held, of %llu entries",
                                 (unsigned long long)old->size);
        r->v->held_consistent++;
    }
    return true;
}

bool bundle_end(struct bundle_reader *r)
{
    struct log_verdict *v = r->v;
    struct str line;
    uint64_t beyond = r->size;
    verdict_at(v, NULL, NULL);
    if (!take_bytes(&line, r))
        return false;
    if (line.len > 0) {
        verdict_at(v, &beyond, NULL);
        return verdict_fault(v, LOG_FAULT_EXCESS,
                             "from entry %llu on there are entries that were not announced",
                             (unsigned long long)beyond);
    }
    if (!verdict_head(v, r->lines.rest, r->trust))
        return false;
    if (!str_eq(v->head.origin, r->origin))
        return verdict_fault(v, LOG_FAULT_ORIGIN, "the head is of another log: %.*s",
                             STR_ARG(v->head.origin));
    if (v->head.size != r->size)
        return verdict_fault(v, LOG_FAULT_SIZE, "the head counts %llu entries; here are %llu",
                             (unsigned long long)v->head.size, (unsigned long long)r->size);
    struct digest root = tree_edge_root(&r->edge, r->opener->hasher);
    if (!digest_eq(&root, &v->head.root))
        return verdict_fault(v, LOG_FAULT_ROOT,
                             "these entries do not give the signed root: some were changed, "
                             "exchanged, removed or added");
    return compare_held(r) && verdict_witnesses(v, r->trust);
}

void bundle_check(struct log_verdict *v, struct str text, const struct log_trust *t)
{
    struct opener opener = {NULL, NULL, NULL};
    struct bundle_reader r = {.v = v, .trust = t, .opener = &opener, .names = uid_set_new()};
    *v = (struct log_verdict){.kind = LOG_FAULT_NONE};
    bool ok = bundle_begin(&r, text);
    while (ok && r.index < r.size)
        ok = bundle_entry(&r);
    if (ok)
        (void)bundle_end(&r);
    opener_clear(&opener);
    uid_set_free(r.names);
}
