// The three functions to which LLVM lowers setjmp and longjmp for WebAssembly. They are compiled apart from the merged
// module, where LLVM declares them itself.
#include <setjmp.h>

#define LONGJMP_TAG 1

void __wasm_setjmp(jmp_buf buffer, unsigned label, void *invocation) {
    buffer->invocation = invocation;
    buffer->label = label;
}

unsigned __wasm_setjmp_test(jmp_buf buffer, void *invocation) {
    return buffer->invocation == invocation ? buffer->label : 0;
}

_Noreturn void __wasm_longjmp(jmp_buf buffer, int value) {
    buffer->thrown.buffer = buffer;
    buffer->thrown.value = value == 0 ? 1 : value;
    __builtin_wasm_throw(LONGJMP_TAG, &buffer->thrown);
}
