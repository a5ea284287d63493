/* Quantities in words of a Chinese text: "不少于5人", "一个月", "百分之六十以上", "超过10万元", "翻一番".
 * The words are without blanks (sentences.h). What is read is the language alone; no list here knows a
 * policy. 民法典 1259: 以上, 以下, 以内 include the number, 超过, 不满, 以外 do not. */
#ifndef POLICY_QUANTITY_H
#define POLICY_QUANTITY_H
#include "policy/expr.h"

struct quantity {
    wide number;        /* in millionths, with 万 and 亿 in it; "60%": 60 */
    size_t from, end;   /* of the numerals */
    size_t unit;        /* where its unit begins: of "3-6个月" both have that of the second */
    bool percent;       /* 60%, 百分之六十, 五分之三 */
    bool times;         /* 2倍, 翻一番 */
    bool ranged;        /* it is one end of "3-6个月" */
    bool bounded;       /* 不少于, 以上, 超过 … say … */
    enum compare bound; /* … this */
};

/* In the order of the words. */
size_t quantities(const struct quantity **out, struct str words, struct arena *a);

/* Whether it is counted in this unit: "元", "%", "个工作日"; empty: a plain number or a share. */
bool quantity_in(const struct quantity *q, struct str words, struct str unit);

/* A comparison that the words say without a number of their own (高于全国平均水平). */
bool words_compare(struct str words, enum compare c);

enum compare compare_negated(enum compare c); /* not(a > b): a <= b */
enum compare compare_turned(enum compare c);  /* a > b: b < a */
#endif
