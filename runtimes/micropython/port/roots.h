#pragma once

// Say where the stack ends: above everything that can hold a pointer.
void port_roots_begin(void *end);
