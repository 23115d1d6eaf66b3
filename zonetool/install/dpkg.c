/* dpkg.c - the database of dpkg(1): which packages are installed. */
#include "install/dpkg.h"

#include "util/alloc.h"
#include "util/file.h"
#include "util/root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define DATABASE "var/lib/dpkg"
#define STATUS "status"

/* What is read of a stanza. */
enum field {
	FIELD_PACKAGE,
	FIELD_STATUS,
	FIELD_ARCHITECTURE,
	FIELD_VERSION,
	FIELD_PRIORITY,
	FIELD_SECTION,
	FIELD_DEPENDS,
	FIELD_PRE_DEPENDS,
	FIELD_PROVIDES,
	FIELD_CONFFILES,
	FIELD_CONFIG_VERSION,
	FIELD_ESSENTIAL,
	FIELD_MULTI_ARCH,
	FIELD_COUNT,
};

static const char *const field_names[FIELD_COUNT] = {
	[FIELD_PACKAGE] = "Package",
	[FIELD_STATUS] = "Status",
	[FIELD_ARCHITECTURE] = "Architecture",
	[FIELD_VERSION] = "Version",
	[FIELD_PRIORITY] = "Priority",
	[FIELD_SECTION] = "Section",
	[FIELD_DEPENDS] = "Depends",
	[FIELD_PRE_DEPENDS] = "Pre-Depends",
	[FIELD_PROVIDES] = "Provides",
	[FIELD_CONFFILES] = "Conffiles",
	[FIELD_CONFIG_VERSION] = "Config-Version",
	[FIELD_ESSENTIAL] = "Essential",
	[FIELD_MULTI_ARCH] = "Multi-Arch",
};

/* A status file that is being read. */
struct reader {
	const char *what; /* its path */
	bool all;         /* packages that are not installed are wanted, too */
	struct messages *messages;
	struct dpkg_database *database;
	size_t room;               /* in database->packages */
	char *at;                  /* in database->text: the line to be read next */
	char *end;                 /* of the text, where its NUL is */
	size_t line;               /* the number of that at "at", from 1 */
	size_t start;              /* of the line with which the stanza began */
	char *values[FIELD_COUNT]; /* of the stanza; NULL: it has no such field */
};

/* ---- fields ---- */

static int fail(const struct reader *reader, size_t line, const char *problem)
{
	return message_error(reader->messages, -EINVAL,
		"%s:%zu: %s: this is no database of dpkg(1), or a damaged one", reader->what, line,
		problem);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The field of this name, or FIELD_COUNT. */
static enum field find_field(const char *name, size_t len)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if (strncasecmp(field_names[i], name, len) == 0 && !field_names[i][len])
			return (enum field)i;
	return FIELD_COUNT;
}

/* Where the line ends: its newline, or the text's NUL. */
static char *line_end(const struct reader *reader, char *line)
{
	char *newline = memchr(line, '\n', (size_t)(reader->end - line));
	return newline ? newline : reader->end;
}

/* Move on to the line behind the one that ends at stop. */
static void next_line(struct reader *reader, char *stop)
{
	reader->at = stop < reader->end ? stop + 1 : stop;
	reader->line++;
}

/* Take the lines that go on with a field. Returns the end of the last one, or NULL, described. */
static char *read_more(struct reader *reader, char *stop)
{
	while (reader->at < reader->end && is_blank(*reader->at)) {
		stop = line_end(reader, reader->at);
		char *c = reader->at;
		while (c < stop && is_blank(*c))
			c++;
		if (c == stop) {
			fail(reader, reader->line, "a line has nothing but blanks");
			return NULL;
		}
		next_line(reader, stop);
	}
	return stop;
}

/* Cut blanks off both ends; within, a carriage return is as good as a space. */
static char *trim(char *value, char *stop)
{
	while (value < stop && (is_blank(*value) || *value == '\n'))
		value++;
	while (stop > value && is_blank(stop[-1]))
		stop--;
	*stop = '\0';
	for (char *c = value; (c = strchr(c, '\r')); c++)
		*c = ' ';
	return value;
}

/* Read the field whose first line is next. Returns 0 or -EINVAL, described. */
static int read_field(struct reader *reader)
{
	char *name = reader->at, *stop = line_end(reader, name);
	size_t line = reader->line, len = strcspn(name, ": \t\r\n");
	char *colon = name + len;
	while (is_blank(*colon))
		colon++;
	if (*colon != ':' || len == 0 || *name == '#' || *name == '-')
		return fail(reader, line, "a line is not FIELD: VALUE");
	next_line(reader, stop);
	stop = read_more(reader, stop);
	if (!stop)
		return -EINVAL;
	enum field field = find_field(name, len);
	if (field == FIELD_COUNT)
		return 0;
	if (reader->values[field])
		return fail(reader, line, "a field is there twice in a stanza");
	reader->values[field] = trim(colon + 1, stop);
	return 0;
}

/* ---- values ---- */

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* What such texts consist of: as dpkg accepts them, who is a little milder than the policy is. */
static const struct {
	enum field field;
	const char *others; /* beside digits and letters, and not in front */
	const char *problem;
} alphabets[] = {
	{ FIELD_PACKAGE, "+-._", "a stanza has no Package, or one that is no package's name" },
	{ FIELD_ARCHITECTURE, "-", "a package has no Architecture, or one that is none" },
	{ FIELD_VERSION, ".+-~:_", "a package has no Version, or one that is none" },
};

static bool is_word(const char *text, const char *others)
{
	size_t len = strspn(text, DIGITS LETTERS);
	while (len > 0 && text[len]) {
		size_t more = strspn(text + len, others);
		more += strspn(text + len + more, DIGITS LETTERS);
		if (more == 0)
			break;
		len += more;
	}
	return len > 0 && !text[len];
}

/* Cut the next word off, and move behind it. */
static const char *cut_word(char **at)
{
	char *word = *at + strspn(*at, " \t");
	*at = word + strcspn(word, " \t");
	if (**at)
		*(*at)++ = '\0';
	return word;
}

/* What a status says. */
struct status {
	const char *wanted, *state;
	enum dpkg_standing standing;
};

/* Take "WANTED ERROR STATE" apart, which is changed. Whether it is one. */
static bool parse_status(char *text, struct status *ret_status)
{
	static const struct {
		const char *state;
		enum dpkg_standing standing;
	} states[] = {
		{ "not-installed", DPKG_GONE },
		{ "config-files", DPKG_GONE },
		{ "half-installed", DPKG_UNFINISHED },
		{ "unpacked", DPKG_UNFINISHED },
		{ "half-configured", DPKG_UNFINISHED },
		{ "triggers-awaited", DPKG_UNFINISHED },
		{ "triggers-pending", DPKG_UNFINISHED },
		{ "installed", DPKG_INSTALLED },
	};
	const char *wanted = cut_word(&text), *error = cut_word(&text);
	const char *state = cut_word(&text);
	if (*text)
		return false;
	bool stays = strcmp(wanted, "install") == 0 || strcmp(wanted, "hold") == 0;
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		if (strcmp(states[i].state, state) != 0)
			continue;
		*ret_status = (struct status){ wanted, state, states[i].standing };
		if (states[i].standing == DPKG_INSTALLED && (!stays || strcmp(error, "ok") != 0))
			ret_status->standing = DPKG_UNFINISHED;
		return true;
	}
	return false;
}

static const char *value_of(const struct reader *reader, enum field field)
{
	return reader->values[field] ? reader->values[field] : "";
}

/* ---- stanzas ---- */

static void add_package(
	struct reader *reader, const struct status *status, const char *stanza, size_t len)
{
	struct dpkg_database *database = reader->database;
	if (database->count == reader->room) {
		reader->room = reader->room ? reader->room * 2 : 1024;
		database->packages = xrealloc(
			database->packages, reader->room, sizeof(*database->packages));
	}
	database->packages[database->count++] = (struct dpkg_package){
		.name = value_of(reader, FIELD_PACKAGE),
		.architecture = value_of(reader, FIELD_ARCHITECTURE),
		.version = value_of(reader, FIELD_VERSION),
		.priority = value_of(reader, FIELD_PRIORITY),
		.section = value_of(reader, FIELD_SECTION),
		.depends = value_of(reader, FIELD_DEPENDS),
		.pre_depends = value_of(reader, FIELD_PRE_DEPENDS),
		.provides = value_of(reader, FIELD_PROVIDES),
		.conffiles = value_of(reader, FIELD_CONFFILES),
		.config_version = value_of(reader, FIELD_CONFIG_VERSION),
		.wanted = status->wanted,
		.state = status->state,
		.standing = status->standing,
		.essential = strcmp(value_of(reader, FIELD_ESSENTIAL), "yes") == 0,
		.multi_arch_same = strcmp(value_of(reader, FIELD_MULTI_ARCH), "same") == 0,
		.stanza = stanza,
		.stanza_len = len,
	};
}

/* What the values say, when a stanza has been read. Returns 0 or -EINVAL, described. */
static int take_stanza(struct reader *reader, const char *stanza, size_t len)
{
	if (!is_word(value_of(reader, FIELD_PACKAGE), alphabets[0].others))
		return fail(reader, reader->start, alphabets[0].problem);
	struct status status;
	if (!reader->values[FIELD_STATUS] || !parse_status(reader->values[FIELD_STATUS], &status))
		return fail(reader, reader->start, "a package has no Status, or one that is none");
	bool installed = status.standing == DPKG_INSTALLED;
	reader->database->others += status.standing == DPKG_UNFINISHED;
	if (!installed && !reader->all)
		return 0;
	for (size_t i = 1; i < sizeof(alphabets) / sizeof(*alphabets); i++) {
		const char *value = value_of(reader, alphabets[i].field);
		if ((installed || *value) && !is_word(value, alphabets[i].others))
			return fail(reader, reader->start, alphabets[i].problem);
	}
	add_package(reader, &status, stanza, len);
	return 0;
}

static int read_stanza(struct reader *reader)
{
	const char *raw = reader->database->raw + (reader->at - reader->database->text);
	const char *start = reader->at;
	memset(reader->values, 0, sizeof(reader->values));
	reader->start = reader->line;
	while (reader->at < reader->end && *reader->at != '\n') {
		int rc = read_field(reader);
		if (rc < 0)
			return rc;
	}
	return take_stanza(reader, raw, (size_t)(reader->at - start));
}

static int read_stanzas(struct reader *reader)
{
	const char *nul = memchr(reader->at, '\0', (size_t)(reader->end - reader->at));
	if (nul)
		return message_error(reader->messages, -EINVAL,
			"%s has a NUL byte: this is no database of dpkg(1), or a damaged one",
			reader->what);
	while (reader->at < reader->end) {
		if (*reader->at == '\n') {
			next_line(reader, reader->at);
			continue;
		}
		int rc = read_stanza(reader);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int compare_packages(const void *a, const void *b)
{
	const struct dpkg_package *one = a, *other = b;
	int order = strcmp(one->name, other->name);
	return order ? order : strcmp(one->architecture, other->architecture);
}

static int sort_packages(struct reader *reader)
{
	struct dpkg_database *database = reader->database;
	if (database->count)
		qsort(database->packages, database->count, sizeof(*database->packages),
			compare_packages);
	for (size_t i = 1; i < database->count; i++)
		if (compare_packages(&database->packages[i - 1], &database->packages[i]) == 0)
			return message_error(reader->messages, -EINVAL,
				"%s: package %s:%s is there twice: the database is damaged",
				reader->what, database->packages[i].name,
				database->packages[i].architecture);
	return 0;
}

/* ---- databases ---- */

/* Parse the text *raw, which belongs to the database from now on. */
static int parse_owned(char **raw, size_t len, const char *what, bool all,
	struct dpkg_database *ret_database, struct messages *messages)
{
	AUTO_DPKG database = { .raw = *raw };
	*raw = NULL;
	database.text = xcalloc(len + 1, 1);
	memcpy(database.text, database.raw, len);
	struct reader reader = { .what = what,
		.all = all,
		.messages = messages,
		.database = &database,
		.at = database.text,
		.end = database.text + len,
		.line = 1 };
	int rc = read_stanzas(&reader);
	if (rc == 0)
		rc = sort_packages(&reader);
	if (rc < 0)
		return rc;
	*ret_database = database;
	database = (struct dpkg_database){ 0 };
	return 0;
}

int dpkg_parse(const char *text, size_t len, const char *what, struct dpkg_database *ret_database,
	struct messages *messages)
{
	AUTO_FREE char *raw = xcalloc(len + 1, 1);
	memcpy(raw, text, len);
	return parse_owned(&raw, len, what, false, ret_database, messages);
}

/* The host's own files may be on several file systems, and behind links of its administrator. */
static int read_host(char **ret_text, size_t *ret_len, struct messages *messages)
{
	AUTO_FD fd = open("/" DATABASE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return -ENOENT;
	if (fd < 0)
		return message_error(messages, -errno, "/" DATABASE ": %s", strerror(errno));
	return file_read(
		fd, STATUS, DPKG_STATUS_MAX, "/" DATABASE "/" STATUS, ret_text, ret_len, messages);
}

static bool is_host(int root_fd)
{
	struct stat st, host;
	return fstat(root_fd, &st) == 0 && stat("/", &host) == 0 && st.st_ino == host.st_ino
		&& st.st_dev == host.st_dev;
}

static int read_database(
	int root_fd, bool all, struct dpkg_database *ret_database, struct messages *messages)
{
	AUTO_FREE char *text = NULL;
	size_t len;
	bool host = is_host(root_fd);
	int rc = host
		? read_host(&text, &len, messages)
		: root_read(root_fd, DATABASE "/" STATUS, DPKG_STATUS_MAX, &text, &len, messages);
	if (rc < 0)
		return rc;
	return parse_owned(&text, len,
		host ? "/" DATABASE "/" STATUS : "the zone's /" DATABASE "/" STATUS, all,
		ret_database, messages);
}

int dpkg_read(int root_fd, struct dpkg_database *ret_database, struct messages *messages)
{
	return read_database(root_fd, false, ret_database, messages);
}

int dpkg_read_all(int root_fd, struct dpkg_database *ret_database, struct messages *messages)
{
	return read_database(root_fd, true, ret_database, messages);
}

void dpkg_database_free(struct dpkg_database *database)
{
	free(database->packages);
	free(database->text);
	free(database->raw);
	*database = (struct dpkg_database){ 0 };
}

const struct dpkg_package *dpkg_find(const struct dpkg_database *database, const char *name)
{
	size_t low = 0, high = database->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(database->packages[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == database->count || strcmp(database->packages[low].name, name) != 0)
		return NULL;
	return &database->packages[low];
}

/* Whether programs of one package can be those of another, as far as that goes. */
static bool same_architecture(const char *a, const char *b)
{
	return !*a || !*b || strcmp(a, b) == 0 || strcmp(a, "all") == 0 || strcmp(b, "all") == 0;
}

const struct dpkg_package *dpkg_find_like(
	const struct dpkg_database *database, const char *name, const char *architecture)
{
	const struct dpkg_package *like = NULL, *package = dpkg_find(database, name);
	const struct dpkg_package *end = database->packages + database->count;
	for (; package && package < end && strcmp(package->name, name) == 0; package++) {
		if (strcmp(package->architecture, architecture) == 0)
			return package;
		if (!like && same_architecture(package->architecture, architecture))
			like = package;
	}
	return like;
}
