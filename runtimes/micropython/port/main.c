// The command `python`: arguments, the module search path, the program, its exit code.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "py/builtin.h"
#include "py/compile.h"
#include "py/cstack.h"
#include "py/gc.h"
#include "py/objmodule.h"
#include "py/runtime.h"
#include "py/stream.h"
#include "port.h"

// Frames of Python functions; about 1,000 calls deep.
#define PYTHON_STACK_BYTES (160 * 1024)
// C that calls Python that calls C: the host gives the machine's stack a limit of its own, which is reached later.
#define C_STACK_BYTES (640 * 1024)
#define EXIT_USAGE 2

static void add_to(mp_obj_t list, const char *text, size_t size) {
    mp_obj_list_append(list, mp_obj_new_str_via_qstr(text, size));
}

static void set_arguments(char **argv, int count) {
    mp_obj_list_init(MP_OBJ_TO_PTR(mp_sys_argv), 0);
    for (int i = 0; i < count; i++) {
        mp_obj_list_append(mp_sys_argv, mp_obj_new_str_from_cstr(argv[i]));
    }
}

static void set_path(const char *first, size_t size) {
    mp_sys_path = mp_obj_new_list(0, NULL);
    add_to(mp_sys_path, first, size);
    const char *more = getenv("PYTHONPATH");
    while (more != NULL && *more != '\0') {
        size_t length = strcspn(more, ":");
        add_to(mp_sys_path, more, length);
        more += length + (more[length] == ':');
    }
    add_to(mp_sys_path, ".frozen", 7);
}

static int usage(const char *option) {
    fprintf(stderr, "unknown option %s\nusage: python [-c CODE | -m MODULE | FILE | -] [ARGS]\n", option);
    return EXIT_USAGE;
}

static int run_file(char **argv, int count) {
    const char *path = argv[0];
    FILE *file = mp_import_stat(path) == MP_IMPORT_STAT_DIR ? NULL : fopen(path, "r");
    if (file == NULL) {
        int error = errno ? errno : EISDIR;
        fprintf(stderr, "python: can't open file '%s': [Errno %d] %s\n", path, error, strerror(error));
        return EXIT_USAGE;
    }
    set_arguments(argv, count);
    const char *slash = strrchr(path, '/');
    set_path(path, slash == NULL ? 0 : slash - path);
    return port_run_stream(qstr_from_str(path), file);
}

// -X gc-threshold=N: collect after each N bytes of allocations. Tests of the collector need it.
static bool set_implementation_option(const char *option) {
    static const char threshold[] = "gc-threshold=";
    if (strncmp(option, threshold, sizeof(threshold) - 1) == 0) {
        MP_STATE_MEM(gc_alloc_threshold) = strtoul(option + sizeof(threshold) - 1, NULL, 10) / MICROPY_BYTES_PER_GC_BLOCK;
    }
    return true; // CPython, too, ignores what it does not know
}

static int run_arguments(int argc, char **argv) {
    int place = 1;
    set_path("", 0);
    for (; place < argc && argv[place][0] == '-' && argv[place][1] != '\0'; place++) {
        const char *option = argv[place];
        bool has_value = place + 1 < argc;
        if (strcmp(option, "-c") == 0 && has_value) {
            const char *code = argv[place + 1];
            argv[place + 1] = argv[place]; // sys.argv[0] is "-c"
            set_arguments(argv + place + 1, argc - place - 1);
            return port_run_text(MP_QSTR__lt_string_gt_, code);
        }
        if (strcmp(option, "-m") == 0 && has_value) {
            set_arguments(argv + place + 1, argc - place - 1);
            return port_run_module(argv[place + 1]);
        }
        if (strcmp(option, "-V") == 0 || strcmp(option, "--version") == 0) {
            printf("MicroPython " MICROPY_VERSION_STRING "\n");
            return 0;
        }
        if (strcmp(option, "-X") == 0 && has_value) {
            set_implementation_option(argv[++place]);
        } else if (strcmp(option, "-W") == 0 && has_value) {
            place++;
        } else if (strspn(option, "-uBEsSIOq") != strlen(option)) {
            return usage(option);
        }
    }
    if (place < argc && strcmp(argv[place], "-") != 0) {
        return run_file(argv + place, argc - place);
    }
    char *nothing[] = { "" };
    set_arguments(place < argc ? argv + place : nothing, place < argc ? argc - place : 1);
    return port_run_stream(MP_QSTR__lt_stdin_gt_, stdin);
}

MP_NOINLINE static int run(int argc, char **argv) {
    static mp_obj_t python_stack[PYTHON_STACK_BYTES / sizeof(mp_obj_t)];
    if (!port_heap_begin()) {
        fputs("python: no memory\n", stderr);
        return 1;
    }
    mp_pystack_init(python_stack, python_stack + MP_ARRAY_SIZE(python_stack));
    port_files_begin();
    mp_init();
    int status = run_arguments(argc, argv);
    return fflush(stdout) == 0 ? status : 1;
}

int main(int argc, char **argv) {
    // WASI has no working folder: the host names it.
    const char *folder = getenv("PWD");
    if (folder != NULL && chdir(folder) != 0) {
        fprintf(stderr, "python: cannot enter %s\n", folder);
    }
    mp_cstack_init_with_sp_here(C_STACK_BYTES);
    port_roots_begin(__builtin_frame_address(0));
    return run(argc, argv);
}

void nlr_jump_fail(void *value) {
    (void)value;
    fputs("python: an exception that nothing handles\n", stderr);
    exit(1);
}
