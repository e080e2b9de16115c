#pragma once
#include <stdbool.h>
#include <stddef.h>

// Begin with a small heap; false when there is not even memory for that.
bool port_heap_begin(void);

// Called after a collection: a heap that stays almost full would be collected over and over.
void port_heap_grow_if_full(void);
