/* The frame of JSON formats: the stream is split into records (text/json_split.h)
 * and each is parsed alone, so memory is one record however large the file; a
 * damaged record is refused and the next one read. */
#include "ingest/json_format.h"
#include "base/mem.h"
#include "base/msg.h"
#include "text/json_split.h"

struct json_state {
    struct json_split *split;
    const struct json_format *format;
    int64_t row;
    bool said;
};

err_t json_format_open(void **state, struct input *in, struct err *e)
{
    const struct json_format *format = in->frame;
    struct json_split *split = NULL;
    err_t rc = json_split_open(&split, in->stream, format->paths, e);

    if (rc != OK)
        return rc;
    struct json_state *s = mem_zalloc(sizeof(*s));
    *s = (struct json_state){.split = split, .format = format};
    *state = s;
    return OK;
}

err_t json_format_next(struct item *out, void *state, struct arena *a, struct err *e)
{
    struct json_state *s = state;
    struct json_element el = {0};
    struct err damage = {0};
    bool has = false;
    err_t rc = json_split_next(&has, &el, s->split, a, &damage);

    *out = (struct item){.row = ++s->row};
    if (rc == E_INVALID || rc == E_LIMIT) {
        s->said = true;
        out->kind = ITEM_REJECT;
        out->reason = arena_dup(a, str_of(damage.text));
        return OK;
    }
    if (rc != OK)
        return err_pass(e, rc, &damage);
    if (!has) {
        out->kind = ITEM_END;
        if (!s->said)
            return err_set(e, E_INVALID,
                           "no record in this JSON file; name its format with --format");
        return OK;
    }
    struct doc f;
    s->said = true;
    doc_begin(&f, out, s->format->source, s->format->office, a);
    if (el.value->type != J_OBJECT) {
        out->kind = ITEM_REJECT;
        out->reason = str_of(msg("this element is no object with the fields of a patent"));
    } else if (!s->format->read(&f, el.value) && out->kind == ITEM_RECORD) {
        out->kind = ITEM_REJECT;
    }
    if (out->kind != ITEM_RECORD)
        out->patent = NULL;
    return OK;
}

void json_format_close(void *state)
{
    struct json_state *s = state;

    if (!s)
        return;
    json_split_close(s->split);
    free(s);
}

int json_format_sniff(struct bytes head, const char *first, const char *second, int score)
{
    struct str s = str_trim(bytes_str(head));

    if (s.len == 0 || (s.ptr[0] != '{' && s.ptr[0] != '['))
        return 0;
    return str_contains(s, str_of(first)) && str_contains(s, str_of(second)) ? score : 0;
}

/* --- reading objects ---------------------------------------------------------- */

static struct str scalar(const struct jvalue *v)
{
    return v && (v->type == J_STRING || v->type == J_NUMBER) ? v->text : STR_NONE;
}

size_t jdoc_count(const struct jvalue *v, const char *name)
{
    const struct jvalue *c = jin_get(v, name);

    if (!c || c->type == J_NULL)
        return 0;
    return c->type == J_ARRAY ? c->count : 1;
}

struct str jdoc_item(const struct jvalue *v, const char *name, size_t i)
{
    const struct jvalue *c = jin_get(v, name);

    if (c && c->type == J_ARRAY)
        return i < c->count ? scalar(&c->items[i]) : STR_NONE;
    return i == 0 ? scalar(c) : STR_NONE;
}

struct str jdoc_text(const struct jvalue *v, const char *name)
{
    return jdoc_item(v, name, 0);
}

const struct jvalue *jdoc_object(const struct jvalue *v, const char *name, size_t i)
{
    const struct jvalue *c = jin_get(v, name);

    if (c && c->type == J_ARRAY)
        return i < c->count && c->items[i].type == J_OBJECT ? &c->items[i] : NULL;
    return c && c->type == J_OBJECT && i == 0 ? c : NULL;
}
