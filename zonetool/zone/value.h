/*
 * value.h - what a property can hold: nothing, one text, or a list of texts. A complex value, as
 * an rctl has it, is one text in its canonical form: (priv=privileged,limit=5,action=deny).
 */
#ifndef ZONE_VALUE_H
#define ZONE_VALUE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	/* Bytes in one text. Longer ones are refused where they come in. */
	VALUE_TEXT_MAX = 4096,
	/* Items of a list. */
	VALUE_ITEMS_MAX = 1024,
};

/* How a value was written: set p=text, set p=[a,b], add value (a=b,c=d). */
enum value_form {
	VALUE_SIMPLE,
	VALUE_LIST,
	VALUE_COMPLEX,
};

struct value {
	enum value_form form; /* as it was written; unimportant once it is in a zone */
	char **items;         /* owned */
	size_t count;         /* 0: not set, or [] */
};

#define VALUE_EMPTY ((struct value){ 0 })

void value_free(struct value *value);
#define AUTO_VALUE __attribute__((cleanup(value_free))) struct value

/* Append text, which the value now owns. */
void value_take(struct value *value, char *text);
/* Remove the item at this position. */
void value_remove(struct value *value, size_t at);
struct value value_copy(const struct value *value);
bool value_equal(const struct value *a, const struct value *b);
/* The position of an item, or -1. */
long value_find(const struct value *value, const char *text);

/*
 * Whether a text can be kept in XML and printed on a line: UTF-8 without control characters, and no
 * longer than VALUE_TEXT_MAX. Returns NULL, or what is wrong with it, to complete "it ...".
 */
const char *value_text_wrong(const char *text);

#endif
