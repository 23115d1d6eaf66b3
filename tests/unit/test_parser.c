/*
 * test_parser.c - commands of zonecfg's language, what is wrong with others, and unfinished ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "grammar/parser.h"
#include "util/alloc.h"

#include <errno.h>
#include <string.h>

/* The last message; a test that expects none finds it empty. */
static char last_message[1024];

static void keep_message(struct messages *messages, enum severity severity, const char *text)
{
	/* Who shows it wants to say where. */
	assert_true(*(const int *)messages->user > 0);
	assert_int_equal(severity, MESSAGE_ERROR);
	assert_string_equal(last_message, "");
	assert_true(strlen(text) < sizeof(last_message));
	strcpy(last_message, text);
}

static struct messages listener(int *line)
{
	last_message[0] = '\0';
	*line = 0;
	return (struct messages){ .emit = keep_message, .user = line };
}

/* "{a|b}", with a letter for how it was written. */
static void describe_value(struct str *out, const struct value *value)
{
	static const char letters[] = {
		[VALUE_SIMPLE] = 's', [VALUE_LIST] = 'l', [VALUE_COMPLEX] = 'c'
	};
	text_addf(out, "%c{", letters[value->form]);
	for (size_t i = 0; i < value->count; i++)
		text_addf(out, "%s%s", i ? "|" : "", value->items[i]);
	text_addc(out, '}');
}

static void describe(struct str *out, const struct command *command)
{
	text_adds(out, verb_rows[command->verb].name);
	for (size_t i = 0; i < command->option_count; i++) {
		text_addf(out, " -%c", command->options[i].letter);
		if (command->options[i].argument)
			text_addf(out, "{%s}", command->options[i].argument);
	}
	if (command->word)
		text_addf(out, " %s", command->word);
	if (command->has_value) {
		text_adds(out, " = ");
		describe_value(out, &command->value);
	}
	for (size_t i = 0; i < command->filter_count; i++) {
		text_addf(out, " %s=", command->filters[i].name);
		describe_value(out, &command->filters[i].value);
	}
}

/* What all commands of an input say, "; " between them; an error is "line N: message". */
static char *understand(const char *input, size_t len)
{
	AUTO_STR out = STR_EMPTY;
	struct lexer lexer;
	lexer_init(&lexer, input, len);
	for (;;) {
		int line;
		struct messages messages = listener(&line);
		AUTO_COMMAND command = { 0 };
		int rc = parser_next(&lexer, &command, &line, &messages);
		assert_true(line > 0);
		assert_int_equal(messages.error_count, rc < 0);
		if (rc == 0)
			break;
		if (out.len)
			text_adds(&out, "; ");
		if (rc > 0) {
			describe(&out, &command);
			continue;
		}
		assert_int_equal(rc, -EINVAL);
		text_addf(&out, "line %d: %s", line, last_message);
		assert_true(lexer.at == len || input[lexer.at - 1] == '\n');
	}
	assert_int_equal(lexer.at, len);
	lexer_free(&lexer);
	return text_take(&out);
}

static void expect(const char *input, const char *meaning)
{
	AUTO_FREE char *found = understand(input, strlen(input));
	assert_string_equal(found, meaning);
}

/* The dialogues that users know. */
static void known_dialogues(void **state)
{
	(void)state;
	expect("create\nset zonepath=/zones/zone1\n"
	       "add inherit-pkg-dir; set dir=/opt; end\n"
	       "add net; set physical=iprb0; set address=10.0.0.1/24; end\n"
	       "add fs; set dir=/export; set special=/export; set options=[rw,nosuid]; "
	       "set type=lofs; end\nverify\ncommit\nexit\n",
		"create; set zonepath = s{/zones/zone1}; "
		"add inherit-pkg-dir; set dir = s{/opt}; end; "
		"add net; set physical = s{iprb0}; set address = s{10.0.0.1/24}; end; "
		"add fs; set dir = s{/export}; set special = s{/export}; "
		"set options = l{rw|nosuid}; set type = s{lofs}; end; verify; commit; exit");
	expect("create -t zone1\nselect net address=; set address=; end",
		"create -t{zone1}; select net address=s{}; set address = s{}; end");
}

static void every_verb_is_found(void **state)
{
	(void)state;
	for (int verb = 0; verb < VERB_COUNT; verb++) {
		const struct verb_row *row = &verb_rows[verb];
		assert_int_equal(verb_find(row->name), verb);
		assert_true(row->scopes && !(row->scopes & ~(unsigned)SCOPE_BOTH));
		assert_non_null(row->usage);
		assert_true(*row->help && row->help[strlen(row->help) - 1] != '\n');
		size_t letters = 0;
		for (const char *at = row->options; *at; at++)
			letters += *at != ':';
		assert_true(letters <= COMMAND_OPTIONS_MAX);
	}
	assert_int_equal(verb_find("?"), VERB_HELP);
	assert_int_equal(verb_find("Set"), -1);
	assert_int_equal(verb_find("se"), -1);
	assert_int_equal(verb_find(""), -1);
}

static void nothing_is_no_command(void **state)
{
	(void)state;
	expect("", "");
	expect(" ;;\n\t;\r\n# set a=b; c\n;# d", "");
	expect("end;;end\n\n;end;", "end; end; end");
}

static void options(void **state)
{
	(void)state;
	expect("create -b -F", "create -b -F");
	expect("create -Ft zone1;create -tzone1 -F", "create -F -t{zone1}; create -t{zone1} -F");
	expect("create -Ftb", "create -F -t{b}");
	expect("create -t \"zone 1\" -a/z,=", "create -t{zone 1} -a{/z,=}");
	expect("create -t -b", "create -t{-b}");
	expect("export -f /tmp/a=b,c", "export -f{/tmp/a=b,c}");
	expect("delete -F; revert -F; exit -F; exit", "delete -F; revert -F; exit -F; exit");
	expect("remove -F fs dir=/x; remove - a=-b", "remove -F fs dir=s{/x}; remove - a=s{-b}");
}

static void wrong_options(void **state)
{
	(void)state;
	expect("end -F", "line 1: end: there is no option \"-F\"; usage: end");
	expect("exit -Fx", "line 1: exit: there is no option \"-x\"; usage: exit [-F]");
	expect("exit --", "line 1: exit: there is no option \"--\"; usage: exit [-F]");
	expect("export -:", "line 1: export: there is no option \"-:\"; usage: export [-f FILE]");
	expect("exit -F -F", "line 1: exit: the option -F is given twice");
	expect("export -f;",
		"line 1: export: found the end of the command where the argument of -f "
		"belongs; usage: export [-f FILE]");
	expect("export -f [",
		"line 1: export: found \"[\" where the argument of -f belongs; "
		"usage: export [-f FILE]");
	expect("exit \"-F\"",
		"line 1: exit: found the text \"-F\" where the end of the command "
		"belongs; usage: exit [-F]");
}

static void values_of_set(void **state)
{
	(void)state;
	expect("set zonepath = /x", "set zonepath = s{/x}");
	expect("set limitpriv=default,!cap_mknod", "set limitpriv = s{default,!cap_mknod}");
	expect("set special=LABEL=x", "set special = s{LABEL=x}");
	expect("set p=;set p=\"\";set p=\n", "set p = s{}; set p = s{}; set p = s{}");
	expect("set p=\"a; \\\"b\\\" \\\\\"", "set p = s{a; \"b\" \\}");
	expect("set p=[rw,nosuid]", "set p = l{rw|nosuid}");
	expect("set p = [ rw , \"a b\",size=1m ]", "set p = l{rw|a b|size=1m}");
	expect("set p=[];set p=[ ]", "set p = l{}; set p = l{}");
	expect("set p=a#b", "set p = s{a#b}");
	expect("set p=(priv=privileged, limit = 5,action=\"deny\")",
		"set p = c{(priv=privileged,limit=5,action=deny)}");
}

static void wrong_values(void **state)
{
	(void)state;
	expect("set",
		"line 1: set: found the end of the command where a name belongs; "
		"usage: set PROPERTY=VALUE");
	expect("set \"p\"=x",
		"line 1: set: found the text \"p\" where a name belongs; "
		"usage: set PROPERTY=VALUE");
	expect("set p x",
		"line 1: set: found \"x\" where \"=\" belongs; usage: set PROPERTY=VALUE");
	expect("set p==x",
		"line 1: set: found \"=\" where a value belongs; "
		"usage: set PROPERTY=VALUE");
	expect("set p=a b",
		"line 1: set: found \"b\" where the end of the command (a text with "
		"blanks goes in double quotes) belongs; usage: set PROPERTY=VALUE");
	expect("set p=[a,,b]",
		"line 1: set: found \",\" where an item of the list belongs; "
		"usage: set PROPERTY=VALUE");
	expect("set p=[a,\"\"]",
		"line 1: set: found the text \"\" where an item of the list "
		"belongs; usage: set PROPERTY=VALUE");
	expect("set p=[a,]",
		"line 1: set: found \"]\" where an item of the list belongs; "
		"usage: set PROPERTY=VALUE");
	expect("set p=[a b]",
		"line 1: set: found \"b\" where \",\" or \"]\" belongs; "
		"usage: set PROPERTY=VALUE");
	expect("set p=[a\nend",
		"line 1: set: found the end of the command where \",\" or \"]\" "
		"belongs; usage: set PROPERTY=VALUE; end");
	expect("set p=\"a;end\nend",
		"line 1: set: the text that begins in column 7 has no closing "
		"quote on its line; end");
	expect("end\nset \xc3\xa4=[\x01",
		"end; line 2: set: the text that begins in column 8 has a "
		"control character, or is not UTF-8");
}

static void wrong_fields(void **state)
{
	(void)state;
#define NAME "where a field's name, without blanks and any of ( ) , = ; belongs; usage: "
#define VALUE "where a field's value, without blanks and any of ( ) , = ; belongs; usage: "
#define USAGE "add RESOURCE | PROPERTY VALUE"
	expect("add v ()", "line 1: add: found \")\" " NAME USAGE);
	expect("add v (a=b,)", "line 1: add: found \")\" " NAME USAGE);
	expect("add v (a",
		"line 1: add: found the end of the command where \"=\" belongs; usage: " USAGE);
	expect("add v (a=,b=c)", "line 1: add: found \",\" " VALUE USAGE);
	expect("add v (a=\"\")", "line 1: add: found the text \"\" " VALUE USAGE);
	expect("add v (a=\"b c\")", "line 1: add: found the text \"b c\" " VALUE USAGE);
	expect("add v (a=\"b;c\")", "line 1: add: found the text \"b;c\" " VALUE USAGE);
	expect("add v (a=b(c)", "line 1: add: found \"b(c\" " VALUE USAGE);
	expect("add v (a=b c=d)",
		"line 1: add: found \"c\" where \",\" or \")\" belongs; usage: " USAGE);
	expect("add v (a=b,c=d,a=e)", "line 1: add: the field \"a\" stands twice in one value");
	expect("add v (a=b,c=d,c=e)", "line 1: add: the field \"c\" stands twice in one value");
	expect("add v (a=b,aa=c,b=d,c=e)", "add v = c{(a=b,aa=c,b=d,c=e)}");
#undef NAME
#undef VALUE
#undef USAGE
}

static void values_of_add_and_remove(void **state)
{
	(void)state;
	expect("add fs;add options ro", "add fs; add options = s{ro}");
	expect("add options [ro,nodevices]", "add options = l{ro|nodevices}");
	expect("add options uid=5", "add options = s{uid=5}");
	expect("add value (priv=privileged,limit=5,action=deny)",
		"add value = c{(priv=privileged,limit=5,action=deny)}");
	expect("add options \"\"", "add options = s{}");
	expect("add net,fs",
		"line 1: add: found \",\" where a blank belongs; "
		"usage: add RESOURCE | PROPERTY VALUE");
	expect("add options]",
		"line 1: add: found \"]\" where a blank belongs; "
		"usage: add RESOURCE | PROPERTY VALUE");
	expect("remove options nosuid;remove options a,b",
		"remove options = s{nosuid}; remove options = s{a,b}");
	expect("remove options \"uid=5\";remove options [uid=5]",
		"remove options = s{uid=5}; remove options = l{uid=5}");
	expect("remove value (a=b);remove fs", "remove value = c{(a=b)}; remove fs");
	expect("remove options =x",
		"line 1: remove: found \"=\" where a value belongs; usage: "
		"remove [-F] RESOURCE [PROPERTY=VALUE,...] | PROPERTY VALUE");
}

static void filters(void **state)
{
	(void)state;
	static const char *const same[] = { "a=x,b=y", "a=x b=y", "a=x , b = y", "a = x ,b=\"y\"",
		"a=\"x\" b=y" };
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		AUTO_FREE char *input = xasprintf(
			"select net %s;info net %s;remove net %s", same[i], same[i], same[i]);
		expect(input,
			"select net a=s{x} b=s{y}; info net a=s{x} b=s{y}; "
			"remove net a=s{x} b=s{y}");
	}
	expect("select net;info;info net;help;help set",
		"select net; info; info net; help; help set");
	expect("select fs options=[rw,nosuid],dir=/x", "select fs options=l{rw|nosuid} dir=s{/x}");
	expect("select fs dir=,type=x", "select fs dir=s{} type=s{x}");
	expect("select fs special=LABEL=x", "select fs special=s{LABEL=x}");
	expect("select rctl value=(a=b,c=d) name=e", "select rctl value=c{(a=b,c=d)} name=s{e}");
}

static void wrong_filters(void **state)
{
	(void)state;
#define USAGE "; usage: select RESOURCE [PROPERTY=VALUE,...]"
	expect("select net address",
		"line 1: select: found the end of the command where \"=\" "
		"belongs" USAGE);
	expect("select net a=x,",
		"line 1: select: found the end of the command where a property's "
		"name belongs" USAGE);
	expect("select net a=x,,b=y",
		"line 1: select: found \",\" where a property's name belongs" USAGE);
	expect("select net a=\"x\"b=y",
		"line 1: select: found \"b\" where a blank or a comma "
		"belongs" USAGE);
	expect("select net \"a\"=x",
		"line 1: select: found the text \"a\" where a property's name "
		"belongs" USAGE);
	expect("select a=x", "line 1: select: found \"=\" where a property's name belongs" USAGE);
	expect("select", "line 1: select: found the end of the command where a name belongs" USAGE);
#undef USAGE
}

static void leftovers(void **state)
{
	(void)state;
	expect("commit now",
		"line 1: commit: found \"now\" where the end of the command belongs; "
		"usage: commit");
	expect("clear a b\nend",
		"line 1: clear: found \"b\" where the end of the command belongs; "
		"usage: clear PROPERTY; end");
	expect("clear\nend",
		"line 1: clear: found the end of the command where a name belongs; "
		"usage: clear PROPERTY; end");
	expect("end\nhelp set,",
		"end; line 2: help: found \",\" where the end of the command "
		"belongs; usage: help [TOPIC]");
	AUTO_STR text = STR_EMPTY;
	text_adds(&text, "end x");
	for (int i = 0; i < 100; i++)
		text_adds(&text, "\xc3\xa4");
	text_adds(&text, ";end");
	AUTO_FREE char *found = understand(text.data, text.len);
	/* 64 bytes would end in the middle of a character. */
	const char *begin = strchr(found, 'x'), *cut = strstr(found, "\xc3\xa4...\" where the end");
	assert_non_null(cut);
	assert_int_equal(cut + 2 - begin, 63);
}

static void unknown_verbs(void **state)
{
	(void)state;
	expect("creat", "line 1: there is no command \"creat\"; did you mean \"create\"?");
	expect("SET a=b", "line 1: there is no command \"SET\"; did you mean \"set\"?");
	expect("verfiy", "line 1: there is no command \"verfiy\"; did you mean \"verify\"?");
	expect("list\nend",
		"line 1: there is no command \"list\"; \"help\" lists the commands; end");
	expect("x", "line 1: there is no command \"x\"; \"help\" lists the commands");
	expect("a-word-that-is-longer-than-a-verb",
		"line 1: there is no command \"a-word-that-is-longer-than-a-verb\"; \"help\" "
		"lists the commands");
	expect("\"set\" a=b",
		"line 1: found the text \"set\" where a command belongs; \"help\" lists "
		"the commands");
	expect("=", "line 1: found \"=\" where a command belongs; \"help\" lists the commands");
	expect(" \"", "line 1: the text that begins in column 2 has no closing quote on its line");
	AUTO_FREE char *nul = understand("end\0;end", 8);
	assert_string_equal(nul, "line 1: the text that begins in column 1 has a NUL byte");
}

/* An input of a beginning, a number of pieces, and an end. */
static char *repeat(const char *begin, const char *piece, int count, const char *end)
{
	AUTO_STR out = STR_EMPTY;
	text_adds(&out, begin);
	for (int i = 0; i < count; i++)
		text_addf(&out, "%s%d", piece, i);
	text_adds(&out, end);
	return text_take(&out);
}

static void lists_and_filters_are_bounded(void **state)
{
	(void)state;
	AUTO_FREE char *list = repeat("set p=[x", ",x", VALUE_ITEMS_MAX - 1, "]");
	AUTO_FREE char *list_understood = understand(list, strlen(list));
	assert_memory_equal(list_understood, "set p = l{x|x0|x1|", 18);
	AUTO_FREE char *longer = repeat("set p=[x", ",x", VALUE_ITEMS_MAX, "]");
	expect(longer, "line 1: set: the list has more than 1024 items");

	AUTO_FREE char *most = repeat("select net", " a=", COMMAND_FILTERS_MAX, "");
	expect(most, "select net a=s{0} a=s{1} a=s{2} a=s{3} a=s{4} a=s{5} a=s{6} a=s{7}");
	AUTO_FREE char *many = repeat("select net", " a=", COMMAND_FILTERS_MAX + 1, "");
	expect(many, "line 1: select: more than 8 properties are given");
}

static void complex_values_are_bounded(void **state)
{
	(void)state;
	AUTO_STR fields = STR_EMPTY;
	for (int i = 0; i < PARSER_FIELDS_MAX; i++)
		text_addf(&fields, "%ca%d=x", i ? ',' : '(', i);
	AUTO_FREE char *complex = xasprintf("add v %s)", fields.data);
	AUTO_FREE char *complex_meaning = xasprintf("add v = c{%s)}", fields.data);
	expect(complex, complex_meaning);
	AUTO_FREE char *one_more = xasprintf("add v %s,b=x)", fields.data);
	expect(one_more, "line 1: add: the value has more than 16 fields");
	char big[2100];
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	AUTO_FREE char *wide = xasprintf("add v (a=%s,b=%s)", big, big);
	expect(wide, "line 1: add: the value in parentheses is longer than 4096 bytes");
}

/* "kind start verb -option word filter", without what the kind does not tell. */
static char *describe_place(const char *input)
{
	static const char *const names[] = { [PLACE_NOTHING] = "nothing",
		[PLACE_VERB] = "verb",
		[PLACE_WORD] = "word",
		[PLACE_OPTION_ARGUMENT] = "argument",
		[PLACE_FILTER] = "filter",
		[PLACE_VALUE] = "value" };
	struct place place;
	parser_place(input, strlen(input), &place);
	AUTO_STR out = STR_EMPTY;
	text_addf(&out, "%s", names[place.kind]);
	if (place.kind != PLACE_NOTHING)
		text_addf(&out, " '%s'", input + place.start);
	if (place.kind > PLACE_VERB)
		text_addf(&out, " %s", verb_rows[place.verb].name);
	if (place.kind == PLACE_OPTION_ARGUMENT)
		text_addf(&out, " -%c", place.option);
	if (place.kind == PLACE_FILTER)
		assert_null(place.filter);
	if (place.kind == PLACE_FILTER || place.kind == PLACE_VALUE)
		text_addf(&out, " %s", place.word);
	if (place.kind == PLACE_VALUE && place.filter)
		text_addf(&out, " %s", place.filter);
	place_free(&place);
	return text_take(&out);
}

struct place_case {
	const char *input, *place;
};

static void check_places(const struct place_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		AUTO_FREE char *found = describe_place(cases[i].input);
		if (strcmp(found, cases[i].place) != 0)
			fail_msg("%s: %s, not %s", cases[i].input, found, cases[i].place);
	}
}

static void places_of_verbs_and_words(void **state)
{
	(void)state;
	static const struct place_case cases[] = {
		{ "", "verb ''" },
		{ "  ", "verb ''" },
		{ "cr", "verb 'cr'" },
		{ "end; se", "verb 'se'" },
		{ "set a=\"b;\";", "verb ''" },
		{ "set a=\"b;\n", "verb ''" },
		{ "# se", "nothing" },
		{ "end;#", "nothing" },
		{ "# se\n", "verb ''" },
		{ "\"se", "nothing" },
		{ "=", "nothing" },
		{ "unknown ", "nothing" },
		{ "commit ", "nothing" },
		{ "set ", "word '' set" },
		{ "set zo", "word 'zo' set" },
		{ "help se", "word 'se' help" },
		{ "remove -F f", "word 'f' remove" },
		{ "set zonepath ", "nothing" },
		{ "clear a ", "nothing" },
		{ "set \"a", "nothing" },
		{ "create -", "nothing" },
		{ "create -t", "nothing" },
		{ "create -F ", "nothing" },
		{ "create -t ", "argument '' create -t" },
		{ "create -tzo", "argument 'zo' create -t" },
		{ "create -F -t zo", "argument 'zo' create -t" },
		{ "create -Ft \"zo", "argument 'zo' create -t" },
		{ "create -x -t ", "nothing" },
		{ "create -t a -t", "nothing" },
	};
	check_places(cases, sizeof(cases) / sizeof(*cases));
}

static void places_of_values(void **state)
{
	(void)state;
	static const struct place_case cases[] = {
		{ "set brand=", "value '' set brand" },
		{ "set brand = na", "value 'na' set brand" },
		{ "set brand=\"na", "value 'na' set brand" },
		{ "set brand=\"native\"", "nothing" },
		{ "set brand=native ", "nothing" },
		{ "set options=[", "value '' set options" },
		{ "set options=[ro, no", "value 'no' set options" },
		{ "set options=[ro,\"n", "value 'n' set options" },
		{ "set options=[ro]", "nothing" },
		{ "set options=[ro ", "nothing" },
		{ "set options=(", "nothing" },
		{ "set p=,", "nothing" },
		{ "add options ", "value '' add options" },
		{ "add options no", "value 'no' add options" },
		{ "add options]", "nothing" },
		{ "add options\"no", "nothing" },
		{ "remove options\"no", "nothing" },
		{ "remove options [no", "value 'no' remove options" },
		{ "remove options \"no", "value 'no' remove options" },
		{ "remove options no", "filter 'no' remove options" },
	};
	check_places(cases, sizeof(cases) / sizeof(*cases));
}

static void places_of_filters(void **state)
{
	(void)state;
	static const struct place_case cases[] = {
		{ "select net ", "filter '' select net" },
		{ "info net ph", "filter 'ph' info net" },
		{ "remove -F fs di", "filter 'di' remove fs" },
		{ "select net physical", "filter 'physical' select net" },
		{ "select net physical ", "nothing" },
		{ "select net physical=", "value '' select net physical" },
		{ "select net physical=e", "value 'e' select net physical" },
		{ "select net physical=e ", "filter '' select net" },
		{ "select net physical=e,", "filter '' select net" },
		{ "select net physical=e,,", "nothing" },
		{ "select net physical=\"e\"", "nothing" },
		{ "select net physical=\"e\"a", "nothing" },
		{ "select fs options=[a], di", "filter 'di' select fs" },
		{ "select fs options=[a]", "nothing" },
		{ "select fs options=[a,", "value '' select fs options" },
		{ "select fs dir=,ty", "filter 'ty' select fs" },
		{ "select rctl value=(a=b,c=d) na", "filter 'na' select rctl" },
		{ "select rctl value=(a=b,c", "nothing" },
		{ "remove net a=b c=d", "value 'd' remove net c" },
		{ "select net ,", "nothing" },
	};
	check_places(cases, sizeof(cases) / sizeof(*cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_dialogues),
		cmocka_unit_test(every_verb_is_found),
		cmocka_unit_test(nothing_is_no_command),
		cmocka_unit_test(options),
		cmocka_unit_test(wrong_options),
		cmocka_unit_test(values_of_set),
		cmocka_unit_test(wrong_values),
		cmocka_unit_test(wrong_fields),
		cmocka_unit_test(values_of_add_and_remove),
		cmocka_unit_test(filters),
		cmocka_unit_test(wrong_filters),
		cmocka_unit_test(leftovers),
		cmocka_unit_test(unknown_verbs),
		cmocka_unit_test(lists_and_filters_are_bounded),
		cmocka_unit_test(complex_values_are_bounded),
		cmocka_unit_test(places_of_verbs_and_words),
		cmocka_unit_test(places_of_values),
		cmocka_unit_test(places_of_filters),
	};
	return cmocka_run_group_tests_name("parser", tests, NULL, NULL);
}
