/* The file is embedded at build: what is wrong with it stops a test, not a user. */
#include "cmd/demo_text.h"
#include "demo_technologies_yaml.h"
#include "text/yaml.h"

static bool read_words(const char **out, size_t count, const struct yvalue *field, const char *key)
{
    const struct yvalue *list = yin_get(field, key);
    if (!list || list->type != Y_LIST || list->count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        out[i] = list->items[i].text.ptr;
    return true;
}

static bool read_field(struct demo_field *f, const struct yvalue *v)
{
    const struct yvalue *name = yin_get(v, "name");
    f->name = name ? name->text.ptr : NULL;
    return f->name && read_words(f->ipc, ARRAY_LEN(f->ipc), v, "ipc") &&
           read_words(f->things, DEMO_WORDS, v, "things") &&
           read_words(f->parts, DEMO_WORDS, v, "parts") &&
           read_words(f->means, DEMO_WORDS, v, "means") &&
           read_words(f->problems, DEMO_WORDS, v, "problems") &&
           read_words(f->effects, DEMO_WORDS, v, "effects") &&
           read_words(f->scenes, ARRAY_LEN(f->scenes), v, "scenes");
}

err_t demo_fields_read(struct demo_field out[DEMO_FIELDS], struct arena *a, struct err *e)
{
    const struct yfault *faults;
    const struct yvalue *all;
    size_t count;
    err_t rc = yin_parse(&all, &faults, &count, str_of(demo_technologies_yaml), a, e);
    bool good = rc == OK && all->type == Y_LIST && all->count == DEMO_FIELDS;
    for (size_t i = 0; good && i < DEMO_FIELDS; i++)
        good = read_field(&out[i], &all->items[i]);
    return rc != OK || good ? rc : err_set(e, E_INTERNAL, "%s", "demo/technologies.yaml");
}
