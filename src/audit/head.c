/* A parser that takes exactly what the writer writes: whoever signs one text and
 * shows another finds no room for it. */
#include "audit/head.h"
#include "crypto/encode.h"
#include <inttypes.h>

bool head_number(uint64_t *out, struct str s)
{
    return s.len > 0 && s.len <= 16 && (s.ptr[0] != '0' || s.len == 1) && str_to_u64(out, s) &&
           *out < TREE_SIZE_MAX;
}

/* The next line without its LF; false at the end or for one that has none. */
static bool take_line(struct str *line, struct str *rest)
{
    size_t end = str_find(*rest, STR("\n"), 0);
    if (end == rest->len)
        return false;
    *line = (struct str){rest->ptr, end};
    *rest = (struct str){rest->ptr + end + 1, rest->len - end - 1};
    return true;
}

/* Origin, size, root, time. */
static bool parse_text(struct head *out, struct str *rest)
{
    struct str line;
    size_t len;
    uint64_t time;
    if (!take_line(&out->origin, rest) || !note_name_valid(out->origin))
        return false;
    if (!take_line(&line, rest) || !head_number(&out->size, line))
        return false;
    if (!take_line(&line, rest) || !base64_read(out->root.byte, &len, HASH_LEN, line) ||
        len != HASH_LEN)
        return false;
    if (!take_line(&line, rest) || !str_starts(line, STR("time ")) ||
        !head_number(&time, (struct str){line.ptr + 5, line.len - 5}))
        return false;
    out->time_ms = (int64_t)time;
    return true;
}

static bool parse_signature(struct head_line *out, struct str line)
{
    const struct str mark = STR("— ");
    uint8_t decoded[HEAD_SIGNATURE_BYTES_MAX];
    size_t len;
    if (!str_starts(line, mark))
        return false;
    struct str rest = {line.ptr + mark.len, line.len - mark.len};
    out->name = str_split(&rest, STR(" "));
    out->base64 = rest;
    return note_name_valid(out->name) && rest.ptr &&
           base64_read(decoded, &len, sizeof(decoded), rest) && len > NOTE_ID_LEN;
}

err_t head_parse(struct head *out, struct str note, struct err *e)
{
    struct str rest = note, line;
    *out = (struct head){.line_count = 0};
    if (note.len > HEAD_BYTES_MAX || !parse_text(out, &rest))
        return err_set(e, E_INVALID,
                       "the head of the log is not of the form: name, size, root, time");
    out->text = str_range(note.ptr, rest.ptr);
    if (!take_line(&line, &rest) || line.len > 0)
        return err_set(e, E_INVALID, "the head of the log has no empty line before its signatures");
    while (rest.len > 0) {
        struct head_line *l = &out->line[out->line_count];
        if (out->line_count == HEAD_LINES_MAX)
            return err_set(e, E_INVALID, "the head of the log has more than %d signatures",
                           HEAD_LINES_MAX);
        if (!take_line(&line, &rest) || !parse_signature(l, line))
            return err_set(e, E_INVALID, "signature %zu of the head of the log is malformed",
                           out->line_count + 1);
        if (out->line_count == 0 ? !str_eq(l->name, out->origin)
                                 : (str_eq(l->name, out->origin) ||
                                    (out->line_count > 1 && str_cmp(l[-1].name, l->name) >= 0)))
            return err_set(e, E_INVALID,
                           "the signatures of the head of the log are not in order: the log's, "
                           "then witnesses by name, each once");
        out->line_count++;
    }
    if (out->line_count == 0)
        return err_set(e, E_INVALID, "the head of the log is not signed");
    return OK;
}

/* The signature of a line without its id; false when another key made it. */
static bool signature_by(struct bytes *out, uint8_t room[HEAD_SIGNATURE_BYTES_MAX],
                         const struct head_line *l, const struct note_key *k)
{
    size_t len;
    if (!str_is(l->name, k->name) ||
        !base64_read(room, &len, HEAD_SIGNATURE_BYTES_MAX, l->base64) ||
        memcmp(room, k->id, NOTE_ID_LEN) != 0)
        return false;
    *out = (struct bytes){room + NOTE_ID_LEN, len - NOTE_ID_LEN};
    return true;
}

err_t head_check(const struct head *head, const struct note_key *log, struct err *e)
{
    uint8_t room[HEAD_SIGNATURE_BYTES_MAX];
    struct bytes signature;
    if (!str_is(head->origin, log->name))
        return err_set(e, E_INVALID, "the head is of the log %.*s, not of %s",
                       STR_ARG(head->origin), log->name);
    if (log->use != NOTE_LOG || !signature_by(&signature, room, &head->line[0], log))
        return err_set(e, E_INVALID, "the head of the log %s is signed by another key", log->name);
    if (!note_check(log, signature, head->text, NULL))
        return err_set(e, E_INVALID,
                       "the head of the log %s was changed: its signature does not "
                       "fit",
                       log->name);
    return OK;
}

err_t head_check_cosignature(bool *found, int64_t *seconds, const struct head *head,
                             const struct note_key *witness, struct err *e)
{
    uint8_t room[HEAD_SIGNATURE_BYTES_MAX];
    struct bytes signature;
    *found = false;
    if (witness->use != NOTE_COSIGNER)
        return OK;
    for (size_t i = 1; i < head->line_count; i++) {
        if (!signature_by(&signature, room, &head->line[i], witness))
            continue;
        if (!note_check(witness, signature, head->text, seconds))
            return err_set(e, E_INVALID, "the cosignature of %s does not fit the head of the log",
                           witness->name);
        *found = true;
    }
    return OK;
}

void head_write_text(struct buf *to, const char *origin, uint64_t size, const struct digest *root,
                     int64_t time_ms)
{
    buf_addf(to, "%s\n%" PRIu64 "\n", origin, size);
    base64_add(to, (struct bytes){root->byte, HASH_LEN});
    buf_addf(to, "\ntime %" PRId64 "\n", time_ms);
}
