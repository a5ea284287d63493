/* Names that papers may use; docs/policy-packs.md says what each is for. */
#include "policy/paper_value.h"
#include "base/msg.h"
#include "base/utf8.h"

const struct paper_value_name paper_value_names[] = {
    /* of the pack, by themselves */
    {"policy.title", N_("title of the policy"), false, true},
    {"policy.number", N_("number of the policy"), false, true},
    {"policy.issuer", N_("issuer of the policy"), false, true},
    {"policy.cited", N_("title of the policy in its marks, with its number"), false, true},
    /* of the step at which it is drawn up, by themselves */
    {"step.label", N_("step"), false, true},
    {"step.clause", N_("clause of the step, in brackets"), false, true},
    {"step.quote", N_("words of that clause"), false, true},
    /* of the decision that is served after the paper, where one alone is */
    {"intended.clause", N_("clause of the intended decision, in brackets"), false, true},
    {"intended.quote", N_("words of the clause of the intended decision"), false, true},
    /* of the paper */
    {"paper.issuer", N_("issuing office"), false, false},
    {"paper.number", N_("document number"), false, true},
    {"paper.to", N_("addressee"), false, false},
    {"paper.date", N_("date of the document"), false, false, .day = true},
    {"paper.decides", N_("the decision of the paper"), false, true},
    {"paper.label", N_("name of the paper"), false, true},
    {"paper.copies", N_("copies to"), false, false},
    {"paper.count", N_("how many units the paper lists"), false, true},
    {"paper.check_url", N_("address where it can be checked"), false, true},
    /* of the case */
    {"case.number", N_("number of the case"), false, true},
    {"case.call", N_("call"), false, true},
    {"case.year", N_("year of the case"), false, true},
    {"case.matter", N_("year and matter of the case"), false, true},
    {"case.opened", N_("day on which the case began"), false, true},
    {"party.name", N_("name of the party"), false, true},
    {"party.code", N_("unified social credit code"), false, true},
    {"party.city", N_("city of the party"), false, true},
    {"centre.name", N_("name by the rule of the pack"), false, true},
    {"centre.number", N_("number of the certificate"), false, true},
    {"centre.industry", N_("industry"), false, true},
    {"centre.recognised", N_("day of recognition"), false, true},
    /* of the verdict that it prints (`questions`) */
    {"verdict.result", N_("verdict"), false, true},
    /* entered by the officer */
    {"decision.basis", N_("basis of the decision"), false, false},
    {"decision.facts", N_("facts of the decision"), false, false},
    {"decision.reason", N_("reason of the decision"), false, false},
    {"decision.result", N_("result of the decision"), false, false},
    {"remedy.organ", N_("organ of reconsideration (remedies)"), false, false},
    {"remedy.period",
     N_("time for asking for reconsideration (remedies): a number of days or months"), false, false,
     .length = true},
    {"remedy.court", N_("court that has jurisdiction (remedies)"), false, false},
    {"remedy.court_period", N_("time for going to court (remedies): a number of days or months"),
     false, false, .length = true},
    {"reply.period", N_("period for a reply: a number of days or months"), false, false,
     .length = true},
    {"publicity.from", N_("first day of publicity"), false, false, .day = true},
    {"publicity.until", N_("last day of publicity"), false, true},
    {"publicity.contact", N_("the recipient of objections"), false, false},
    {"rectification.grounds", N_("grounds of rectification"), false, false},
    {"rectification.evidence", N_("evidence for a rectification"), false, false},
    {"rectification.due", N_("last day of rectification"), false, true},
    {"report.year", N_("year of the report"), false, true},
    {"report.text", N_("text of the report"), false, false},
    {"report.plan", N_("plan of the next year"), false, false},
    {"evaluation.grade", N_("grade"), false, false},
    {"evaluation.opinion", N_("opinion of the evaluation"), false, false},
    {"receipt.subject", N_("the received documents"), false, false},
    {"receipt.time", N_("time of receipt"), false, true},
    {"receipt.late", N_("that it was late, and the consequence"), false, true},
    {"receipt.digest", N_("digest of the submission"), false, true},
    {"receipt.entry", N_("entry in the evidence log"), false, true},
    {"delivery.channel", N_("way of delivery"), false, false},
    {"delivery.recipient", N_("the recipient"), false, false},
    {"delivery.time", N_("time of delivery"), false, false},
    {"meeting.time", N_("time of the meeting"), false, false},
    {"meeting.place", N_("place of the meeting"), false, false},
    {"meeting.chair", N_("chair"), false, false},
    {"meeting.people", N_("the participants"), false, false},
    {"meeting.content", N_("the discussion"), false, false},
    {"meeting.result", N_("the resolution"), false, false},
    /* lists */
    {PAPER_ROW_NUMBER, N_("number of the row"), true, true},
    {"parties.name", N_("name of the party"), true, false},
    {"parties.code", N_("unified social credit code"), true, false},
    {"parties.city", N_("city of the party"), true, false},
    {"parties.industry", N_("industry"), true, false},
    {"parties.centre", N_("name by the rule of the pack"), true, false},
    {"parties.rank", N_("rank"), true, true},
    {"parties.score", N_("score"), true, true},
    {"parties.opinion", N_("opinion"), true, false},
    {"experts.name", N_("expert"), true, true},
    {"experts.unit", N_("unit of the expert"), true, true},
    {"experts.opinion", N_("opinion"), true, true},
    {"scores.head", N_("head"), true, true},
    {"scores.weight", N_("weight"), true, true},
    {"scores.score", N_("score"), true, true},
    {"criteria.quote", N_("words of the condition"), true, true},
    {"criteria.clause", N_("clause, in brackets"), true, true},
    {"criteria.verdict", N_("verdict"), true, true},
    {"criteria.operands", N_("numbers, days and values that the verdict was made of"), true, true},
    {"criteria.words", N_("whose word its facts are"), true, true},
    {"indicators.label", N_("indicator"), true, true},
    {"indicators.value", N_("value"), true, true},
    {"indicators.rows", N_("records behind it"), true, true},
    {"findings.facts", N_("facts found"), true, false},
    {"findings.ground", N_("ground"), true, false},
    {"grounds.text", N_("the basis of the decision"), true, true},
    {"notes.text", N_("how broken words of the policy are read"), true, true},
    {"patents", N_("the patents"), true, true},
    {"patents.number", N_("number of the patent"), true, true},
    {"patents.title", N_("title of the patent"), true, true},
    {"patents.holder", N_("applicant in the library"), true, true},
    {"materials.name", N_("material"), true, false},
    {"materials.digest", N_("digest"), true, false},
    {NULL, NULL, false, false}};

const struct paper_value_name *paper_value_name(struct str name)
{
    for (const struct paper_value_name *n = paper_value_names; n->name; n++)
        if (str_is(name, n->name))
            return n;
    return NULL;
}

bool paper_length(struct str text)
{
    static const char *const units[] = {"个工作日", "个月", "日", "天", "年"};
    struct str number = STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(units) && number.len == 0; i++)
        if (str_ends(text, str_of(units[i])))
            number = (struct str){text.ptr, text.len - strlen(units[i])};
    for (size_t at = 0; at < number.len;) {
        size_t from = at;
        utf8_next(number, &at);
        if (!str_contains(STR("0123456789一二三四五六七八九十百"),
                          (struct str){number.ptr + from, at - from}))
            return false;
    }
    return number.len > 0;
}

bool paper_value_list(struct str list)
{
    for (const struct paper_value_name *n = paper_value_names; n->name; n++)
        if (n->list && !str_is(str_of(n->name), PAPER_ROW_NUMBER) &&
            str_starts(str_of(n->name), list) && n->name[list.len] == '.')
            return true;
    return false;
}

const char *const paper_block_roles[] = {
    "masthead", "number", "title",      "addressee", "heading", "subheading", "text",
    "remedy",   "item",   "attachment", "annex",     "signer",  "date",       "copy",
    "imprint",  "note",   "display",    "table",     NULL};

bool paper_text_next(struct str *rest, struct str *text, struct str *name)
{
    size_t at = str_find(*rest, STR("{"), 0), end = str_find(*rest, STR("}"), 0);
    *text = (struct str){rest->ptr, at};
    *name = STR_NONE;
    if (at == rest->len) {
        bool whole = end == rest->len;
        *rest = STR_NONE;
        return whole;
    }
    if (end < at || end == rest->len)
        return false;
    *name = str_range(rest->ptr + at + 1, rest->ptr + end);
    *rest = (struct str){rest->ptr + end + 1, rest->len - end - 1};
    return true;
}
