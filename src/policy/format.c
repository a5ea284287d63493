/* Formats of the pack language. A pack of a former format loads: what this format does not have is left out or
 * read as it is written now, and each place is noted (pack.changes). In a pack of this format the same place is a
 * fault that says what to write. */
#include "base/msg.h"
#include "policy/pack_priv.h"

struct former {
    const char *was;
    const char
        *write; /* of an effect: what takes its place, before the rest of it; NULL: nothing does */
    const char *mend;
};

/* Keys of format 1, wherever they stood. */
static const struct former keys[] = {
    {"apart", NULL, N_("delete it: whoever holds the role takes the step")},
    {"unserved", NULL, N_("delete it: the step does not ask whether a paper was served")},
    {"watch", NULL, N_("delete it; to watch a condition each day, write a flag with watch: true")},
};

/* Effects of format 1, by how they began. */
static const struct former effects[] = {
    {"panel ", NULL, N_("delete it: a new submission is judged by a new panel")},
    {"list place_added", NULL, N_("delete it: enter the place with \"publish again\"")},
    {"list goes_on", NULL, N_("delete it: a list taken down is published again")},
    {"change publicity how=corrected", "list corrected", N_("write: list corrected")},
    {"change publicity how=taken_down", "list taken_down", N_("write: list taken_down")},
};

static void note(struct pack_reader *r, int line, const struct former *f)
{
    if (r->pack->format < PACK_FORMAT)
        VEC_PUSH(r->arena, &r->pack->changes,
                 ((struct pack_change){arena_dup(r->arena, r->file), line, str_trim(str_of(f->was)),
                                       f->mend}));
    else
        pack_fault_at(r, r->file, line, 0, "\"%.*s\" is of format 1: %s",
                      STR_ARG(str_trim(str_of(f->was))), msg(f->mend));
}

size_t pack_former_keys(const char **names, struct pack_reader *r, const struct yvalue *map,
                        const struct part_key *known)
{
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const struct part_key *k = known;
        while (k->name && strcmp(k->name, keys[i].was) != 0)
            k++;
        if (k->name || !pack_take(map, keys[i].was))
            continue;
        note(r, pack_place(map, keys[i].was)->line, &keys[i]);
        names[count++] = keys[i].was;
    }
    return count;
}

bool pack_former_effect(struct str *now, struct pack_reader *r, struct str text, int line)
{
    for (size_t i = 0; i < ARRAY_LEN(effects); i++) {
        struct str was = str_of(effects[i].was);
        if (!str_starts(text, was))
            continue;
        struct str rest = {text.ptr + was.len, text.len - was.len};
        note(r, line, &effects[i]);
        *now = effects[i].write ? arena_printf(r->arena, "%s%.*s", effects[i].write, STR_ARG(rest))
                                : STR_NONE;
        return true;
    }
    return false;
}

void pack_read_format(struct pack_reader *r, const struct yvalue *root)
{
    const struct yvalue *v = pack_take(root, "format");
    uint64_t n = 1;
    if (v && (v->type != Y_TEXT || !str_to_u64(&n, v->text) || n == 0 || n > PACK_FORMAT))
        pack_fault(r, v, "\"format\" must be 1 to %d: this program reads no other", PACK_FORMAT);
    r->pack->format = n > PACK_FORMAT ? PACK_FORMAT : (int)n;
}
