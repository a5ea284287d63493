/* The filter language of lists:
 *
 *   amount>=1000 and state=signed and title~"波导"
 *   signed=2024..2026 or not (kind=pledge,licence)
 *   shares.percent>50 and place=51* and filed is empty
 *
 *   name op value   op is = != < <= > >= ~ (contains); names are fields, parts of
 *                   table fields (shares.percent), and system columns
 *   a,b,c           with = and !=: any of them, none of them
 *   a..b  a..  ..b  with = and !=: from a to b, both included; either end open
 *   51*             with texts and codes: begins with
 *   2024  2024-05   with dates: all days of the year, of the month; today
 *   is empty, is not empty
 *   and or not ( )  not binds closest, then and, then or; small or capital letters
 *
 * Values are words without blanks, brackets and commas, or "quoted", where \" and \\
 * stand for themselves. Full-width signs count as their ASCII ones. A comparison
 * holds only where the field has a value, negated ones too: neither amount>5 nor not
 * amount>5 finds a record without amount. A condition on a list or table field holds
 * when one of its values meets it, != when none does. A period meets a day or range
 * when both overlap. A personal number is found by = alone, by who may see it
 * unmasked. */
#ifndef RECORD_FILTER_H
#define RECORD_FILTER_H
#include "record/view.h"

/* Append the condition in brackets to v->sql. E_INVALID: "at character N: …"; a field
 * that the subject may not see is as one that does not exist. E_LIMIT: too long. */
MUST_CHECK err_t filter_add(struct view *v, struct str text, struct err *e);
#endif
