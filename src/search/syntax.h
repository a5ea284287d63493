/* The query language: what a person types → a tree of clauses.
 *
 *   words        AR眼镜 波导          all of them must occur
 *   phrase       "光波导 显示"        these words in this order
 *   prefix       holograph*          not before a word
 *   pattern      wom?n  col*r  holograph$  colo$1r   behind two letters; ? and # one character,
 *                                    * and $ any, $2 up to two
 *   field        title:眼镜  标题:眼镜  title:(眼镜 OR 头显)  title:"…"
 *   value        ipc:H01M10  date:2019..2024  申请人:华为  number:CN108192973A
 *   filter       {office=CN}  {applicant="甲公司"}   as filters.h has it
 *   near         a NEAR/5 b  a ADJ b   at most 5 words apart, 1 is side by side (habits.h)
 *   numbers      CN108192973A, CN1…   one of them, if all the text is numbers
 *   AND OR NOT   also && || !, 与 或 非 as words of their own, -word, +word
 *   ( )          grouping
 *
 * NEAR binds closest, then NOT, then AND (written or by standing side by side), then OR.
 * Full-width forms and Chinese punctuation count as their ASCII ones. Lower-case
 * and, or, not are operators between two operands. A field may be written as other tools do
 * (habits.h): TI=… TTL/… word.ti. word[TTL] ti any "a b". Nothing here knows the index. */
#ifndef SEARCH_SYNTAX_H
#define SEARCH_SYNTAX_H
#include "search/fields.h"

enum clause_op {
    CLAUSE_WORD,
    CLAUSE_PREFIX,  /* text without its star */
    CLAUSE_PATTERN, /* a word with wildcards, not one at its end alone */
    CLAUSE_PHRASE,
    CLAUSE_VALUE,   /* attribute is text */
    CLAUSE_FILTER,  /* text without its braces */
    CLAUSE_NUMBERS, /* text is a list (habit_numbers) */
    CLAUSE_NEAR,    /* two children */
    CLAUSE_AND,
    CLAUSE_OR,
    CLAUSE_NOT, /* one child */
    CLAUSE_ALL  /* an empty query */
};

struct clause {
    enum clause_op op;
    struct str text;                   /* as written, borrowed from the query */
    const struct attribute *attribute; /* VALUE; WORD, PREFIX, PHRASE: the field, or NULL */
    const struct clause *children;
    size_t child_count;
    struct str source; /* an operand, as written */
    size_t at;         /* where it begins: code points from 1 */
    uint32_t apart;    /* NEAR, as in index/query.h */
    bool ordered;
};

/* E_INVALID: "at character N: …". Any bytes are allowed. */
MUST_CHECK err_t syntax_parse(const struct clause **out, struct str query, struct arena *a,
                              struct err *e);
#endif
