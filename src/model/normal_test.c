#include "test.h"

#include "base/rand.h"
#include "model/normal.h"
#include <stdio.h>

static int setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

/* --- classes -------------------------------------------------------------------- */

struct class_case {
    const char *written;
    enum class_scheme scheme;
    const char *symbol, *version; /* symbol "": refused */
    char position, value;
};

static void expect_classes(struct arena *a, const struct class_case *c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct class_symbol s;
        bool is = class_parse(&s, str_of(c[i].written), c[i].scheme, a);
        if (is != (c[i].symbol[0] != '\0') || !str_is(s.symbol, c[i].symbol) ||
            !str_is(s.version, c[i].version) || s.position != c[i].position ||
            s.value != c[i].value)
            fail_msg("\"%s\": \"%.*s\" \"%.*s\" %c%c, expected \"%s\" \"%s\" %c%c", c[i].written,
                     STR_ARG(s.symbol), STR_ARG(s.version), s.position ? s.position : '-',
                     s.value ? s.value : '-', c[i].symbol, c[i].version,
                     c[i].position ? c[i].position : '-', c[i].value ? c[i].value : '-');
    }
}

static void classes_in_every_writing_meet(void **state)
{
    static const struct class_case c[] = {
        {"H01M 10/052 (2010.01)", CLASS_IPC, "H01M10/052", "2010.01", 0, 0},
        {"E01B3/32(2006.01)I", CLASS_IPC, "E01B3/32", "2006.01", 0, 'I'},
        {"E01B3/32(2006.01)I,F", CLASS_IPC, "E01B3/32", "2006.01", 'F', 'I'},
        {"H01M0010052000", CLASS_IPC, "H01M10/052", "", 0, 0},
        {"H01M001005200", CLASS_IPC, "H01M10/052", "", 0, 0},
        {"G02B0027010000", CLASS_IPC, "G02B27/01", "", 0, 0},
        {"A61K0031000000", CLASS_IPC, "A61K31/00", "", 0, 0},
        {"G02B  27/01", CLASS_IPC, "G02B27/01", "", 0, 0},
        {"g02b 27/01", CLASS_IPC, "G02B27/01", "", 0, 0},
        {"Ｇ０２Ｂ２７／０１", CLASS_IPC, "G02B27/01", "", 0, 0},
        {"B 29 C 45/00", CLASS_IPC, "B29C45/00", "", 0, 0},
        {"7 H 04 L 12/28", CLASS_IPC, "H04L12/28", "7", 0, 0},
        {"Int. Cl.⁷ H04L 12/28", CLASS_IPC, "H04L12/28", "7", 0, 0},
        {"Int.Cl.7: H04L12/28", CLASS_IPC, "H04L12/28", "7", 0, 0},
        {"IPC(8): H04L 12/28", CLASS_IPC, "H04L12/28", "8", 0, 0},
        {"H04L-012/28", CLASS_IPC, "H04L12/28", "", 0, 0},
        {"C08L 25:04", CLASS_IPC, "C08L25/04", "", 0, 0},
        {"B41J  2/01  20060101AFI20060310BHEP", CLASS_IPC, "B41J2/01", "2006.01", 'F', 'I'},
        {"B41J   2/01        20060101ALN20051220RMJP", CLASS_IPC, "B41J2/01", "2006.01", 'L', 'N'},
        {"G06T   9/    00            A I                    ", CLASS_IPC, "G06T9/00", "", 0, 'I'},
        {"7B 22D  29/00   A", CLASS_IPC, "B22D29/00", "7", 'F', 0},
        {" 7C 07C  31/38   B", CLASS_IPC, "C07C31/38", "7", 'L', 0},
        {"C07D41714", CLASS_IPC, "C07D417/14", "", 0, 0},
        {"A61K031426", CLASS_IPC, "A61K31/426", "", 0, 0},
        {"A61K009127", CLASS_IPC, "A61K9/127", "", 0, 0},
        {"A61K000900", CLASS_IPC, "A61K9/00", "", 0, 0},
        {"A61K003100", CLASS_IPC, "A61K31/00", "", 0, 0},
        {"7A 61K 31:495 J", CLASS_IPC, "A61K31/495", "7", 0, 0},
        {"Y02A  50/30        20180101 LA20200801RGEP", CLASS_CPC, "Y02A50/30", "2018.01", 'L', 'N'},
        {"H01J04900", CLASS_IPC, "H01J49/00", "", 0, 0},
        {"G06F 1516", CLASS_IPC, "G06F15/16", "", 0, 0},
        {"G06F  100", CLASS_IPC, "G06F1/00", "", 0, 0},
        {"G02B/", CLASS_IPC, "G02B", "", 0, 0},
        {"H01M", CLASS_IPC, "H01M", "", 0, 0},
        {"H01", CLASS_IPC, "H01", "", 0, 0},
        {"H", CLASS_IPC, "H", "", 0, 0},
        {"H01M10", CLASS_IPC, "H01M10", "", 0, 0},
        {"Y02E 60/10", CLASS_CPC, "Y02E60/10", "", 0, 0},
        {"B60Q2300/312", CLASS_CPC, "B60Q2300/312", "", 0, 0},
        {"Y10T428/2950", CLASS_CPC, "Y10T428/2950", "", 0, 0},
        {"Y02E 60/10", CLASS_IPC, "", "", 0, 0},
        {"14-02", CLASS_LOCARNO, "14-02", "", 0, 0},
        {"LOC(12) Cl. 14-02", CLASS_LOCARNO, "14-02", "12", 0, 0},
        {"LOC (10) Cl.12 - 16", CLASS_LOCARNO, "12-16", "10", 0, 0},
        {"14-02(13)", CLASS_LOCARNO, "14-02", "13", 0, 0},
        {"1402", CLASS_LOCARNO, "14-02", "", 0, 0},
        {"2/4", CLASS_LOCARNO, "02-04", "", 0, 0},
        {"33-01", CLASS_LOCARNO, "", "", 0, 0},
        {"00-01", CLASS_LOCARNO, "", "", 0, 0},
        {"32-00", CLASS_LOCARNO, "32-00", "", 0, 0},
        {"250/208.1", CLASS_USPC, "250/208.1", "", 0, 0},
        {"382/104.", CLASS_USPC, "382/104", "", 0, 0},
        {"D14/314", CLASS_USPC, "D14/314", "", 0, 0},
        {"PLT/123", CLASS_USPC, "PLT/123", "", 0, 0},
        {"704/E11.001", CLASS_USPC, "704/E11.001", "", 0, 0},
        {"G9B/27.01", CLASS_USPC, "G9B/27.01", "", 0, 0},
        {"709202", CLASS_USPC, "709/202", "", 0, 0},
        {"364 41", CLASS_USPC, "364/41", "", 0, 0},
        {"364  9", CLASS_USPC, "364/9", "", 0, 0},
        {"2502081", CLASS_USPC, "250/208.1", "", 0, 0},
        {"250208100", CLASS_USPC, "250/208.1", "", 0, 0},
        {"273 86B", CLASS_USPC, "273/86B", "", 0, 0},
        {"X707E17014", CLASS_USPC, "707/E17.014", "", 0, 0},
        {"74471XY", CLASS_USPC, "", "", 0, 0},
        {"250", CLASS_USPC, "250", "", 0, 0},
        {"25020", CLASS_USPC, "", "", 0, 0},
        {"H01M10/052,101@A", CLASS_FI, "H01M10/052,101@A", "", 0, 0},
        {"G02B 27/02     Z", CLASS_FI, "G02B27/02@Z", "", 0, 0},
        {"H01L 21/00 B2", CLASS_ECLA, "H01L21/00B2", "", 0, 0},
    };
    expect_classes(*state, c, ARRAY_LEN(c));
}

static void what_is_no_class_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "-",
                                      "无",
                                      "I01M10/052",
                                      "H1M10/05",
                                      "H01M10/5",
                                      "H01M1005",
                                      "H01M10/",
                                      "H01M10/052x",
                                      "H01M10/0520000",
                                      "H01M0/05",
                                      "H01M10/05 2",
                                      "H01MM",
                                      "HELLO",
                                      "H01M10/052 (2006.01",
                                      "H01M10/052 99"};
    struct class_symbol s;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (class_parse(&s, str_of(bad[i]), CLASS_IPC, *state))
            fail_msg("\"%s\" was read as %.*s", bad[i], STR_ARG(s.symbol));
    assert_false(class_parse(&s, STR("14"), CLASS_LOCARNO, *state));
    assert_false(class_parse(&s, STR("///"), CLASS_USPC, *state));
}

/* Every writing of a random symbol gives that symbol; and what is canonical
 * reads as itself. */
static void writings_of_random_symbols_meet(void **state)
{
    struct rand r = {7};
    for (int i = 0; i < 20000; i++) {
        char want[32], text[6][48];
        char section = (char)('A' + rand_below(&r, 8)),
             sub = "ABCDEFGHJKLMNPQRSTUVWXYZ"[rand_below(&r, 24)];
        unsigned cl = 1 + rand_below(&r, 99), group = 1 + rand_below(&r, 9999),
                 dig = rand_below(&r, 3);
        char s[8];
        if (dig == 0)
            (void)snprintf(s, sizeof(s), "%02u", rand_below(&r, 100));
        else
            (void)snprintf(s, sizeof(s), "%0*u%u", (int)dig + 1, rand_below(&r, 10),
                           1 + rand_below(&r, 9));
        (void)snprintf(want, sizeof(want), "%c%02u%c%u/%s", section, cl, sub, group, s);
        (void)snprintf(text[0], 48, "%s", want);
        (void)snprintf(text[1], 48, "%c%02u%c %u/%s (2013.01)", section, cl, sub, group, s);
        (void)snprintf(text[2], 48, "%c%02u%c%4u/%-6s20060101AFI20130305BHCN", section, cl, sub,
                       group, s);
        (void)snprintf(text[3], 48, "%c%02u%c%04u%s%.*s", section, cl, sub, group, s,
                       6 - (int)strlen(s), "000000");
        (void)snprintf(text[4], 48, "%c %02u %c %u/%s", section, cl, sub, group, s);
        (void)snprintf(text[5], 48, " %c%02u%c%u/%s(2006.01)N", section, cl, sub, group, s);
        for (int k = 0; k < 6; k++) {
            struct class_symbol c;
            if (!class_parse(&c, str_of(text[k]), CLASS_IPC, *state) || !str_is(c.symbol, want))
                fail_msg("\"%s\": %.*s, expected %s", text[k], STR_ARG(c.symbol), want);
        }
        arena_reset(*state);
    }
}

static void lists_are_cut_by_the_scheme(void **state)
{
    (void)state;
    struct str p[4];
    assert_int_equal(class_split(p, 4, STR("H01M10/05 ; H01M4/36;;H01M 4/38；"), CLASS_IPC), 3);
    assert_str(p[1], "H01M4/36");
    assert_str(p[2], "H01M 4/38");
    assert_int_equal(class_split(p, 4, STR("G02B27/01 | G02C7/06\nG02B6/00"), CLASS_IPC), 3);
    assert_int_equal(class_split(p, 4, STR("G02B27/01, G02C7/06、G02B6/00，A61K8/00"), CLASS_IPC),
                     4);
    assert_str(p[3], "A61K8/00");
    assert_int_equal(class_split(p, 4, STR("E01B3/32(2006.01)I,F;E01B9/10"), CLASS_IPC), 2);
    assert_str(p[0], "E01B3/32(2006.01)I,F");
    assert_int_equal(class_split(p, 4, STR("E01B3/32,F16B1/00"), CLASS_IPC), 2);
    assert_int_equal(class_split(p, 4, STR("H01M10/052,101@A;H01M4/36,A"), CLASS_FI), 3);
    assert_str(p[0], "H01M10/052,101@A");
    assert_int_equal(class_split(p, 1, STR("a;b;c"), CLASS_IPC), 3);
    assert_int_equal(class_split(p, 4, STR(" ; "), CLASS_IPC), 0);
    assert_int_equal(class_split(p, 4, STR_NONE, CLASS_IPC), 0);
}

static void ancestors_of_a_symbol_stand_top_first(void **state)
{
    (void)state;
    struct str p[5];
    assert_int_equal(class_ancestors(p, STR("H01M10/052")), 5);
    assert_str(p[0], "H");
    assert_str(p[1], "H01");
    assert_str(p[2], "H01M");
    assert_str(p[3], "H01M10");
    assert_str(p[4], "H01M10/052");
    assert_int_equal(class_ancestors(p, STR("H01M10")), 4);
    assert_int_equal(class_ancestors(p, STR("H01M")), 3);
    assert_int_equal(class_ancestors(p, STR("H")), 1);
    assert_int_equal(class_ancestors(p, STR("14-02")), 2);
    assert_str(p[0], "14");
    assert_int_equal(class_ancestors(p, STR("D14/314")), 2);
    assert_str(p[0], "D14");
    assert_int_equal(class_ancestors(p, STR_NONE), 0);
}

/* --- dates ----------------------------------------------------------------------- */

static void dates_in_every_style_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        int y, m, d;
    } c[] = {
        {"20170503", 2017, 5, 3},
        {"2017.05.03", 2017, 5, 3},
        {"2017-05-03", 2017, 5, 3},
        {"2017/5/3", 2017, 5, 3},
        {"2017年5月3日", 2017, 5, 3},
        {"2017 年 05 月 03 日", 2017, 5, 3},
        {"03.05.2017", 2017, 5, 3},
        {"3.5.2017", 2017, 5, 3},
        {"May 3, 2017", 2017, 5, 3},
        {"3 May 2017", 2017, 5, 3},
        {"03-MAY-2017", 2017, 5, 3},
        {"Sept. 3, 2017", 2017, 9, 3},
        {"Oct. 12, 1999", 1999, 10, 12},
        {"Wed, 3 May 2017 00:00:00 GMT", 2017, 5, 3},
        {"2017-05-03T00:00:00Z", 2017, 5, 3},
        {"2017-05-03T00:00:00.000+08:00", 2017, 5, 3},
        {"2017-05-03 12:30:01", 2017, 5, 3},
        {"2017/5/3 0:00", 2017, 5, 3},
        {"20170503000000", 2017, 5, 3},
        {"2017.05.03.", 2017, 5, 3},
        {"２０１７．０５．０３", 2017, 5, 3},
        {"19 Jan. 1999", 1999, 1, 19},
        {"19. Jan 1999", 1999, 1, 19},
        {"Jan. 19, 1999", 1999, 1, 19},
        {"19-JAN-1999", 1999, 1, 19},
        {"Tue 19 Jan 1999", 1999, 1, 19},
        {"19.01.1999", 1999, 1, 19},
        {"19990119", 1999, 1, 19},
        {"25/12/2017", 2017, 12, 25},
        {"12/25/2017", 2017, 12, 25},
        {"12-25-2017", 2017, 12, 25},
        {"05/05/2017", 2017, 5, 5},
        {"19760700", 1976, 7, 0},
        {"19760000", 1976, 0, 0},
        {"1976-07-00", 1976, 7, 0},
        {"1976", 1976, 0, 0},
        {"1976年", 1976, 0, 0},
        {"1976-07", 1976, 7, 0},
        {"1976年7月", 1976, 7, 0},
        {"July 1976", 1976, 7, 0},
        {"2016-02-29", 2016, 2, 29},
        {" 2017-05-03 ", 2017, 5, 3},
    };
    for (size_t i = 0; i < ARRAY_LEN(c); i++) {
        struct date d;
        bool is = foreign_date_parse(&d, str_of(c[i].written));
        if (!is || d.year != c[i].y || d.month != c[i].m || d.day != c[i].d)
            fail_msg("\"%s\": %d, %d-%d-%d", c[i].written, is, d.year, d.month, d.day);
    }
}

static void what_is_no_date_or_could_be_two_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "-",
                                      "无",
                                      "20170230",
                                      "2017-02-29",
                                      "2017-13-01",
                                      "20171301",
                                      "32.01.2017",
                                      "2017-00-05",
                                      "20170005",
                                      "03/05/2017",
                                      "03-05-2017",
                                      "170503",
                                      "201705",
                                      "42858",
                                      "17.05.03",
                                      "2017-05-03x",
                                      "2017--05",
                                      "May 32, 2017",
                                      "Foo 3, 2017",
                                      "0000-00-00",
                                      "99999999",
                                      "2017-05-03-04",
                                      "123456789",
                                      "2017 5",
                                      "二〇一七年五月三日",
                                      "2017-5-3 abc"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct date d;
        if (foreign_date_parse(&d, str_of(bad[i])))
            fail_msg("\"%s\" was read as %d-%d-%d", bad[i], d.year, d.month, d.day);
        assert_int_equal(d.year, 0);
    }
}

static void what_stands_first_is_told_by_the_text_or_by_who_asks(void **state)
{
    static const struct {
        const char *written;
        int day_first, month_first, year_first; /* YYYYMMDD; 0: it cannot be */
    } c[] = {
        {"25/05/2017", 20170525, 0, 0},
        {"05-25-2017", 0, 20170525, 0},
        {"03/05/2017", 20170503, 20170305, 0},
        {"05/05/2017", 20170505, 20170505, 0},
        {"25/08/95", 19950825, 0, 0},
        {"03/05/17", 20170503, 20170305, 20030517},
        {"95/08/25", 0, 0, 19950825},
        {"21-12-31", 19311221, 0, 20211231},
        {"18/9/11", 20110918, 0, 20180911},
        {"18/9/1", 0, 0, 20180901},
        {"9/11/18", 20181109, 20180911, 0},
        {"21.12.31", 19311221, 0, 20211231},
        {"03.05.17", 20170503, 0, 20030517},
        {"２１／１２／３１", 19311221, 0, 20211231},
        {"31/02/15", 0, 0, 19310215},
        {"25/13/2017", 0, 0, 0},
        {"2017/05/03", 0, 0, 0},
        {"03.05.2017", 0, 0, 0},
        {"CN10/11/2017", 0, 0, 0},
        {"5/3/7", 0, 0, 0},
    };
    struct date d;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(c); i++) {
        struct date as[DAY_ORDERS];
        const int right[DAY_ORDERS] = {0, c[i].day_first, c[i].month_first, c[i].year_first};
        bool is = foreign_date_readings(as, str_of(c[i].written));
        assert_int_equal(is, right[DAY_FIRST] || right[MONTH_FIRST] || right[YEAR_FIRST]);
        for (enum day_order k = DAY_FIRST; k < DAY_ORDERS; k++)
            if (as[k].year * 10000 + as[k].month * 100 + as[k].day != right[k])
                fail_msg("%s, order %d: %d-%d-%d", c[i].written, k, as[k].year, as[k].month,
                         as[k].day);
    }
    assert_true(foreign_date_parse_as(&d, STR("03/05/2017"), DAY_FIRST) && d.month == 5);
    assert_true(foreign_date_parse_as(&d, STR("03/05/2017"), MONTH_FIRST) && d.month == 3);
    assert_true(foreign_date_parse_as(&d, STR("25/05/2017"), MONTH_FIRST) && d.day == 25);
    assert_false(foreign_date_parse_as(&d, STR("03/05/2017"), DAY_ORDER_UNKNOWN));
    assert_true(foreign_date_parse_as(&d, STR("03/05/17"), DAY_FIRST));
    assert_int_equal(date_cmp(d, ((struct date){2017, 5, 3})), 0);
    assert_true(foreign_date_parse_as(&d, STR("08/25/95"), MONTH_FIRST));
    assert_int_equal(date_cmp(d, ((struct date){1995, 8, 25})), 0);
    assert_false(foreign_date_parse_as(&d, STR("25/08/95"), DAY_ORDER_UNKNOWN));
    assert_false(foreign_date_parse_as(&d, STR("95/08/25"), DAY_FIRST));
    assert_true(foreign_date_parse_as(&d, STR("95/08/25"), YEAR_FIRST));
    assert_int_equal(date_cmp(d, ((struct date){1995, 8, 25})), 0);
    assert_false(foreign_date_parse_as(&d, STR("25/08/95"), MONTH_FIRST)); /* the column decides */
    assert_true(office_is_older(STR("CN"), (struct date){1985, 4, 1}));
    assert_false(office_is_older(STR("CN"), (struct date){1985, 3, 31}));
    assert_false(office_is_older(STR("EP"), (struct date){1927, 5, 6}));
    assert_true(
        office_is_older(STR("US"), (struct date){1927, 5, 6})); /* its first day is not known */
}

static void zeros_are_no_dates_and_times_in_utc_are_told(void **state)
{
    static const char *const zeros[] = {"1900-01-00", "1900/1/0",           "1/0/1900",
                                        "0-Jan-1900", "0-Jan-00",           "0000-00-00",
                                        "00:00:00",   "1900-01-00 00:00:00"};
    static const char *const dates[] = {"1900-01-01", "1900-01", "2000-01-00",
                                        "2001-00-00", "0",       ""};
    static const struct {
        const char *written;
        bool is;
        struct date day;
    } c[] = {{"2019-05-31T16:00:00Z", true, {2019, 6, 1}},
             {"2019-12-31T23:00:00.000+00:00", true, {2020, 1, 1}},
             {"2019-05-31T16:20:00Z", true, {2019, 5, 31}},
             {"2019-05-31T12:00:00Z", false, {2019, 5, 31}},
             {"2019-05-31T16:00:00+08:00", false, {2019, 5, 31}},
             {"2019-05-31T16:00:00", false, {2019, 5, 31}}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(zeros); i++)
        if (!foreign_date_is_zero(str_of(zeros[i])))
            fail_msg("%s", zeros[i]);
    for (size_t i = 0; i < ARRAY_LEN(dates); i++)
        if (foreign_date_is_zero(str_of(dates[i])))
            fail_msg("%s", dates[i]);
    for (size_t i = 0; i < ARRAY_LEN(c); i++) {
        struct date d;
        assert_true(foreign_date_parse(&d, str_of(c[i].written)));
        assert_int_equal(foreign_date_utc(&d, str_of(c[i].written)), c[i].is);
        if (date_cmp(d, c[i].day) != 0)
            fail_msg("%s: %d-%d-%d", c[i].written, d.year, d.month, d.day);
    }
}

static void every_day_of_400_years_reads_back_in_each_style(void **state)
{
    (void)state;
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (int32_t day = date_to_days((struct date){1800, 1, 1});
         day < date_to_days((struct date){2200, 1, 1}); day++) {
        struct date d = date_from_days(day), got;
        char text[7][40];
        (void)snprintf(text[0], 40, "%04d%02d%02d", d.year, d.month, d.day);
        (void)snprintf(text[1], 40, "%d.%d.%d", d.year, d.month, d.day);
        (void)snprintf(text[2], 40, "%02d.%02d.%04d", d.day, d.month, d.year);
        (void)snprintf(text[3], 40, "%d年%d月%d日", d.year, d.month, d.day);
        (void)snprintf(text[4], 40, "%s %d, %d", months[d.month - 1], d.day, d.year);
        (void)snprintf(text[5], 40, "%d %s %d", d.day, months[d.month - 1], d.year);
        (void)snprintf(text[6], 40, "%d/%02d/%02d 23:59", d.year, d.month, d.day);
        for (int k = 0; k < 7; k++)
            if (!foreign_date_parse(&got, str_of(text[k])) || date_to_days(got) != day)
                fail_msg("\"%s\"", text[k]);
    }
}

/* --- names ------------------------------------------------------------------------ */

static void spellings_of_a_name_meet(void **state)
{
    static const char *const same[][2] = {
        {"中国科学院 (成都) 研究所", "中国科学院（成都）研究所"},
        {"华为技术有限公司", "華為技術有限公司"},
        {"王 伟", "王伟"},
        {"约翰·史密斯", "约翰 史密斯"},
        {"Samsung Electronics Co., Ltd.", "SAMSUNG ELECTRONICS CO LTD"},
        {"Samsung Electronics Company Limited", "SAMSUNG ELECTRONICS CO.,LTD"},
        {"Nokia Corporation", "NOKIA CORP."},
        {"ABC, Inc.", "ABC Incorporated"},
        {"L'ORÉAL S.A.", "l’oréal SA"},
        {"Procter & Gamble", "PROCTER AND GAMBLE"},
        {"Ｓｏｎｙ", "sony"},
        {"SMITH, JOHN", "Smith,John"},
        {"  ACME   GmbH ", "Acme GmbH"},
        {"トヨタ自動車㈱", "トヨタ自動車(株)"},
        {"トヨタ自動車㈱", "トヨタ自動車株式会社"},
        {"(주)파인", "㈜파인"},
        {"(주)파인", "주식회사 파인"},
        {"㈲見本", "有限会社見本"},
        {"Hewlett-Packard Company", "HEWLETT－PACKARD CO."},
        {"Hewlett\u2011Packard", "Hewlett \u2014 Packard"},
        {"甲-乙公司", "甲\u2014\u2014乙 公司"},
        {"甲\u2212乙公司", "甲 - 乙公司"},
        {"Rolls-Royce Limited", "Rolls\u2013Royce Ltd"},
        {"⻓城公司", "长城公司"},
        {"龑諮詢公司", "䶮咨询公司"},
        {"鉅豐公司", "钜丰公司"},
    };
    static const char *const different[][2] = {
        {"SMITH JOHN", "Smith, John"},
        {"John Smith", "SMITH JOHN"},
        {"John Smith", "Smith, John"},
        {"甲有限责任公司", "甲有限公司"},
        {"AB C", "A BC"},
        {"Company", "Co"}, /* a name that is only this word stays itself */
        {"甲有限公司", "乙有限公司"},
        {"甲-乙公司", "甲乙公司"},
        {"Jean-Paul Doe", "Jean Paul Doe"},
        {"A-B Co", "AB Co"},
        {"\u2014甲", "甲"},
        {"甲～乙公司", "甲-乙公司"}, /* a range */
        /* Characters of 通用规范汉字表 (2013), though converters and searches take the two for one. */
        {"甯强", "宁强"},
        {"淩峰", "凌峰"},
        {"李覆", "李复"},
        {"王昇", "王升"},
        {"张乾", "张干"},
        {"赵甦", "赵苏"},
        {"钱脩", "钱修"},
        {"孙釐", "孙厘"},
        {"於波", "于波"},
        {"周徵", "周征"},
        {"吴氾", "吴泛"},
        {"钜丰公司", "巨丰公司"},
        {"郑祕", "郑秘"},
        {"冯剋", "冯克"},
        {"陈夥", "陈伙"},
        {"褚榖", "褚谷"},
        {"卫蒐", "卫搜"},
        {"蒋藉", "蒋借"},
        {"沈瞭", "沈了"},
        {"韩著", "韩着"},
        {"杨苧", "杨苎"},
        {"朱陞", "朱升"},
    };
    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        struct str x = name_key(str_of(same[i][0]), *state),
                   y = name_key(str_of(same[i][1]), *state);
        if (!str_eq(x, y) || x.len == 0)
            fail_msg("\"%.*s\" and \"%.*s\"", STR_ARG(x), STR_ARG(y));
        struct str again = name_key(x, *state);
        if (!str_eq(again, x))
            fail_msg("the key \"%.*s\" has another key \"%.*s\"", STR_ARG(x), STR_ARG(again));
    }
    for (size_t i = 0; i < ARRAY_LEN(different); i++)
        assert_false(str_eq(name_key(str_of(different[i][0]), *state),
                            name_key(str_of(different[i][1]), *state)));
    assert_int_equal(name_key(STR(" - "), *state).len, 0);
}

static void names_of_one_stem_differ_in_their_legal_form_alone(void **state)
{
    static const char *const stems[][2] = {
        {"宁德时代新能源科技股份有限公司", "宁德时代新能源科技"},
        {"宁德时代新能源科技有限责任公司", "宁德时代新能源科技"},
        {"宁德时代新能源科技", "宁德时代新能源科技"},
        {"華為技術有限公司", "华为技术"},
        {"上海汽车集团股份有限公司", "上海汽车集团"},
        {"中国石油天然气集团公司", "中国石油天然气集团公司"},
        {"某某研究院有限公司", "某某研究院"},
        {"四川大学", "四川大学"},
        {"有限公司", "有限公司"},
        {"甲有限公司", "甲有限公司"}, /* one character is no name */
        {"株式会社东芝", "东芝"},
        {"㈱东芝", "东芝"},
        {"파인전자(주)", "파인전자"},
        {"ソニー株式会社", "ソニー"},
        {"삼성전자 주식회사", "삼성전자"},
        {"주식회사 엘지화학", "엘지화학"},
        {"Kabushiki Kaisha Toshiba", "toshiba"},
        {"Canon Kabushiki Kaisha", "canon"},
        {"Samsung Electronics Co., Ltd.", "samsung electronics"},
        {"Fictional Optics Inc", "fictional optics"},
        {"Siemens Aktiengesellschaft", "siemens"},
        {"Bosch GmbH & Co. KG", "bosch"},
        {"Merck & Co., Inc.", "merck and co"},
        {"Merck KGaA", "merck"},
        {"Koninklijke Philips N.V.", "koninklijke philips"},
        {"3M Company", "3m"},
        {"X Corporation", "x corp"},
        {"Smith, As", "smith, as"},
        {"Texaco", "texaco"},
        {"Rolls-Royce plc", "rolls-royce"},
        {"BASF SE", "basf"},
    };
    for (size_t i = 0; i < ARRAY_LEN(stems); i++) {
        struct str stem = name_stem(name_key(str_of(stems[i][0]), *state));
        if (!str_is(stem, stems[i][1]) || !str_eq(name_stem(stem), stem))
            fail_msg("%s: \"%.*s\", not \"%s\"", stems[i][0], STR_ARG(stem), stems[i][1]);
    }
}

/* --- regions ------------------------------------------------------------------------ */

static void regions_are_found_by_any_writing(void **state)
{
    (void)state;
    static const struct {
        const char *province, *city, *county, *code;
    } c[] = {
        {"四川", "", "", "510000"},
        {"四川省", "", "", "510000"},
        {"四川;51", "", "", "510000"},
        {"河南(41)", "", "", "410000"},
        {"51", "", "", "510000"},
        {"510100", "", "", "510100"},
        {"四川", "成都", "", "510100"},
        {"四川省", "成都市", "武侯区", "510107"},
        {"", "成都", "", "510100"},
        {"成都", "", "", "510100"},
        {"四川省成都市", "", "", "510100"},
        {"四川成都", "", "", "510100"},
        {"重庆", "重庆", "铜梁区", "500151"},
        {"北京", "北京", "朝阳区", "110105"},
        {"北京市", "", "", "110000"},
        {"湖北", "宜昌", "宜都市", "420581"},
        {"吉林", "", "", "220000"},
        {"吉林", "吉林", "", "220200"},
        {"海南", "", "", "460000"},
        {"青海", "海南", "", "632500"},
        {"", "", "朝阳区", ""},
        {"", "朝阳", "", "211300"},
        {"", "", "宜都市", "420581"},
        {"四川", "", "市中区", "510000"},
        {"四川", "乐山", "市中区", "511102"},
        {"内蒙古", "", "", "150000"},
        {"广西壮族自治区", "南宁", "", "450100"},
        {"湖北", "仙桃", "", "429004"},
        {"广东", "东莞", "-", "441900"},
        {"台湾", "", "", "710000"},
        {"TW", "-", "-", "710000"},
        {"香港", "", "", "810000"},
        {"HK", "", "", "810000"},
        {"澳门特别行政区", "", "", "820000"},
        {"中国,四川", "", "", "510000"},
        {"中国四川", "", "", "510000"},
        {"中国", "", "", ""},
        {"重庆;85", "", "", "500000"},
        {"海南;66", "", "", "460000"},
        {"CA", "-", "-", ""},
        {"Tokyo", "", "", ""},
        {"加利福尼亚州", "", "", ""},
        {"湖北", "成都", "", "420000"},
        {"-", "-", "-", ""},
        {"", "", "", ""},
        {"99", "", "", ""},
        {"江苏省南通市海安市", "", "", "320685"},
        {"河南省郑州市郑东新区中道东路6号", "", "", "410100"},
        {"日本", "海南", "", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(c); i++) {
        struct region r;
        region_of(&r, str_of(c[i].province), str_of(c[i].city), str_of(c[i].county));
        if (!str_is(r.code, c[i].code))
            fail_msg("%s|%s|%s: \"%.*s\", expected \"%s\"", c[i].province, c[i].city, c[i].county,
                     STR_ARG(r.code), c[i].code);
    }
    struct region r;
    region_of(&r, STR("四川"), STR("成都"), STR("武侯"));
    assert_str(r.province, "四川省");
    assert_str(r.city, "成都市");
    assert_str(r.county, "武侯区");
    assert_str(region_name(STR("510100")), "四川省成都市");
    assert_str(region_name(STR("110105")), "北京市朝阳区");
    assert_int_equal(region_name(STR("999999")).len, 0);
}

/* Addresses as applicants write them: zones have their city, names of former times their place of today, and roads,
 * schools and companies that are called by a city are none. */
static void addresses_in_zones_and_of_former_times_have_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *address, *code;
    } c[] = {
        {"四川省成都高新技术产业开发区", "510100"},
        {"四川省绵阳高新区", "510700"},
        {"四川省成都天府新区", "510100"},
        {"中国（四川）自由贸易试验区成都市高新区", "510100"},
        {"攀枝花钒钛高新区", "510400"},
        {"四川成都武侯区武侯祠大街", "510107"},
        {"江苏昆山经济技术开发区", "320583"},
        {"江苏省南京江宁经济技术开发区", "320115"},
        {"苏州工业园区星湖街", "320500"},
        {"江苏省江北新区", "320100"},
        {"浙江省宁波杭州湾新区", "330200"},
        {"浙江余姚经济开发区", "330281"},
        {"广东省深圳市南山区高新区", "440305"},
        {"广东省惠州仲恺高新区", "441300"},
        {"广东省中山火炬高技术产业开发区", "442000"},
        {"广东省广州南沙开发区", "440115"},
        {"珠海横琴新区", "440400"},
        {"湖北省武汉东湖新技术开发区", "420100"},
        {"湖北光谷大道", "420100"},
        {"武汉市东湖新技术开发区", "420100"},
        {"河南省郑州航空港经济综合实验区", "410100"},
        {"河南郑州高新技术产业开发区", "410100"},
        {"山东省青岛西海岸新区", "370200"},
        {"山东省威海火炬高技术产业开发区", "371000"},
        {"山东省济南高新区", "370100"},
        {"陕西省西安市高新区", "610100"},
        {"陕西西安经济技术开发区", "610100"},
        {"陕西省西咸新区沣东新城", "610000"},
        {"陕西省杨凌示范区", "610403"},
        {"长春净月高新技术产业开发区", "220100"},
        {"吉林省长春净月高新区", "220100"},
        {"吉林省吉林高新区", "220200"},
        {"吉林高新区", "220200"},
        {"辽宁省大连金普新区", "210200"},
        {"大连高新园区", "210200"},
        {"河北雄安新区", "130600"},
        {"湖南长沙高新技术产业开发区", "430100"},
        {"湖南省长沙市长沙经济技术开发区", "430100"},
        {"湖南湘江新区", "430100"},
        {"贵州省贵安新区", "520000"},
        {"贵州贵阳综合保税区", "520100"},
        {"云南省滇中新区", "530100"},
        {"重庆两江新区", "500000"},
        {"重庆市高新区", "500000"},
        {"北京经济技术开发区", "110000"},
        {"北京中关村", "110000"},
        {"上海市浦东新区张江高科技园区", "310115"},
        {"上海自贸区", "310000"},
        {"天津滨海新区", "120116"},
        {"海南自由贸易港", "460000"},
        {"安徽省合肥新站高新技术产业开发区", "340100"},
        {"安徽合肥经开区", "340100"},
        {"福建厦门火炬高新区", "350200"},
        {"江西省南昌高新技术产业开发区", "360100"},
        {"江西赣江新区", "360000"},
        {"广西南宁高新区", "450100"},
        {"内蒙古包头稀土高新区", "150200"},
        {"甘肃兰州新区", "620100"},
        {"新疆乌鲁木齐经济技术开发区", "650100"},
        {"四川省广安邻水经济开发区", "511623"},
        {"四川德阳广汉高新区", "510681"},
        {"四川省眉山天府新区", "511400"},
        {"四川省自贡板仓工业园区", "510300"},
        {"四川省新津县", "510118"},
        {"四川省会理县", "513402"},
        {"成都市双流县", "510116"},
        {"双流县", "510116"},
        {"上海市闸北区", "310106"},
        {"上海市卢湾区", "310101"},
        {"江苏省江宁县", "320115"},
        {"浙江省萧山市", "330109"},
        {"广东省番禺市", "440113"},
        {"四川省重庆市沙坪坝区", "500106"},
        {"四川省重庆市江津县", "500116"},
        {"广东省海口市", "460100"},
        {"山东省莱芜市", "370100"},
        {"安徽省巢湖市", "340181"},
        {"河北省邯郸地区", "130400"},
        {"南沙区", ""},
        {"广东省广州市南沙区", "440115"},
        {"海南省三沙市西沙区", "460302"},
        {"新疆和田地区和安县", "653229"},
        {"和康县", "653228"},
        {"黑龙江省大兴安岭地区加格达奇区", "232700"},
        {"130171", "130100"},
        {"成都路", ""},
        {"四川省成都路12号", "510000"},
        {"上海市南京路", "310000"},
        {"上海市南京东路高新区", "310000"},
        {"上海南京西路", "310000"},
        {"广东省中山大学科技园", "440000"},
        {"中山大学", ""},
        {"广东省中山大道科技园", "440000"},
        {"湖北省武昌路", "420000"},
        {"南京大学苏州高新技术研究院", ""},
        {"江苏南京路鼓楼区", "320000"},
        {"山东省青岛路高新区", "370000"},
        {"海南路", "460000"},
        {"朝阳高新区", "211300"},
        {"朝阳区", ""},
        {"长沙", "430100"},
        {"长沙高新区", "430100"},
        {"新安工业园区", ""},
        {"西湖科技园", ""},
        {"高新区", ""},
        {"高新区成都市", "510100"},
        {"深圳清华大学研究院", ""},
        {"南昌路软件园", ""},
        {"江苏省南京农业大学", "320000"},
        {"江苏省南京农业高新技术产业示范区", "320100"},
        {"甘肃省", "620000"},
        {"河北省保定·中关村", "130000"},
        {"河北省保定中关村创新中心", "130000"},
        {"广东省东莞松山湖高新区", "441900"},
        {"松山湖高新区", "441900"},
        {"江苏省无锡惠山经济开发区", "320206"},
        {"江苏无锡新区", "320200"},
        {"湖南省株洲清水塘工业园", "430200"},
        {"四川省泸州白酒产业园区", "510500"},
    };
    for (size_t i = 0; i < ARRAY_LEN(c); i++) {
        struct region r;
        region_of(&r, str_of(c[i].address), STR_NONE, STR_NONE);
        if (!str_is(r.code, c[i].code))
            fail_msg("%s: \"%.*s\", expected \"%s\"", c[i].address, STR_ARG(r.code), c[i].code);
    }
}

/* A column has the short name alone; codes that only statistics have are no place, but keep their names. */
static void codes_of_statistics_are_shown_and_not_given(void **state)
{
    (void)state;
    struct region r;
    struct region_place row;
    size_t statistical = 0;
    assert_str(region_name(STR("130171")), "河北省石家庄市石家庄高新技术产业开发区");
    assert_true(region_is(STR("130171")));
    for (size_t at = 0; region_next(&row, &at, STR("130100"));) {
        statistical += row.statistical;
        assert_int_equal(row.statistical, str_is(row.code, "130171") || str_is(row.code, "130172"));
    }
    assert_int_equal(statistical, 2);
    region_of(&r, STR("河北省"), STR("石家庄市"), STR("石家庄高新技术产业开发区"));
    assert_str(r.code, "130100");
    region_of(&r, STR("河北省"), STR("石家庄市"), STR("130171"));
    assert_str(r.code, "130100");
    region_of(&r, STR("四川"), STR("成都高新区"), STR_NONE);
    assert_str(r.code, "510100");
}

/* Examples have a kind of their own: a name for their code, and no address is ever read as one. */
static size_t below(struct region_place *first, const char *under)
{
    struct region_place row;
    size_t at = 0, count = 0;
    for (; region_next(&row, &at, str_of(under)); count++)
        if (count == 0)
            *first = row;
    return count;
}

static void regions_are_listed_level_by_level(void **state)
{
    (void)state;
    struct region_place row;
    size_t all = below(&row, ""), at = 0, cities = 0, counties = 0;
    assert_int_equal(all, 34);
    assert_str(row.code, "110000");
    assert_false(row.leaf);
    assert_int_equal(below(&row, "51"), 21);
    assert_str(row.name, "成都市");
    assert_int_equal(below(&row, "510000"), 21);
    assert_true(below(&row, "5101") > 15);
    assert_str(row.full, "四川省成都市锦江区");
    assert_true(row.leaf);
    assert_int_equal(below(&row, "510104"), 0);
    assert_int_equal(below(&row, "11"), 16); /* districts, no city between */
    assert_str(row.code, "110101");
    /* Each place is below one. */
    struct region_place province;
    while (region_next(&province, &at, STR_NONE)) {
        struct region_place city;
        size_t from = 0;
        bool any = false;
        while (region_next(&city, &from, province.code)) {
            struct region_place county;
            size_t last = 0, here = 0;
            any = true;
            cities++;
            while (region_next(&county, &last, city.code))
                here++;
            assert_int_equal(city.leaf, here == 0);
            counties += here;
        }
        assert_int_equal(province.leaf, !any);
    }
    size_t named = 0;
    for (int code = 100000; code < 990000; code++) {
        char text[8];
        (void)snprintf(text, sizeof(text), "%d", code);
        named += region_name(str_of(text)).len > 0;
    }
    assert_int_equal(all + cities + counties, named);
    assert_true(region_is(STR_NONE) && region_is(STR("51")) && region_is(STR("510104")));
    assert_false(region_is(STR("57")) || region_is(STR("5")) || region_is(STR("99")));
}

static void fictional_regions_have_names_and_no_address(void **state)
{
    struct region r;
    (void)state;
    assert_str(region_name(STR("990000")), "云岭省");
    assert_str(region_name(STR("990100")), "云岭省雾泉市");
    region_of(&r, STR("云岭省"), STR("雾泉市"), STR_NONE);
    assert_int_equal(r.code.len, 0);
    region_of(&r, STR("990000"), STR_NONE, STR_NONE);
    assert_int_equal(r.code.len, 0);
    size_t named = 0;
    for (int code = 990000; code <= 999999; code++) {
        char text[8];
        (void)snprintf(text, sizeof(text), "%d", code);
        if (region_name(str_of(text)).len == 0)
            continue;
        named++;
        region_of(&r, region_name(str_of(text)), STR_NONE, STR_NONE);
        assert_int_equal(r.code.len, 0);
    }
    assert_int_equal(named, 3);
}

/* --- types, status, fields ------------------------------------------------------------ */

static void types_are_known_by_word_or_kind(void **state)
{
    (void)state;
    static const struct {
        const char *written, *office, *kind;
        enum patent_type type;
    } c[] = {
        {"发明专利", "CN", "", TYPE_INVENTION},
        {"发明申请", "", "", TYPE_INVENTION},
        {"授权发明", "", "", TYPE_INVENTION},
        {"发明公开;发明授权", "", "", TYPE_INVENTION},
        {"实用新型", "", "", TYPE_UTILITY_MODEL},
        {"外观设计", "", "", TYPE_DESIGN},
        {"Patent Application", "", "", TYPE_INVENTION},
        {"Granted Patent", "US", "B2", TYPE_INVENTION},
        {"Design right", "", "", TYPE_DESIGN},
        {"utility", "US", "", TYPE_INVENTION},
        {"utility", "DE", "", TYPE_UNKNOWN},
        {"Utility Model", "DE", "", TYPE_UTILITY_MODEL},
        {"plant", "US", "", TYPE_PLANT},
        {"-", "CN", "U", TYPE_UTILITY_MODEL},
        {"", "CN", "S", TYPE_DESIGN},
        {"", "CN", "D", TYPE_DESIGN},
        {"", "CN", "C", TYPE_INVENTION},
        {"", "US", "S1", TYPE_DESIGN},
        {"", "US", "P3", TYPE_PLANT},
        {"", "US", "E1", TYPE_INVENTION},
        {"", "US", "H1", TYPE_OTHER},
        {"", "IL", "D0", TYPE_UNKNOWN},
        {"", "", "", TYPE_UNKNOWN},
        {"2", "CN", "", TYPE_UTILITY_MODEL},
        {"unknown", "EP", "B1", TYPE_INVENTION},
        {"Search report", "EP", "A3", TYPE_OTHER},
    };
    for (size_t i = 0; i < ARRAY_LEN(c); i++)
        if (patent_type_of(str_of(c[i].written), str_of(c[i].office), str_of(c[i].kind)) !=
            c[i].type)
            fail_msg("\"%s\" %s %s", c[i].written, c[i].office, c[i].kind);
}

static void only_what_encloses_all_of_a_number_is_taken_off(void **state)
{
    (void)state;
    static const struct {
        const char *written, *bare;
    } c[] = {
        {"（A）", "A"},
        {"(A)B(C)", "(A)B(C)"},
        {"((A)B(C))", "(A)B(C)"},
        {"（(A)）", "A"},
        {"\"A\"", "A"},
        {"\"A\" B \"C\"", "\"A\" B \"C\""},
        {"“A”和“B”", "“A”和“B”"},
        {"【第1号】", "1"},
        {"第1号", "1"},
        {"第(1)号", "1"},
        {"()", "()"},
        {"(A", "(A"},
        {"A)", "A)"},
        {" ( A ) ", "A"},
        {"(A)(", "(A)("},
    };
    for (size_t i = 0; i < ARRAY_LEN(c); i++)
        assert_str(written_bare(str_of(c[i].written)), c[i].bare);
}

static void status_words_of_each_vendor_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        enum patent_status status;
    } c[] = {
        {"有效", STATUS_ACTIVE},
        {"失效", STATUS_INACTIVE},
        {"审中", STATUS_PENDING},
        {"PCT指定期满", STATUS_INACTIVE},
        {"PCT指定期内", STATUS_PENDING},
        {"未确认", STATUS_UNKNOWN},
        {"-", STATUS_UNKNOWN},
        {"", STATUS_UNKNOWN},
        {"授权", STATUS_ACTIVE},
        {"授权 | 质押", STATUS_ACTIVE},
        {"有权-审定授权", STATUS_ACTIVE},
        {"审中-实质审查", STATUS_PENDING},
        {"无权-未缴年费", STATUS_INACTIVE},
        {"专利权的终止", STATUS_INACTIVE},
        {"未缴年费专利权终止", STATUS_INACTIVE},
        {"发明专利申请公布后的撤回", STATUS_INACTIVE},
        {"发明专利申请公布后的驳回", STATUS_INACTIVE},
        {"发明专利申请公布", STATUS_PENDING},
        {"实质审查的生效", STATUS_PENDING},
        {"授权 | 无效程序", STATUS_ACTIVE},
        {"专利权全部无效", STATUS_INACTIVE},
        {"专利权部分无效", STATUS_ACTIVE},
        {"驳回复审", STATUS_PENDING},
        {"公开", STATUS_PENDING},
        {"专利权有效期届满", STATUS_INACTIVE},
        {"避免重复授权放弃专利权", STATUS_INACTIVE},
        {"等待实审提案", STATUS_PENDING},
        {"ACTIVE", STATUS_ACTIVE},
        {"Inactive", STATUS_INACTIVE},
        {"Discontinued", STATUS_INACTIVE},
        {"Expired", STATUS_INACTIVE},
        {"PENDING", STATUS_PENDING},
        {"Patented Case", STATUS_ACTIVE},
        {"Patent Expired Due to NonPayment of Maintenance Fees Under 37 CFR 1.362",
         STATUS_INACTIVE},
        {"Abandoned  --  Failure to Respond to an Office Action", STATUS_INACTIVE},
        {"Not in force", STATUS_INACTIVE},
        {"Not-in-force", STATUS_INACTIVE},
        {"In-force", STATUS_ACTIVE},
        {"ALIVE", STATUS_UNKNOWN}, /* in force or pending */
        {"unknown", STATUS_UNKNOWN},
    };
    for (size_t i = 0; i < ARRAY_LEN(c); i++)
        if (patent_status_of(str_of(c[i].written)) != c[i].status)
            fail_msg("\"%s\" is %s", c[i].written,
                     patent_status_name(patent_status_of(str_of(c[i].written))));
    /* A whole history in one cell: its last word counts, however long it is. */
    char history[4000] = "";
    size_t at = 0;
    while (at < sizeof(history) - 100)
        at += (size_t)snprintf(history + at, sizeof(history) - at, "公开|实质审查的生效|授权|");
    snprintf(history + at, sizeof(history) - at, "专利权的终止");
    assert_int_equal(patent_status_of(str_of(history)), STATUS_INACTIVE);
}

static void fields_of_technology_follow_the_concordance(void **state)
{
    (void)state;
    assert_int_equal(wipo35_field(STR("H04N5/225")), 2);
    assert_int_equal(wipo35_field(STR("H04N1/00")), 3);
    assert_int_equal(wipo35_field(STR("H04N21/43")), 4);
    assert_int_equal(wipo35_field(STR("H04N")), 0);
    assert_int_equal(wipo35_field(STR("A61K8/00")), 14);
    assert_int_equal(wipo35_field(STR("A61K31/00")), 16);
    assert_int_equal(wipo35_field(STR("G06Q10/06")), 7);
    assert_int_equal(wipo35_field(STR("G02B")), 9);
    assert_int_equal(wipo35_field(STR("H10K50/00")), 8);
    assert_int_equal(wipo35_field(STR("H10P74/20")), 8);
    assert_int_equal(wipo35_field(STR("H10")), 8);
    assert_int_equal(wipo35_field(STR("H01L21/02")), 8);
    assert_int_equal(wipo35_field(STR("G06V20/56")), 6);
    assert_int_equal(wipo35_field(STR("G16B15/30")), 6);
    assert_int_equal(wipo35_field(STR("G16C20/70")), 6);
    assert_int_equal(wipo35_field(STR("G16Y40/10")), 6);
    assert_int_equal(wipo35_field(STR("G16Z99/00")), 6);
    assert_int_equal(wipo35_field(STR("G16H50/20")), 13);
    assert_int_equal(wipo35_field(STR("B64U101/30")), 32);
    assert_int_equal(wipo35_field(STR("H04N23/68")), 2);
    assert_int_equal(wipo35_field(STR("H04N25/77")), 2);
    assert_int_equal(wipo35_field(STR("A61K40/42")), 13);
    assert_int_equal(wipo35_field(STR("A61K39/395")), 16);
    assert_int_equal(wipo35_field(STR("G")), 0);
    assert_int_equal(wipo35_field(STR_NONE), 0);
    assert_str(wipo35_name(9, false), "光学");
    assert_str(wipo35_name(35, true), "Civil engineering");
    assert_int_equal(wipo35_name(0, true).len, 0);
    assert_int_equal(wipo35_name(36, true).len, 0);
    assert_str(ipc_title_zh(STR("A")), "人类生活必需");
    assert_int_equal(ipc_title_zh(STR("I")).len, 0);
}

/* Of the concordance's edition, so with subclasses that IPC 2026.01 has no more. */
static void every_subclass_of_the_concordance_has_a_title(void **state)
{
    (void)state;
    size_t subclasses = 0;
    char symbol[5] = "A00A";
    for (symbol[0] = 'A'; symbol[0] <= 'H'; symbol[0]++)
        for (int class = 1; class < 100; class ++)
            for (symbol[3] = 'A'; symbol[3] <= 'Z'; symbol[3]++) {
                symbol[1] = (char)('0' + class / 10);
                symbol[2] = (char)('0' + class % 10);
                if (wipo35_field(str_of(symbol)) == 0)
                    continue;
                subclasses++;
                for (size_t len = 1; len <= 4; len += len == 1 ? 2 : 1)
                    if (ipc_title_zh((struct str){symbol, len}).len == 0)
                        fail_msg("%.*s has no title", (int)len, symbol);
            }
    assert_true(subclasses > 600);
    assert_str(ipc_title_zh(STR("C01G")), "含有不包含在C01D或C01F小类中之金属的化合物");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(classes_in_every_writing_meet),
        TEST(what_is_no_class_is_refused),
        TEST(writings_of_random_symbols_meet),
        TEST(lists_are_cut_by_the_scheme),
        TEST(ancestors_of_a_symbol_stand_top_first),
        TEST(dates_in_every_style_are_read),
        TEST(what_is_no_date_or_could_be_two_is_refused),
        TEST(what_stands_first_is_told_by_the_text_or_by_who_asks),
        TEST(zeros_are_no_dates_and_times_in_utc_are_told),
        TEST(every_day_of_400_years_reads_back_in_each_style),
        TEST(spellings_of_a_name_meet),
        TEST(names_of_one_stem_differ_in_their_legal_form_alone),
        TEST(regions_are_found_by_any_writing),
        TEST(regions_are_listed_level_by_level),
        TEST(addresses_in_zones_and_of_former_times_have_their_place),
        TEST(codes_of_statistics_are_shown_and_not_given),
        TEST(fictional_regions_have_names_and_no_address),
        TEST(types_are_known_by_word_or_kind),
        TEST(only_what_encloses_all_of_a_number_is_taken_off),
        TEST(status_words_of_each_vendor_are_known),
        TEST(fields_of_technology_follow_the_concordance),
        TEST(every_subclass_of_the_concordance_has_a_title),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
