/* What the items of each section hold; docs/policy-packs.md says what the keys mean. The second
 * argument of each KEY_… is a sentence for people (tools/messages.py knows them). */
#include "base/msg.h"
#include "policy/paper_value.h"
#include "policy/parts.h"

#define WORDS(of, ...) static const char *const of[] = {__VA_ARGS__, NULL}
#define KEYS(of, ...) static const struct part_key of[] = {__VA_ARGS__, {.name = NULL}}

#define KEY_TEXT(n, l)                                                                             \
    {                                                                                              \
        .name = n, .label = l, .type = PART_TEXT                                                   \
    }
#define KEY_NEED(n, l)                                                                             \
    {                                                                                              \
        .name = n, .label = l, .type = PART_TEXT, .required = true                                 \
    }
#define KEY_VERBATIM(n, l)                                                                         \
    {                                                                                              \
        .name = n, .label = l, .type = PART_QUOTE, .required = true                                \
    }
#define KEY_SAID(n, l)                                                                             \
    {                                                                                              \
        .name = n, .label = l, .type = PART_QUOTE                                                  \
    }
#define KEY_LIST(n, l)                                                                             \
    {                                                                                              \
        .name = n, .label = l, .type = PART_WORDS                                                  \
    }
#define KEY_LIST_OF(n, l, w)                                                                       \
    {                                                                                              \
        .name = n, .label = l, .type = PART_WORDS, .words = w                                      \
    }
#define KEY_FLAG(n, l)                                                                             \
    {                                                                                              \
        .name = n, .label = l, .type = PART_BOOL                                                   \
    }
#define KEY_WORD(n, l, w)                                                                          \
    {                                                                                              \
        .name = n, .label = l, .type = PART_WORD, .words = w                                       \
    }
#define KEY_ONE_OF(n, l, w)                                                                        \
    {                                                                                              \
        .name = n, .label = l, .type = PART_WORD, .required = true, .words = w                     \
    }
#define KEY_NUMBER(n, l)                                                                           \
    {                                                                                              \
        .name = n, .label = l, .type = PART_INT                                                    \
    }
#define KEY_ITEMS(n, l, k)                                                                         \
    {                                                                                              \
        .name = n, .label = l, .type = PART_ITEMS, .inner = k                                      \
    }
#define ID                                                                                         \
    {                                                                                              \
        .name = "id", .type = PART_ID, .required = true                                            \
    }
#define NAMED                                                                                      \
    ID,                                                                                            \
    {                                                                                              \
        .name = "label", .type = PART_TEXT, .required = true                                       \
    }
#define CITED                                                                                      \
    KEY_TEXT("clause", "clause"), KEY_SAID("quote", "words"), KEY_TEXT("own", "not of the document")
#define SOURCES                                                                                    \
    CITED, KEY_LIST("ambiguities", "ambiguities"), KEY_LIST("rows", "requirements"),               \
        KEY_TEXT("note", "note")

/* --- authorities ------------------------------------------------------------------- */

WORDS(functions, "accept", "recommend", "recognise", "manage", "guide", "evaluate", "interpret",
      "fund", "inspect", "file");
WORDS(levels, "national", "province", "city");
KEYS(authority, NAMED, KEY_NEED("name", "name"), KEY_WORD("level", "level", levels),
     KEY_LIST_OF("functions", "functions", functions), KEY_LIST("roles", "roles"),
     {.name = "from", .label = N_("from"), .type = PART_DATE},
     {.name = "to", .label = N_("until"), .type = PART_DATE}, SOURCES);

bool authority_has_function(struct str word)
{
    for (size_t i = 0; functions[i]; i++)
        if (str_is(word, functions[i]))
            return true;
    return false;
}

/* --- dictionaries ------------------------------------------------------------------ */

KEYS(entry, KEY_LIST("codes", "codes"), KEY_VERBATIM("word", "word"),
     KEY_FLAG("own", "not of the document"));
KEYS(dictionary, NAMED, KEY_TEXT("of", "of the field"), KEY_ITEMS("entries", "entries", entry),
     SOURCES);

/* --- forms and materials -------------------------------------------------------------- */

WORDS(layouts, "said", "own");
WORDS(cell_kinds, "text", "number", "date", "list", "table", "files", "fixed", "commitment",
      "sign");
KEYS(column, KEY_VERBATIM("label", "column"), KEY_NUMBER("width", "width"),
     KEY_LIST("fill", "filled from"));
KEYS(cell, {.name = "label", .type = PART_QUOTE, .required = true}, KEY_NUMBER("line", "line"),
     KEY_NUMBER("width", "width"), KEY_WORD("kind", "kind", cell_kinds),
     KEY_LIST("fill", "filled from"), KEY_TEXT("indicator", "indicator"),
     KEY_SAID("text", "fixed text"), KEY_SAID("guide", "guide"),
     KEY_ITEMS("columns", "columns", column), KEY_TEXT("dictionary", "dictionary"),
     KEY_FLAG("required", "required"), KEY_LIST("criteria", "criteria"),
     KEY_TEXT("clause", "clause"), KEY_SAID("quote", "words"), KEY_LIST("rows", "requirements"),
     KEY_FLAG("own", "not of the document"));
KEYS(form_section, ID, {.name = "label", .type = PART_QUOTE}, KEY_ITEMS("cells", "cells", cell));
KEYS(form, ID, {.name = "label", .type = PART_QUOTE, .required = true},
     KEY_ONE_OF("layout", "layout", layouts), KEY_TEXT("process", "process"),
     KEY_LIST("aliases", "aliases"), KEY_ITEMS("sections", "sections", form_section), SOURCES);

/* --- papers of the process ---------------------------------------------------------- */

WORDS(paper_layouts, "form", "official", "certificate");
KEYS(paper_column, KEY_NEED("label", "column"), KEY_NUMBER("width", "width"),
     KEY_NEED("text", "text"));
KEYS(paper_block,
     {.name = "role",
      .label = N_("kind"),
      .type = PART_WORD,
      .required = true,
      .words = paper_block_roles},
     KEY_TEXT("label", "label"), KEY_TEXT("text", "text"), KEY_TEXT("when", "when"),
     KEY_TEXT("each", "one for each"), KEY_ITEMS("columns", "columns", paper_column));
KEYS(paper, NAMED, KEY_TEXT("like", "like"), KEY_WORD("layout", "layout", paper_layouts),
     KEY_TEXT("process", "process"), KEY_LIST("steps", "steps"), KEY_LIST("needs", "needs"),
     KEY_FLAG("remedy", "tells of remedies"), KEY_FLAG("on_demand", "issued when asked for"),
     KEY_FLAG("internal", "of the office's own file"), KEY_ITEMS("blocks", "blocks", paper_block),
     SOURCES);

WORDS(needs, "required", "advised");
WORDS(pers, "once", "person", "case", "year");
KEYS(material, NAMED, KEY_ONE_OF("need", "need", needs), KEY_TEXT("process", "process"),
     KEY_TEXT("when", "when"), KEY_WORD("per", "one for each", pers), KEY_LIST("proof", "proof"),
     KEY_LIST("proves", "proves"), KEY_LIST("lasts", "lasts until"),
     KEY_NUMBER("months", "warned of when it ends within months"), SOURCES);

/* --- processes ----------------------------------------------------------------------- */

KEYS(state, NAMED, KEY_FLAG("end", "end"), KEY_TEXT("holder", "who has it"));
KEYS(step, NAMED, KEY_LIST("from", "from"), KEY_TEXT("to", "to"),
     KEY_TEXT("stream", "on the way of"), KEY_NEED("actor", "actor"),
     KEY_FLAG("two_persons", "two persons"), KEY_FLAG("reason", "with a reason"),
     KEY_LIST("when", "only when"), KEY_LIST("needs", "needs"), KEY_LIST("fails", "must not be met"),
     KEY_LIST("asks", "asks"), KEY_LIST("passes", "must pass"), KEY_LIST("apart", "not by who took"),
     KEY_TEXT("panel", "panel of experts"), KEY_TEXT("deadline", "deadline"),
     KEY_TEXT("counted", "counted from"), KEY_FLAG("after_due", "only when it is over"),
     KEY_FLAG("refused_late", "refused when late"), KEY_LIST("remind", "reminded days before"),
     KEY_LIST("effects", "effects"), SOURCES);
KEYS(process, NAMED, KEY_NEED("subject", "subject"), KEY_NEED("start", "start"),
     KEY_LIST("begins", "begins with"), KEY_ITEMS("states", "states", state),
     KEY_ITEMS("transitions", "steps", step), SOURCES);

/* --- evaluations, prohibitions, funds ---------------------------------------------------- */

WORDS(evaluation_gaps, "cycle", "heads", "weights", "grades", "scores");
KEYS(head, ID, {.name = "label", .type = PART_QUOTE, .required = true},
     KEY_NUMBER("weight", "weight"), KEY_NUMBER("least", "least points"),
     KEY_LIST("indicators", "indicators"));
KEYS(grade, ID, {.name = "label", .type = PART_QUOTE, .required = true}, KEY_NUMBER("from", "from"),
     KEY_NUMBER("to", "to"), KEY_SAID("then", "consequence"), KEY_TEXT("process", "process"));
KEYS(evaluation, NAMED, KEY_NEED("by", "by"), KEY_TEXT("cycle", "cycle"),
     KEY_ITEMS("heads", "heads", head), KEY_ITEMS("grades", "grades", grade),
     KEY_LIST_OF("not_said", "not said", evaluation_gaps), SOURCES);

WORDS(prohibition_gaps, "consequence");
KEYS(consequence, KEY_VERBATIM("what", "consequence"), KEY_SAID("condition", "condition"),
     KEY_TEXT("process", "process"), KEY_TEXT("bars", "no new case of"),
     KEY_TEXT("deadline", "deadline"), KEY_TEXT("counted", "counted from"));
KEYS(prohibition, ID, {.name = "label", .type = PART_QUOTE, .required = true},
     KEY_LIST("grounds", "grounds"), KEY_TEXT("criterion", "criterion"),
     KEY_SAID("condition", "condition"), KEY_ITEMS("consequences", "consequences", consequence),
     KEY_LIST("watch", "conditions watched after the recognition"),
     KEY_LIST_OF("not_said", "not said", prohibition_gaps), SOURCES);

WORDS(fund_kinds, "support", "award");
WORDS(ties, "project", "recognition", "nothing");
WORDS(fund_gaps, "amount", "conditions");
KEYS(fund, NAMED, KEY_ONE_OF("kind", "kind", fund_kinds), KEY_TEXT("payer", "payer"),
     {.name = "amount", .label = N_("amount"), .type = PART_MONEY}, KEY_FLAG("once", "once ever"),
     KEY_WORD("tied", "tied to", ties), KEY_TEXT("criterion", "criterion"),
     KEY_TEXT("policy", "policy"), KEY_LIST_OF("not_said", "not said", fund_gaps), SOURCES);

/* --- interpretations, what is not said ------------------------------------------------------ */

KEYS(interpretation, ID, KEY_NEED("by", "by"),
     {.name = "date", .label = N_("date"), .type = PART_DATE, .required = true},
     KEY_NEED("clause", "clause"), KEY_NEED("text", "text"), KEY_NEED("source", "source"),
     KEY_TEXT("ambiguity", "ambiguity"), KEY_TEXT("reading", "reading"));
KEYS(not_said, NAMED, KEY_LIST("absent", "words that the text does not have"),
     KEY_TEXT("then", "what the program does"), KEY_TEXT("clause", "clause"),
     KEY_SAID("quote", "words"), KEY_LIST("ambiguities", "ambiguities"),
     KEY_LIST("rows", "requirements"));

/* What the text says beside another one (an interpretation of its basis), in both texts' words. */
const char *const part_relations[PART_RELATIONS + 1] = {"same",    "narrower", "wider",
                                                        "differs", "absent",   NULL};
KEYS(comparison, NAMED, KEY_NEED("with", "compared with"), KEY_NEED("with_clause", "its clause"),
     KEY_NEED("with_quote", "its words"), KEY_ONE_OF("says", "this text is", part_relations),
     SOURCES);

/* What a record type and its fields are called in cases of this pack; the item's id is the type's. */
KEYS(record_field_label, NAMED);
KEYS(record_label, NAMED, KEY_ITEMS("fields", "fields", record_field_label), SOURCES);

const struct part_kind part_kinds[PART_SECTIONS] = {
    [PART_AUTHORITIES] = {"authorities", N_("Authorities"), authority},
    [PART_DICTIONARIES] = {"dictionaries", N_("Dictionaries"), dictionary},
    [PART_FORMS] = {"forms", N_("Forms"), form},
    [PART_PAPERS] = {"papers", N_("Papers"), paper},
    [PART_MATERIALS] = {"materials", N_("Materials"), material},
    [PART_PROCESSES] = {"processes", N_("Processes"), process},
    [PART_EVALUATIONS] = {"evaluations", N_("Evaluations"), evaluation},
    [PART_PROHIBITIONS] = {"prohibitions", N_("Prohibitions and consequences"), prohibition},
    [PART_FUNDS] = {"funds", N_("Funds and awards"), fund},
    [PART_INTERPRETATIONS] = {"interpretations", N_("Interpretations"), interpretation},
    [PART_NOT_SAID] = {"not_said", N_("What the document does not say"), not_said},
    [PART_COMPARISONS] = {"comparisons", N_("Beside other texts"), comparison},
    [PART_RECORD_LABELS] = {"record_labels", N_("What records are called"), record_label},
};
