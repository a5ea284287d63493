/* What the items of each section hold; docs/policy-packs.md says what the keys mean. The second
 * argument of each KEY_… is what people read for it (tools/messages.py knows them), the third says what it is
 * (docs/pack-reference.md is made of them). */
#include "base/msg.h"
#include "policy/paper_value.h"
#include "policy/parts.h"

#define WORDS(of, ...) static const char *const of[] = {__VA_ARGS__, NULL}
#define KEYS(of, ...) static const struct part_key of[] = {__VA_ARGS__, {.name = NULL}}

#define KEY_TEXT(n, l, t)                                                                          \
    {                                                                                              \
        .name = n, .label = l, .about = t, .type = PART_TEXT                                       \
    }
#define KEY_NEED(n, l, t)                                                                          \
    {                                                                                              \
        .name = n, .label = l, .about = t, .type = PART_TEXT, .required = true                     \
    }
#define KEY_VERBATIM(n, l, t)                                                                      \
    {                                                                                              \
        .name = n, .label = l, .about = t, .type = PART_QUOTE, .required = true                    \
    }
#define KEY_SAID(n, l, t)                                                                          \
    {                                                                                              \
        .name = n, .label = l, .about = t, .type = PART_QUOTE                                      \
    }
#define KEY_LIST(n, l, t)                                                                          \
    {                                                                                              \
        .name = n, .label = l, .about = t, .type = PART_WORDS                                      \
    }
#define KEY_LIST_OF(n, l, t, w)                                                                    \
    {                                                                                              \
        .name = n, .label = l, .about = t, .type = PART_WORDS, .words = w                          \
    }
#define KEY_FLAG(n, l, t)                                                                          \
    {                                                                                              \
        .name = n, .label = l, .about = t, .type = PART_BOOL                                       \
    }
#define KEY_WORD(n, l, t, w)                                                                       \
    {                                                                                              \
        .name = n, .label = l, .about = t, .type = PART_WORD, .words = w                           \
    }
#define KEY_ONE_OF(n, l, t, w)                                                                     \
    {                                                                                              \
        .name = n, .label = l, .about = t, .type = PART_WORD, .required = true, .words = w         \
    }
#define KEY_NUMBER(n, l, t)                                                                        \
    {                                                                                              \
        .name = n, .label = l, .about = t, .type = PART_INT                                        \
    }
#define KEY_ITEMS(n, l, t, k)                                                                      \
    {                                                                                              \
        .name = n, .label = l, .about = t, .type = PART_ITEMS, .inner = k                          \
    }
#define ID                                                                                         \
    {                                                                                              \
        .name = "id",                                                                              \
        .about = N_("the item's name in references: letters, digits, - and _, once in its list "   \
                    "(staff-count)"),                                                              \
        .type = PART_ID, .required = true                                                          \
    }
#define NAMED                                                                                      \
    ID,                                                                                            \
    {                                                                                              \
        .name = "label",                                                                           \
        .about = N_("what people read for it, in the document's words where there are some"),      \
        .type = PART_TEXT, .required = true                                                        \
    }
#define CITED                                                                                      \
    KEY_TEXT("clause", "clause",                                                                   \
             N_("where it stands in the text: 第五条（一）, 五3; it owns the quote")),             \
        KEY_SAID("quote", "words",                                                                 \
                 N_("the text of that clause, as in source.txt (ignoring blanks)")),               \
        KEY_TEXT("own", "not of the document",                                                     \
                 N_("instead of clause and quote: why it stands here though the document does "    \
                    "not say it"))
#define SOURCES                                                                                    \
    CITED,                                                                                         \
        KEY_LIST("ambiguities", "ambiguities",                                                     \
                 N_("ids of the `ambiguities` whose reading it uses: [A-01]")),                    \
        KEY_LIST("rows", "requirements",                                                           \
                 N_("rows of the requirements matrix that it meets; a pack of one's own leaves "   \
                    "it out")),                                                                    \
        KEY_TEXT(                                                                                  \
            "note", "note",                                                                        \
            N_("parts that are not in the text, or remarks of the author; lint reports 待确认"))

/* --- authorities ------------------------------------------------------------------- */

WORDS(functions, "accept", "recommend", "recognise", "manage", "guide", "evaluate", "interpret",
      "fund", "inspect", "file");
WORDS(levels, "national", "province", "city");
KEYS(authority, NAMED, KEY_NEED("name", "name", N_("the office's full name, as papers print it")),
     KEY_WORD("level", "level", N_("which level of office it is"), levels),
     KEY_LIST_OF("functions", "functions", N_("what the text gives it to do"), functions),
     KEY_LIST("roles", "roles",
              N_("roles of accounts that act for it (types/roles.yaml): [province_officer, "
                 "province_leader]; without one nobody can take its steps")),
     {.name = "from",
      .about = N_("first day on which it has the functions"),
      .label = N_("from"),
      .type = PART_DATE},
     {.name = "to",
      .about = N_("last day on which it has them"),
      .label = N_("until"),
      .type = PART_DATE},
     SOURCES);

bool authority_has_function(struct str word)
{
    for (size_t i = 0; functions[i]; i++)
        if (str_is(word, functions[i]))
            return true;
    return false;
}

/* --- dictionaries ------------------------------------------------------------------ */

KEYS(entry,
     KEY_LIST("codes", "codes",
              N_("codes of the field that this word means; each code of the field once in the "
                 "dictionary")),
     KEY_VERBATIM("word", "word", N_("the document's word for them")),
     KEY_FLAG("own", "not of the document", N_("true: the document has no word for these codes")));
KEYS(dictionary, NAMED,
     KEY_TEXT("of", "of the field",
              N_("the field whose codes it gives words to: applicant.kind, series.name")),
     KEY_ITEMS("entries", "entries", N_("one line for each word"), entry), SOURCES);

/* --- forms and materials -------------------------------------------------------------- */

WORDS(layouts, "said", "own");
WORDS(cell_kinds, "text", "number", "date", "list", "table", "files", "fixed", "commitment", "sign",
      "note");
KEYS(column, KEY_VERBATIM("label", "column", N_("head of the column, in the document's words")),
     KEY_NUMBER("width", "width",
                N_("percent of the table's width; the columns of a table add up to 100")),
     KEY_LIST(
         "fill", "filled from",
         N_("field shown in the column: [staff.name]; of a table in a record each row is one of "
            "the form's: [city_ranking.places.rank]")));
KEYS(cell,
     {.name = "label",
      .about = N_("what is printed before the cell, in the document's words"),
      .type = PART_QUOTE,
      .required = true},
     KEY_TEXT("prints", "printed instead",
              N_("what is printed where the document's own words are broken; `label` stays as it "
                 "stands there")),
     KEY_NUMBER("line", "line", N_("line of the section in which it stands, from 1")),
     KEY_NUMBER("width", "width", N_("percent of the line; the cells of a line add up to 100")),
     KEY_WORD("kind", "kind",
              N_("what it holds; `number` with `indicator` is computed and never typed"),
              cell_kinds),
     KEY_LIST("fill", "filled from", N_("fields that fill it: [applicant.name]")),
     KEY_TEXT(
         "where", "of rows with",
         N_("TYPE.TABLE.FIELD=VALUE: of that table a list shows these rows alone; "
            "TYPE.FIELD=VALUE: these records; the value TYPE.FIELD is that of the first record of "
            "the type, TYPE.FIELD+1 the number after it")),
     KEY_TEXT("indicator", "indicator", N_("indicator whose value it shows")),
     KEY_SAID("text", "fixed text",
              N_("fixed words of a cell (kind fixed, commitment) or below the table (note), as in "
                 "the document")),
     KEY_SAID("guide", "guide", N_("the document's hint on how to fill it")),
     KEY_ITEMS("columns", "columns", N_("columns of a cell of kind table"), column),
     KEY_TEXT("dictionary", "dictionary", N_("dictionary whose words are shown for codes")),
     KEY_FLAG("required", "required", N_("true: the form is not handed in while it is empty")),
     KEY_LIST("criteria", "criteria", N_("criteria that it is evidence for")),
     KEY_TEXT("clause", "clause",
              N_("clause that asks for what the cell holds, where it is not the form's own")),
     KEY_SAID("quote", "words", N_("words of that clause")),
     KEY_LIST(
         "rows", "requirements",
         N_("rows of the requirements matrix that it meets; a pack of one's own leaves it out")),
     KEY_FLAG("own", "not of the document", N_("true: the document's form has no such cell")));
KEYS(form_section, ID,
     {.name = "label",
      .about = N_("head of the section, in the document's words; may be absent"),
      .type = PART_QUOTE},
     KEY_ITEMS("cells", "cells", N_("its cells, line by line"), cell));
KEYS(form, ID,
     {.name = "label",
      .about = N_("name of the form in the document"),
      .type = PART_QUOTE,
      .required = true},
     KEY_ONE_OF("layout", "layout",
                N_("said: the document lays the form out; own: it only names it"), layouts),
     KEY_TEXT("process", "process", N_("process whose case it belongs to")),
     KEY_TEXT(
         "title", "title",
         N_("what its title prints, of an office's form: words and fields of records in braces, "
            "of all of them; absent or without a record: its label")),
     KEY_LIST("aliases", "aliases", N_("other names that the document has for it")),
     KEY_FLAG("signed", "signed by two parties",
              N_("true: an agreement signed by two parties: the state of the criteria is not "
                 "printed after it")),
     KEY_ITEMS("sections", "sections", N_("its sections, in order"), form_section), SOURCES);

/* --- papers of the process ---------------------------------------------------------- */

WORDS(paper_layouts, "form", "official", "certificate");
KEYS(paper_column, KEY_NEED("label", "column", N_("head of the column")),
     KEY_NUMBER("width", "width", N_("percent of the table's width; together 100")),
     KEY_NEED("text", "text", N_("words and names in braces: \"{parties.name}\"")),
     KEY_TEXT("when", "when", N_("name; a row where it has no value shows a dash")));
KEYS(paper_block,
     {.name = "role",
      .about = N_("which part of a paper it is, by which it is laid out"),
      .label = N_("kind"),
      .type = PART_WORD,
      .required = true,
      .words = paper_block_roles},
     KEY_TEXT("label", "label", N_("words printed before the text (form, item)")),
     KEY_TEXT("text", "text",
              N_("words and names in braces: \"{party.name}\"; the names are listed below")),
     KEY_TEXT("when", "when", N_("name; the block is left out where it has no value")),
     KEY_TEXT("each", "one for each", N_("list; the block stands once for each of it: parties")),
     KEY_ITEMS("columns", "columns", N_("columns of a block of role table"), paper_column));
KEYS(
    paper, NAMED,
    KEY_TEXT("like", "like",
             N_("another paper whose blocks it has: paper-recognition of packs/common")),
    KEY_WORD("layout", "layout", N_("how it is laid out, where it has blocks of its own"),
             paper_layouts),
    KEY_TEXT("process", "process", N_("process in whose cases it is drawn up")),
    KEY_LIST("steps", "steps", N_("steps at which it is drawn up: [recognise]")),
    KEY_LIST("needs", "needs", N_("names without whose value it is refused: [paper.number]")),
    KEY_LIST("questions", "questions",
             N_("questions whose criteria it prints ({verdict.result}, each: criteria), where its "
                "steps do not ask them: [operate]")),
    KEY_FLAG("remedy", "tells of remedies",
             N_("true: it tells where and until when it can be taken further")),
    KEY_FLAG("with_step", "issued with the step",
             N_("true: its steps are not taken without it; what lacks is named then. So are papers "
                "that tell of remedies")),
    KEY_FLAG("on_demand", "issued when asked for",
             N_("true: issued when somebody asks for it, not by a step")),
    KEY_TEXT("to", "addressee",
             N_("the addressee of a letter, if it is neither the party nor notified by its steps")),
    KEY_TEXT(
        "title", "title",
        N_("what its block of role title prints, in place of that of `like`: words and names in "
           "braces; absent: that block's own")),
    KEY_TEXT("decides", "what it decides",
             N_("what {paper.decides} prints, to the party; absent: the label of its step")),
    KEY_TEXT(
        "mark", "usual mark",
        N_("of a certificate: what its numbers begin with (MARK〔2026〕3号) where the office has "
           "entered no mark for certificates; absent: the step is refused until it has")),
    KEY_FLAG("internal", "of the office's own file",
             N_("true: of the offices' file; the party does not see it")),
    KEY_ITEMS("blocks", "blocks", N_("its blocks, in order"), paper_block), SOURCES);

WORDS(needs, "required", "advised");
WORDS(pers, "once", "person", "case", "year");
KEYS(material, NAMED,
     KEY_ONE_OF("need", "need",
                N_("required: the hand-in is refused without it; advised: it is not"), needs),
     KEY_TEXT("process", "process", N_("process for which it is asked")),
     KEY_TEXT("when", "when", N_("true-or-false indicator; asked for only where it is true")),
     KEY_WORD("per", "one for each", N_("how often it is asked for"), pers),
     KEY_LIST(
         "proof", "proof",
         N_("fields that hold it, files or words: [applicant.licence_file]; a file that could be "
            "another material too says which by its name or its record's title")),
     KEY_LIST("of", "of records with",
              N_("TYPE.FIELD=VALUE, one of which the record of the proof holds: "
                 "[document.matter=strategy]")),
     KEY_LIST("proves", "proves", N_("criteria that it proves")),
     KEY_LIST("lasts", "lasts until",
              N_("dates or periods until which it is good: [workplace.lease]")),
     KEY_NUMBER("months", "warned of when it ends within months",
                N_("warned of when it ends within so many months")),
     SOURCES);

/* --- processes ----------------------------------------------------------------------- */

KEYS(state, NAMED, KEY_FLAG("end", "end", N_("true: the case is over here; no step leads out")),
     KEY_TEXT("holder", "its holder", N_("the holder, if steps of several actors lead on")),
     KEY_FLAG("unseen", "unseen by the party",
              N_("true: the party does not see a case that has been in such states only, and is "
                 "told nothing of it (before a notice)")));
KEYS(step, NAMED, KEY_LIST("from", "from", N_("states in which it is open")),
     KEY_TEXT("to", "to", N_("state to which it leads; absent: the case stays where it is")),
     KEY_TEXT("stream", "on the way of", N_("name of the way on which the case goes from here on")),
     KEY_NEED("actor", "actor", N_("the actor: an authority's id, or one of the actors below")),
     KEY_FLAG("two_persons", "two persons", N_("true: one proposes, another confirms")),
     KEY_FLAG("reason", "with a reason", N_("true: a reason is written")),
     KEY_LIST("when", "only when",
              N_("conditions TYPE.FIELD=VALUE or !=VALUE; else the step is not this party's: "
                 "[application.to=city]")),
     KEY_LIST("needs", "needs",
              N_("criteria that must be met, else it is refused with clause and reason")),
     KEY_LIST("fails", "must not be met",
              N_("criteria that must be not met, and known to be so (for a refusal)")),
     KEY_LIST("asks", "asks",
              N_("questions that are judged and shown; fail refuses, unknown does not")),
     KEY_LIST("passes", "must pass", N_("questions that must pass; unknown refuses")),
     KEY_LIST("served", "papers served before",
              N_("papers of the process that are issued and served on the party before: "
                 "[revocation-notice]")),
     KEY_TEXT("panel", "panel of experts",
              N_("a closed panel of this evaluation with this result: review=pass, review=fail")),
     KEY_TEXT("deadline", "deadline", N_("rule of `deadlines` by which its last day is counted")),
     KEY_TEXT(
         "counted", "counted from",
         N_("field with the day, or the year, from which it is counted: publicity.published_on")),
     KEY_FLAG("after_due", "only when it is over", N_("true: open only when the period is over")),
     KEY_FLAG("refused_late", "refused when late", N_("true: not open after the last day")),
     KEY_FLAG("reason_early", "with a reason when early",
              N_("true: before the last day a reason is written")),
     KEY_LIST("remind", "reminded days before",
              N_("days before the last day on which its takers are told, falling: [3, 1]")),
     KEY_LIST("effects", "effects", N_("what it brings about, in order; see the effects below")),
     SOURCES);
KEYS(process, NAMED,
     KEY_NEED("subject", "subject",
              N_("record type that moves: application, annual_report, rectification, finding …")),
     KEY_NEED("start", "start", N_("state in which a case begins")),
     KEY_LIST("begins", "begins with",
              N_("what a new case's record holds, FIELD=VALUE: [kind=summary]")),
     KEY_ITEMS("states", "states", N_("its states"), state),
     KEY_ITEMS("transitions", "steps", N_("its steps"), step), SOURCES);

/* --- evaluations, prohibitions, funds ---------------------------------------------------- */

WORDS(evaluation_gaps, "cycle", "heads", "weights", "grades", "scores");
KEYS(head, ID,
     {.name = "label",
      .about = N_("the head in the document's words"),
      .type = PART_QUOTE,
      .required = true},
     KEY_NUMBER("weight", "weight", N_("its points or percent; the heads add up to 100")),
     KEY_NUMBER("least", "least points",
                N_("least average of the panel in this head, of the 0 to 100 points that experts "
                   "give it (12分 of 满分20分: 60), else the result is not pass")),
     KEY_LIST("indicators", "indicators", N_("indicators shown beside it")));
KEYS(grade, ID,
     {.name = "label",
      .about = N_("the grade in the document's words"),
      .type = PART_QUOTE,
      .required = true},
     KEY_NUMBER("from", "from", N_("least points of the grade, with them")),
     KEY_NUMBER("to", "to", N_("points below which it lies, without them (100: with)")),
     KEY_SAID("then", "consequence", N_("what the document lets follow")),
     KEY_TEXT("process", "process", N_("process that follows: rectification")));
KEYS(
    evaluation, NAMED, KEY_NEED("by", "by", N_("authority that evaluates")),
    KEY_TEXT("cycle", "cycle", N_("deadline rule by which it comes again")),
    KEY_ITEMS("heads", "heads", N_("what is scored"), head),
    KEY_NUMBER("trimmed", "trimmed",
               N_("how many of the highest and as many of the lowest totals its average leaves out "
                  "(去掉一个最高分和一个最低分: 1)")),
    KEY_NUMBER("least", "least points",
               N_("the minimum average of the totals, of 0 to 100 points (不低于75分: 75); a case "
                  "that reaches it and each head's minimum passes")),
    KEY_ITEMS("grades", "grades", N_("grades that cover 0 to 100 without a gap"), grade),
    KEY_LIST_OF("not_said", "not said", N_("which of these the document does not give"),
                evaluation_gaps),
    SOURCES);

WORDS(prohibition_gaps, "consequence");
KEYS(consequence, KEY_VERBATIM("what", "consequence", N_("what follows, in the document's words")),
     KEY_TEXT("clause", "clause", N_("clause of these words, if it is not the prohibition's")),
     KEY_SAID("condition", "condition", N_("under what further condition, in its words")),
     KEY_TEXT("process", "process", N_("process that brings it about: revocation")),
     KEY_TEXT(
         "bars", "no new case of",
         N_("process of which nobody concerned begins a new case while the ban runs: application")),
     KEY_TEXT("deadline", "deadline", N_("rule by which the ban's last day is counted")),
     KEY_TEXT("counted", "counted from",
              N_("the step from which it is counted, PROCESS.STEP: revocation.revoke")));
KEYS(prohibition, ID,
     {.name = "label",
      .about = N_("what is forbidden, in the document's words"),
      .type = PART_QUOTE,
      .required = true},
     KEY_LIST("grounds", "grounds", N_("codes of findings.ground that mean it")),
     KEY_TEXT("criterion", "criterion", N_("criterion that decides by it")),
     KEY_SAID("condition", "condition", N_("condition in the document's words: 情节严重的")),
     KEY_ITEMS("consequences", "consequences", N_("what follows"), consequence),
     KEY_LIST_OF("not_said", "not said", N_("consequence: the document gives none"),
                 prohibition_gaps),
     SOURCES);

WORDS(fund_kinds, "support", "award");
WORDS(ties, "project", "recognition", "nothing");
WORDS(fund_gaps, "amount", "conditions");
KEYS(fund, NAMED,
     KEY_ONE_OF("kind", "kind", N_("support for work to be done, or an award"), fund_kinds),
     KEY_TEXT("payer", "payer", N_("authority that pays")),
     {.name = "amount",
      .about = N_("yuan with at most two decimals, as text: \"600000.00\""),
      .label = N_("amount"),
      .type = PART_MONEY},
     KEY_FLAG("once", "once ever", N_("true: once ever for a party; needs `policy`")),
     KEY_WORD("tied", "tied to", N_("what it follows"), ties),
     KEY_TEXT("criterion", "criterion", N_("criterion that decides on it")),
     KEY_TEXT("policy", "policy", N_("code of awards.policy under which payments are recorded")),
     KEY_LIST_OF("not_said", "not said", N_("which of these the document does not give"),
                 fund_gaps),
     SOURCES);

/* --- interpretations, what is not said ------------------------------------------------------ */

KEYS(interpretation, ID, KEY_NEED("by", "by", N_("authority with the function interpret")),
     {.name = "date",
      .about = N_("day on which it was given"),
      .label = N_("date"),
      .type = PART_DATE,
      .required = true},
     KEY_NEED("clause", "clause",
              N_("where it stands in the text: 第五条（一）, 五3; it owns the quote")),
     KEY_NEED("text", "text", N_("what it says")),
     KEY_NEED("source", "source", N_("where it is found: a letter, a page")),
     KEY_TEXT("ambiguity", "ambiguity", N_("ambiguity that it settles")),
     KEY_TEXT("reading", "reading", N_("reading that it takes")));
KEYS(not_said, NAMED,
     KEY_LIST("absent", "words that the text does not have",
              N_("words that the source does not have, which lint checks")),
     KEY_TEXT("then", "what the program does", N_("what the program does instead")),
     KEY_LIST("one_open", "one open at a time",
              N_("processes of which together a party has one open case in a call, or outside of "
                 "calls: [application]; without it there is no such limit")),
     KEY_LIST("again_after", "recognised again after",
              N_("processes started by a recognition (a project): once none of them runs, a "
                 "registered party can be recognised again, and its row continues: [building]; "
                 "without this key a registered party cannot")),
     KEY_TEXT("clause", "clause",
              N_("where it stands in the text: 第五条（一）, 五3; it owns the quote")),
     KEY_SAID("quote", "words", N_("the text of that clause, as in source.txt (ignoring blanks)")),
     KEY_LIST("ambiguities", "ambiguities",
              N_("ids of the `ambiguities` whose reading it uses: [A-01]")),
     KEY_LIST(
         "rows", "requirements",
         N_("rows of the requirements matrix that it meets; a pack of one's own leaves it out")));

/* Comparisons of the text with another one (an interpretation of its basis), in the wording of
 * both. */
const char *const part_relations[PART_RELATIONS + 1] = {"same",    "narrower", "wider",
                                                        "differs", "absent",   NULL};
KEYS(comparison, NAMED, KEY_NEED("with", "compared with", N_("id of the other pack")),
     KEY_NEED("with_clause", "its clause", N_("clause of the other text")),
     KEY_NEED("with_quote", "its words", N_("its words")),
     KEY_ONE_OF("says", "this text is", N_("how this text stands to it"), part_relations), SOURCES);

/* Display names of a record type and its fields in cases of this pack; the item's id is the
 * type's. */
KEYS(record_field_label, NAMED);
KEYS(record_label, NAMED,
     KEY_ITEMS("fields", "fields", N_("labels of its fields, by their names"), record_field_label),
     SOURCES);

/* The source of a fact, restricted (policy/narrow.h). */
WORDS(checkers, "city", "province", "office");
KEYS(fact_words, ID,
     KEY_NEED("fact", "fact",
              N_("a fact that is the party's own word: staff.full_time; once in the list")),
     KEY_WORD("checked", "checked by",
              N_("whose check counts, where the text asks for less than any office: province"),
              checkers),
     KEY_FLAG("only_checked", "only when checked",
              N_("true: it is not known until it is checked, whatever the party says")),
     SOURCES);

/* Requirements of this policy on records (judge/asked.h). */
KEYS(record_demand, NAMED,
     KEY_NEED("of", "of records",
              N_("record type of which it is asked, one that says policies_ask: "
                 "cultivation_project")),
     KEY_LIST("when", "only where",
              N_("FIELD=VALUE: of records that hold this alone: [kind=cultivation]; several values "
                 "of one field: any of them")),
     KEY_TEXT("from", "from when there is",
              N_("field; it is asked once this has a value: task_book_signed")),
     KEY_LIST("need", "filled", N_("fields that have a value: [milestones]")),
     KEY_TEXT("table", "table", N_("table in which there is a row as `row` and `filled` say")),
     KEY_LIST("row", "a row with",
              N_("COLUMN=VALUE that it holds, COLUMN>=NUMBER: that or more, or COLUMN<=NUMBER: "
                 "that or less: "
                 "[criterion=filing-growth, target>=20.00]")),
     KEY_LIST("filled", "filled in that row",
              N_("columns that have a value in that row: [base_year, base]")),
     KEY_LIST("term", "term",
              N_("fields of the first and the last day of a term: [start, end]; a new record that "
                 "says its first day alone gets the last one")),
     KEY_TEXT("deadline", "by the rule",
              N_("rule of `deadlines` that gives its length: Tn, or Y+n-12-31 (calendar years)")),
     KEY_FLAG("at_most", "no longer", N_("true: the term may be shorter")),
     KEY_TEXT("unless", "unless there is",
              N_("field that holds the reason for another term, or that excuses the row: reason")),
     SOURCES);

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
    [PART_FACT_WORDS] = {"fact_words", N_("Whose word, narrowed"), fact_words},
    [PART_RECORDS] = {"records", N_("What records hold"), record_demand},
};
