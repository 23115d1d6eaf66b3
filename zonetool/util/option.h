/*
 * option.h - getopt_long(3), which leaves its complaints to us, so that a wrong option is told in
 * the form of all messages.
 */
#ifndef UTIL_OPTION_H
#define UTIL_OPTION_H

#include <getopt.h>

/*
 * The next option, as getopt_long() returns it: -1 after the last one, '?' for a wrong one, of
 * which nothing is printed. shorts begins with '+'; longs ends with an entry of zeros.
 */
int option_next(int argc, char **argv, const char *shorts, const struct option *longs);

/*
 * After '?', what is wrong: "there is no option -q", "-z needs an argument". The text is good until
 * the next option_next().
 */
const char *option_wrong(void);

#endif
