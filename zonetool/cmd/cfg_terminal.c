/* cfg_terminal.c - zonecfg's dialogue on a terminal, with libedit. */
#include "cmd/cfg_terminal.h"

#include "cmd/cfg_complete.h"
#include "grammar/parser.h"
#include "util/alloc.h"

#include <errno.h>
#include <histedit.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* libedit's functions get the terminal back as its client data. */
struct terminal {
	struct session *session;
	EditLine *edit;
	History *history;
	char *prompt;
};

static struct terminal *terminal_of(EditLine *edit)
{
	void *client;
	el_get(edit, EL_CLIENTDATA, &client);
	return client;
}

static char *prompt(EditLine *edit)
{
	return terminal_of(edit)->prompt;
}

static void make_prompt(struct terminal *terminal)
{
	const struct session *session = terminal->session;
	free(terminal->prompt);
	terminal->prompt = session->edited
		? xasprintf("zonecfg:%s:%s> ", session->name, session->edited->type->name)
		: xasprintf("zonecfg:%s> ", session->name);
}

/* ---- completion ---- */

/* How much all candidates have in common. */
static size_t common_len(const struct value *candidates)
{
	size_t len = strlen(candidates->items[0]);
	for (size_t i = 1; i < candidates->count; i++)
		for (size_t at = 0; at < len; at++)
			if (candidates->items[i][at] != candidates->items[0][at])
				len = at;
	return len;
}

static size_t terminal_columns(void)
{
	struct winsize size;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

/* In columns of one width, as many as the terminal has room for. */
static void show_candidates(const struct value *candidates)
{
	size_t width = 0;
	for (size_t i = 0; i < candidates->count; i++)
		if (strlen(candidates->items[i]) > width)
			width = strlen(candidates->items[i]);
	size_t columns = terminal_columns() / (width + 2);
	for (size_t i = 0; i < candidates->count; i++) {
		bool first = columns == 0 || i % columns == 0;
		bool last = columns == 0 || (i + 1) % columns == 0 || i + 1 == candidates->count;
		printf("%s%-*s", first ? "\n" : "  ", last ? 0 : (int)width, candidates->items[i]);
	}
	putchar('\n');
	fflush(stdout);
}

static unsigned char complete(EditLine *edit, int key)
{
	(void)key;
	struct terminal *terminal = terminal_of(edit);
	const LineInfo *info = el_line(edit);
	size_t len = (size_t)(info->cursor - info->buffer), start;
	AUTO_FREE char *line = xstrndup(info->buffer, len);
	AUTO_VALUE candidates = VALUE_EMPTY;
	complete_line(terminal->session, line, len, &candidates, &start);
	if (!candidates.count)
		return CC_REFRESH_BEEP;
	size_t typed = len - start, common = common_len(&candidates);
	bool finished = candidates.count == 1 && common
		&& !strchr("=/", candidates.items[0][common - 1]);
	if (common <= typed && !finished) {
		show_candidates(&candidates);
		return CC_REDISPLAY;
	}
	AUTO_FREE char *insert = xasprintf(
		"%.*s%s", (int)(common - typed), candidates.items[0] + typed, finished ? " " : "");
	return el_insertstr(edit, insert) < 0 ? CC_ERROR : CC_REFRESH;
}

/* ---- reading ---- */

/* Makes el_gets() return; what was typed is dropped. */
static void on_interrupt(int number)
{
	(void)number;
}

static void terminal_init(struct terminal *terminal)
{
	struct sigaction action = { .sa_handler = on_interrupt };
	sigaction(SIGINT, &action, NULL);
	terminal->edit = el_init("zonecfg", stdin, stdout, stderr);
	terminal->history = history_init();
	if (!terminal->edit || !terminal->history)
		alloc_failed();
	HistEvent event;
	history(terminal->history, &event, H_SETSIZE, 1000);
	el_set(terminal->edit, EL_CLIENTDATA, terminal);
	el_set(terminal->edit, EL_PROMPT, prompt);
	el_set(terminal->edit, EL_EDITOR, "emacs");
	el_set(terminal->edit, EL_SIGNAL, 1); /* ^Z and fg, and a window that is resized */
	el_set(terminal->edit, EL_HIST, history, terminal->history);
	el_set(terminal->edit, EL_ADDFN, "zonecfg-complete", "Complete the word", complete);
	el_source(terminal->edit, NULL); /* the user's ~/.editrc, if there is one */
	el_set(terminal->edit, EL_BIND, "^I", "zonecfg-complete", NULL);
}

static void terminal_free(struct terminal *terminal)
{
	el_end(terminal->edit);
	history_end(terminal->history);
	free(terminal->prompt);
}

/* Say so if something stands behind the command that failed, or could not be read. */
static void tell_rest(struct session *session, const char *rest)
{
	if (rest && rest[strspn(rest, " \t;\n")])
		message_note(session->messages, "The rest of the line was not carried out.");
}

/* The commands of one line, up to the first that fails. */
static void run_line(struct session *session, const char *line, size_t len)
{
	struct lexer lexer;
	lexer_init(&lexer, line, len);
	int rc = 1, number;
	while (rc > 0 && !session->done) {
		AUTO_COMMAND command = { 0 };
		const char *start = line + lexer.at;
		rc = parser_next(&lexer, &command, &number, session->messages);
		if (rc < 0) /* the lexer is behind the line already */
			tell_rest(session, strchr(start + strspn(start, " \t;"), ';'));
		if (rc > 0 && session_execute(session, &command) < 0) {
			rc = -EINVAL;
			tell_rest(session, line + lexer.at);
		}
	}
	lexer_free(&lexer);
	fflush(stdout);
}

/* One line from the terminal. Returns whether to go on. */
static bool step(struct terminal *terminal)
{
	int len = 0;
	HistEvent event;
	make_prompt(terminal);
	fflush(stdout);
	const char *line = el_gets(terminal->edit, &len);
	if (!line && len < 0 && errno == EINTR) {
		putchar('\n');
		el_reset(terminal->edit);
		return true;
	}
	if (!line || len <= 0) {
		putchar('\n');
		/* Whoever ends the input at the question, too, is gone. */
		return !session_leave(terminal->session, false) && !feof(stdin);
	}
	if (line[strspn(line, " \t\n")])
		history(terminal->history, &event, H_ENTER, line);
	run_line(terminal->session, line, (size_t)len);
	return !terminal->session->done;
}

int terminal_dialogue(struct session *session)
{
	struct terminal terminal = { .session = session };
	if (!registry_writable())
		message_note(session->messages,
			"Only root may change zones: this can be looked at only.");
	if (!session->target.zone && !session->damaged) {
		message_note(session->messages, "%s: No such zone configured", session->name);
		printf("Use 'create' to begin configuring a new zone.\n");
	}
	terminal_init(&terminal);
	while (step(&terminal))
		;
	terminal_free(&terminal);
	return session_changed(session) || session->edited;
}
