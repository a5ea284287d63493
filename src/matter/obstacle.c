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

#define WHY(name, code, sentence) {code, sentence},
static const struct said {
    const char *code, *sentence;
} said[] = {
#include "matter/obstacles.h"
};
#undef WHY

static struct flow_obstacle *put(struct flow_obstacles *to, enum why why, const char *sentence,
                                 const struct citation *from)
{
    struct flow_obstacle o = {.code = said[why].code,
                              .zh = str_of(msg_in(LANG_ZH, sentence)),
                              .en = str_of(msg_in(LANG_EN, sentence))};
    if (from) {
        o.clause = from->clause;
        o.quote = from->quote;
    }
    VEC_PUSH(to->arena, to, o);
    return &to->ptr[to->len - 1];
}

void obstacle_pass(struct flow_obstacles *to, enum why why, const struct citation *from,
                   const char *sentence)
{
    (void)put(to, why, sentence, from);
}

void obstacle_add_in(struct flow_obstacles *to, enum why why, struct str subject,
                     const struct citation *from, const struct str *zh, const struct str *en,
                     size_t count)
{
    struct flow_obstacle *o = put(to, why, said[why].sentence, from);
    o->subject = arena_dup(to->arena, subject);
    o->zh = flow_fill_sentence(o->zh.ptr, zh, count, to->arena);
    o->en = flow_fill_sentence(o->en.ptr, en, count, to->arena);
}

void obstacle_add(struct flow_obstacles *to, enum why why, struct str subject,
                  const struct citation *from, const struct str *args, size_t count)
{
    obstacle_add_in(to, why, subject, from, args, args, count);
}

bool obstacle_is_words(const struct flow_obstacle *o)
{
    static const struct str words[] = {STR("reason"), STR("basis"), STR("commitment"),
                                       STR("against")};
    return str_among(str_of(o->code), words, ARRAY_LEN(words));
}
