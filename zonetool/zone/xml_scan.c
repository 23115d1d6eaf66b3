/*
 * xml_scan.c - what zoneadm list shows of a configuration, without building a tree: ten thousand of
 * them take a tenth of a second.
 */
#include "zone/xml.h"

#include "util/alloc.h"

#include <errno.h>
#include <libxml/parser.h>
#include <string.h>

struct scan {
	const char *what;
	struct messages *messages;
	struct xml_summary summary;
	bool rooted, wrong; /* the root element was seen; something was described */
};

/* Describe a problem, the first only, and stop. */
static void fail(xmlParserCtxtPtr parser, int line, const char *problem)
{
	struct scan *scan = parser->_private;
	if (scan->wrong)
		return;
	scan->wrong = true;
	message_error(scan->messages, -EINVAL, "%s:%d: %.*s", scan->what, line,
		(int)strcspn(problem, "\n"), problem);
	xmlStopParser(parser);
}

static void on_error(void *user, xmlErrorPtr error)
{
	if (error->level >= XML_ERR_ERROR)
		fail(user, error->line, xml_problem(error->message));
}

static void on_entity(void *user, const xmlChar *name, int type, const xmlChar *public_id,
	const xmlChar *system_id, xmlChar *content)
{
	(void)name, (void)type, (void)public_id, (void)system_id, (void)content;
	fail(user, xmlSAX2GetLineNumber(user), "it declares an entity, which no zone's file does");
}

/* Attributes come in fives: local name, prefix, URI, the value's begin and end. */
static void on_element(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int namespace_count, const xmlChar **namespaces, int count, int defaulted,
	const xmlChar **attributes)
{
	(void)prefix, (void)uri, (void)namespace_count, (void)namespaces, (void)defaulted;
	struct scan *scan = ((xmlParserCtxtPtr)user)->_private;
	if (scan->rooted)
		return;
	scan->rooted = true;
	if (strcmp((const char *)name, "zone") != 0) {
		/* Stopping frees what the attributes point to. */
		fail(user, xmlSAX2GetLineNumber(user), "its root element must be <zone>");
		return;
	}
	const struct {
		const char *name;
		char **slot;
	} wanted[] = { { resource_types[RES_ZONE].props[ZONE_BRAND].xml, &scan->summary.brand },
		{ resource_types[RES_ZONE].props[ZONE_IP_TYPE].xml, &scan->summary.ip_type } };
	for (int i = 0; i < count; i++, attributes += 5)
		for (size_t j = 0; j < sizeof(wanted) / sizeof(wanted[0]); j++)
			if (strcmp((const char *)attributes[0], wanted[j].name) == 0
				&& attributes[4] > attributes[3] && !*wanted[j].slot)
				*wanted[j].slot = xstrndup((const char *)attributes[3],
					(size_t)(attributes[4] - attributes[3]));
}

void xml_summary_free(struct xml_summary *summary)
{
	free(summary->brand);
	free(summary->ip_type);
	*summary = (struct xml_summary){ 0 };
}

/* One parser for all documents, as making one takes longer than a document. */
static xmlParserCtxtPtr parser_get(void)
{
	static xmlParserCtxtPtr parser;
	if (parser)
		return parser;
	parser = xmlNewParserCtxt();
	if (!parser)
		alloc_failed();
	*parser->sax = (xmlSAXHandler){
		.initialized = XML_SAX2_MAGIC, .startElementNs = on_element, .entityDecl = on_entity
	};
	return parser;
}

int xml_scan(const char *text, size_t len, const char *what, struct xml_summary *ret_summary,
	struct messages *messages)
{
	struct scan scan = { .what = what, .messages = messages };
	xmlParserCtxtPtr parser = parser_get();
	if (len > XML_SIZE_MAX)
		return message_error(
			messages, -EINVAL, "%s is larger than %d bytes", what, XML_SIZE_MAX);
	parser->_private = &scan;
	/* Errors of reading go here, too, which know no parser. */
	xmlSetStructuredErrorFunc(parser, on_error);
	xmlFreeDoc(xmlCtxtReadMemory(parser, text, (int)len, NULL, "UTF-8", XML_PARSE_NONET));
	xmlSetStructuredErrorFunc(NULL, NULL);
	if (!scan.wrong && !scan.rooted)
		fail(parser, 1, "this is no XML document");
	if (scan.wrong) {
		xml_summary_free(&scan.summary);
		return -EINVAL;
	}
	const struct prop *props = resource_types[RES_ZONE].props;
	if (!scan.summary.brand)
		scan.summary.brand = xstrdup(props[ZONE_BRAND].fallback);
	if (!scan.summary.ip_type)
		scan.summary.ip_type = xstrdup(props[ZONE_IP_TYPE].fallback);
	*ret_summary = scan.summary;
	return 0;
}
