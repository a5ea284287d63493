/* What the three verifiers of this folder share. */
#include "audit/verdict.h"
#include "base/msg.h"
#include "crypto/encode.h"
#include <stdarg.h>
#include <stdio.h>

const char *log_fault_name(enum log_fault kind)
{
    static const char *const names[] = {
#define X(name, text) text,
        LOG_FAULTS(X)
#undef X
    };
    return names[kind];
}

const struct note_key *trust_log_key(const struct log_trust *t, struct str origin)
{
    for (size_t i = 0; i < t->key_count; i++)
        if (t->keys[i].use == NOTE_LOG && str_is(origin, t->keys[i].name))
            return &t->keys[i];
    return NULL;
}

bool verdict_fault(struct log_verdict *v, enum log_fault kind, const char *fmt, ...)
{
    va_list args;
    if (v->kind != LOG_FAULT_NONE)
        return false;
    v->kind = kind;
    va_start(args, fmt);
    vsnprintf(v->fault, sizeof(v->fault), msg(fmt), args);
    va_end(args);
    return false;
}

void verdict_at(struct log_verdict *v, const uint64_t *index, const struct entry *entry)
{
    if (v->kind != LOG_FAULT_NONE)
        return;
    v->names_entry = index || entry;
    v->has_index = index != NULL;
    v->index = index ? *index : 0;
    v->type[0] = '\0';
    v->id = entry ? entry->id : 0;
    if (entry)
        snprintf(v->type, sizeof(v->type), "%.*s", STR_ARG(entry->type));
}

/* --- heads ----------------------------------------------------------------------------- */

static bool check_cosignatures(struct log_verdict *v, const struct log_trust *t)
{
    const struct head *h = &v->head;
    for (size_t i = 1; i < h->line_count; i++) {
        struct witness_word w = {.name = h->line[i].name};
        for (size_t k = 0; k < t->key_count && !w.checked; k++) {
            struct err e;
            if (str_is(w.name, t->keys[k].name) &&
                head_check_cosignature(&w.checked, &w.seconds, h, &t->keys[k], &e) != OK)
                return verdict_fault(v, LOG_FAULT_COSIGNATURE, "%s", e.text);
        }
        v->witness[v->witness_count++] = w;
    }
    return true;
}

bool verdict_head(struct log_verdict *v, struct str note, const struct log_trust *t)
{
    struct err e;
    if (head_parse(&v->head, note, &e) != OK)
        return verdict_fault(v, LOG_FAULT_CHECKPOINT, "%s", e.text);
    const struct note_key *key = trust_log_key(t, v->head.origin);
    if (!key)
        return verdict_fault(v, LOG_FAULT_KEY,
                             "no key was given for the log %.*s: its signature cannot be checked",
                             STR_ARG(v->head.origin));
    if (head_check(&v->head, key, &e) != OK)
        return verdict_fault(v, LOG_FAULT_SIGNATURE, "%s", e.text);
    v->has_head = true;
    return check_cosignatures(v, t);
}

bool verdict_held(struct log_verdict *v, struct held_heads *out, struct str origin,
                  const struct log_trust *t)
{
    const struct note_key *key = trust_log_key(t, origin);
    out->count = 0;
    for (size_t i = 0; i < t->held_count; i++) {
        struct head *h = &out->head[out->count];
        size_t first = str_find(t->held[i], STR("\n"), 0);
        if (!str_eq((struct str){t->held[i].ptr, first}, origin))
            continue; /* of another log */
        if (!key || head_parse(h, t->held[i], NULL) != OK || head_check(h, key, NULL) != OK)
            return verdict_fault(v, LOG_FAULT_HELD,
                                 "the head that is held of the log %.*s is not signed by its key",
                                 STR_ARG(origin));
        out->count++;
    }
    return true;
}

bool verdict_witnesses(struct log_verdict *v, const struct log_trust *t)
{
    size_t good = 0;
    for (size_t i = 0; i < v->witness_count; i++)
        good += v->witness[i].checked;
    return good >= t->witnesses ||
           verdict_fault(v, LOG_FAULT_WITNESSES,
                         "%zu known witnesses cosigned the head; %zu are asked for", good,
                         t->witnesses);
}

/* --- JSON ------------------------------------------------------------------------------- */

static void head_json(struct jout *j, const struct log_verdict *v)
{
    struct buf root = {0};
    base64_add(&root, (struct bytes){v->head.root.byte, HASH_LEN});
    jout_object(j);
    jout_pair(j, "origin", v->head.origin);
    jout_pair_i64(j, "size", (int64_t)v->head.size);
    jout_pair(j, "root", buf_str(&root));
    jout_pair_i64(j, "time", v->head.time_ms);
    jout_end_object(j);
    buf_clear(&root);
}

static void first_bad_json(struct jout *j, const struct log_verdict *v)
{
    jout_object(j);
    if (v->has_index)
        jout_pair_i64(j, "index", (int64_t)v->index);
    jout_pair(j, "type", str_of(v->type));
    jout_pair_id(j, "id", v->id);
    jout_end_object(j);
}

void verdict_json(struct jout *j, const struct log_verdict *v)
{
    jout_object(j);
    jout_pair_bool(j, "ok", verdict_good(v));
    jout_pair_i64(j, "entries", (int64_t)v->entries);
    jout_name(j, "head");
    if (v->has_head)
        head_json(j, v);
    else
        jout_null(j);
    jout_pair_z(j, "fault", v->fault[0] ? v->fault : NULL);
    jout_pair_z(j, "fault_kind", v->fault[0] ? log_fault_name(v->kind) : NULL);
    jout_name(j, "first_bad");
    if (v->names_entry && !verdict_good(v))
        first_bad_json(j, v);
    else
        jout_null(j);
    if (v->since_ms)
        jout_pair_i64(j, "changed_after", v->since_ms);
    if (v->proven)
        jout_pair_i64(j, "proven", (int64_t)v->proven);
    if (v->before)
        jout_pair_i64(j, "not_read", (int64_t)v->before);
    jout_pair_array(j, "witnesses");
    for (size_t i = 0; i < v->witness_count; i++) {
        jout_object(j);
        jout_pair(j, "name", v->witness[i].name);
        jout_pair_bool(j, "checked", v->witness[i].checked);
        if (v->witness[i].checked)
            jout_pair_i64(j, "time", v->witness[i].seconds);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_i64(j, "contents_checked", (int64_t)v->contents_checked);
    jout_pair_i64(j, "contents_withheld", (int64_t)v->contents_withheld);
    jout_pair_i64(j, "fields_closed", (int64_t)v->fields_closed);
    jout_pair_i64(j, "rows_checked", (int64_t)v->rows_checked);
    jout_pair_i64(j, "held_consistent", (int64_t)v->held_consistent);
    jout_pair_i64(j, "held_unchecked", (int64_t)v->held_unchecked);
    jout_end_object(j);
}
