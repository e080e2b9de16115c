#pragma once
#include "py/lexer.h"

// Return the lexer of all that a FILE * holds from here on.
mp_lexer_t *port_lexer_of_stream(qstr name, void *file);
