/* test_xml.c - configurations as XML: there and back, and documents that are not to be trusted. */
#include "random_zone.h"
#include "zone_fixture.h"

#include "util/alloc.h"
#include "zone/xml.h"

#include <errno.h>
#include <string.h>

#define HEAD "<?xml version=\"1.0\"?>\n"
#define ZONE "<zone name=\"web\" zonepath=\"/zones/web\" autoboot=\"false\">"

static int parse(struct zone_fixture *fixture, const char *text, struct zone **ret_zone)
{
	return xml_parse(text, strlen(text), "web.xml", ret_zone, &fixture->messages);
}

/* What was written is read again as it was, by both readers. */
static void there_and_back(void **state)
{
	struct zone_fixture *fixture = *state;
	for (unsigned seed = 0; seed < 3000; seed++) {
		AUTO_ZONE *zone = random_zone(seed), *again = NULL;
		AUTO_STR text = STR_EMPTY;
		assert_int_equal(xml_format(zone, &text, &fixture->messages), 0);
		if (parse(fixture, str_get(&text), &again) < 0 || !zone_equal(zone, again))
			fail_msg("seed %u: %s\n%s", seed, str_get(&fixture->said), str_get(&text));
		struct xml_summary summary;
		assert_int_equal(
			xml_scan(text.data, text.len, "web.xml", &summary, &fixture->messages), 0);
		assert_string_equal(summary.brand, zone_get(zone, ZONE_BRAND));
		assert_string_equal(summary.ip_type, zone_get(zone, ZONE_IP_TYPE));
		xml_summary_free(&summary);
		zone_fixture_said(fixture, NULL);
	}
}

static void the_elements_of_solaris(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_ZONE *zone = NULL;
	assert_int_equal(
		parse(fixture,
			HEAD ZONE
			"<inherited-pkg-dir directory=\"/usr\"/>"
			"<filesystem special=\"/export\" directory=\"/export\" type=\"lofs\">"
			"<fsoption name=\"ro\"/><fsoption name=\"nosuid\"/></filesystem>"
			"<network physical=\"eth0\" address=\"192.0.2.1\"/>"
			"<pset ncpu_min=\"2\" ncpu_max=\"4\"/>"
			"<rctl name=\"zone.max-swap\">"
			"<rctl-value action=\"deny\" limit=\"5\" priv=\"privileged\"/></rctl>"
			"<package name=\"apt\" version=\"2.6\"/></zone>",
			&zone),
		0);
	zone_fixture_said(fixture, NULL);
	assert_int_equal(zone->count, 5);
	assert_string_equal(resource_get(zone->resources[1], FS_OPTIONS), "ro");
	assert_string_equal(resource_get(zone->resources[3], DEDICATED_NCPUS), "2-4");
	assert_string_equal(resource_get(zone->resources[4], RCTL_VALUE),
		"(priv=privileged,limit=5,action=deny)");
	assert_string_equal(zone_get(zone, ZONE_IP_TYPE), "shared");
}

/* Refused by xml_parse() with file, line and reason. */
static void expect_refused(struct zone_fixture *fixture, const char *text, const char *part)
{
	AUTO_ZONE *zone = NULL;
	if (parse(fixture, text, &zone) != -EINVAL)
		fail_msg("this was taken: %s", text);
	zone_fixture_said(fixture, part);
}

static void wrong_documents(void **state)
{
	expect_refused(*state, "", "web.xml:");
	expect_refused(*state, "name:state", "web.xml:1: ");
	expect_refused(*state, HEAD ZONE, "web.xml:2: ");
	expect_refused(*state, HEAD "\n" ZONE "\n</zon>", "web.xml:4: ");
	expect_refused(*state, HEAD "<list/>", "web.xml:2: its root element must be <zone>");
	expect_refused(*state, HEAD ZONE "<bogus/></zone>", "web.xml:2: ");
	expect_refused(*state, HEAD ZONE "\n\n<device/></zone>", "web.xml:4: ");
	expect_refused(*state, HEAD ZONE "text</zone>", "web.xml:2: ");
	expect_refused(*state, HEAD "<zone name=\"web\" zonepath=\"/x\"/>", "autoboot");
	expect_refused(*state, HEAD "<zone name=\"web\" zonepath=\"x\" autoboot=\"false\"/>",
		"web.xml:2: zonepath: \"x\" is not an absolute path");
	expect_refused(*state, HEAD ZONE "\n<network physical=\"eth0\" address=\"1.2.3\"/></zone>",
		"web.xml:3: address: \"1.2.3\" is not");
	expect_refused(*state, HEAD ZONE "<zone/></zone>", "web.xml:2: ");
	expect_refused(*state,
		HEAD ZONE "<attr name=\"a\" type=\"string\" value=\"&#27;\"/></zone>",
		"web.xml:2: ");
}

static void hostile_documents(void **state)
{
	expect_refused(*state,
		"<!DOCTYPE zone [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>" ZONE
		"<attr name=\"a\" type=\"string\" value=\"&b;\"/></zone>",
		"web.xml:1: it declares an entity");
	expect_refused(*state,
		"<!DOCTYPE zone [<!ENTITY x SYSTEM \"file:///etc/shadow\">]>" ZONE "&x;</zone>",
		"declares an entity");
	expect_refused(*state,
		"<!DOCTYPE zone [<!ENTITY % x SYSTEM \"http://192.0.2.1/x\"> %x;]>" ZONE "</zone>",
		"declares an entity");
	expect_refused(*state, "<!DOCTYPE zone [<!ELEMENT zone ANY>]>" ZONE "</zone>",
		"declares elements");
	expect_refused(*state,
		"<!DOCTYPE zone [<!ATTLIST zone bootargs CDATA \"x\">]>" ZONE "</zone>",
		"declares elements");
	expect_refused(*state, HEAD ZONE "&undefined;</zone>", "web.xml:2: ");
	/* An external DTD is not fetched, and not believed. */
	AUTO_ZONE *zone = NULL;
	assert_int_equal(
		parse(*state, "<!DOCTYPE zone SYSTEM \"http://192.0.2.1/zone.dtd\">" ZONE "</zone>",
			&zone),
		0);
	zone_fixture_said(*state, NULL);
}

/* So deep, so long, so many. */
static void large_documents(void **state)
{
	struct zone_fixture *fixture = *state;
	AUTO_STR deep = STR_EMPTY, many = STR_EMPTY, large = STR_EMPTY;
	for (int i = 0; i < 100000; i++)
		text_adds(&deep, "<zone>");
	expect_refused(fixture, str_get(&deep), "web.xml:1: ");
	text_adds(&many, ZONE);
	for (int i = 0; i <= ZONE_RESOURCES_MAX; i++)
		text_addf(&many, "<device match=\"/dev/%d\"/>", i);
	text_adds(&many, "</zone>");
	expect_refused(fixture, str_get(&many), "more than 4096 resources");
	while (large.len <= XML_SIZE_MAX)
		text_adds(&large, "<zone/>                                      ");
	expect_refused(fixture, str_get(&large), "larger than");
	AUTO_ZONE *zone = zone_new();
	for (int i = 0; i < 300; i++) {
		char text[VALUE_TEXT_MAX + 1];
		memset(text, 'x', sizeof(text));
		text[VALUE_TEXT_MAX] = '\0';
		struct resource *attr = resource_new(&resource_types[RES_ATTR]);
		resource_set(attr, ATTR_VALUE, text);
		zone_add(zone, attr);
	}
	AUTO_STR text = STR_EMPTY;
	assert_int_equal(xml_format(zone, &text, &fixture->messages), -EFBIG);
	zone_fixture_said(fixture, "bytes as XML");
}

static void scanning(void **state)
{
	struct zone_fixture *fixture = *state;
	struct xml_summary summary;
	static const char text[] = HEAD "<zone name=\"web\" ip-type=\"exclusive\" brand=\"\"/>";
	assert_int_equal(xml_scan(text, strlen(text), "web.xml", &summary, &fixture->messages), 0);
	assert_string_equal(summary.brand, "native");
	assert_string_equal(summary.ip_type, "exclusive");
	xml_summary_free(&summary);
	static const struct {
		const char *text, *said;
	} wrong[] = { { "", "web.xml:" }, { HEAD "<zone>", "web.xml:2: " },
		{ HEAD "<list brand=\"x\"/>", "root element" },
		{ "<!DOCTYPE zone [<!ENTITY a \"b\">]><zone/>", "declares an entity" },
		{ HEAD "<zone brand=\"x\"><a></zone>", "web.xml:2: " } };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(xml_scan(wrong[i].text, strlen(wrong[i].text), "web.xml", &summary,
					 &fixture->messages),
			-EINVAL);
		zone_fixture_said(fixture, wrong[i].said);
	}
	/* One that was wrong does not spoil the next. */
	assert_int_equal(xml_scan(text, strlen(text), "web.xml", &summary, &fixture->messages), 0);
	xml_summary_free(&summary);
	zone_fixture_said(fixture, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(the_elements_of_solaris),
		cmocka_unit_test(wrong_documents),
		cmocka_unit_test(hostile_documents),
		cmocka_unit_test(large_documents),
		cmocka_unit_test(scanning),
	};
	return cmocka_run_group_tests(tests, zone_fixture_setup, zone_fixture_teardown);
}
