/* list.h - intrusive doubly linked lists: a struct list inside each member, one as the head. */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *prev, *next;
};

#define container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

static inline void list_init(struct list *head)
{
	head->prev = head->next = head;
}

static inline bool list_empty(const struct list *head)
{
	return head->next == head;
}

/* Whether a member that was list_init()ed or removed is now on a list. */
static inline bool list_linked(const struct list *item)
{
	return item->next != item;
}

static inline void list_insert(struct list *item, struct list *prev, struct list *next)
{
	item->prev = prev;
	item->next = next;
	prev->next = item;
	next->prev = item;
}

static inline void list_add_first(struct list *head, struct list *item)
{
	list_insert(item, head, head->next);
}

static inline void list_add_last(struct list *head, struct list *item)
{
	list_insert(item, head->prev, head);
}

/* Unlink item and leave it ready to be linked again. */
static inline void list_remove(struct list *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
	list_init(item);
}

/* Move all of from's members to the (initialised, empty) list to. */
static inline void list_take_all(struct list *to, struct list *from)
{
	if (list_empty(from))
		return;
	*to = *from;
	to->prev->next = to;
	to->next->prev = to;
	list_init(from);
}

#endif
