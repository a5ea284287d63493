/* The keys of case files. The parser refuses every other key and kind of value;
 * docs/pack-reference.md is generated from these tables. fact_schema.c has the keys of `facts`. */
#include "base/msg.h"
#include "policy/case.h"
#include "policy/head_schema.h"
#include "policy/key_schema.h"
#include "policy/pack_priv.h"

WORDS(verdicts, "pass", "fail", "unknown");
WORDS(statuses, "draft", "not_yet", "in_force", "lapsed");
KEYS(range, KEY_NEED("at_least", PART_TEXT, N_("least that the number may be")),
     KEY("at_most", PART_TEXT, N_("the upper bound; null: unbounded")));
KEYS(expect, KEY_WORD("verdict", verdicts, N_("what the question comes to")),
     KEY_WORD("status", statuses, N_("how the document stands on the business date")),
     KEY("binding", PART_BOOL, N_("whether a decision could rest on it")),
     KEY("criteria", PART_NAMES,
         N_("criterion: true, false or null (not known); those not named are true")),
     KEY("not_applicable", PART_WORDS, N_("criteria that do not apply, and no other")),
     KEY_OF("values", PART_NAMES, range,
            N_("criterion: its number, or the least and the most that it may be")),
     KEY("ambiguities", PART_WORDS, N_("some of the ambiguities that the verdict names")),
     KEY("flags", PART_WORDS, N_("flags that are raised, and no other: [related-party]")),
     KEY("exit", PART_TEXT, N_("3: the facts are refused; then nothing else is expected")));

KEYS(deadline_row, KEY_NEED("rule", PART_TEXT, N_("id of a deadline")),
     KEY_NEED("from", PART_TEXT, N_("day from which it is counted: 2026-09-30")),
     KEY("due", PART_TEXT,
         N_("its last day; null: the text has no number; A..B: an officer chooses between them")),
     KEY("entered", PART_TEXT, N_("the day that an officer chooses")),
     KEY("provisional", PART_BOOL, N_("true: a year without a table of days off is counted in")),
     KEY("exit", PART_TEXT, N_("2: there is no such rule; 3: the day does not fit")));
KEYS(name_row, KEY_NEED("industry", PART_VALUE, N_("industry that a name is asked for")),
     KEY("level", PART_TEXT, N_("level of the recognition; absent: the template of every other")),
     KEY("name", PART_TEXT, N_("the name by the rule of the pack")),
     KEY("exit", PART_TEXT, N_("3: no name is given")));
KEYS(fund_row,
     KEY_NEED("fund", PART_TEXT, N_("id of a fund; every key that it has stands beside it")),
     KEY("kind", PART_TEXT, N_("as in the fund")), KEY("amount", PART_MONEY, N_("as in the fund")),
     KEY("once", PART_BOOL, N_("as in the fund")), KEY("tied", PART_TEXT, N_("as in the fund")),
     KEY("payer", PART_TEXT, N_("as in the fund")),
     KEY("criterion", PART_TEXT, N_("as in the fund")),
     KEY("policy", PART_TEXT, N_("as in the fund")));

KEYS(record_row, KEY_NEED("of", PART_TEXT, N_("record type of which items of `records` speak")),
     KEY("values", PART_NAMES,
         N_("what the record holds: FIELD: value, a table as a list of maps")),
     KEY("lacks", PART_WORDS,
         N_("items that are asked for and not there, and no other; absent: none")));

KEYS(ban_row, KEY_NEED("bars", PART_TEXT, N_("process that the party wants to begin")),
     KEY_NEED("step", PART_TEXT, N_("step that was taken against it, PROCESS.STEP")),
     KEY_NEED("on", PART_DATE, N_("day on which it was taken")),
     KEY("ground", PART_TEXT,
         N_("code of findings.ground for which it was taken; absent: it is not entered")),
     KEY_NEED("today", PART_DATE, N_("day on which the party wants to begin")),
     KEY("until", PART_DATE, N_("last day of the ban; absent: there is none")),
     KEY("clause", PART_TEXT, N_("clause of the ban, beside until")),
     KEY("unsure", PART_BOOL, N_("true: it hangs on the ground, which is not entered")));

#define GIVENS                                                                                     \
    KEY("fields", PART_NAMES, N_("TYPE.FIELD: what the record holds from here on")),               \
        KEY("facts", PART_NAMES, N_("records of a facts document, in place of those before")),     \
        KEY("met", PART_WORDS, N_("criteria and questions that are taken as met from here on")),   \
        KEY("not_met", PART_WORDS,                                                                 \
            N_("criteria and questions that are taken as not met from here on")),                  \
        KEY("panel", PART_NAMES, N_("evaluation: pass or fail, what its closed panel came to"))
KEYS(life_step, KEY_NEED("step", PART_TEXT, N_("id of a step of the process")),
     KEY_NEED("who", PART_TEXT, N_("actor who takes it: an authority, applicant, centre …")),
     KEY_NEED("on", PART_DATE, N_("the day")), GIVENS,
     KEY("reason", PART_BOOL, N_("false: no reason is written")),
     KEY("basis", PART_BOOL, N_("false: no basis is entered")),
     KEY("closed", PART_WORDS,
         N_("why the step is closed, each by code (stage actor early late when criterion question "
            "panel reason basis), subject or clause; absent: it is open and taken")),
     KEY("at", PART_TEXT, N_("state afterwards")),
     KEY("does", PART_WORDS, N_("effects that it brings about, in order")),
     KEY("says", PART_WORDS, N_("the input it requires: two_persons, reason, basis")),
     KEY("late", PART_BOOL, N_("true: it is done after its day")),
     KEY("due", PART_DATE,
         N_("the last day that the step has, whether or not anybody is late by it")),
     KEY("stays", PART_BOOL, N_("true: the case stays where it is")));
KEYS(life, KEY_NEED("process", PART_TEXT, N_("process that is lived through")),
     KEY("stage", PART_TEXT, N_("state in which it begins; absent: the start")), GIVENS,
     KEY("steps", PART_NAMES, N_("step: actor; all steps open in that state, with their actors")),
     KEY_OF("life", PART_ITEMS, life_step, N_("what is done, step by step")));

const struct part_key case_keys[] = {
    KEY("name", PART_TEXT, N_("what it shows, for people")),
    KEY("rows", PART_WORDS,
        N_("rows of the requirements matrix that it asserts; a pack of one's own leaves it out")),
    KEY("like", PART_TEXT, N_("another case of the pack whose facts it has: other.yaml")),
    KEY("facts", PART_NAMES,
        N_("a facts document; with `like`, what stands in the place of its records")),
    KEY_OF("expect", PART_MAP, expect, N_("the verdict on these facts")),
    KEY_OF("deadlines", PART_ITEMS, deadline_row, N_("days of rules")),
    KEY_OF("names", PART_ITEMS, name_row, N_("names by the rule of the pack")),
    KEY_OF("funds", PART_ITEMS, fund_row, N_("funds with all their keys")),
    KEY_OF("records", PART_ITEMS, record_row,
           N_("records, and the items of `records` that they do not meet")),
    KEY_OF("bans", PART_ITEMS, ban_row, N_("bans on beginning again, and their end")),
    KEY_OF("lives", PART_ITEMS, life, N_("short cases: steps, actors and days, without a store")),
    {.name = NULL}};

size_t case_read(const struct yvalue **out, const struct pack_finding **faults, struct str file,
                 struct str text, struct arena *a)
{
    struct pack_findings found = {.arena = a};
    struct pack_reader r = {.arena = a, .findings = &found, .file = file};
    const struct yvalue *root = NULL;
    const struct yfault *wrong;
    size_t count;
    if (yin_parse(&root, &wrong, &count, text, a, NULL) != OK)
        for (size_t i = 0; i < count; i++)
            pack_fault_at(&r, file, wrong[i].line, wrong[i].column, "%.*s",
                          STR_ARG(wrong[i].reason));
    else if (root->type != Y_MAP)
        pack_fault(&r, root, "a case has facts and what is expected of them");
    else
        pack_shape(&r, root, case_keys);
    *out = found.list.len ? NULL : root;
    *faults = found.list.ptr;
    return found.list.len;
}
