// Reading programs and modules from files.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "py/builtin.h"
#include "py/lexer.h"
#include "py/runtime.h"
#include "port.h"

static const char BOM[] = "\xef\xbb\xbf";

mp_import_stat_t mp_import_stat(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) {
        return MP_IMPORT_STAT_NO_EXIST;
    }
    return S_ISDIR(status.st_mode) ? MP_IMPORT_STAT_DIR : MP_IMPORT_STAT_FILE;
}

static void read_whole(vstr_t *text, FILE *file) {
    char part[4096];
    size_t size;
    while ((size = fread(part, 1, sizeof(part), file)) > 0) {
        vstr_add_strn(text, part, size);
    }
}

mp_lexer_t *port_lexer_of_stream(qstr name, void *file) {
    vstr_t text;
    vstr_init(&text, 256);
    read_whole(&text, file);
    if (text.len >= 3 && memcmp(text.buf, BOM, 3) == 0) {
        // Moved, as the reader keeps the text alive by a pointer to its beginning.
        text.len -= 3;
        memmove(text.buf, text.buf + 3, text.len);
    }
    return mp_lexer_new_from_str_len(name, text.buf, text.len, 0);
}

mp_lexer_t *mp_lexer_new_from_file(qstr name) {
    const char *path = qstr_str(name);
    FILE *file = mp_import_stat(path) == MP_IMPORT_STAT_DIR ? NULL : fopen(path, "r");
    if (file == NULL) {
        port_raise(errno ? errno : EISDIR, path);
    }
    mp_lexer_t *lexer = port_lexer_of_stream(name, file);
    fclose(file);
    return lexer;
}
