// What the files of this port offer each other.
#pragma once
#include "py/lexer.h"
#include "py/obj.h"

// Raise the OSError of an error number, or its subclass, with the path in its text.
NORETURN void port_raise(int number, const char *path);

// Begin with a small heap; false when there is not even memory for that.
bool port_heap_begin(void);

// Called after a collection: a heap that stays almost full would be collected over and over.
void port_heap_grow_if_full(void);

// Say where the stack ends: above everything that can hold a pointer.
void port_roots_begin(void *end);

// Return the lexer of all that a FILE * holds from here on.
mp_lexer_t *port_lexer_of_stream(qstr name, void *file);

// Each runs a program as __main__ and returns its exit code; what it did not handle is printed to standard error.
int port_run_text(qstr name, const char *code);
int port_run_stream(qstr name, void *file);
int port_run_module(const char *name);

// Give the standard streams their files.
void port_files_begin(void);
