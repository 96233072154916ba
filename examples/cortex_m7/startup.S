// Vector table, reset code and semihosting of a Cortex-M7 image. main runs with the floating-point unit on, .data in
// place and .bss zero. Its result becomes the exit status; after a fault the exit status is 1.

  .syntax unified
  .thumb

  .section .vectors, "a"
  .globl vectors
vectors:
  .word stack_top
  .word reset
  .rept 14                     // NMI to SysTick; the board's own interrupts stay off
  .word fault
  .endr

  .section .text.startup, "ax"
  .globl reset
  .type reset, %function
  .thumb_func
reset:
  ldr r0, =0xe000ed88          // CPACR: full access to coprocessors 10 and 11, which are the FPU
  ldr r1, [r0]
  orr r1, r1, #(0xf << 20)
  str r1, [r0]
  dsb
  isb

  ldr r0, =data_begin
  ldr r1, =data_end
  ldr r2, =data_in_flash
1: cmp r0, r1
  ittt lo
  ldrlo r3, [r2], #4
  strlo r3, [r0], #4
  blo 1b

  ldr r0, =bss_begin
  ldr r1, =bss_end
  movs r2, #0
2: cmp r0, r1
  itt lo
  strlo r2, [r0], #4
  blo 2b

  bl main
  b exit

  .type fault, %function
  .thumb_func
fault:
  ldr r1, =fault_text
  movs r0, #0x04               // SYS_WRITE0
  bkpt 0xab
  movs r0, #1

// exit(status) calls SYS_EXIT_EXTENDED with ADP_Stopped_ApplicationExit.
  .type exit, %function
  .thumb_func
exit:
  ldr r2, =0x20026
  push {r0}
  push {r2}
  mov r1, sp
  movs r0, #0x20
  bkpt 0xab
3: wfi
  b 3b

  .pool
fault_text:
  .asciz "fault\n"

// void driftbench::cortex_m7::write(const char*) calls SYS_WRITE0.
  .section .text.write, "ax"
  .globl _ZN10driftbench9cortex_m75writeEPKc
  .type _ZN10driftbench9cortex_m75writeEPKc, %function
  .thumb_func
_ZN10driftbench9cortex_m75writeEPKc:
  mov r1, r0
  movs r0, #0x04
  bkpt 0xab
  bx lr
