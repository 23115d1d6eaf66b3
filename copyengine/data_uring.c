/* data_uring.c - io_uring. */
#include "data.h"
int data_uring_copy(struct worker *worker, struct data *data){(void)worker;(void)data;return DATA_TRY_NEXT;}
void data_uring_free(struct worker *worker){(void)worker;}
