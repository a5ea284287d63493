/* libyaml's events become a tree. Its own document loader is not used: it
 * follows aliases, forgets the style of scalars and lets keys stand twice.
 *
 * The tree is built by recursion over the events, whose depth is bounded, as
 * libyaml's own is not (deep flow lists cost it quadratic time: the text is
 * bounded too). */
#include "text/yaml.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include <stdlib.h>
#include <yaml.h>

struct reading {
    yaml_parser_t parser;
    struct arena *arena;
    VEC(struct yfault) faults;
    bool ended; /* the text is no YAML from here on */
};

static void fault_at(struct reading *r, int line, int column, struct str reason)
{
    VEC_PUSH(r->arena, &r->faults,
             ((struct yfault){.line = line, .column = column, .reason = reason}));
}

static void fault_of(struct reading *r, const yaml_event_t *event, const char *why)
{
    fault_at(r, (int)event->start_mark.line + 1, (int)event->start_mark.column + 1,
             arena_dup(r->arena, str_of(msg(why))));
}

/* What libyaml says of itself is English; the sentence around it is ours. */
static void note_parser_fault(struct reading *r)
{
    const yaml_parser_t *p = &r->parser;
    r->ended = true;
    fault_at(r, (int)p->problem_mark.line + 1, (int)p->problem_mark.column + 1,
             arena_printf(r->arena, msg("not valid YAML: %s"),
                          p->problem ? p->problem : msg("it cannot be read")));
}

/* The next event; false, with a fault noted, when there is none. */
static bool next_event(yaml_event_t *event, struct reading *r)
{
    if (!r->ended && yaml_parser_parse(&r->parser, event) == 0)
        note_parser_fault(r);
    return !r->ended;
}

static void check_plain(struct reading *r, const yaml_event_t *event, const yaml_char_t *anchor,
                        const yaml_char_t *tag)
{
    if (anchor)
        fault_of(r, event, N_("an anchor (&) is not used here: write the value out"));
    if (tag)
        fault_of(r, event, N_("a tag (!) is not used here: write the value alone"));
}

static void place(struct yvalue *to, const yaml_event_t *event)
{
    to->line = (int)event->start_mark.line + 1;
    to->column = (int)event->start_mark.column + 1;
}

static bool read_value(struct yvalue *to, struct reading *r, const yaml_event_t *first, int depth);

static bool read_list(struct yvalue *to, struct reading *r, int depth)
{
    VEC(struct yvalue) items = {0};
    bool more = true, ok = true;
    to->type = Y_LIST;
    while (ok && more) {
        yaml_event_t event;
        struct yvalue item = {0};
        if (!next_event(&event, r))
            return false;
        more = event.type != YAML_SEQUENCE_END_EVENT;
        if (more && (ok = read_value(&item, r, &event, depth)))
            VEC_PUSH(r->arena, &items, item);
        yaml_event_delete(&event);
    }
    to->items = items.ptr;
    to->count = items.len;
    return ok;
}

/* Whether the key may stand; one that stands already, or is none, is a fault. */
static bool key_is_good(struct reading *r, const struct yvalue *key, struct map *seen)
{
    bool added = false;
    if (key->type != Y_TEXT) {
        fault_at(r, key->line, key->column,
                 arena_dup(r->arena, str_of(msg("a key must be a word"))));
        return false;
    }
    if (!key->quoted && str_is(key->text, "<<")) {
        fault_at(r, key->line, key->column,
                 arena_dup(r->arena,
                           str_of(msg("a merge key (<<) is not used here: write the keys out"))));
        return false;
    }
    uint64_t *line = map_put(seen, key->text, &added);
    if (!added) {
        fault_at(r, key->line, key->column,
                 arena_printf(r->arena,
                              msg("the key \"%.*s\" stands here twice (first on line %d)"),
                              STR_ARG(key->text), (int)*line));
        return false;
    }
    *line = (uint64_t)key->line;
    return true;
}

static bool read_pairs(struct yvalue *to, struct reading *r, struct map *seen, int depth)
{
    VEC(struct yvalue) names = {0}, items = {0};
    bool more = true, ok = true;
    while (ok && more) {
        yaml_event_t event;
        struct yvalue key = {0}, item = {0};
        if (!next_event(&event, r))
            return false;
        more = event.type != YAML_MAPPING_END_EVENT;
        ok = !more || read_value(&key, r, &event, depth);
        yaml_event_delete(&event);
        if (!ok || !more)
            break;
        if (!next_event(&event, r))
            return false;
        ok = read_value(&item, r, &event, depth);
        yaml_event_delete(&event);
        if (ok && key_is_good(r, &key, seen)) {
            VEC_PUSH(r->arena, &names, key);
            VEC_PUSH(r->arena, &items, item);
        }
    }
    to->names = names.ptr;
    to->items = items.ptr;
    to->count = items.len;
    return ok;
}

static bool read_map(struct yvalue *to, struct reading *r, int depth)
{
    struct map *seen = map_new(0);
    to->type = Y_MAP;
    bool ok = read_pairs(to, r, seen, depth);
    map_free(seen);
    return ok;
}

static void read_scalar(struct yvalue *to, struct reading *r, const yaml_event_t *event)
{
    struct str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    to->type = Y_TEXT;
    to->text = arena_dup(r->arena, text);
    to->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (text.len && memchr(text.ptr, '\0', text.len))
        fault_of(r, event, N_("a text holds a NUL character"));
}

/* The value that begins with `first`; false when the text ends within it. */
static bool read_value(struct yvalue *to, struct reading *r, const yaml_event_t *first, int depth)
{
    place(to, first);
    if (depth == YAML_DEPTH_MAX) {
        fault_of(r, first, N_("lists and maps are nested too deeply"));
        r->ended = true;
        return false;
    }
    switch (first->type) {
    case YAML_SCALAR_EVENT:
        check_plain(r, first, first->data.scalar.anchor, first->data.scalar.tag);
        read_scalar(to, r, first);
        return true;
    case YAML_SEQUENCE_START_EVENT:
        check_plain(r, first, first->data.sequence_start.anchor, first->data.sequence_start.tag);
        return read_list(to, r, depth + 1);
    case YAML_MAPPING_START_EVENT:
        check_plain(r, first, first->data.mapping_start.anchor, first->data.mapping_start.tag);
        return read_map(to, r, depth + 1);
    case YAML_ALIAS_EVENT:
        fault_of(r, first, N_("an alias (*) is not used here: write the value out"));
        *to = (struct yvalue){.type = Y_TEXT, .line = to->line, .column = to->column};
        return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        break;
    }
    fault_of(r, first, N_("a value is missing")); /* libyaml gives an empty scalar instead */
    r->ended = true;
    return false;
}

static void check_directives(struct reading *r, const yaml_event_t *event)
{
    if (event->data.document_start.version_directive ||
        event->data.document_start.tag_directives.start !=
            event->data.document_start.tag_directives.end)
        fault_of(r, event, N_("a directive (%) is not used here"));
}

/* Stream start, document start, its value, document end, stream end. */
static const struct yvalue *read_document(struct reading *r)
{
    struct yvalue *root = NULL;
    for (bool open = true; open;) {
        yaml_event_t event;
        if (!next_event(&event, r))
            return NULL;
        if (event.type == YAML_DOCUMENT_START_EVENT) {
            check_directives(r, &event);
            if (root)
                fault_of(r, &event, N_("a second document begins here: one file holds one"));
            open = !root;
        } else if (event.type == YAML_STREAM_END_EVENT) {
            if (!root)
                fault_of(r, &event, N_("the file is empty"));
            open = false;
        } else if (event.type != YAML_STREAM_START_EVENT && event.type != YAML_DOCUMENT_END_EVENT) {
            struct yvalue *value = arena_alloc(r->arena, sizeof(*value));
            if ((open = read_value(value, r, &event, 0)))
                root = value;
        }
        yaml_event_delete(&event);
    }
    return r->ended ? NULL : root;
}

/* libyaml guesses UTF-16 from a byte order mark and knows no place within a bad
 * sequence: the bytes are looked at before. */
static bool text_is_fit(struct reading *r, struct str text)
{
    size_t good = utf8_check(text);
    int line = 1, column = 1;
    if (text.len > YAML_BYTES_MAX) {
        fault_at(
            r, 1, 1,
            arena_printf(r->arena, msg("the file is larger than %zu KiB"), YAML_BYTES_MAX >> 10));
        return false;
    }
    if (good == text.len)
        return true;
    for (size_t i = 0; i < good; i++) {
        column = text.ptr[i] == '\n' ? 1 : column + (((unsigned char)text.ptr[i] & 0xC0) != 0x80);
        line += text.ptr[i] == '\n';
    }
    fault_at(r, line, column, arena_dup(r->arena, str_of(msg("the text is not UTF-8"))));
    return false;
}

static int by_place(const void *x, const void *y)
{
    const struct yfault *a = x, *b = y;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

err_t yin_parse(const struct yvalue **out, const struct yfault **faults, size_t *fault_count,
                struct str text, struct arena *a, struct err *e)
{
    struct reading r = {.arena = a};
    *out = NULL;
    if (text_is_fit(&r, text)) {
        if (yaml_parser_initialize(&r.parser) == 0)
            abort(); /* out of memory, as mem_alloc */
        yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.len ? text.ptr : ""),
                                     text.len);
        *out = read_document(&r);
        yaml_parser_delete(&r.parser);
    }
    *faults = r.faults.ptr;
    *fault_count = r.faults.len;
    if (r.faults.len == 0)
        return OK;
    qsort(r.faults.ptr, r.faults.len, sizeof(*r.faults.ptr), by_place);
    return err_set(e, E_INVALID, "line %d, column %d: %.*s", r.faults.ptr->line,
                   r.faults.ptr->column, STR_ARG(r.faults.ptr->reason));
}

const struct yvalue *yin_get(const struct yvalue *v, const char *name)
{
    for (size_t i = 0; v && v->type == Y_MAP && i < v->count; i++)
        if (str_is(v->names[i].text, name))
            return &v->items[i];
    return NULL;
}

bool yin_is_null(const struct yvalue *v)
{
    return v->type == Y_TEXT && !v->quoted &&
           (v->text.len == 0 || str_is(v->text, "~") || str_is(v->text, "null"));
}
