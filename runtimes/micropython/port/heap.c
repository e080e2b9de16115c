// Memory for the garbage collector's heap, as much as the host grants.
#include <stdlib.h>

#include "py/gc.h"
#include "py/mpstate.h"
#include "port.h"

#define FIRST_BYTES (128 * 1024)
#define MOST_BYTES (1024u * 1024 * 1024)
#define LEAST_BYTES (64 * 1024)

void *port_heap_new(size_t size) {
    return malloc(size);
}

void port_heap_free(void *area) {
    free(area);
}

bool port_heap_begin(void) {
    char *area = malloc(FIRST_BYTES);
    if (area == NULL) {
        return false;
    }
    gc_init(area, area + FIRST_BYTES);
    return true;
}

size_t gc_get_max_new_split(void) {
    for (size_t size = MOST_BYTES; size >= LEAST_BYTES; size -= size / 4) {
        void *area = malloc(size);
        if (area != NULL) {
            free(area);
            return size;
        }
    }
    return 0;
}

void port_heap_grow_if_full(void) {
    gc_info_t info;
    gc_info(&info);
    if (info.used <= info.total / 4 * 3) {
        return;
    }
    char *area = malloc(info.total / 2);
    if (area != NULL) {
        gc_add(area, area + info.total / 2);
    }
}
