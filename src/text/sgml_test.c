#include "test.h"
#include "text/sgml.h"

static struct xml_node *parse(const char *z, struct sgml_counts *c, struct arena *a)
{
    struct xml_node *n = NULL;
    struct err e = {0};
    assert_ok(sgml_parse(&n, c, str_of(z), 1, a, &e), &e);
    return n;
}

static void elements_without_end_tags_are_empty(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct sgml_counts c;
    struct xml_node *n =
        parse("<!DOCTYPE PATDOC PUBLIC \"-//X//EN\" [\n<!ENTITY x SYSTEM \"x.tif\" NDATA TIF>\n]>\n"
              "<patdoc DTD=2.4 STATUS='a b'>\n<B561><PCIT>x</PCIT><CITED-BY-EXAMINER></B561>"
              "<CWU><EMI ID=\"E1\" FILE=a.tif>tail</CWU><EMI>after</PATDOC>\n<PATDOC>2</PATDOC>",
              &c, a);
    assert_str(n->name, "PATDOC");
    assert_str(xml_attr(n, "DTD"), "2.4");
    assert_str(xml_attr(n, "STATUS"), "a b");
    assert_int_equal(n->line, 4);
    assert_non_null(xml_at(n, "B561/CITED-BY-EXAMINER"));
    assert_str(xml_text_at(n, "CWU", a), "tail");
    assert_str(xml_attr(xml_at(n, "CWU/EMI"), "FILE"), "a.tif");
    assert_str(xml_text(n, a), "xtailafter");
    assert_int_equal(c.unclosed, 0);
    arena_free(a);
}

static void an_outer_end_tag_closes_what_is_open(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct sgml_counts c;
    struct xml_node *n = parse("<A><B><P>one<P>two</B><C>three</C></P></D></A>", &c, a);
    assert_str(xml_text_at(n, "C", a), "three");
    assert_int_equal(c.unclosed, 2);
    assert_int_equal(c.stray_end_tags, 2);
    arena_free(a);
}

static void references_are_read_with_and_without_semicolon(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct sgml_counts c;
    struct xml_node *n =
        parse("<A>&agr;&ndash &#955;&#x3bb; AT&T a < b &nosuch; &lt;B&gt;</A>", &c, a);
    assert_str(xml_text(n, a), "α– λλ AT&T a < b nosuch <B>");
    assert_int_equal(c.unknown_entities, 1);
    arena_free(a);
}

static void a_cut_document_is_refused_with_its_line(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct sgml_counts c;
    struct xml_node *n;
    struct err e;
    assert_int_equal(sgml_parse(&n, &c, STR("<A>\n<B>x</B>\n"), 10, a, &e), E_INVALID);
    assert_non_null(strstr(e.text, "line 12"));
    assert_int_equal(sgml_parse(&n, &c, STR("no markup"), 1, a, &e), E_INVALID);
    arena_free(a);
}

static void documents_are_found_by_doctype_or_start_tag(void **state)
{
    (void)state;
    struct str s = STR("<!doctype PATDOC><PATDOC></PATDOC>\n<PATDOCS><patdoc A=1></PATDOC>");
    size_t second = sgml_next_document(s, 30, STR("PATDOC"));
    assert_int_equal(sgml_next_document(s, 0, STR("PATDOC")), 0);
    assert_true(str_starts((struct str){s.ptr + second, s.len - second}, STR("<patdoc A")));
    assert_int_equal(sgml_next_document(s, second + 1, STR("PATDOC")), s.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_without_end_tags_are_empty),
        cmocka_unit_test(an_outer_end_tag_closes_what_is_open),
        cmocka_unit_test(references_are_read_with_and_without_semicolon),
        cmocka_unit_test(a_cut_document_is_refused_with_its_line),
        cmocka_unit_test(documents_are_found_by_doctype_or_start_tag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
