#include "base/buf.h"
#include "base/limits.h"
#include "base/rand.h"
#include "test.h"
#include "text/xml.h"

static const char *const records[] = {"doc", "rec", NULL};

struct read {
    struct stream *s;
    struct xml_reader *r;
    struct arena *a;
    struct err e;
};

static void begin_bytes(struct read *t, const void *p, size_t len)
{
    t->a = arena_new();
    t->s = stream_open_memory((struct bytes){p, len});
    assert_ok(xml_open(&t->r, t->s, records, &t->e), &t->e);
}

static void begin(struct read *t, const char *z)
{
    begin_bytes(t, z, strlen(z));
}

static void end(struct read *t)
{
    xml_close(t->r);
    stream_close(t->s);
    arena_free(t->a);
}

static struct xml_node *next(struct read *t)
{
    struct xml_node *n = NULL;
    assert_ok(xml_next(&n, t->r, t->a, &t->e), &t->e);
    return n;
}

static void records_come_as_trees_without_prefixes(void **state)
{
    (void)state;
    struct read t;
    begin(&t, "<?xml version='1.0'?>\n<x:set xmlns:x='u' no='7'>\n <x:doc id='1' "
              "xml:lang='en'><x:t>A <b>b</b>"
              "</x:t></x:doc>\n<y><doc id='2'/></y></x:set>");
    struct xml_node *n = next(&t);
    assert_str(n->name, "doc");
    assert_int_equal(n->line, 3);
    assert_str(xml_attr(n, "lang"), "en");
    assert_str(xml_text_at(n, "t", t.a), "A b");
    assert_str(xml_attr(xml_root(t.r), "no"), "7");
    assert_str(xml_attr(next(&t), "id"), "2");
    assert_null(next(&t));
    assert_null(next(&t));
    end(&t);
}

static void entities_of_the_iso_sets_are_known_everywhere(void **state)
{
    (void)state;
    struct read t;
    begin(&t, "<!DOCTYPE doc SYSTEM 'never-opened.dtd' [<!ENTITY own 'mine &ndash; &agr;'>]>"
              "<doc a='&ccaron;&quot;&QUOT;'>&ndash;&own;&nosuch;&lt;&LT;&#146;</doc>");
    struct xml_node *n = next(&t);
    assert_str(xml_attr(n, "a"), "č\"\"");
    assert_str(xml_text(n, t.a), "–mine – αnosuch<<’");
    assert_int_equal(xml_unknown_entities(t.r), 1);
    end(&t);
}

static void standalone_documents_know_them_too(void **state)
{
    (void)state;
    struct read t;
    begin(&t, "<?xml version=\"1.0\" standalone=\"yes\"?><doc>&alpha;&zz;</doc>");
    assert_str(xml_text(next(&t), t.a), "αzz");
    end(&t);
}

static void a_bare_ampersand_is_text_and_counted(void **state)
{
    (void)state;
    struct read t;
    begin(&t, "<!-- & --><doc a='R&D'>A & B &; &#; <![CDATA[x & y &amp;]]> AT&T</doc>");
    struct xml_node *n = next(&t);
    assert_str(xml_attr(n, "a"), "R&D");
    assert_str(xml_text(n, t.a), "A & B &; &#; x & y &amp; AT&T");
    assert_int_equal(xml_bare_ampersands(t.r), 5);
    end(&t);
}

static void a_mend_is_counted_with_the_record_it_stands_in(void **state)
{
    (void)state;
    struct read t;
    begin(&t, "<set><rec>1</rec><rec>R&D &nosuch;</rec><rec>3 &#1;</rec></set>");
    assert_non_null(next(&t));
    assert_int_equal(xml_bare_ampersands(t.r) + xml_unknown_entities(t.r), 0);
    assert_non_null(next(&t));
    assert_int_equal(xml_bare_ampersands(t.r), 1);
    assert_int_equal(xml_unknown_entities(t.r), 1);
    assert_int_equal(xml_bad_characters(t.r), 0);
    assert_non_null(next(&t));
    assert_int_equal(xml_bad_characters(t.r), 1);
    end(&t);
}

static void characters_that_xml_forbids_are_replaced_and_counted(void **state)
{
    (void)state;
    struct read t;
    begin(&t, "<doc>a\x01"
              "b\xff"
              "c&#0;d&#xFFFF;e</doc>");
    assert_str(xml_text(next(&t), t.a), "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe");
    assert_int_equal(xml_bad_characters(t.r), 4);
    end(&t);
}

static void concatenated_documents_are_read_one_after_the_other(void **state)
{
    (void)state;
    struct read t;
    begin(&t, "<?xml version='1.0'?>\n<!DOCTYPE doc [ ]>\n<doc>1</doc>\n\n<?xml "
              "version='1.0'?><doc>2</doc>"
              "<doc>3</doc>\xEF\xBB\xBF<?xml "
              "version='1.0'?>\n<set><rec>4</rec><rec>5</rec></set>\n<!-- end -->\n");
    for (const char *want = "12345"; *want; want++) {
        struct xml_node *n = next(&t);
        assert_non_null(n);
        assert_int_equal(xml_text(n, t.a).ptr[0], *want);
        if (*want == '4')
            assert_int_equal(n->line, 6);
    }
    assert_null(next(&t));
    end(&t);
}

static void a_damaged_document_is_one_error_and_the_next_is_read(void **state)
{
    (void)state;
    struct read t;
    struct xml_node *n;
    begin(&t, "<?xml version='1.0'?>\n<doc>1</doc>\n<?xml version='1.0'?>\n<doc><p>x</doc>\n"
              "<?xml version='1.0'?>\n<doc>cut <b>\n<?xml version='1.0'?>\n<doc>4</doc>\n");
    assert_str(xml_text(next(&t), t.a), "1");
    assert_int_equal(xml_next(&n, t.r, t.a, &t.e), E_INVALID);
    assert_non_null(strstr(t.e.text, "line 4"));
    assert_int_equal(xml_next(&n, t.r, t.a, &t.e), E_INVALID);
    assert_non_null(strstr(t.e.text, "line 7"));
    assert_str(xml_text(next(&t), t.a), "4");
    assert_null(next(&t));
    end(&t);
}

static void an_end_tag_of_no_open_element_is_left_out(void **state)
{
    (void)state;
    struct read t;
    struct xml_node *n;
    begin(&t, "<x:set xmlns:x='u'></y><x:rec><a>1</x:b> 2</a><c>3</c></rec></x:rec>\n"
              "<x:rec>4</c></x:rec></x:set>");
    n = next(&t);
    assert_str(xml_text(xml_child(n, "a"), t.a), "1 2");
    assert_str(xml_text(xml_child(n, "c"), t.a), "3");
    assert_int_equal(xml_stray_ends(t.r), 3);
    n = next(&t);
    assert_str(xml_text(n, t.a), "4");
    assert_int_equal(n->line, 2);
    assert_int_equal(xml_stray_ends(t.r), 4);
    assert_null(next(&t));
    end(&t);
}

static void a_damaged_record_is_one_error_and_the_next_is_read(void **state)
{
    (void)state;
    struct read t;
    struct xml_node *n;
    begin(
        &t,
        "<x:set xmlns:x='u' k='v'><in><x:rec>1</x:rec><x:rec>2<b></x:rec>\n<x:rec>3</x:rec></in>\n"
        "<in><x:rec>4<</x:rec><rec>5</rec></in></x:set><doc>6</doc>");
    assert_str(xml_text(next(&t), t.a), "1");
    assert_int_equal(xml_next(&n, t.r, t.a, &t.e), E_INVALID);
    n = next(&t);
    assert_str(xml_text(n, t.a), "3");
    assert_int_equal(n->line, 2);
    assert_str(xml_attr(xml_root(t.r), "k"), "v");
    assert_int_equal(xml_next(&n, t.r, t.a, &t.e), E_INVALID);
    assert_str(xml_text(next(&t), t.a), "5");
    assert_str(xml_text(next(&t), t.a), "6");
    assert_null(next(&t));
    end(&t);
}

static void a_cut_file_says_so_and_ends(void **state)
{
    (void)state;
    struct read t;
    struct xml_node *n;
    begin(&t, "<set><rec>1</rec><rec>2");
    assert_str(xml_text(next(&t), t.a), "1");
    assert_int_equal(xml_next(&n, t.r, t.a, &t.e), E_INVALID);
    assert_non_null(strstr(t.e.text, "cut off"));
    assert_null(next(&t));
    end(&t);
}

static void what_is_no_xml_is_an_error_once(void **state)
{
    (void)state;
    struct read t;
    struct xml_node *n;
    begin(&t, "plain words, no markup");
    assert_int_equal(xml_next(&n, t.r, t.a, &t.e), E_INVALID);
    assert_null(next(&t));
    end(&t);
}

static void billion_laughs_are_stopped(void **state)
{
    (void)state;
    struct read t;
    struct xml_node *n;
    struct buf b;
    buf_init(&b, 0);
    buf_addz(&b, "<!DOCTYPE doc [<!ENTITY l0 'lol'>");
    for (int i = 1; i < 12; i++) {
        buf_addf(&b, "<!ENTITY l%d '", i);
        for (int k = 0; k < 10; k++)
            buf_addf(&b, "&l%d;", i - 1);
        buf_addz(&b, "'>");
    }
    buf_addz(&b, "]><doc>&l11;</doc><doc>2</doc>");
    begin_bytes(&t, b.ptr, b.len);
    assert_int_equal(xml_next(&n, t.r, t.a, &t.e), E_INVALID);
    assert_non_null(strstr(t.e.text, "amplification"));
    assert_true(arena_used(t.a) < (1u << 20));
    assert_str(xml_text(next(&t), t.a), "2");
    end(&t);
    buf_clear(&b);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    struct read t;
    struct xml_node *n;
    struct buf b;
    buf_init(&b, 0);
    buf_addz(&b, "<set><rec>");
    for (int i = 0; i < XML_DEPTH_MAX; i++)
        buf_addz(&b, "<d>");
    buf_addz(&b, "</rec><rec>2</rec></set>");
    begin_bytes(&t, b.ptr, b.len);
    assert_int_equal(xml_next(&n, t.r, t.a, &t.e), E_LIMIT);
    assert_str(xml_text(next(&t), t.a), "2");
    end(&t);
    buf_clear(&b);
}

static void encodings_are_read_from_mark_and_declaration(void **state)
{
    (void)state;
    struct read t;
    static const char latin[] = "<?xml version='1.0' encoding='ISO-8859-1'?><doc>\xe9</doc>";
    begin(&t, latin);
    assert_str(xml_text(next(&t), t.a), "é");
    end(&t);
    static const char gbk[] =
        "<?xml version=\"1.0\" encoding=\"GBK\"?><doc>\xd6\xd0\xb9\xfa\xff&alpha;</doc>";
    begin(&t, gbk);
    assert_str(xml_text(next(&t), t.a), "中国\uFFFDα");
    assert_int_equal(xml_bad_characters(t.r), 1);
    end(&t);
    struct buf b;
    buf_init(&b, 0);
    buf_add(&b, (struct str){"\xff\xfe", 2});
    for (const char *p = "<doc>"; *p; p++)
        buf_add(&b, (struct str){(char[]){*p, 0}, 2});
    buf_add(&b, (struct str){"\x2d\x4e", 2});
    for (const char *p = "</doc>"; *p; p++)
        buf_add(&b, (struct str){(char[]){*p, 0}, 2});
    begin_bytes(&t, b.ptr, b.len);
    assert_str(xml_text(next(&t), t.a), "中");
    end(&t);
    buf_clear(&b);
    struct stream *s =
        stream_open_memory(str_bytes(STR("<?xml version='1.0' encoding='KLINGON'?><doc/>")));
    struct xml_reader *r = NULL;
    struct err e;
    assert_int_equal(xml_open(&r, s, records, &e), E_INVALID);
    stream_close(s);
}

static void blocks_stand_on_lines_and_cells_apart(void **state)
{
    (void)state;
    struct read t;
    begin(&t, "<doc><heading>H</heading>\n<p>one\n  two<b>3</b></p><p/><p>x<br/>y</p>"
              "<table><row><entry>a</entry><entry>b</entry></row></table></doc>");
    assert_str(xml_text(next(&t), t.a), "H\none two3\nx\ny\na b");
    end(&t);
}

/* The truth: the same documents with damage at a random byte never crash, never
 * loop, and every record that is given is one that was written. */
static void damage_anywhere_ends_and_gives_only_what_was_there(void **state)
{
    (void)state;
    static const char good[] =
        "<?xml version='1.0'?><!DOCTYPE set [<!ENTITY q 'qq'>]><set a='b'><!-- c --><w>"
        "<rec>r1 &q;</rec><rec>r2<![CDATA[ < ]]></rec></w><rec k='v'>r3</rec></set>\n"
        "<?xml version='1.0'?><doc>r4</doc>";
    struct rand r = {42};
    for (int round = 0; round < 20000; round++) {
        char text[sizeof(good)];
        size_t len = sizeof(good) - 1;
        memcpy(text, good, sizeof(good));
        for (uint32_t k = rand_below(&r, 3) + 1; k > 0; k--)
            text[rand_below(&r, (uint32_t)len)] = (char)"<>&;/'\"x! \0]-\xff["[rand_below(&r, 15)];
        if (rand_below(&r, 4) == 0)
            len = rand_below(&r, (uint32_t)len);
        struct read t;
        begin_bytes(&t, text, len);
        struct xml_node *n;
        int calls = 0;
        err_t rc;
        do {
            rc = xml_next(&n, t.r, t.a, &t.e);
            assert_true(++calls < 100);
        } while (rc != OK || n);
        end(&t);
    }
}

/* Pieces end in other places for each length of padding; the result must not change. */
static void the_place_where_pieces_end_makes_no_difference(void **state)
{
    (void)state;
    for (size_t pad = 65500; pad < 65560; pad++) {
        struct buf b;
        buf_init(&b, 0);
        buf_addz(&b, "<set><rec>");
        while (b.len < pad)
            buf_addc(&b, 'x');
        buf_addz(&b, "&ndash;R&D<b k=\"v\"/></rec><rec>two &amp; &alpha;</rec></set><doc>3</doc>");
        struct read t;
        begin_bytes(&t, b.ptr, b.len);
        struct xml_node *n = next(&t);
        assert_true(str_ends(xml_text(n, t.a), STR("x–R&D")));
        assert_str(xml_attr(xml_child(n, "b"), "k"), "v");
        assert_str(xml_text(next(&t), t.a), "two & α");
        assert_str(xml_text(next(&t), t.a), "3");
        assert_null(next(&t));
        end(&t);
        buf_clear(&b);
    }
}

static void heads_tell_root_and_doctype(void **state)
{
    (void)state;
    static struct xml_head h;
    assert_true(xml_head(
        &h, str_bytes(STR("\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- c --><!DOCTYPE a:b SYSTEM "
                          "'x' [<!ENTITY c 'd'>]>\n<exch:docs k='v'>x"))));
    assert_string_equal(h.root, "docs");
    assert_string_equal(h.doctype, "b");
    assert_non_null(strstr(h.text, "k='v'"));
    assert_false(xml_head(&h, str_bytes(STR("{\"a\": 1}"))));
    assert_false(xml_head(&h, str_bytes(STR("a < b"))));
    assert_false(xml_head(&h, str_bytes(STR(""))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_as_trees_without_prefixes),
        cmocka_unit_test(entities_of_the_iso_sets_are_known_everywhere),
        cmocka_unit_test(standalone_documents_know_them_too),
        cmocka_unit_test(a_bare_ampersand_is_text_and_counted),
        cmocka_unit_test(a_mend_is_counted_with_the_record_it_stands_in),
        cmocka_unit_test(characters_that_xml_forbids_are_replaced_and_counted),
        cmocka_unit_test(concatenated_documents_are_read_one_after_the_other),
        cmocka_unit_test(a_damaged_document_is_one_error_and_the_next_is_read),
        cmocka_unit_test(an_end_tag_of_no_open_element_is_left_out),
        cmocka_unit_test(a_damaged_record_is_one_error_and_the_next_is_read),
        cmocka_unit_test(a_cut_file_says_so_and_ends),
        cmocka_unit_test(what_is_no_xml_is_an_error_once),
        cmocka_unit_test(billion_laughs_are_stopped),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(encodings_are_read_from_mark_and_declaration),
        cmocka_unit_test(blocks_stand_on_lines_and_cells_apart),
        cmocka_unit_test(damage_anywhere_ends_and_gives_only_what_was_there),
        cmocka_unit_test(the_place_where_pieces_end_makes_no_difference),
        cmocka_unit_test(heads_tell_root_and_doctype),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
