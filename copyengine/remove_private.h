/* remove_private.h - what the parts of remove.c share. */
#ifndef CE_REMOVE_PRIVATE_H
#define CE_REMOVE_PRIVATE_H

#include "object.h"
#include "remove.h"

/*
 * Remove the object called at->name, which is no directory, taking off what protects it. Returns 0
 * or a negative errno: -EISDIR if it is a directory by now.
 */
int remove_name(struct worker *worker, const struct place *at);

/*
 * Remove the empty directory called at->name. dir is that one, opened, and fd its fd or negative;
 * NULL: one that was not opened.
 */
int remove_empty(struct worker *worker, const struct place *at, struct dir *dir, int fd);

/* Open the directory called at->name, giving its owner (the caller) the rights it takes. */
int remove_open(struct worker *worker, const struct place *at, struct object *ret);

/* A directory stays: give it back the flags that were taken off. */
void remove_freeze(struct dir *dir, int fd);

#endif
