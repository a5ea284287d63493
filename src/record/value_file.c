/* Field type file: a digest and a name. What lies under the digest is attachment.c's. */
#include "base/msg.h"
#include "record/value_kind.h"
#include "text/unicode.h"

#define FILE_NAME_BYTES_MAX 255 /* of Linux */
#define DIGEST_LEN 64           /* SHA-256 or SM3, hex */

static bool accepts(const struct field *f, struct str name)
{
    size_t dot = name.len;
    while (dot > 0 && name.ptr[dot - 1] != '.')
        dot--;
    for (size_t i = 0; i < f->accept_count; i++)
        if (dot > 0 && str_eq_nocase(f->accept[i], (struct str){name.ptr + dot, name.len - dot}))
            return true;
    return f->accept_count == 0;
}

static bool read_file(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    static const char *const members[] = {"digest", "name"};
    struct str digest, name;
    if (v->type == J_NULL)
        return true;
    if (v->type != J_OBJECT)
        return value_refuse(in, "type", N_("must be an object with digest and name"));
    if (!value_only_members(in, v, members, ARRAY_LEN(members)))
        return false;
    digest = jin_text(v, "digest");
    name = value_clean(jin_text(v, "name"), in->r->a);
    bool shaped = digest.len == DIGEST_LEN;
    for (size_t i = 0; shaped && i < digest.len; i++)
        shaped = is_digit(digest.ptr[i]) || (digest.ptr[i] >= 'a' && digest.ptr[i] <= 'f');
    if (!shaped)
        return value_refuse(in, "format", N_("must name its file by a digest of 64 hex digits"));
    if (name.len == 0 || name.len > FILE_NAME_BYTES_MAX || unicode_torn(name, false) ||
        memchr(name.ptr, '/', name.len) || memchr(name.ptr, '\\', name.len))
        return value_refuse(in, "format", N_("must give its file a name without folders"));
    if (!accepts(in->f, name)) {
        struct str kinds = STR_NONE;
        for (size_t i = 0; i < in->f->accept_count; i++)
            kinds = arena_printf(in->r->a, "%.*s%s%.*s", STR_ARG(kinds), i > 0 ? ", " : "",
                                 STR_ARG(in->f->accept[i]));
        return value_refuse_with(in, "file_kind", N_("must be a file of one of these kinds: %s"),
                                 kinds);
    }
    cols[0] = v_str(arena_dup(in->r->a, digest));
    cols[1] = v_str(name);
    return true;
}

static void write_file(struct jout *j, struct value_writer *w, const struct field *f,
                       const struct value *cols)
{
    (void)w;
    (void)f;
    jout_object(j);
    jout_pair(j, "digest", bytes_str(cols[0].bytes));
    jout_pair(j, "name", bytes_str(cols[1].bytes));
    jout_end_object(j);
}

const struct value_kind value_file = {read_file, write_file, {{""}, {"name"}}, ORDER_TEXT, 1, true};
