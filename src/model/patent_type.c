/* Patent types in the words of offices and vendors, else by the kind code.
 * Kinds by WIPO ST.16 (first series A B C, utility models U Y Z, designs S,
 * plants P, reissues E) and the offices' own lists where they differ. */
#include "model/normal.h"

const char *patent_type_name(enum patent_type t)
{
    static const char *const names[] = {"unknown", "invention", "utility",
                                        "design",  "plant",     "other"};
    return names[t];
}

/* Looked for anywhere in the words, first match wins: what is more special
 * stands first. English in lower case. */
static const struct {
    const char *word;
    enum patent_type type;
} words[] = {
    {"外观设计", TYPE_DESIGN},
    {"外观", TYPE_DESIGN},
    {"意匠", TYPE_DESIGN},
    {"实用新型", TYPE_UTILITY_MODEL},
    {"實用新型", TYPE_UTILITY_MODEL},
    {"新型专利", TYPE_UTILITY_MODEL},
    {"新型專利", TYPE_UTILITY_MODEL},
    {"実用新案", TYPE_UTILITY_MODEL},
    {"植物", TYPE_PLANT},
    {"发明", TYPE_INVENTION},
    {"發明", TYPE_INVENTION},
    {"特許", TYPE_INVENTION},
    {"utility model", TYPE_UTILITY_MODEL},
    {"petty patent", TYPE_UTILITY_MODEL},
    {"innovation patent", TYPE_UTILITY_MODEL},
    {"design", TYPE_DESIGN},
    {"plant", TYPE_PLANT},
    {"statutory invention registration", TYPE_OTHER},
    {"defensive publication", TYPE_OTHER},
    {"search report", TYPE_OTHER},
    {"invention", TYPE_INVENTION},
    {"reissue", TYPE_INVENTION},
};

/* Words that name an invention patent only as the whole text. */
static const char *const invention_whole[] = {
    "patent application",
    "granted patent",
    "amended patent",
    "ammended patent",
    "patent",
    "patents",
    "patent of addition",
    "utility patent",
    "utility application",
    "utility patent application",
    "pct",
    "pct application",
};

static size_t lower(char *out, size_t cap, struct str s)
{
    size_t n = s.len < cap ? s.len : cap;
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + 32 : s.ptr[i]);
    return n;
}

static enum patent_type by_words(struct str written, struct str office)
{
    char text[96];
    struct str s = {text, lower(text, sizeof(text), written)};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_contains(s, str_of(words[i].word)))
            return words[i].type;
    if (STR_IN(s, invention_whole))
        return TYPE_INVENTION;
    /* "Utility" is a US patent for an invention; elsewhere it would be a guess. */
    if (str_is(s, "utility") && str_is(office, "US"))
        return TYPE_INVENTION;
    /* The third or fifth digit of Chinese application numbers, as some exports give it. */
    if (s.len == 1 && str_is(office, "CN")) {
        if (s.ptr[0] == '1' || s.ptr[0] == '8')
            return TYPE_INVENTION;
        if (s.ptr[0] == '2' || s.ptr[0] == '9')
            return TYPE_UTILITY_MODEL;
        if (s.ptr[0] == '3')
            return TYPE_DESIGN;
    }
    return TYPE_UNKNOWN;
}

static enum patent_type by_kind(struct str office, struct str kind)
{
    if (kind.len == 0)
        return TYPE_UNKNOWN;
    char k = kind.ptr[0];
    /* CN: D was the granted design of 1993-2010 (ZC 0008-2004); TW and BR use D too. */
    if (k == 'D')
        return str_is(office, "CN") || str_is(office, "TW") ? TYPE_DESIGN : TYPE_UNKNOWN;
    if (str_is(office, "US") && k == 'H')
        return TYPE_OTHER; /* statutory invention registration */
    switch (k) {
    case 'A':
    case 'B':
    case 'C':
    case 'E': /* reissue in US, JP; elsewhere patents of addition */
    case 'T': /* translation of a patent's text */
        return TYPE_INVENTION;
    case 'U':
    case 'Y':
    case 'Z':
        return TYPE_UTILITY_MODEL;
    case 'S':
        return TYPE_DESIGN;
    case 'P':
        return str_is(office, "US") ? TYPE_PLANT : TYPE_UNKNOWN;
    default:
        return TYPE_UNKNOWN;
    }
}

enum patent_type patent_type_of(struct str written, struct str office, struct str kind)
{
    enum patent_type t = by_words(str_trim(written), office);
    return t != TYPE_UNKNOWN ? t : by_kind(office, kind);
}
