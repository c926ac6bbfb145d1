// Counts the instructions that clock_gettime(CLOCK_MONOTONIC_RAW) takes in the caller's address space, the kernel's vDSO
// included, by stepping through a child one instruction at a time.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long steps_with(int calls) {
    pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC_RAW, &now); // binds the function
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        for (volatile int call = 0; call < calls; call++) clock_gettime(CLOCK_MONOTONIC_RAW, &now);
        _exit(0);
    }
    long steps = 0;
    int status;
    while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) != 0) break;
        steps++;
    }
    return steps;
}

// A tick of the kernel's clock between two steps makes the vDSO begin anew, so the least of some tries counts.
static long least_steps_with(int calls) {
    long least = -1;
    for (int attempt = 0; attempt < 20; attempt++) {
        long steps = steps_with(calls);
        if (steps > 0 && (least < 0 || steps < least)) least = steps;
    }
    return least;
}

int main(void) {
    long none = least_steps_with(0), one = least_steps_with(1);
    if (none <= 0 || one <= none) {
        fprintf(stderr, "cannot step through a child\n");
        return 1;
    }
    printf("%ld\n", one - none);
    return 0;
}
