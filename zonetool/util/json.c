/* json.c - text as JSON has it. */
#include "util/json.h"

#include "util/alloc.h"
#include "util/utf8.h"

void json_text(struct str *out, const char *text)
{
	if (!text) {
		text_adds(out, "null");
		return;
	}
	text_addc(out, '"');
	while (*text) {
		uint32_t c = 0;
		size_t len = utf8_decode(text, &c);
		if (c == '"' || c == '\\')
			text_addf(out, "\\%c", *text);
		else if (len && (c < 0x20 || c == 0x7f))
			text_addf(out, "\\u%04x", (unsigned)c);
		else if (len)
			text_addf(out, "%.*s", (int)len, text);
		else
			text_adds(out, "\\ufffd");
		text += len ? len : 1;
	}
	text_addc(out, '"');
}
