// The compiler lowers these to WebAssembly exceptions; see jumps.c.
#pragma once

typedef struct {
    void *invocation;
    unsigned label;
    struct {
        void *buffer;
        int value;
    } thrown;
} jmp_buf[1];

int setjmp(jmp_buf buffer) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf buffer, int value);
