// The clock and the standard output of the C side.
#include <unistd.h>
#include <time.h>

#define mp_hal_ticks_cpu() 0
#define mp_hal_stdio_poll(flags) (flags)
static inline void mp_hal_set_interrupt_char(int c) {
    (void)c;
}
