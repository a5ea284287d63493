#include "test.h"

#include "base/map.h"
#include "base/rand.h"
#include "model/number.h"
#include "model/number_found.h"
#include <stdio.h>
#include <stdlib.h>

static struct number parse(struct arena *a, const char *text, enum number_use use, const char *hint)
{
    struct number n;
    (void)number_parse(&n, str_of(text), use, str_of(hint), a);
    return n;
}

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

struct expectation {
    const char *written;
    enum number_use use;
    const char *hint, *key, *kind, *display;
};
#define P NUMBER_PUBLICATION
#define A NUMBER_APPLICATION
#define N NUMBER_ANY

static void expect_all(struct arena *a, const struct expectation *e, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct number n = parse(a, e[i].written, e[i].use, e[i].hint);
        if (!str_is(n.key, e[i].key) || !str_is(n.kind, e[i].kind) ||
            !str_is(n.display, e[i].display))
            fail_msg("%s: key %.*s kind %.*s display %.*s, expected %s %s %s", e[i].written,
                     STR_ARG(n.key), STR_ARG(n.kind), STR_ARG(n.display), e[i].key, e[i].kind,
                     e[i].display);
        struct number again = parse(a, e[i].display, n.use, "");
        if (!str_eq(again.key, n.key))
            fail_msg("%s reads back as %.*s", e[i].display, STR_ARG(again.key));
    }
}

static void chinese_numbers_of_every_era_are_read(void **state)
{
    static const struct expectation e[] = {
        {"CN201410001234.8", N, "", "CN/app/201410001234", "", "CN201410001234.8"},
        {"ZL 2014 1 0001234.3", N, "", "CN/app/201410001234!3", "", "CN201410001234.3"},
        {"201220249767.4", N, "", "CN/app/201220249767", "", "CN201220249767.4"},
        {"CN201220249767.4", A, "", "CN/app/201220249767", "", "CN201220249767.4"},
        {"ZL201220249767.4", N, "", "CN/app/201220249767", "", "CN201220249767.4"},
        {"2012202497674", N, "", "CN/app/201220249767", "", "CN201220249767.4"},
        {"２０１２２０２４９７６７．４", N, "", "CN/app/201220249767", "", "CN201220249767.4"},
        {"中国专利申请号：201220249767.4", N, "", "CN/app/201220249767", "", "CN201220249767.4"},
        {"CN 201220249767 U", A, "", "CN/app/201220249767", "U", "CN201220249767.4"},
        {"89109999.9", P, "", "CN/app/89109999", "", "CN89109999.9"},
        {"89109999.1", P, "", "CN/app/89109999!1", "", "CN89109999.1"},
        {"CN85100001A", N, "", "CN/85100001/A", "A", "CN85100001A"},
        {"CN85100001B", P, "", "CN/85100001/B", "B", "CN85100001B"},
        {"85101234", N, "", "CN/app/85101234", "", "CN85101234.5"},
        {"CN1985100156A", P, "", "CN/85100156/A", "A", "CN85100156A"},
        {"CN1030001A", P, "", "CN/1030001/A", "A", "CN1030001A"},
        {"CN 2030001U", P, "", "CN/2030001/U", "U", "CN2030001U"},
        {"CN3003001D", P, "", "CN/3003001/D", "D", "CN3003001D"},
        {"CN1387401", P, "", "CN/1387401/", "", "CN1387401"},
        {"CN 100378905 C", P, "", "CN/100378905/C", "C", "CN100378905C"},
        {"CN-101021300-A", N, "", "CN/101021300/A", "A", "CN101021300A"},
        {"授权公告号 CN 101898765 B", N, "", "CN/101898765/B", "B", "CN101898765B"},
        {"CN201234567U", P, "", "CN/201234567/U", "U", "CN201234567U"},
        {"CN301234567S", P, "", "CN/301234567/S", "S", "CN301234567S"},
        {"CN20041084402", A, "", "CN/app/200410084402", "", "CN200410084402.0"},
        {"CN19970118903", A, "", "CN/app/97118903", "", "CN97118903.X"},
        {"200380100001", A, "CN", "CN/app/200380100001", "", "CN200380100001.3"},
        {"PCT/CN2014/012345", N, "", "WO/app/CN2014012345", "", "PCT/CN2014/012345"},
    };
    expect_all(*state, e, ARRAY_LEN(e));
}

static void american_numbers_of_every_kind_are_read(void **state)
{
    static const struct expectation e[] = {
        {"US20040174496A1", P, "", "US/20040174496/A", "A1", "US20040174496A1"},
        {"US-2004174496-A1", P, "", "US/20040174496/A", "A1", "US20040174496A1"},
        {"US 2004/0174496 A1", N, "", "US/20040174496/A", "A1", "US20040174496A1"},
        {"US 2004/0174496 (A1)", N, "", "US/20040174496/A", "A1", "US20040174496A1"},
        {"US9026000B2", P, "", "US/9026000/B", "B2", "US9026000B2"},
        {"US 9,026,000 B2", P, "", "US/9026000/B", "B2", "US9026000B2"},
        {"U.S. Pat. No. 9,026,000", N, "", "US/9026000/", "", "US9026000"},
        {"09026000", P, "US", "US/9026000/", "", "US9026000"},
        {"US10123456B2", P, "", "US/10123456/B", "B2", "US10123456B2"},
        {"D0509345", P, "US", "US/D509345/", "", "USD509345"},
        {"USD509345S", P, "", "US/D509345/S", "S", "USD509345S"},
        {"US RE38,123 E", P, "", "US/RE38123/E", "E", "USRE38123E"},
        {"USPP12345P3", P, "", "US/PP12345/P", "P3", "USPP12345P3"},
        {"US H2122 H1", P, "", "US/H2122/H", "H1", "USH2122H1"},
        {"AI12", P, "US", "US/AI12/", "", "USAI12"},
        {"09/123,456", A, "US", "US/app/09123456", "", "US09/123456"},
        {"US 13/123456", N, "", "US/app/13123456", "", "US13/123456"},
        {"13123456", A, "US", "US/app/13123456", "", "US13/123456"},
        {"US 201314053859 A", A, "", "US/app/14053859", "A", "US14/053859"},
        {"US 46867074 A", A, "", "US/app/05468670", "A", "US05/468670"},
        {"US 1795415 A", A, "", "US/app/1915-017954", "A", "US1915-017954"},
        {"US 35481802 P", A, "", "US/app/60354818", "P", "US60/354818"},
        {"US61234567P0", P, "", "US/app/61234567", "P0", "US61/234567"},
        {"60/354,818", A, "US", "US/app/60354818", "", "US60/354818"},
        {"US 2015/0011878 W", A, "", "WO/app/US2015011878", "W", "PCT/US2015/011878"},
        {"US 9912817 W", A, "", "WO/app/US1999012817", "W", "PCT/US99/12817"},
    };
    expect_all(*state, e, ARRAY_LEN(e));
}

static void european_and_international_numbers_are_read(void **state)
{
    static const struct expectation e[] = {
        {"EP1234567B1", P, "", "EP/1234567/B", "B1", "EP1234567B1"},
        {"EP 1 234 567", N, "", "EP/1234567/", "", "EP1234567"},
        {"EP 0259054 B9 20031217", P, "", "EP/0259054/B", "B9", "EP0259054B9"},
        {"US 2011 0040981 W", A, "", "WO/app/US2011040981", "W", "PCT/US2011/040981"},
        {"EP-0492591-A1", P, "", "EP/0492591/A", "A1", "EP0492591A1"},
        {"EP-A1-0492591", P, "", "EP/0492591/A", "A1", "EP0492591A1"},
        {"EP 492591", P, "", "EP/0492591/", "", "EP0492591"},
        {"17171508.9", A, "EP", "EP/app/17171508", "", "EP17171508.9"},
        {"EP 17171508 A", A, "", "EP/app/17171508", "A", "EP17171508.9"},
        {"EP20170171508", A, "", "EP/app/17171508", "", "EP17171508.9"},
        {"EP 17171508.8", A, "", "EP/app/17171508!8", "", "EP17171508.8"},
        {"WO2014/012345A1", P, "", "WO/2014012345/A", "A1", "WO2014/012345A1"},
        {"WO 99/12345", N, "", "WO/1999012345/", "", "WO1999/012345"},
        {"WO9912345A1", P, "", "WO/1999012345/A", "A1", "WO1999/012345A1"},
        {"WO-03069275-A1", P, "", "WO/2003069275/A", "A1", "WO2003/069275A1"},
        {"WO/2005/123456", P, "", "WO/2005123456/", "", "WO2005/123456"},
        {"PCT/US99/12345", N, "", "WO/app/US1999012345", "", "PCT/US99/12345"},
        {"PCT/US2014/012345", N, "", "WO/app/US2014012345", "", "PCT/US2014/012345"},
        {"PCTCN2014012345", N, "", "WO/app/CN2014012345", "", "PCT/CN2014/012345"},
        {"WO2014CN012345", A, "", "WO/app/CN2014012345", "", "PCT/CN2014/012345"},
        {"国际申请号 PCT/CN2014/012345", N, "", "WO/app/CN2014012345", "", "PCT/CN2014/012345"},
        {"EP 2015057126 W", A, "", "WO/app/EP2015057126", "W", "PCT/EP2015/057126"},
    };
    expect_all(*state, e, ARRAY_LEN(e));
}

static void asian_numbers_are_read(void **state)
{
    static const struct expectation e[] = {
        {"特開2003-123456", N, "", "JP/2003123456/A", "A", "JP2003123456A"},
        {"JP2003123456A", P, "", "JP/2003123456/A", "A", "JP2003123456A"},
        {"JP-2003-1234-A", P, "", "JP/2003001234/A", "A", "JP2003001234A"},
        {"特開平5-12345", N, "", "JP/H0512345/A", "A", "JPH0512345A"},
        {"特開平成5年第12345号", N, "", "JP/H0512345/A", "A", "JPH0512345A"},
        {"JPH0512345A", P, "", "JP/H0512345/A", "A", "JPH0512345A"},
        {"JP-H05-012345-A", P, "", "JP/H0512345/A", "A", "JPH05012345A"},
        {"JP05012345A", P, "", "JP/H0512345/A", "A", "JPH05012345A"},
        {"JP S60-1234 A", P, "", "JP/S601234/A", "A", "JPS601234A"},
        {"JP5123456B2", P, "", "JP/5123456/B", "B2", "JP5123456B2"},
        {"特許第5123456号", N, "", "JP/5123456/B", "B", "JP5123456B"},
        {"特願平5-123456", N, "", "JP/app/1993123456", "", "JP1993-123456"},
        {"JP2003-123456", A, "", "JP/app/2003123456", "", "JP2003-123456"},
        {"JP2003-123456", N, "", "JP/2003123456/", "", "JP2003123456"},
        {"JP1994-078667", N, "", "JP/app/1994078667", "", "JP1994-078667"},
        {"JP 20600998 A", A, "", "JP/app/1998206009", "A", "JP1998-206009"},
        {"10-2003-0012345", A, "KR", "KR/app/20030012345", "", "KR10-2003-0012345"},
        {"KR 20030012345 A", A, "", "KR/app/20030012345", "A", "KR10-2003-0012345"},
        {"KR20030012345A", P, "", "KR/20030012345/A", "A", "KR20030012345A"},
        {"KR100378905B1", P, "", "KR/100378905/B", "B1", "KR100378905B1"},
        {"KR 10-0378905 B1", P, "", "KR/100378905/B", "B1", "KR100378905B1"},
        {"실용 20-2003-0012345", A, "", "KR/app/U20030012345", "", "KR20-2003-0012345"},
        {"KR0127084B1", P, "", "KR/100127084/B", "B1", "KR0127084B1"},
        {"KR1003881B1", P, "", "KR/101003881/B", "B1", "KR1003881B1"},
        {"KR2001025713A", P, "", "KR/20010025713/A", "A", "KR2001025713A"},
        {"KR1020050123389", P, "", "KR/20050123389/", "", "KR1020050123389"},
        {"JP02911875B1", P, "", "JP/2911875/B", "B1", "JP02911875B1"},
        {"JP6091652A", P, "", "JP/H0691652/A", "A", "JPH06091652A"},
        {"JP03143786U", P, "", "JP/3143786/U", "U", "JP03143786U"},
        {"JP03043786U", P, "", "JP/H0343786/U", "U", "JPH03043786U"},
        {"KR199000459B", P, "", "KR/900000459/B", "B", "KR199000459B"},
        {"JP63012345B2", P, "", "JP/S6312345/B", "B2", "JPS63012345B2"},
        {"TWI234567B", P, "", "TW/I234567/B", "B", "TWI234567B"},
        {"TW M415289 U", P, "", "TW/M415289/U", "U", "TWM415289U"},
        {"TW 200512345 A", P, "", "TW/200512345/A", "A", "TW200512345A"},
        {"TW 99225418 U", A, "", "TW/app/099225418", "U", "TW099225418"},
    };
    expect_all(*state, e, ARRAY_LEN(e));
}

static void other_offices_are_read(void **state)
{
    static const struct expectation e[] = {
        {"DE102005012345A1", P, "", "DE/102005012345/A", "A1", "DE102005012345A1"},
        {"DE 10 2005 012 345 A1", P, "", "DE/102005012345/A", "A1", "DE102005012345A1"},
        {"10 2005 012 345.6", A, "DE", "DE/app/102005012345", "", "DE102005012345.6"},
        {"P 42 12 345.6", A, "DE", "DE/app/4212345", "", "DEP4212345.6"},
        {"DEG0034437A", P, "", "DE/G0034437/A", "A", "DEG0034437A"},
        {"DE G0034437", A, "", "DE/app/G0034437", "", "DEG0034437"},
        {"DES0012345B", P, "", "DE/S0012345/B", "B", "DES0012345B"},
        {"DEP0012345A1", P, "", "DE/P0012345/A", "A1", "DEP0012345A1"},
        {"G 94 12 345.6", A, "DE", "DE/app/9412345", "", "DEG9412345.6"},
        {"DE60212345T2", P, "", "DE/60212345/T", "T2", "DE60212345T2"},
        {"DE000069233417", P, "", "DE/69233417/", "", "DE69233417"},
        {"DE199321178U1", P, "", "DE/9321178/U", "U1", "DE199321178U1"},
        {"SE198403026A", P, "", "SE/8403026/A", "A", "SE198403026A"},
        {"AU198320123A", P, "", "AU/1983020123/A", "A", "AU198320123A"},
        {"BR7900255", N, "", "BR/PI7900255/", "", "BR7900255"},
        {"BR8002954A", P, "", "BR/PI8002954/A", "A", "BR8002954A"},
        {"BR200203929A", P, "", "BR/PI0203929/A", "A", "BR200203929A"},
        {"FI200501225A", P, "", "FI/20051225/A", "A", "FI200501225A"},
        {"NO199501096A", P, "", "NO/951096/A", "A", "NO199501096A"},
        {"ATA45284A", P, "", "AT/A198400452/A", "A", "ATA45284A"},
        {"ATA8772001A", P, "", "AT/A200100877/A", "A", "ATA8772001A"},
        {"AT198400452A", P, "", "AT/A198400452/A", "A", "AT198400452A"},
        {"DE-OS 2064859", P, "", "DE/2064859/A", "A", "DE2064859A"},
        {"GB 0423815.4", A, "", "GB/app/0423815", "", "GB0423815.4"},
        {"GB 201204390 A", A, "", "GB/app/1204390", "A", "GB201204390"},
        {"FR 2200223 A1", P, "", "FR/2200223/A", "A1", "FR2200223A1"},
        {"AU 2003/201234", P, "", "AU/2003201234/", "", "AU2003201234"},
        {"AU2003201234", P, "", "AU/2003201234/", "", "AU2003201234"},
        {"AU 10488/88", A, "", "AU/app/1988010488", "", "AU10488/88"},
        {"AU 10488/48", A, "", "AU/app/1948010488", "", "AU10488/48"},
        {"CA 1001142 A", P, "", "CA/1001142/A", "A", "CA1001142A"},
        {"RU2123456C1", P, "", "RU/2123456/C", "C1", "RU2123456C1"},
        {"IN 1442/CHE/2015 A", P, "", "IN/1442CH2015/A", "A", "IN1442CHE2015A"},
        {"BR 10 2013 033629-8 A2", P, "", "BR/102013033629/A", "A2", "BR102013033629-8A2"},
        {"PI0603782-1", A, "BR", "BR/app/PI0603782", "", "BRPI0603782-1"},
        {"HK 13111688.9", A, "", "HK/app/13111688", "", "HK13111688.9"},
        {"AT 399980 B", P, "", "AT/399980/B", "B", "AT399980B"},
        {"IT MI20130081 A1", P, "", "IT/MI20130081/A", "A1", "ITMI20130081A1"},
        {"NO 20082385 A", P, "", "NO/20082385/A", "A", "NO20082385A"},
        {"NO. 20082385", N, "", "/20082385/", "", "20082385"},
        {"1604/DELNP/2013", N, "", "IN/1604DEN2013/", "", "IN1604DELNP2013"},
        {"IN1604DELNP2013A", P, "", "IN/1604DEN2013/A", "A", "IN1604DELNP2013A"},
        {"IN 01604/DEL-NP/2013", P, "", "IN/1604DEN2013/", "", "IN01604DELNP2013"},
        {"IN 1604DEN2013 A", P, "", "IN/1604DEN2013/A", "A", "IN1604DEN2013A"},
        {"IN2013DN01604 A", P, "", "IN/1604DEN2013/A", "A", "IN2013DN01604A"},
        {"IN1604DEL2013A", P, "", "IN/1604DE2013/A", "A", "IN1604DEL2013A"},
        {"IN/PCT/2001/00123/CHE", A, "", "IN/app/PCT200100123CHE", "", "INPCT200100123CHE"},
        {"GB 0901975 D0", P, "", "GB/0901975/D", "D0", "GB0901975D0"},
        {"GB200901975D0", P, "", "GB/0901975/D", "D0", "GB200901975D0"},
        {"GB901975A", P, "", "GB/901975/A", "A", "GB901975A"},
        {"GB000000901975A", P, "", "GB/901975/A", "A", "GB901975A"},
        {"GB 1204390 D0", P, "", "GB/201204390/D", "D0", "GB1204390D0"},
        {"GB20090001975", A, "", "GB/app/0901975", "", "GB20090001975"},
        {"HU 0001177 A2", P, "", "HU/0001177/A", "A2", "HU0001177A2"},
        {"P 00 01177", A, "HU", "HU/app/0001177", "", "HUP0001177"},
        {"SE 0001177-5 L", P, "", "SE/0001177/L", "L", "SE0001177-5L"},
        {"HK 01105128 A", P, "", "HK/01105128/A", "A", "HK01105128A"},
        {"EA038604B1", P, "", "EA/38604/B", "B1", "EA038604B1"},
        {"AR 017747 A1", P, "", "AR/17747/A", "A1", "AR017747A1"},
        {"IT RM2009000582 A1", P, "", "IT/RM20090582/A", "A1", "ITRM2009000582A1"},
        {"IT RM2009A000582", P, "", "IT/RM20090582/", "", "ITRM2009A000582"},
        {"IT RM2009U000582", P, "", "IT/RM2009U0582/", "", "ITRM2009U000582"},
        {"IT RM2009U000582", A, "", "IT/app/RM2009U0582", "", "ITRM2009U000582"},
        {"MX/a/2012/012034", N, "", "MX/2012012034/", "", "MX/A/2012/012034"},
        {"PA/a/2000/001177", P, "MX", "MX/PA00001177/", "", "MXPA/A/2000/001177"},
        {"RU 2012123456/08", A, "", "RU/app/2012123456", "", "RU2012123456/08"},
        {"SG 10201406164Y A", A, "", "SG/app/10201406164Y", "A", "SG10201406164Y"},
    };
    expect_all(*state, e, ARRAY_LEN(e));
}

static void text_without_a_digit_is_no_number(void **state)
{
    struct number n;
    assert_false(number_parse(&n, STR(" 无 "), N, STR_NONE, *state));
    assert_int_equal(n.key.len, 0);
    assert_str(n.written, "无");
    assert_false(number_parse(&n, STR_NONE, N, STR_NONE, *state));
}

static void numbers_with_missing_or_surplus_digits_do_not_meet_a_true_one(void **state)
{
    static const char *const bad[] = {"CN20122024976.4", "CN2012202497677.4", "CN2012202497674X",
                                      "CN20122024976X",  "201220249767.44",   "CN201250249767",
                                      "CN301220249767",  "EP1717150.9",       "EP171715088.9",
                                      "2012/20249767.4"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct number n = parse(*state, bad[i], A, "");
        assert_false(str_is(n.key, "CN/app/201220249767"));
        assert_int_equal(n.check == CHECK_RIGHT, false);
    }
}

static void a_wrong_check_digit_is_kept_and_never_meets_the_right_one(void **state)
{
    struct number right = parse(*state, "CN201220249767.4", A, "");
    assert_int_equal(right.check, CHECK_RIGHT);
    for (int c = '0'; c <= '9'; c++) {
        char text[32];
        (void)snprintf(text, sizeof(text), "CN201220249767.%c", c);
        struct number n = parse(*state, text, A, "");
        assert_str(n.serial, "201220249767");
        assert_int_equal(n.check, c == '4' ? CHECK_RIGHT : CHECK_WRONG);
        assert_int_equal(str_eq(n.key, right.key), c == '4');
        assert_int_equal(n.check_digit.ptr[0], c);
    }
}

static void check_digits_of_the_standard_are_computed(void **state)
{
    (void)state;
    assert_int_equal(number_cn_check_digit(STR("201220249767")), '4');
    assert_int_equal(number_cn_check_digit(STR("97118903")), 'X');
    assert_int_equal(number_cn_check_digit(STR("9711891")), 0);
    assert_int_equal(number_cn_check_digit(STR("9711891A")), 0);
}

/* --- properties -------------------------------------------------------------- */

#define ROUNDS 100000

/* One true number and spellings of it; every round makes a fresh one. */
struct spelling {
    char text[6][64];
    enum number_use use[6];
    const char *hint[6];
    size_t count;
    char truth[48]; /* names the number uniquely */
};

#define SPELL(s, u, h, ...)                                                                        \
    do {                                                                                           \
        (void)snprintf((s)->text[(s)->count], sizeof((s)->text[0]), __VA_ARGS__);                  \
        (s)->use[(s)->count] = (u);                                                                \
        (s)->hint[(s)->count++] = (h);                                                             \
    } while (0)
#define TRUTH(s, ...) (void)snprintf((s)->truth, sizeof((s)->truth), __VA_ARGS__)

static void cn_application_2003(struct spelling *s, struct rand *r)
{
    char d[16];
    (void)snprintf(d, sizeof(d), "%u%c%07u", 2004 + rand_below(r, 40), "12389"[rand_below(r, 5)],
                   rand_below(r, 10000000));
    char c = number_cn_check_digit(str_of(d));
    SPELL(s, N, "", "CN%s.%c", d, c);
    SPELL(s, A, "", "ZL%s.%c", d, c);
    SPELL(s, N, "", "%s", d);
    SPELL(s, A, "中国", "%s%c", d, c);
    SPELL(s, N, "", " CN %.4s %c %s.%c", d, d[4], d + 5, c);
    SPELL(s, A, "", "申请号：%s．%c", d, c);
    TRUTH(s, "cn app %s", d);
}

static void cn_application_1985(struct spelling *s, struct rand *r)
{
    char d[16];
    (void)snprintf(d, sizeof(d), "%02u%c%05u", (85 + rand_below(r, 19)) % 100,
                   "12389"[rand_below(r, 5)], rand_below(r, 100000));
    char c = number_cn_check_digit(str_of(d));
    SPELL(s, N, "", "CN%s.%c", d, c);
    SPELL(s, N, "", "ZL %s.%c", d, c);
    SPELL(s, A, "", "%s", d);
    SPELL(s, A, "CN", "%s%c", d, c);
    SPELL(s, A, "", "CN %s A", d);
    TRUTH(s, "cn app %s", d);
}

static void cn_publication(struct spelling *s, struct rand *r)
{
    bool nine = rand_below(r, 2);
    char type = "123"[rand_below(r, 3)], kind = "ABCUYS"[rand_below(r, 6)];
    unsigned n = rand_below(r, nine ? 100000000 : 1000000);
    int width = nine ? 8 : 6;
    SPELL(s, N, "", "CN%c%0*u%c", type, width, n, kind);
    SPELL(s, P, "", "CN-%c%0*u-%c", type, width, n, kind);
    SPELL(s, P, "CN", "%c%0*u %c", type, width, n, kind);
    SPELL(s, P, "", "公开（公告）号：cn %c%0*u %c", type, width, n, kind);
    TRUTH(s, "cn pub %c%0*u%c", type, width, n, kind);
}

static void us_grant(struct spelling *s, struct rand *r)
{
    unsigned n = 1000 + rand_below(r, 19999000);
    SPELL(s, P, "", "US%uB2", n);
    SPELL(s, N, "", "US-%u-B2", n);
    SPELL(s, P, "US", "%08u B1", n);
    if (n >= 1000000)
        SPELL(s, N, "", "US %u,%03u,%03u B1", n / 1000000, n / 1000 % 1000, n % 1000);
    TRUTH(s, "us grant %u", n);
}

static void us_pregrant(struct spelling *s, struct rand *r)
{
    unsigned y = 2001 + rand_below(r, 60), n = rand_below(r, 1000000);
    SPELL(s, P, "", "US%u%07uA1", y, n);
    SPELL(s, N, "", "US-%u%06u-A1", y, n);
    SPELL(s, N, "", "US %u/%07u A1", y, n);
    SPELL(s, P, "US", "%u%07u A9", y, n);
    TRUTH(s, "us pre %u/%u", y, n);
}

static void us_application(struct spelling *s, struct rand *r)
{
    unsigned series = 9 + rand_below(r, 9), n = rand_below(r, 1000000);
    SPELL(s, A, "US", "%02u/%03u,%03u", series, n / 1000, n % 1000);
    SPELL(s, N, "", "US %u/%06u", series, n);
    SPELL(s, A, "", "US%02u%06u", series, n);
    SPELL(s, A, "", "US 2012%02u%06u A", series, n);
    TRUTH(s, "us app %u/%u", series, n);
}

static void ep_any(struct spelling *s, struct rand *r)
{
    unsigned n = rand_below(r, 10000000);
    SPELL(s, P, "", "EP%07uA1", n);
    SPELL(s, N, "", "EP %u %03u %03u A2", n / 1000000, n / 1000 % 1000, n % 1000);
    SPELL(s, N, "", "EP-A-%07u", n);
    TRUTH(s, "ep pub %u", n);
}

static void wo_any(struct spelling *s, struct rand *r)
{
    unsigned y = 1978 + rand_below(r, 60), n = 1 + rand_below(r, y < 2003 ? 99999 : 999999);
    SPELL(s, P, "", "WO%u%06uA1", y, n);
    SPELL(s, N, "", "WO %u/%06u A2", y, n);
    SPELL(s, P, "", "WO/%u/%06u A", y, n);
    if (y < 2003)
        SPELL(s, N, "", "WO%02u%05uA1", y % 100, n);
    if (y < 2003)
        SPELL(s, N, "", "WO %02u/%u A1", y % 100, n);
    TRUTH(s, "wo pub %u/%u", y, n);
}

static void pct_any(struct spelling *s, struct rand *r)
{
    const char *c[] = {"CN", "US", "EP", "JP", "KR", "IB"};
    const char *office = c[rand_below(r, 6)];
    unsigned y = 1978 + rand_below(r, 60), n = 1 + rand_below(r, y < 2004 ? 99999 : 999999);
    SPELL(s, N, "", "PCT/%s%u/%06u", office, y, n);
    SPELL(s, A, "", "PCT/%s/%u/%u", office, y, n);
    SPELL(s, A, "WO", "PCT%s%u%06u", office, y, n);
    SPELL(s, A, "", "%s %u%06u W", office, y, n);
    if (y < 2004)
        SPELL(s, N, "", "PCT/%s%02u/%05u", office, y % 100, n);
    TRUTH(s, "pct %s %u/%u", office, y, n);
}

static void jp_publication(struct spelling *s, struct rand *r)
{
    unsigned n = 1 + rand_below(r, 999999), y;
    if (rand_below(r, 2)) {
        y = 2000 + rand_below(r, 60);
        SPELL(s, P, "", "JP%u%06uA", y, n);
        SPELL(s, N, "", "特開%u-%06u", y, n);
        SPELL(s, P, "JP", "%u-%u A", y, n);
        TRUTH(s, "jp pub %u-%u", y, n);
        return;
    }
    y = 1 + rand_below(r, 11);
    SPELL(s, P, "", "JPH%02u%uA", y, n);
    SPELL(s, N, "", "特開平%u-%u", y, n);
    SPELL(s, P, "", "JP-H%02u%06u-A", y, n);
    SPELL(s, N, "", "特开平成%u年第%u号", y, n);
    SPELL(s, P, "", "JP%02u%06uA", y, n);
    TRUTH(s, "jp pub H%u-%u", y, n);
}

static void jp_application(struct spelling *s, struct rand *r)
{
    unsigned y = 1990 + rand_below(r, 10), n = 1 + rand_below(r, 999999);
    SPELL(s, N, "", "特願平%u-%u", y - 1988, n);
    SPELL(s, A, "JP", "H%02u-%06u", y - 1988, n);
    SPELL(s, A, "", "JP%u-%u", y, n);
    SPELL(s, A, "", "JP %u%02u A", n, y % 100);
    TRUTH(s, "jp app %u-%u", y, n);
}

static void kr_any(struct spelling *s, struct rand *r)
{
    unsigned y = 1990 + rand_below(r, 50), n = rand_below(r, 10000000),
             right = 10 + 10 * rand_below(r, 2);
    SPELL(s, A, "KR", "%u-%u-%07u", right, y, n);
    SPELL(s, A, "", "KR%u%u%07u", right, y, n);
    SPELL(s, A, "", "KR %u%07u %c", y, n, right == 10 ? 'A' : 'U');
    TRUTH(s, "kr app %u-%u-%u", right, y, n);
}

static void de_any(struct spelling *s, struct rand *r)
{
    unsigned y = 2004 + rand_below(r, 40), n = rand_below(r, 1000000);
    SPELL(s, P, "", "DE10%u%06uA1", y, n);
    SPELL(s, N, "", "DE 10 %u %03u %03u A1", y, n / 1000, n % 1000);
    TRUTH(s, "de pub %u %u", y, n);
}

static void in_any(struct spelling *s, struct rand *r)
{
    const char *branches[] = {"DEL", "CHE", "MUM", "KOL"};
    const char *branch = branches[rand_below(r, 4)];
    bool np = rand_below(r, 2);
    unsigned y = 1990 + rand_below(r, 26), n = 1 + rand_below(r, 99999);
    SPELL(s, N, "", "%u/%s%s/%u", n, branch, np ? "NP" : "", y);
    SPELL(s, P, "", "IN%u%s%s%u", n, branch, np ? "NP" : "", y);
    SPELL(s, N, "", "in-%05u-%s%s-%u", n, branch, np ? "-np" : "", y);
    SPELL(s, P, "IN", "%u%.2s%s%u", n, branch, np ? "N" : "", y);
    SPELL(s, P, "", "IN%u%.*s%s%05u", y, np ? 1 : 2, branch, np ? "N" : "", n);
    TRUTH(s, "in %u %s %u %u", n, branch, np, y);
}

/* Numbers of the offices that have a year in front, and older ones of the same digits. */
static void by_year_or_not(struct spelling *s, struct rand *r)
{
    const char *offices[] = {"GB", "HU", "SE", "FR"};
    const char *office = offices[rand_below(r, 4)];
    unsigned y = rand_below(r, 10), n = y * 100000 + rand_below(r, 100000);
    if (n > 9999 && rand_below(r, 2)) {
        SPELL(s, P, "", "%s%uA", office, n);
        SPELL(s, N, "", "%s-%u-A", office, n);
        SPELL(s, P, office, "%u A", n);
        TRUTH(s, "%s old %u", office, n);
        return;
    }
    SPELL(s, P, "", "%s %07u A", office, n);
    SPELL(s, N, "", "%s-%07u-A", office, n);
    SPELL(s, P, office, "%02u %05u A", n / 100000, n % 100000);
    TRUTH(s, "%s year %u", office, n);
}

static void gb_filing(struct spelling *s, struct rand *r)
{
    unsigned y = rand_below(r, 27), n = rand_below(r, 100000);
    SPELL(s, P, "", "GB %02u%05u D0", y, n);
    SPELL(s, N, "", "GB20%02u%05uD0", y, n);
    SPELL(s, N, "", "GB-20%02u%05u-D0", y, n);
    TRUTH(s, "gb filing %u %u", y, n);
}

typedef void spell_fn(struct spelling *s, struct rand *r);
static spell_fn *const makers[] = {
    cn_application_2003,
    cn_application_1985,
    cn_publication,
    us_grant,
    us_pregrant,
    us_application,
    ep_any,
    wo_any,
    pct_any,
    jp_publication,
    jp_application,
    kr_any,
    de_any,
    in_any,
    by_year_or_not,
    gb_filing,
};

/* Every spelling of a number has the number's key; no two numbers share one. */
static void spellings_meet_and_different_numbers_never_do(void **state)
{
    (void)state;
    struct rand r = {test_seed(20260601)};
    struct map *truth_of_key = map_new(1);
    struct arena *a = arena_new();
    for (int i = 0; i < ROUNDS; i++) {
        struct spelling s = {.count = 0};
        char key[64] = "";
        makers[rand_below(&r, ARRAY_LEN(makers))](&s, &r);
        for (size_t k = 0; k < s.count; k++) {
            struct number n = parse(a, s.text[k], s.use[k], s.hint[k]);
            if (k == 0)
                (void)snprintf(key, sizeof(key), "%.*s", STR_ARG(n.key));
            if (!str_is(n.key, key) || n.check == CHECK_WRONG)
                fail_msg("\"%s\" gives %.*s, \"%s\" gave %s", s.text[k], STR_ARG(n.key), s.text[0],
                         key);
            struct number again = parse(a, arena_cstr(a, n.display), n.use, "");
            if (!str_eq(again.key, n.key))
                fail_msg("display %.*s of \"%s\" reads back as %.*s", STR_ARG(n.display), s.text[k],
                         STR_ARG(again.key));
        }
        bool added;
        uint64_t truth = hash_bytes(str_of(s.truth), 7);
        uint64_t *held = map_put(truth_of_key, str_of(key), &added);
        if (!added && *held != truth)
            fail_msg("key %s stands for two numbers; the second is %s", key, s.truth);
        *held = truth;
        arena_reset(a);
    }
    arena_free(a);
    map_free(truth_of_key);
}

/* Any bytes at all: no crash, the same answer twice, nothing written is lost. */
static void garbage_is_kept_as_it_is(void **state)
{
    (void)state;
    static const char alphabet[] = "0123456789012345678901234567890123456789ACNUSEPWOJHKRXZL./-, "
                                   "\xE7\xAC\xAC\xFF\xE5\xB9\xB3";
    struct rand r = {42};
    struct arena *a = arena_new();
    for (int i = 0; i < ROUNDS; i++) {
        char text[200];
        size_t len = rand_below(&r, i % 100 == 0 ? 199 : 24);
        for (size_t k = 0; k < len; k++)
            text[k] = alphabet[rand_below(&r, sizeof(alphabet) - 1)];
        struct number n, m;
        bool is = number_parse(&n, (struct str){text, len}, (enum number_use)rand_below(&r, 3),
                               STR_NONE, a);
        assert_int_equal(is, n.key.len > 0);
        assert_true(n.written.len <= len);
        if (is) {
            (void)number_parse(&m, n.written, n.use, STR_NONE, a);
            struct str keys[8];
            size_t count = number_lookup_keys(keys, 8, &n, a);
            assert_true(count >= 1 && str_eq(keys[0], n.key));
        }
        arena_reset(a);
    }
    arena_free(a);
}

static bool has_key(struct arena *a, const char *text, enum number_use use, const char *key)
{
    struct number n = parse(a, text, use, "");
    struct str keys[8];
    size_t count = number_lookup_keys(keys, 8, &n, a);
    for (size_t i = 0; i < count; i++)
        if (str_is(keys[i], key))
            return true;
    return false;
}

static void a_record_is_found_under_every_form_of_its_number(void **state)
{
    assert_true(has_key(*state, "CN108192973A", P, "CN/108192973/A"));
    assert_true(has_key(*state, "CN108192973A", P, "CN/108192973/"));
    assert_true(has_key(*state, "CN108192973A", P, "/108192973/"));
    assert_true(has_key(*state, "108192973A", N, "/108192973/"));
    assert_true(has_key(*state, "JP2003-123456", N, "JP/app/2003123456"));
    assert_true(has_key(*state, "CN85100001A", P, "CN/app/85100001"));
    assert_true(has_key(*state, "ZL85100001", N, "CN/85100001/"));
    assert_false(has_key(*state, "CN201220249767.5", A, "CN/app/201220249767"));
    struct number n = parse(*state, "CN108192973A", P, "");
    struct str one;
    assert_int_equal(number_lookup_keys(&one, 1, &n, *state), 1);
}

static bool finds(struct arena *a, const char *typed, const char *written, enum number_use use)
{
    struct number n = parse(a, written, use, "");
    return number_found(str_of(typed), &n, a);
}

static void a_number_is_found_by_its_usual_spellings(void **state)
{
    static const struct {
        const char *written;
        enum number_use use;
        const char *typed[10];
    } found[] = {
        {"IN1604DELNP2013A",
         P,
         {"1604/DELNP/2013", "IN 1604/DELNP/2013", "IN1604DELNP2013", "IN 1604/DEL-NP/2013 A",
          "in-1604-delnp-2013", "IN 01604/DELNP/2013", "IN 1604DEN2013", "1604DELNP2013"}},
        {"GB 0901975 D0",
         P,
         {"GB0901975D0", "GB 0901975", "GB0901975.6", "GB 09 01975.6", "GB-0901975-D0",
          "GB200901975D0", "GB 901975 D0", "0901975"}},
        {"GB9901975D0", P, {"GB9901975.4", "GB 9901975"}},
        {"SE 0103740 D0", P, {"SE0103740-5", "SE 0103740"}},
        {"GB201909990D0", P, {"GB 201909990", "GB1909990.5", "GB 1909990 D0"}},
        {"HU 0001177 A2", P, {"HU0001177A2", "HU0001177", "HU P0001177", "HU P 00 01177"}},
        {"KR 20150000146 U", A, {"KR20-2015-0000146", "KR 20-2015-0000146", "KR2020150000146"}},
        {"EA038604B1", P, {"EA 038604 B1", "EA38604", "EA 038604", "EA-038604-B1", "38604"}},
        {"US D939,807 S", P, {"USD939807S", "US D939807", "D939,807"}},
        {"MX2012012034A", P, {"MX/a/2012/012034", "MX 2012/012034"}},
    };
    for (size_t i = 0; i < ARRAY_LEN(found); i++)
        for (size_t k = 0; found[i].typed[k]; k++)
            if (!finds(*state, found[i].typed[k], found[i].written, found[i].use))
                fail_msg("%s does not find %s", found[i].typed[k], found[i].written);
}

static void numbers_that_differ_in_a_zero_or_a_letter_are_two_patents(void **state)
{
    static const char *const pairs[][2] = {{"GB 0901975 D0", "GB901975A"},
                                           {"GB0901975", "GB901975"},
                                           {"GB 1204390 D0", "GB1204390A"},
                                           {"HU 0001177 A2", "HU1177A"},
                                           {"SE 0001177 L", "SE1177C"},
                                           {"HK 01105128 A", "HK1105128A"},
                                           {"FR 0502879 A", "FR502879A"},
                                           {"IN1604DELNP2013A", "IN1604DEL2013A"},
                                           {"IN1604DELNP2013A", "IN1604MUMNP2013A"}};
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        for (int k = 0; k < 2; k++)
            if (finds(*state, pairs[i][k], pairs[i][1 - k], P))
                fail_msg("%s finds %s", pairs[i][k], pairs[i][1 - k]);
}

static void offices_are_known_by_code_and_name(void **state)
{
    (void)state;
    assert_str(office_code(STR("cn")), "CN");
    assert_str(office_code(STR("中国")), "CN");
    assert_str(office_code(STR(" China ")), "CN");
    assert_str(office_code(STR("欧洲专利局")), "EP");
    assert_str(office_code(STR("世界知识产权组织")), "WO");
    assert_str(office_code(STR("Japan")), "JP");
    assert_str(office_code(STR("UK")), "GB");
    assert_int_equal(office_code(STR("Atlantis")).len, 0);
    assert_int_equal(office_code(STR("XX")).len, 0);
    assert_str(office_name_zh(STR("US")), "美国");
    assert_int_equal(office_name_zh(STR("XX")).len, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(chinese_numbers_of_every_era_are_read),
        TEST(american_numbers_of_every_kind_are_read),
        TEST(european_and_international_numbers_are_read),
        TEST(asian_numbers_are_read),
        TEST(other_offices_are_read),
        TEST(text_without_a_digit_is_no_number),
        TEST(numbers_with_missing_or_surplus_digits_do_not_meet_a_true_one),
        TEST(a_wrong_check_digit_is_kept_and_never_meets_the_right_one),
        TEST(check_digits_of_the_standard_are_computed),
        TEST(spellings_meet_and_different_numbers_never_do),
        TEST(garbage_is_kept_as_it_is),
        TEST(a_record_is_found_under_every_form_of_its_number),
        TEST(a_number_is_found_by_its_usual_spellings),
        TEST(numbers_that_differ_in_a_zero_or_a_letter_are_two_patents),
        TEST(offices_are_known_by_code_and_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
