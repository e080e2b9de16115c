#pragma once
#include "py/qstr.h"

// Each runs a program as __main__ and returns its exit code; what it did not handle is printed to standard error.
int port_run_text(qstr name, const char *code);
int port_run_stream(qstr name, void *file);
int port_run_module(const char *name);
