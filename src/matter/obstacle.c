/* Obstacles to a step as sentences in both languages. */
#include "base/msg.h"
#include "matter/matter.h"
#include <assert.h>

struct str flow_fill_sentence(const char *sentence, const struct str *args, size_t count,
                              struct arena *a)
{
    struct buf b = {0};
    size_t used = 0;
    for (const char *p = sentence; *p; p++)
        if (p[0] == '%' && p[1] == 's') {
            assert(used < count);
            buf_add(&b, args[used++]);
            p++;
        } else {
            buf_addc(&b, *p);
        }
    return buf_take(&b, a);
}

void flow_obstacle_add(struct flow_obstacles *to, const char *code, struct str subject,
                       const struct citation *from, const char *sentence, const struct str *args,
                       size_t count)
{
    flow_obstacle_add_in(to, code, subject, from, sentence, args, args, count);
}

void flow_obstacle_add_in(struct flow_obstacles *to, const char *code, struct str subject,
                          const struct citation *from, const char *sentence, const struct str *zh,
                          const struct str *en, size_t count)
{
    struct flow_obstacle o = {
        .code = code,
        .subject = arena_dup(to->arena, subject),
        .zh = flow_fill_sentence(msg_in(LANG_ZH, sentence), zh, count, to->arena),
        .en = flow_fill_sentence(msg_in(LANG_EN, sentence), en, count, to->arena)};
    if (from) {
        o.clause = from->clause;
        o.quote = from->quote;
    }
    VEC_PUSH(to->arena, to, o);
}
