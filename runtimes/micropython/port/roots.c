// The garbage collector's roots on the stack.
//
// A word on the stack can point into an object, or just behind it: C lets a pointer walk over an object while nothing
// else points to its beginning. So a word keeps the objects alive that its own and the preceding address belong to.
#include "py/gc.h"
#include "py/mpstate.h"
#include "port.h"

#define BLOCK_BYTES MICROPY_BYTES_PER_GC_BLOCK
#define BLOCKS_PER_BYTE 4
#define TAIL 2

static char *stack_end;

void port_roots_begin(void *end) {
    stack_end = end;
}

static bool is_tail(const mp_state_mem_area_t *area, size_t block) {
    byte kinds = area->gc_alloc_table_start[block / BLOCKS_PER_BYTE];
    return ((kinds >> (2 * (block % BLOCKS_PER_BYTE))) & 3) == TAIL;
}

static void mark_owner(uintptr_t address) {
    for (mp_state_mem_area_t *area = &MP_STATE_MEM(area); area != NULL; area = area->next) {
        uintptr_t start = (uintptr_t)area->gc_pool_start;
        if (start <= address && address < (uintptr_t)area->gc_pool_end) {
            size_t block = (address - start) / BLOCK_BYTES;
            while (block > 0 && is_tail(area, block)) {
                block -= 1;
            }
            void *head = (void *)(start + block * BLOCK_BYTES);
            gc_collect_root(&head, 1);
            return;
        }
    }
}

static void mark_words(const void *from, const void *to) {
    const uintptr_t *word = (const uintptr_t *)((uintptr_t)from & ~(sizeof(uintptr_t) - 1));
    for (; word < (const uintptr_t *)to; word++) {
        mark_owner(*word);
        mark_owner(*word - 1);
    }
}

MP_NOINLINE static void mark_stack(void) {
    volatile uintptr_t here = 0;
    mark_words((const void *)&here, stack_end);
    mark_words(MP_STATE_THREAD(pystack_start), MP_STATE_THREAD(pystack_cur));
}

void gc_collect(void) {
    #ifndef __wasm__
    __builtin_unwind_init(); // puts the registers on the stack
    #endif
    gc_collect_start();
    mark_stack();
    gc_collect_end();
    port_heap_grow_if_full();
}
