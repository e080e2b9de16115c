#pragma once
#include "py/obj.h"

// Raise the OSError of an error number, or its subclass, with the path in its text.
NORETURN void port_raise(int number, const char *path);
