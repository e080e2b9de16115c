// Running one program, and what its end means.
#include <stdio.h>
#include <string.h>

#include "py/builtin.h"
#include "py/compile.h"
#include "py/runtime.h"
#include "port.h"

typedef struct _program_t {
    qstr name;
    const char *code; // NULL: it is in the stream
    void *stream;
} program_t;

static void execute(const program_t *program) {
    mp_lexer_t *lexer = program->code != NULL
        ? mp_lexer_new_from_str_len(program->name, program->code, strlen(program->code), 0)
        : port_lexer_of_stream(program->name, program->stream);
    if (program->name != MP_QSTR__lt_string_gt_ && program->name != MP_QSTR__lt_stdin_gt_) {
        mp_store_global(MP_QSTR___file__, MP_OBJ_NEW_QSTR(program->name));
    }
    mp_parse_tree_t tree = mp_parse(lexer, MP_PARSE_FILE_INPUT);
    mp_call_function_0(mp_compile(&tree, program->name, false));
}

static int exit_code_of(mp_obj_t value) {
    if (value == mp_const_none) {
        return 0;
    }
    mp_int_t code;
    if (mp_obj_get_int_maybe(value, &code)) {
        return code & 0xff;
    }
    mp_obj_print_helper(&port_stderr_print, value, PRINT_STR);
    mp_print_str(&port_stderr_print, "\n");
    return 1;
}

static int end_by(mp_obj_t exception) {
    const mp_obj_type_t *type = mp_obj_get_type(exception);
    if (mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(type), MP_OBJ_FROM_PTR(&mp_type_SystemExit))) {
        return exit_code_of(mp_obj_exception_get_value(exception));
    }
    mp_obj_print_exception(&port_stderr_print, exception);
    return 1;
}

// Printing the end of a program can run the program's code, which can raise, too.
static int ended_by(mp_obj_t exception) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        int code = end_by(exception);
        nlr_pop();
        return code;
    }
    fputs("python: the exception could not be printed\n", stderr);
    return 1;
}

static int run_exit_function(int code) {
    nlr_buf_t nlr;
    if (!mp_obj_is_callable(MP_STATE_VM(sys_exitfunc))) {
        return code;
    }
    if (nlr_push(&nlr) == 0) {
        mp_call_function_0(MP_STATE_VM(sys_exitfunc));
        nlr_pop();
        return code;
    }
    return ended_by(MP_OBJ_FROM_PTR(nlr.ret_val));
}

static int run(const program_t *program) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        execute(program);
        nlr_pop();
        return run_exit_function(0);
    }
    return run_exit_function(ended_by(MP_OBJ_FROM_PTR(nlr.ret_val)));
}

int port_run_text(qstr name, const char *code) {
    program_t program = { name, code, NULL };
    return run(&program);
}

int port_run_stream(qstr name, void *stream) {
    program_t program = { name, NULL, stream };
    return run(&program);
}

int port_run_module(const char *name) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mp_obj_t args[4] = { mp_obj_new_str_from_cstr(name), mp_const_none, mp_const_none, mp_const_false };
        mp_builtin___import__(4, args);
        nlr_pop();
        return run_exit_function(0);
    }
    return run_exit_function(ended_by(MP_OBJ_FROM_PTR(nlr.ret_val)));
}
