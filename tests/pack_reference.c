/* pack_reference en|zh [facts]: every key, rule, function and effect of packs, or every key of facts
 * documents, as Markdown: docs/pack-reference.md, docs/facts.md and their Chinese twins
 * (cli/reference_test.py). */
#include "base/buf.h"
#include "base/catalogue.h"
#include "db/sandbox.h"
#include "model/fact_word.h"
#include "policy/facts_priv.h"
#include "policy/head_schema.h"
#include "policy/paper_value.h"
#include <stdio.h>

/* The description of each type of value, and the message for a wrong one. */
static const struct {
    const char *name, *is, *finding;
} types[] = {
    [PART_TEXT] = {N_("text"), N_("the author's own words"), N_("\"…\" must be a text")},
    [PART_VALUE] = {N_("value"), N_("one value, which may be empty"),
                    N_("\"…\" must be one value, no list and no map")},
    [PART_QUOTE] = {N_("quote"), N_("words of the document: found in source.txt, blanks aside"),
                    N_("the quote is not in the source")},
    [PART_ID] = {N_("id"), N_("letters, digits, - and _, at most 60"),
                 N_("\"…\" is no id: letters, digits, - and _; stands twice")},
    [PART_WORDS] = {N_("list"), N_("a list of words: [a, b]"),
                    N_("\"…\" must be a list; is none of what it may say; there is no such …")},
    [PART_BOOL] = {N_("true or false"), N_("true or false"), N_("\"…\" must be true or false")},
    [PART_WORD] = {N_("one of"), N_("one of the words that are listed"),
                   N_("must be one of …, not \"…\"")},
    [PART_INT] = {N_("whole number"), N_("0 or more, in digits"),
                  N_("must be a whole number, not \"…\"")},
    [PART_MONEY] = {N_("amount"), N_("yuan with at most two decimals, as text"),
                    N_("\"…\" is no amount: yuan with at most two decimals")},
    [PART_DATE] = {N_("day"), N_("2030-01-31"), N_("must be a day: 2030-01-31")},
    [PART_ITEMS] = {N_("items"), N_("a list of maps; their keys follow"),
                    N_("unknown key \"…\" (and the nearest that there is); \"…\" is missing")},
    [PART_MAP] = {N_("map"), N_("one map; its keys follow"),
                  N_("\"…\" must be a map: {key: value}")},
    [PART_NAMES] = {N_("names"), N_("a map of names, each with its value"),
                    N_("\"…\" must be a map: {key: value}")}};

static void add_words(struct buf *b, const char *const *words)
{
    for (size_t i = 0; words && words[i]; i++)
        buf_addf(b, "%s`%s`", i ? " " : ": ", words[i]);
}

static void add_head(struct buf *b, const char *const *heads, size_t count)
{
    buf_addz(b, "\n|");
    for (size_t i = 0; i < count; i++)
        buf_addf(b, " %s |", msg(heads[i]));
    buf_addz(b, "\n|");
    for (size_t i = 0; i < count; i++)
        buf_addz(b, "---|");
    buf_addc(b, '\n');
}

/* A cell of a table holds no bar. */
static void add_cell(struct buf *b, const char *text)
{
    buf_addc(b, ' ');
    for (; *text; text++)
        if (*text == '|')
            buf_addz(b, "\\|");
        else
            buf_addc(b, *text);
    buf_addz(b, " |");
}

/* --- packs ---------------------------------------------------------------------------------- */

static void add_keys(struct buf *b, const char *place, const struct part_key *keys)
{
    static const char *const heads[] = {N_("key"), N_("required"), N_("holds"), N_("what it is")};
    add_head(b, heads, ARRAY_LEN(heads));
    for (const struct part_key *k = keys; k->name; k++) {
        buf_addf(b, "| `%s` | %s | %s", k->name, k->required ? msg("yes") : "",
                 msg(types[k->type].name));
        add_words(b, k->words);
        buf_addz(b, " |");
        add_cell(b, msg(k->about));
        buf_addc(b, '\n');
    }
    for (const struct part_key *k = keys; k->name; k++)
        if (k->inner) {
            char inner[200];
            (void)snprintf(inner, sizeof(inner), "%s.%s", place, k->name);
            buf_addf(b, "\n### %s\n", inner);
            add_keys(b, inner, k->inner);
        }
}

static void add_kind(struct buf *b, const struct part_kind *k)
{
    buf_addf(b, "\n## %s: %s\n", k->section, msg(k->label));
    if (k->keys)
        add_keys(b, k->section, k->keys);
    else
        buf_addf(b, "\n%s\n", msg("A map: each Chinese label with its English one."));
}

static void add_said(struct buf *b, const char *title, const struct said_word *words, size_t count)
{
    static const char *const heads[] = {N_("word"), N_("what it is")};
    buf_addf(b, "\n## %s\n", msg(title));
    add_head(b, heads, ARRAY_LEN(heads));
    for (size_t i = 0; count ? i < count : words[i].name != NULL; i++) {
        buf_addf(b, "| `%s` |", words[i].name);
        add_cell(b, msg(words[i].about));
        buf_addc(b, '\n');
    }
}

static void add_actors(struct buf *b)
{
    struct said_word all[16];
    size_t count = 0;
    while (count < ARRAY_LEN(all) && process_actor_at(&all[count], count))
        count++;
    add_said(b, N_("Actors beside the authorities"), all, count);
}

static void add_types(struct buf *b)
{
    static const char *const heads[] = {N_("holds"), N_("what it is"),
                                        N_("finding when it is wrong")};
    buf_addf(b, "\n## %s\n", msg("What a key holds"));
    add_head(b, heads, ARRAY_LEN(heads));
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        buf_addf(b, "| %s |", msg(types[i].name));
        add_cell(b, msg(types[i].is));
        add_cell(b, msg(types[i].finding));
        buf_addc(b, '\n');
    }
}

static void add_paper_names(struct buf *b)
{
    static const char *const heads[] = {N_("word"), N_("what it is"), N_("entered by")};
    buf_addf(b, "\n## %s\n", msg("Names in papers, as {name}"));
    add_head(b, heads, ARRAY_LEN(heads));
    for (const struct paper_value_name *n = paper_value_names; n->name; n++) {
        buf_addf(b, "| `%s` |", n->name);
        add_cell(b, msg(n->label));
        buf_addf(b, " %s%s |\n",
                 n->known ? msg("the program") : msg("the officer, where the case does not"),
                 n->list ? msg("; in a block with `each`") : "");
    }
}

static void add_packs(struct buf *b)
{
    buf_addf(b, "# %s\n\n%s\n", msg("Reference of the pack language"),
             msg("Made from the tables that the program reads. How they go together, with a whole "
                 "example: policy-packs.md."));
    add_types(b);
    buf_addf(b, "\n## pack.yaml\n");
    add_keys(b, "pack", head_pack);
    for (const struct part_kind *k = head_kinds; k->section; k++)
        add_kind(b, k);
    for (size_t i = 0; i < PART_SECTIONS; i++)
        add_kind(b, &part_kinds[i]);
    buf_addf(b, "\n## case: %s\n", msg("Case files (in cases/)"));
    add_keys(b, "case", case_keys);
    add_said(b, N_("Rules of deadlines"), deadline_forms, 0);
    add_said(b, N_("Functions of tests"), expr_words, 0);
    add_said(b, N_("Folds of indicators"), said_folds, 0);
    add_said(b, N_("Columns of an indicator's SELECT"), said_columns, 0);
    add_said(b, N_("Parameters of an indicator's SELECT"), said_parameters, 0);
    add_said(b, N_("Functions of an indicator's SELECT"), pack_function_words, 0);
    buf_addf(b, "\n%s", msg("Beside these of SQLite's own"));
    add_words(b, sandbox_functions);
    buf_addc(b, '\n');
    add_actors(b);
    add_said(b, N_("Effects of steps"), process_effects, 0);
    add_said(b, N_("What is done to a list that is made public"), process_list_acts, 0);
    buf_addf(b, "\n%s\n",
             msg("Each may end in `when TYPE.FIELD=VALUE` (or `!=`): only where that holds."));
    add_paper_names(b);
}

/* --- facts documents ---------------------------------------------------------------------------- */

static const char *type_name(enum fact_type type)
{
    switch (type) {
    case FACT_BOOL:
        return N_("true or false");
    case FACT_DATE:
        return N_("day, or false: known not to have happened");
    case FACT_MOMENT:
        return "2026-03-02T09:00";
    case FACT_INT:
        return N_("whole number");
    case FACT_MONEY:
        return N_("yuan with at most two decimals, as text");
    case FACT_NUMBER:
        return N_("number with at most six decimals");
    case FACT_TEXT:
        return N_("text");
    case FACT_TEXT_OR_FALSE:
        return N_("text, or false: known to have none");
    case FACT_WORD:
        return N_("one of");
    case FACT_WORDS:
        return N_("list");
    case FACT_ROWS:
        return N_("items");
    }
    return "";
}

static const char *absence(const struct fact_column *c)
{
    if (c->elsewhere)
        return msg("the whole");
    if (c->none)
        return msg("none");
    if (!c->absent)
        return msg("not known");
    if (strcmp(c->absent, NEVER) == 0)
        return msg("never");
    return strcmp(c->absent, "0001-01-01") == 0 ? msg("always") : c->absent;
}

static void add_whose(struct buf *b, const struct fact_word *w, bool english)
{
    struct str who = fact_word_label(w->name, english),
               evidence = english ? w->evidence_en : w->evidence;
    buf_addf(b, " %.*s%s%.*s |\n", STR_ARG(who), evidence.len ? english ? "; " : "；" : "",
             STR_ARG(evidence));
}

static void add_column(struct buf *b, const char *record, const struct fact_column *c, bool english)
{
    struct fact_word w = {0};
    (void)fact_word_find(&w, str_of(record), str_of(c->name));
    buf_addf(b, "| `%s` | %s", c->name, msg(type_name(c->type)));
    add_words(b, c->words);
    buf_addf(b, "%s | %s | %.*s%s |", c->key != NO_KEY ? msg("; counts once") : "", absence(c),
             STR_ARG(english ? w.means_en : w.means), c->report ? msg(" (reports alone)") : "");
    add_whose(b, &w, english);
}

static void add_record(struct buf *b, const struct fact_record *r, bool english)
{
    static const char *const heads[] = {N_("key"), N_("holds"), N_("absent or null"),
                                        N_("what it is"), N_("whose word, and its evidence")};
    buf_addf(b, "\n## %s%s%s\n", r->name, r->shape == SHAPE_LIST ? "[]" : "",
             r->report ? msg(" (reports alone)") : "");
    if (r->shape == SHAPE_VALUE) {
        struct fact_word w = {0};
        (void)fact_word_find(&w, str_of(r->name), STR_NONE);
        buf_addf(b, "\n%s: %.*s |", msg("true or false"), STR_ARG(english ? w.means_en : w.means));
        b->len -= strlen(" |");
        buf_addf(b, "; %.*s\n", STR_ARG(fact_word_label(w.name, english)));
        return;
    }
    add_head(b, heads, ARRAY_LEN(heads));
    for (const struct fact_column *c = r->columns; c->name; c++)
        add_column(b, r->name, c, english);
}

static void add_facts(struct buf *b, bool english)
{
    buf_addf(
        b, "# %s\n\n%s\n\n%s\n\n%s\n\n%s\n", msg("Facts documents"),
        msg("Made from the tables that the program reads."),
        msg("A facts document is YAML or JSON: `as_of` (the business date, required), `handed_in` "
            "(of an application that goes on: the day on which it was handed in, by which the "
            "days in force of the document are judged; absent: as_of), `programme` (a pack), "
            "`question` (absent: apply), `open` (lists that may hold more than is given), "
            "`register` "
            "(what the register of organisations has: name, credit_code, city; what the applicant "
            "says otherwise counts as absent and is flagged) and the records below. "
            "An unknown key or word, a bad date, a negative amount or a third decimal is refused "
            "(exit 3)."),
        msg("An absent key and `null` are not known, never false and never 0, but where the column "
            "says otherwise. "
            "An absent list is not known; `[]` is known to be empty; a list that is given is "
            "complete."),
        msg("In the SQL of indicators a record NAME is the table `fact_NAME` with these keys as "
            "columns, `subject` and "
            "`record_id`; a list KEY inside it is `fact_NAME_KEY`. Amounts are fen, numbers "
            "millionths, days text, "
            "false for a day is 'never', for a text 'none'."));
    for (const struct fact_record *r = fact_records; r->name; r++)
        add_record(b, r, english);
}

int main(int argc, char **argv)
{
    bool english = argc > 1 && strcmp(argv[1], "en") == 0;
    struct buf b;
    msg_set_table(catalogue_zh, catalogue_zh_count);
    msg_set_lang(english ? LANG_EN : LANG_ZH);
    buf_init(&b, 0);
    if (argc > 2)
        add_facts(&b, english);
    else
        add_packs(&b);
    fwrite(b.ptr, 1, b.len, stdout);
    buf_clear(&b);
    return fflush(stdout) == 0 ? 0 : 1;
}
