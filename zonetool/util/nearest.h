/* nearest.h - what somebody may have meant who mistyped a word. */
#ifndef UTIL_NEAREST_H
#define UTIL_NEAREST_H

/*
 * The one of words, which end with NULL, that takes the fewest slips (a letter too many, too few,
 * wrong, or two exchanged) to become word; NULL: none is near.
 */
const char *nearest_word(const char *word, const char *const *words);

#endif
