/* Annual fees of a Chinese patent: computed from the facts of its record and from reference/annual_fees.csv, which has the amounts.
 *
 * The member `_fees` of GET /api/v1/records/patent_holding/{id}: a row for the fee of each year from that of the grant on, and
 * one for all years of a compensated term (its year is 21). It is absent where type, filed or granted is not given. Days are
 * YYYY-MM-DD, money is a text of yuan ("1200.00"); null: there is none, or it is not known.
 *   year         of the patent, counted from its filing day (year 1)
 *   last_day     the last day to pay without a surcharge
 *   full         the full fee; of a compensated term that of all its whole years
 *   percent      by how much it is reduced: 0, 15, 70, 85; null: not known
 *   amount       what is left of the full fee to be paid; null: not known
 *   grace_end    the last day to pay with a surcharge; null: none (the first fee, the compensated term)
 *   surcharge    six texts, one for each month after last_day, the first "0.00"; empty where grace_end is null. A month is
 *                exceeded behind its corresponding day (民法典 第一千二百五十九条)
 *   ends_on      the day from which the right has ended if the fee is not paid: last_day; null for the first fee, without
 *                which there is no grant
 *   open         true: the payment is waited for: of what is in its months of grace, and of the next. It is entered in
 *                the table `fees` of the record (year, paid, amount)
 *   unchecked    [{"field", "reason"}]: members of the row that the texts held or the facts entered do not decide, or not for
 *                good. A last_day (and with it ends_on) or grace_end among them is the day by the working days known now. */
#ifndef MATTER_ANNUAL_FEE_H
#define MATTER_ANNUAL_FEE_H
#include "base/date.h"
#include "db/db.h"
#include "text/json.h"

/* kernel.fees: *rows as above, NULL where there are none. Without a database the built-in table of working days counts. */
MUST_CHECK err_t annual_fees(const struct jvalue **rows, struct db *db, const struct jvalue *record,
                             struct date today, struct arena *a, struct err *e);
#endif
