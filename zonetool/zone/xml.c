/* xml.c - a zone's configuration from XML, and to it. */
#include "zone/xml.h"

#include "util/alloc.h"
#include "zone/builtin.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/valid.h>
#include <libxml/xmlwriter.h>
#include <string.h>

#define PUBLIC_ID "-//zonetool//DTD Zones 1.0//EN"
#define SYSTEM_ID "file:///usr/share/xml/zonetool/zonecfg.dtd"

/* No network, no entities in place of text; nothing printed: problem_keep() has it. */
static const int parse_options = XML_PARSE_NONET | XML_PARSE_COMPACT;

/* ---- errors ---- */

/* The first thing that is wrong with a document. */
struct problem {
	int line;
	char *text; /* NULL: nothing */
};

static void problem_set(struct problem *problem, int line, const char *text)
{
	if (problem->text)
		return;
	problem->line = line;
	problem->text = xstrndup(text, strcspn(text, "\n"));
}

const char *xml_problem(const char *text)
{
	if (!text)
		return "this is no XML document";
	/* Which it names to programmers. */
	if (strstr(text, "XML_PARSE_HUGE"))
		return "it is nested more deeply, or has a longer text, than any zone's file";
	return text;
}

static void problem_keep(void *user, xmlErrorPtr error)
{
	if (error->level >= XML_ERR_ERROR)
		problem_set(user, error->line, xml_problem(error->message));
}

/* Describe a problem, which is then forgotten. Returns -EINVAL. */
static int problem_tell(struct problem *problem, const char *what, struct messages *messages)
{
	message_error(messages, -EINVAL, "%s:%d: %s", what, problem->line,
		problem->text ? problem->text : "this is no XML document");
	free(problem->text);
	problem->text = NULL;
	return -EINVAL;
}

/* ---- parsing with distrust ---- */

/*
 * A zone's file declares nothing: with entities a small document could stand for a huge one, or for
 * other files.
 */
static void refuse_entity(void *user, const xmlChar *name, int type, const xmlChar *public_id,
	const xmlChar *system_id, xmlChar *content)
{
	(void)name, (void)type, (void)public_id, (void)system_id, (void)content;
	xmlParserCtxtPtr parser = user;
	problem_set(parser->_private, xmlSAX2GetLineNumber(parser),
		"it declares an entity, which no zone's file does");
	xmlStopParser(parser);
}

/* A parser of our own kind; problem gets what is wrong. */
static xmlParserCtxtPtr parser_new(struct problem *problem)
{
	xmlParserCtxtPtr parser = xmlNewParserCtxt();
	if (!parser)
		alloc_failed();
	parser->_private = problem;
	parser->sax->entityDecl = refuse_entity;
	xmlSetStructuredErrorFunc(problem, problem_keep);
	return parser;
}

static void parser_free(xmlParserCtxtPtr parser)
{
	xmlSetStructuredErrorFunc(NULL, NULL);
	xmlFreeParserCtxt(parser);
}

/* Our own DTD, whatever the document says of one. */
static xmlDtdPtr dtd_get(void)
{
	static xmlDtdPtr dtd;
	if (!dtd) {
		xmlParserInputBufferPtr input = xmlParserInputBufferCreateMem(
			builtin_dtd, (int)builtin_dtd_len, XML_CHAR_ENCODING_UTF8);
		dtd = xmlIOParseDTD(NULL, input, XML_CHAR_ENCODING_UTF8);
	}
	return dtd;
}

/* Whether the document is one of ours. */
static bool validate(xmlDocPtr doc, struct problem *problem)
{
	xmlNodePtr root = xmlDocGetRootElement(doc);
	if (!root || strcmp((const char *)root->name, "zone") != 0) {
		problem_set(problem, root ? (int)xmlGetLineNo(root) : 0,
			"its root element must be <zone>");
		return false;
	}
	if (doc->intSubset && doc->intSubset->children) {
		problem_set(problem, 1, "it declares elements, which no zone's file does");
		return false;
	}
	xmlValidCtxtPtr valid = xmlNewValidCtxt();
	bool good = valid && xmlValidateDtd(valid, doc, dtd_get()) == 1;
	xmlFreeValidCtxt(valid);
	if (!good)
		problem_set(problem, (int)xmlGetLineNo(root), "it is not a zone's configuration");
	return good;
}

/* ---- from XML ---- */

/* Where a value comes from: put before what prop_check() says of it. */
struct origin {
	const char *what;
	int line;
	struct messages *outer;
};

static void emit_with_origin(struct messages *messages, enum severity severity, const char *text)
{
	const struct origin *origin = messages->user;
	(void)severity;
	message_error(origin->outer, -EINVAL, "%s:%d: %s", origin->what, origin->line, text);
}

/* An attribute's text, the caller's; NULL: it is missing or empty, which means the same. */
static char *attribute(xmlNodePtr node, const char *name)
{
	xmlChar *raw = xmlGetNoNsProp(node, BAD_CAST name);
	char *text = raw && *raw ? xstrdup((const char *)raw) : NULL;
	xmlFree(raw);
	return text;
}

static xmlNodePtr next_element(xmlNodePtr node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

#define for_each_element(node, parent)                                                             \
	for (xmlNodePtr node = next_element((parent)->children); node;                             \
		node = next_element(node->next))

/* "a b" in row->xml: the attributes of a range's ends. */
static void range_attributes(const struct prop *prop, char **ret_low, char **ret_high)
{
	const char *blank = strchr(prop->xml, ' ');
	*ret_low = xstrndup(prop->xml, (size_t)(blank - prop->xml));
	*ret_high = xstrdup(blank + 1);
}

static char *range_from(xmlNodePtr node, const struct prop *prop)
{
	AUTO_FREE char *low_name = NULL, *high_name = NULL;
	range_attributes(prop, &low_name, &high_name);
	AUTO_FREE char *low = attribute(node, low_name), *high = attribute(node, high_name);
	return xasprintf("%s-%s", low ? low : "", high ? high : "");
}

static char *tuple_from(xmlNodePtr node)
{
	AUTO_FREE char *priv = attribute(node, "priv"), *limit = attribute(node, "limit");
	AUTO_FREE char *action = attribute(node, "action");
	return xasprintf("(priv=%s,limit=%s,action=%s)", priv ? priv : "", limit ? limit : "",
		action ? action : "");
}

/* A property's value as the element has it, not yet checked. */
static struct value value_from(xmlNodePtr node, const struct prop *prop)
{
	struct value value = { .form = prop->kind == PROP_TUPLES ? VALUE_COMPLEX
			: prop->kind == PROP_LIST                ? VALUE_LIST
								 : VALUE_SIMPLE };
	switch (prop->kind) {
	case PROP_TEXT:
	case PROP_CHOICE: {
		char *text = attribute(node, prop->xml);
		if (text)
			value_take(&value, text);
		break;
	}
	case PROP_RANGE:
		value_take(&value, range_from(node, prop));
		break;
	case PROP_LIST:
	case PROP_TUPLES:
		for_each_element(child, node)
		{
			char *text = prop->kind == PROP_TUPLES ? tuple_from(child)
							       : attribute(child, "name");
			value_take(&value, text ? text : xstrdup(""));
		}
		break;
	case PROP_REFUSED:
		break;
	}
	return value;
}

/* All properties of an element. Returns 0 or -EINVAL, described. */
static int resource_from(
	xmlNodePtr node, struct resource *resource, const char *what, struct messages *outer)
{
	struct origin origin = { what, (int)xmlGetLineNo(node), outer };
	struct messages messages = { .emit = emit_with_origin, .user = &origin };
	for (size_t i = 0; i < resource->type->prop_count; i++) {
		const struct prop *prop = &resource->type->props[i];
		struct value *value = &resource->values[i];
		*value = value_from(node, prop);
		if (value->count && prop_check(prop, value, &messages) < 0)
			return -EINVAL;
	}
	return 0;
}

static const struct resource_type *type_of_element(const char *element)
{
	for (size_t i = RES_ZONE + 1; i < RES_COUNT; i++)
		if (strcmp(resource_types[i].element, element) == 0)
			return &resource_types[i];
	return NULL;
}

void xml_packages_free(struct xml_packages *packages)
{
	for (size_t i = 0; i < packages->count; i++) {
		free(packages->rows[i].name);
		free(packages->rows[i].version);
	}
	free(packages->rows);
	*packages = (struct xml_packages){ 0 };
}

/* Names and versions come to be printed. */
static int package_from(
	xmlNodePtr node, struct xml_packages *packages, const char *what, struct messages *messages)
{
	/* Room grows by doubling: whenever the count is a power of two. */
	if ((packages->count & (packages->count - 1)) == 0)
		packages->rows = xrealloc(packages->rows, packages->count ? 2 * packages->count : 1,
			sizeof(*packages->rows));
	struct xml_package *package = &packages->rows[packages->count++];
	*package = (struct xml_package){ attribute(node, "name"), attribute(node, "version") };
	const char *wrong = !package->name || !package->version ? "has no name, or no version"
								: value_text_wrong(package->name);
	if (!wrong)
		wrong = value_text_wrong(package->version);
	if (!wrong)
		return 0;
	return message_error(
		messages, -EINVAL, "%s:%d: <package>: it %s", what, (int)xmlGetLineNo(node), wrong);
}

/* packages: NULL: they are passed over. */
static int zone_from(xmlNodePtr root, struct zone *zone, struct xml_packages *packages,
	const char *what, struct messages *messages)
{
	int rc = resource_from(root, zone->own, what, messages);
	for_each_element(node, root)
	{
		const struct resource_type *type = type_of_element((const char *)node->name);
		if (rc < 0)
			break;
		if (packages && strcmp((const char *)node->name, "package") == 0)
			rc = package_from(node, packages, what, messages);
		if (!type) /* a manifest's inventory: the DTD allows nothing else */
			continue;
		if (zone->count >= ZONE_RESOURCES_MAX)
			return message_error(messages, -EINVAL, "%s:%d: more than %d resources",
				what, (int)xmlGetLineNo(node), ZONE_RESOURCES_MAX);
		struct resource *resource = resource_new(type);
		zone_add(zone, resource);
		rc = resource_from(node, resource, what, messages);
	}
	return rc;
}

/* packages: NULL: they are passed over. What was read of them stays when something fails. */
static int parse(const char *text, size_t len, const char *what, struct zone **ret_zone,
	struct xml_packages *packages, struct messages *messages)
{
	struct problem problem = { 0 };
	int max = packages ? XML_MANIFEST_SIZE_MAX : XML_SIZE_MAX;
	if (len > (size_t)max)
		return message_error(messages, -EINVAL, "%s is larger than %d bytes", what, max);
	xmlParserCtxtPtr parser = parser_new(&problem);
	xmlDocPtr doc = xmlCtxtReadMemory(parser, text, (int)len, NULL, "UTF-8", parse_options);
	bool good = doc && !problem.text && validate(doc, &problem);
	parser_free(parser);
	AUTO_ZONE *zone = zone_new();
	int rc = good ? zone_from(xmlDocGetRootElement(doc), zone, packages, what, messages)
		      : problem_tell(&problem, what, messages);
	free(problem.text);
	xmlFreeDoc(doc);
	if (rc == 0) {
		*ret_zone = zone;
		zone = NULL;
	}
	return rc;
}

int xml_parse(const char *text, size_t len, const char *what, struct zone **ret_zone,
	struct messages *messages)
{
	return parse(text, len, what, ret_zone, NULL, messages);
}

int xml_parse_manifest(const char *text, size_t len, const char *what, struct zone **ret_zone,
	struct xml_packages *ret_packages, struct messages *messages)
{
	struct xml_packages packages = { 0 };
	int rc = parse(text, len, what, ret_zone, &packages, messages);
	if (rc < 0)
		xml_packages_free(&packages);
	else
		*ret_packages = packages;
	return rc;
}

/* ---- to XML ---- */

#define WRITTEN_ZONE " Written by zonecfg(8): change it with zonecfg, not with an editor. "
#define WRITTEN_MANIFEST " Written by zoneadm(8) detach, for zonecfg create -a and zoneadm attach. "

static void write_attribute(xmlTextWriterPtr writer, const char *name, const char *text)
{
	xmlTextWriterWriteAttribute(writer, BAD_CAST name, BAD_CAST text);
}

static void write_range(xmlTextWriterPtr writer, const struct prop *prop, const char *range)
{
	AUTO_FREE char *low_name = NULL, *high_name = NULL;
	range_attributes(prop, &low_name, &high_name);
	const char *dash = strchr(range, '-');
	AUTO_FREE char *low = dash ? xstrndup(range, (size_t)(dash - range)) : xstrdup(range);
	write_attribute(writer, low_name, low);
	write_attribute(writer, high_name, dash ? dash + 1 : range);
}

static void write_tuple(xmlTextWriterPtr writer, const char *text)
{
	struct rctl_tuple tuple;
	if (rctl_tuple_parse(text, &tuple) < 0)
		return; /* not canonical: registry_save() finds out that it is missing */
	write_attribute(writer, "priv", tuple.priv);
	write_attribute(writer, "limit", tuple.limit);
	write_attribute(writer, "action", tuple.action);
	rctl_tuple_free(&tuple);
}

/* Attributes come before child elements. */
static void write_attributes(xmlTextWriterPtr writer, const struct resource *resource)
{
	for (size_t i = 0; i < resource->type->prop_count; i++) {
		const struct prop *prop = &resource->type->props[i];
		const struct value *value = &resource->values[i];
		if (prop->kind == PROP_RANGE && value->count)
			write_range(writer, prop, value->items[0]);
		else if ((prop->kind == PROP_TEXT || prop->kind == PROP_CHOICE) && value->count)
			write_attribute(writer, prop->xml, value->items[0]);
		else if (prop->kind == PROP_CHOICE && prop->fallback)
			write_attribute(writer, prop->xml, prop->fallback);
		else if (prop->kind == PROP_TEXT && (prop->flags & PROP_REQUIRED))
			write_attribute(writer, prop->xml, ""); /* a template's zonepath */
	}
}

static void write_children(xmlTextWriterPtr writer, const struct resource *resource)
{
	for (size_t i = 0; i < resource->type->prop_count; i++) {
		const struct prop *prop = &resource->type->props[i];
		if (prop->kind != PROP_LIST && prop->kind != PROP_TUPLES)
			continue;
		for (size_t j = 0; j < resource->values[i].count; j++) {
			const char *item = resource->values[i].items[j];
			xmlTextWriterStartElement(writer, BAD_CAST prop->xml);
			if (prop->kind == PROP_TUPLES)
				write_tuple(writer, item);
			else
				write_attribute(writer, "name", item);
			xmlTextWriterEndElement(writer);
		}
	}
}

static void write_packages(xmlTextWriterPtr writer, const struct xml_packages *packages)
{
	for (size_t i = 0; i < packages->count; i++) {
		xmlTextWriterStartElement(writer, BAD_CAST "package");
		write_attribute(writer, "name", packages->rows[i].name);
		write_attribute(writer, "version", packages->rows[i].version);
		xmlTextWriterEndElement(writer);
	}
}

static void write_zone(
	xmlTextWriterPtr writer, const struct zone *zone, const struct xml_packages *packages)
{
	xmlTextWriterSetIndent(writer, 1);
	xmlTextWriterSetIndentString(writer, BAD_CAST "  ");
	xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL);
	xmlTextWriterWriteDTD(
		writer, BAD_CAST "zone", BAD_CAST PUBLIC_ID, BAD_CAST SYSTEM_ID, NULL);
	xmlTextWriterWriteComment(writer, BAD_CAST(packages ? WRITTEN_MANIFEST : WRITTEN_ZONE));
	xmlTextWriterStartElement(writer, BAD_CAST "zone");
	write_attributes(writer, zone->own);
	for (size_t i = 0; i < zone->count; i++) {
		xmlTextWriterStartElement(writer, BAD_CAST zone->resources[i]->type->element);
		write_attributes(writer, zone->resources[i]);
		write_children(writer, zone->resources[i]);
		xmlTextWriterEndElement(writer);
	}
	if (packages)
		write_packages(writer, packages);
	xmlTextWriterEndElement(writer);
	xmlTextWriterEndDocument(writer);
}

/* packages: NULL: it is a configuration, and no manifest. */
static int format(const struct zone *zone, const struct xml_packages *packages, struct str *text,
	struct messages *messages)
{
	xmlBufferPtr buffer = xmlBufferCreate();
	xmlTextWriterPtr writer = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL;
	if (!writer)
		alloc_failed();
	write_zone(writer, zone, packages);
	xmlFreeTextWriter(writer); /* flushes */
	int rc = 0, max = packages ? XML_MANIFEST_SIZE_MAX : XML_SIZE_MAX;
	if (xmlBufferLength(buffer) > max)
		rc = message_error(messages, -EFBIG,
			"the configuration%s takes %d bytes as XML: at most %d are possible",
			packages ? ", with all packages," : "", xmlBufferLength(buffer), max);
	else
		text_adds(text, (const char *)xmlBufferContent(buffer));
	xmlBufferFree(buffer);
	return rc;
}

int xml_format(const struct zone *zone, struct str *text, struct messages *messages)
{
	return format(zone, NULL, text, messages);
}

int xml_format_manifest(const struct zone *zone, const struct xml_packages *packages,
	struct str *text, struct messages *messages)
{
	return format(zone, packages, text, messages);
}
