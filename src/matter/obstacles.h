/* Everything that can stand against a step: its name, its code in the contract, its sentence. A new one is one line
 * here, and its Chinese in po/zh.po. matter.h and obstacle.c include this file, each with its own WHY(). */

/* The stage of the case, who takes the step, and its days. */
WHY(REASON, "reason", N_("a reason is required: at least one letter, digit or Chinese character"))
WHY(DONE_ALREADY, "stage", N_("\"%s\" was already done by %s at %s; the case is at \"%s\""))
WHY(CASE_CLOSED, "stage", N_("the case was closed on %s (%s): nothing more is done in it"))
WHY(OTHER_STAGE, "stage", N_("\"%s\" is possible at the stage \"%s\"; the case is at \"%s\""))
WHY(FOR_OTHERS, "actor", N_("it is for others to do: %s"))
WHY(FOR_PUBLIC, "actor",
    N_("\"%s\" is for the public, on the page of the list; objections received by letter are "
       "entered by an officer of the province, with ground and content"))
WHY(PERIOD_WITHOUT_DAY, "early",
    N_("a period has to be over first, and the date from which it runs is not entered yet"))
WHY(PERIOD_PROVISIONAL, "early",
    N_("the last day is not final: counted without the working days of %s it would be %s; the "
       "period is over when that year's table was imported (zhiyun calendar import) and it was "
       "counted again"))
WHY(PERIOD_RUNS, "early",
    N_("the period is not over: its last day is %s, and the step opens on the day after"))
WHY(TOO_LATE, "late", N_("it is too late: the last day was %s"))
WHY(PERIOD_OF_OTHERS, "early",
    N_("the period of \"%s\" runs until %s, and nothing is decided while it runs (the document "
       "does not say it; it protects whose period it is)"))
WHY(PERIOD_OF_OTHERS_UNKNOWN, "early",
    N_("the period of \"%s\" has no last day yet, and nothing is decided before it is over (the "
       "document does not say it): serve the paper that gives it, and enter its last day and on "
       "what you base it"))
WHY(REASON_EARLY, "reason",
    N_("the last day (%s) has not come: give a reason for acting earlier (reason)"))
WHY(BASIS, "basis",
    N_("the document does not say this step (%s): enter what you base it on (marks alone say "
       "nothing)"))
WHY(OPINIONS_AWAITED, "opinion", N_("asked for and not given yet (opinions: %s): %s%s"))
WHY(CLOCK, "clock", NULL)

/* Conditions of the pack on the step: fields, papers served, experts, criteria. */
WHY(WHEN_UNKNOWN, "when", N_("it depends on \"%s\", which is not entered yet"))
WHY(WHEN_NOT_OTHER, "when", N_("it is only where \"%s\" is not %s"))
WHY(WHEN_NOT, "when", N_("it is only where \"%s\" is %s"))
WHY(REPLY_BEFORE_SERVICE, "served",
    N_("\"%s\" has not been served on the party yet: the party's reply is accepted from its "
       "service on"))
WHY(NOT_SERVED, "served",
    N_("\"%s\" is not served on the party yet (the document does not say this; it protects whom it "
       "concerns): record its service first"))
WHY(NOT_ISSUED, "served",
    N_("\"%s\" is not issued yet (the document does not say this; it protects whom it concerns): "
       "issue it and serve it first"))
WHY(NAME_WITHOUT_INDUSTRY, "object", N_("the name is formed from the industry, which is not known"))
WHY(NAME_NOT_FORMED, "object", N_("the industry gives no name: %s"))
WHY(WRITES_NO_SUCH, "object", N_("the step writes no record of the kind \"%s\""))
WHY(DECIDES_THE_WAY, "object",
    N_("enter \"%s\" in this step at the latest: it decides how the case continues"))
WHY(PANEL_NONE, "panel", N_("no panel of experts for \"%s\" has this case: form one with it"))
WHY(PANEL_EARLIER, "panel",
    N_("the panel of experts \"%s\" judged what was handed in before; the case was handed in again "
       "since: form another with it"))
WHY(PANEL_OPEN, "panel", N_("the panel of experts \"%s\" is not closed yet, so it has no report"))
WHY(PANEL_NO_RESULT, "panel",
    N_("the panel of experts \"%s\" was closed without a result of this case: form another with "
       "it"))
WHY(PANEL_FAILS, "panel", N_("by the panel of experts \"%s\" this case does not pass: %s"))
WHY(PANEL_PASSES, "panel", N_("by the panel of experts \"%s\" this case passes: %s"))
WHY(OTHER_JURISDICTION, "object",
    N_("%s is a policy of %s, and the unit of this case is of another place"))
WHY(OTHER_CITY, "object",
    N_("the application goes to the office of the city where the unit is (office_city), and not to "
       "that of another"))
WHY(CRITERION_FAILS, "criterion", N_("not met: %s"))
WHY(CRITERION_UNKNOWN, "criterion", N_("not known: %s"))
WHY(FACTS_WRONG, "facts", N_("these records allow no verdict; correct them: %s"))
WHY(MUST_FAIL_UNKNOWN, "criterion",
    N_("it is only where this is not met, and that is not known: %s"))
WHY(MUST_FAIL_MET, "criterion", N_("it is only where this is not met, and it is met: %s"))
WHY(REGISTER_DIFFERS, "register", N_("\"%s\" is not as the register of organisations has it (%s)"))
WHY(CHANGED, "changed", N_("changed since the case was handed in or last reviewed: %s, %s → %s"))
WHY(CHANGED_STANDS, "changed",
    N_("%s things changed since the case was handed in or last reviewed; the review stands if you "
       "say why; else send the case back"))
WHY(AGAINST_UNKNOWN, "against",
    N_("unknown: %s; to continue, give a reason in \"against\" for \"%s\""))
WHY(AGAINST_NONE, "question",
    N_("against says why you go on, of each condition that the step asks: {\"criterion\": "
       "\"why\"}; \"%s\" is none"))

/* Obstacles that other people's steps may remove or bring meanwhile. */
WHY(CALL_ALONE_CLOSED, "late",
    N_("by the office's notice applications are taken in the call \"%s\" alone, and it is closed: "
       "its last day was %s. Two persons of the office can let one applicant in later (the policy "
       "document does not say it)"))
WHY(CALL_ALONE_OPEN, "call",
    N_("by the office's notice applications are taken in the call \"%s\" alone, until %s: begin it "
       "with \"call\": %s, or ask the office to take the case into it"))
WHY(CALL_CLOSED_EARLY, "late",
    N_("the call \"%s\" was closed by its office before its last day, which was to be %s. Two "
       "persons of the office can let one applicant in later (the policy document does not say "
       "it)"))
WHY(CALL_CLOSED, "late",
    N_("the call \"%s\" is closed: its last day was %s. Two persons of the office can let one "
       "applicant in later (the policy document does not say it)"))
WHY(CALL_NOT_OPEN_YET, "early",
    N_("the call \"%s\" takes applications from %s on; until then it can be made ready"))
WHY(ONE_OPEN, "taken",
    N_("a party has one open application in a call, and none in a call beside one outside of "
       "calls; %s is open (%s): withdraw it, or go on with it; the office can admit another (the "
       "policy document does not say it)"))
WHY(ONE_OPEN_DECIDED_FIRST, "taken",
    N_("a party has one open application in a call, and none in a call beside one outside of "
       "calls; %s is open (%s) and is not withdrawn any more: it is decided first; the office can "
       "admit another (the policy document does not say it)"))
WHY(RECOGNISED_UNDER_WAY, "taken",
    N_("what the party was recognised for last is under way (\"%s\", case %s, at \"%s\"): it is "
       "recognised for another once that is over"))
WHY(RECOGNISED_ALREADY, "taken",
    N_("the party is recognised already under this policy (%s, entered on %s): it is not "
       "recognised a second time"))
WHY(ADMITTED_BY_OTHERS, "actor", N_("a case is taken into a call by the office whose call it is"))
WHY(ADMITTED_OTHER_VERSION, "call",
    N_("the call goes by another version of the policy than the case (%s)"))
WHY(ADMITTED_EARLY, "early",
    N_("the call \"%s\" is open from %s on: no case is taken into it before"))
WHY(ADMITTED_NOT, "call",
    N_("into the call \"%s\" comes a running application of its policy, once the call is open, and "
       "once"))
WHY(BARRED, "barred", N_("barred by a decision of %s until the end of %s: %s"))
WHY(BARRED_MAYBE, "barred",
    N_("whether a decision of %s bars it until the end of %s depends on its ground, which is not "
       "entered: %s"))
WHY(GRADED_FROM, "standing",
    N_("what is of the year %s is graded from %s on, when the period of the policy is over: until "
       "then it is prepared"))
WHY(NOT_REGISTERED, "standing",
    N_("only units recognised under %s may begin this; this unit is not in the register"))
WHY(POLICY_LAPSED, "lapsed",
    N_("%s lapsed after its last day, %s: applications not submitted by then are no longer "
       "accepted"))
WHY(EARLIER_LACKS, "object",
    N_("a recognition that was not made here is entered by the document that says it: \"%s\" is "
       "missing (no policy document says how it is entered)"))
WHY(EARLIER_TOO_LATE, "object",
    N_("%s takes over parties recognised before its first day, %s; this party was recognised on "
       "%s"))
WHY(OBJECTIONS_OPEN, "publicity", N_("%s objections are not settled"))
WHY(OBJECTION_UPHELD, "publicity", N_("an objection was upheld on %s: the party is off the list"))
WHY(LIST_CORRECTS_MORE, "publicity",
    N_("a name, a party or a number on the list has changed: that is no clerical correction; the "
       "list is made public again"))
WHY(LIST_DIFFERS, "publicity",
    N_("a name, a party or a number is not as on the list that was made public: make it public "
       "again"))
WHY(LIST_TAKEN_DOWN, "publicity",
    N_("the period is not over: the list was taken down at every official place; make it public "
       "again for its whole time"))

/* Materials that are handed in, and the papers of the step. */
WHY(FORM_LACKS, "form", N_("\"%s\" of the form \"%s\" is not filled in"))
WHY(COMMITMENT_IN_PERSON, "commitment",
    N_("%s must accept the commitment in person; a deputy cannot"))
WHY(COMMITMENT_BY, "commitment", N_("the commitment is the organisation's, and is accepted by: %s"))
WHY(COMMITMENT_OTHER, "commitment",
    N_("the commitment reads otherwise than the text that was accepted: read it again and accept "
       "it by its own SHA-256"))
WHY(COMMITMENT, "commitment", N_("the commitment has to be accepted, by the SHA-256 of its text"))
WHY(MATERIAL_UNNAMED, "material",
    N_("the material \"%s\" is missing: %s; there are files that could be it and do not say so: "
       "the name of the file, or the title of its record, has the words of the material"))
WHY(MATERIAL_LISTED, "material",
    N_("the notice of the call lists the material \"%s\", and it is missing: %s"))
WHY(MATERIAL, "material", N_("the material \"%s\" is missing: %s"))
WHY(PAPER_LACKS, "object", N_("\"%s\" is not issued without: %s"))
WHY(NO_SUCH_PAPER, "object", N_("the step issues no paper \"%s\""))
WHY(PAPER_REFUSED, "object", N_("the paper cannot be issued: %s"))
WHY(ISSUED_BY_OTHER, "object",
    N_("\"%s\" is issued by the office that takes the step (%s), not by %s"))

/* Values that the records of the step lack or may not have. */
WHY(NEEDS_VALUE, "object", N_("\"%s\" has to be entered before \"%s\""))
WHY(CERTIFICATE_MARK, "object",
    N_("your office has entered no mark for certificates: its leader enters one under issuing "
       "marks (document_mark, used_for certificates)"))
WHY(DOCUMENT_NUMBER, "object", N_("the document number cannot be used: %s"))
WHY(ENTERED_ELSEWHERE, "object", N_("\"%s\" is entered in the step \"%s\", and not here"))
WHY(ENTERED_NOT_HERE, "object", N_("\"%s\" is not entered by the step \"%s\""))
WHY(FOLLOWS_FROM_STEP, "object", N_("\"%s\" follows from the step and is not entered"))
WHY(FOLLOWS_FROM_CASE, "object", N_("\"%s\" follows from the case and is not entered"))
WHY(ABOUT_ANOTHER, "object", N_("\"%s\" is %s, and this case is about %s"))
WHY(RECORD_OF_OTHER_CASE, "object",
    N_("the party's latest record \"%s\" is that of the case %s (\"%s\"): the party enters another "
       "one for this case first"))
WHY(STATE_ALREADY, "object", N_("the record \"%s\" %s is in the state \"%s\" already"))
WHY(VALUE_ALREADY, "object", N_("\"%s\" has a value already, and this step does not change it"))
WHY(NAMES_YOU, "object", N_("this %s names you: another person of the office takes the step"))
WHY(NOTHING_TO_CHANGE, "object", N_("there is no record of the kind \"%s\" to change"))
WHY(NOTHING_CORRECTED, "object", N_("nothing is corrected: say otherwise what the decision or its papers say"))
WHY(SAID_BY_OTHERS, "object", N_("\"%s\" is established by %s and is not entered here"))
WHY(TIME_WRITTEN, "object", N_("must be a time with its offset, like 2026-11-20T09:30:00+08:00"))
WHY(SITE_TO_COME, "object", N_("%s is still to come: enter it when it is published"))
WHY(SITE_BEFORE_DECISION, "object", N_("%s is before the list was decided on: %s"))
WHY(LIST_HAS_UPHELD, "object", N_("an objection was upheld on %s: the party is off the list"))
WHY(LIST_ENTERED_LATE, "object",
    N_("the period began on %s, and the list, to which objections come in here, is entered on %s: "
       "enter it on the day on which it is made public or on the next working day; make it public "
       "again"))
WHY(LIST_ENTERED_AFTER, "object",
    N_("the period from %s to %s was over before the list was entered here, where objections are "
       "received: publish it for the whole period"))
WHY(SITE_NOT_OFFICIAL, "object",
    N_("a list is made public at an official place: its address, title and time of publication"))
WHY(CORRECTION_OTHER_UNIT, "object",
    N_("\"%s\" is not on the list: a correction names no other unit; make the list public again"))
WHY(LIST_UNCHANGED, "object", N_("nothing on the list has changed"))
WHY(DOWN_TO_COME, "object", N_("%s is still to come"))
WHY(DOWN_BEFORE_UP, "object", N_("it was published after that, at %s"))
WHY(DOWN_AFTER_PERIOD, "object", N_("the period was over: its last day was %s"))
WHY(DOWN_ALREADY, "object", N_("it is noted already that it was taken down, at %s"))
WHY(SITE_UNKNOWN, "object", N_("enter the address of a place of this list"))
WHY(LIST_OF_SEVERAL, "object",
    N_("case %s is on the same list: act on all cases of the list at once, through the call"))

/* Two persons. */
WHY(PROPOSED_TOGETHER, "second",
    N_("it is proposed of %s cases together, and is confirmed of the same"))
WHY(PROPOSED_OTHERWISE, "second",
    N_("%s proposed it at %s with something else in it: confirm that by sending nothing, or refuse "
       "it first"))
WHY(SECOND, "second", NULL)
WHY(PROPOSED_OF_SOME, "second",
    N_("of some of these cases it is proposed already, of others not yet"))

/* Actions beside the process: send back, ask, hand on, urge. */
WHY(HOLDS_NOBODY, "actor", N_("the case was closed on %s and has no holder"))
WHY(HELD_BY, "actor", N_("the case is with %s at this stage"))
WHY(HELD_BY_OTHERS, "actor", N_("the case is with others at this stage"))
WHY(BACK_BY_OFFICE, "actor",
    N_("an office that holds the case sends it back (no document says who); a party takes its own "
       "step back, or withdraws"))
WHY(BACK_WHERE, "stage", N_("target: it can be sent back to an earlier stage on its way: %s"))
WHY(ASIDE_BASIS, "basis",
    N_("the document does not say this: enter what you base it on (marks alone say nothing)"))
WHY(RECALL_NOTHING, "stage", N_("nothing was sent on that could be taken back"))
WHY(RECALL_BY, "actor", N_("only the person who sent it on can recall it: %s"))
WHY(RECALL_TRACES, "stage",
    N_("the step changed more than the stage: ask the holder of the case to send it back"))
WHY(RECIPIENT_READS_NOT, "object",
    N_("the recipient must be able to read this case: its party, or an office of its city or "
       "province that handles cases"))
WHY(OPINION_NOT_ASKED, "actor",
    N_("assignment: no opinion that is still waited for was asked of you under this number; your "
       "待办 has it"))
WHY(OPINION_EMPTY, "reason", N_("enter the opinion"))
WHY(OPINION_NOT_AWAITED, "stage", N_("this opinion is not waited for"))
WHY(FORWARD_OTHER_UNIT, "actor", N_("it is handed on to a person of your own unit"))
WHY(FORWARD_NO_ROLE, "actor", N_("this person has no role for the next step of the case"))
WHY(URGE_BY, "actor",
    N_("it is urged by its party and by the offices that take its steps or are notified"))
WHY(URGE_NOTHING, "stage", N_("nothing of this case waits any more"))
