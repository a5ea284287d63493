/* Faults are kept in the caller's arena; a body has few of them. */
#include "record/faults.h"
#include "base/msg.h"
#include <assert.h>

static struct str filled(const char *sentence, const struct label *args, size_t count, bool zh,
                         struct arena *a)
{
    struct buf text = {0};
    size_t used = 0;
    for (const char *p = sentence; *p; p++) {
        if (p[0] == '%' && p[1] == 's') {
            assert(used < count);
            buf_add(&text, zh ? args[used].zh : args[used].en);
            used++;
            p++;
        } else if (p[0] == '%' && p[1] == '%') {
            buf_addc(&text, '%');
            p++;
        } else {
            buf_addc(&text, *p);
        }
    }
    assert(used == count);
    return buf_take(&text, a);
}

/* One fault a field, but for what its constraints ask: each of these is a thing of its own to mend. */
static bool is_told(const struct fault_list *l, struct str field, const char *code)
{
    for (size_t i = 0; i < l->len; i++)
        if (str_eq(l->ptr[i].field, field) &&
            (strcmp(code, "constraint") != 0 || strcmp(l->ptr[i].code, code) != 0))
            return field.len > 0;
    return l->len >= FAULTS_MAX;
}

void fault_say(struct fault_list *l, struct str field, const char *code,
               const struct label *message)
{
    if (is_told(l, field, code))
        return;
    VEC_PUSH(l->a, l,
             ((struct fault){.field = arena_dup(l->a, field),
                             .code = code,
                             .message_zh = message->zh,
                             .message_en = message->en}));
}

void fault_add(struct fault_list *l, struct str field, const char *code, const char *sentence,
               const struct label *args, size_t arg_count)
{
    if (is_told(l, field, code))
        return;
    const struct label message = {
        filled(msg_in(LANG_ZH, sentence), args, arg_count, true, l->a),
        filled(msg_in(LANG_EN, sentence), args, arg_count, false, l->a),
    };
    fault_say(l, field, code, &message);
}
