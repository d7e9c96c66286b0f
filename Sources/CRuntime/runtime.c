// The few C functions that Embedded Swift needs where there is no C library: memory, a seed, two of <math.h>. Freestanding.
// Allocation: free lists per power-of-two size class over memory.grow; a block's class is kept in 16 bytes before it.
#include <stddef.h>
#include <stdint.h>

#define PAGE 65536u
#define HEADER 16u
#define CLASSES 32

extern unsigned char __heap_base;
static uintptr_t top = 0;
static uintptr_t limit = 0;
static void *free_lists[CLASSES];

static unsigned class_of(size_t size) {
  unsigned index = 4;
  while (((size_t)1 << index) < size) index++;
  return index;
}

static void *carve(size_t size) {
  if (top == 0) {
    top = ((uintptr_t)&__heap_base + 15u) & ~(uintptr_t)15u;
    limit = (uintptr_t)__builtin_wasm_memory_size(0) * PAGE;
  }
  if (top + size > limit) {
    size_t pages = (top + size - limit + PAGE - 1) / PAGE;
    size_t wanted = pages < 64 ? 64 : pages;
    if (__builtin_wasm_memory_grow(0, wanted) == (size_t)-1 &&
        (wanted == pages || __builtin_wasm_memory_grow(0, pages) == (size_t)-1)) {
      __builtin_trap();
    }
    limit = (uintptr_t)__builtin_wasm_memory_size(0) * PAGE;
  }
  void *block = (void *)top;
  top += size;
  return block;
}

void *malloc(size_t size) {
  unsigned index = class_of(size + HEADER);
  unsigned char *block = free_lists[index];
  if (block) {
    free_lists[index] = *(void **)(block + HEADER);
  } else {
    block = carve((size_t)1 << index);
  }
  *(unsigned *)block = index;
  return block + HEADER;
}

void free(void *pointer) {
  if (!pointer) return;
  unsigned char *block = (unsigned char *)pointer - HEADER;
  unsigned index = *(unsigned *)block;
  *(void **)pointer = free_lists[index];
  free_lists[index] = block;
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  // Blocks are 16-byte aligned; nothing in the core asks for more.
  if (alignment > 16) __builtin_trap();
  *result = malloc(size);
  return 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
  unsigned char *t = to;
  const unsigned char *f = from;
  for (size_t i = 0; i < count; i++) t[i] = f[i];
  return to;
}

void *memmove(void *to, const void *from, size_t count) {
  unsigned char *t = to;
  const unsigned char *f = from;
  if (t < f) {
    for (size_t i = 0; i < count; i++) t[i] = f[i];
  } else {
    for (size_t i = count; i > 0; i--) t[i - 1] = f[i - 1];
  }
  return to;
}

void *memset(void *to, int value, size_t count) {
  unsigned char *t = to;
  for (size_t i = 0; i < count; i++) t[i] = (unsigned char)value;
  return to;
}

int memcmp(const void *a, const void *b, size_t count) {
  const unsigned char *x = a, *y = b;
  for (size_t i = 0; i < count; i++) {
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  }
  return 0;
}

size_t strlen(const char *text) {
  size_t count = 0;
  while (text[count]) count++;
  return count;
}

// Hash seeds: fixed, so that a run is repeatable; hash order reaches nothing visible anyway.
void arc4random_buf(void *buffer, size_t count) {
  unsigned char *b = buffer;
  for (size_t i = 0; i < count; i++) b[i] = (unsigned char)(i * 73u + 41u);
}

typedef struct { uint64_t low, high; } pair128;

// 64 x 64 -> 128 bit multiplication, the compiler's helper for wide integers.
void __multi3(pair128 *result, uint64_t a_low, uint64_t a_high, uint64_t b_low, uint64_t b_high) {
  uint64_t a0 = (uint32_t)a_low, a1 = a_low >> 32, b0 = (uint32_t)b_low, b1 = b_low >> 32;
  uint64_t p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0, p11 = a1 * b1;
  uint64_t middle = (p00 >> 32) + (uint32_t)p01 + (uint32_t)p10;
  result->low = (middle << 32) | (uint32_t)p00;
  result->high = p11 + (p01 >> 32) + (p10 >> 32) + (middle >> 32) + a_low * b_high + a_high * b_low;
}

// What an unoptimised build says before it traps. There is nowhere to print it: the host reads it here afterwards.
static char last_words[1024];
static unsigned last_words_count = 0;

int putchar(int character) {
  if (last_words_count < sizeof last_words - 1) last_words[last_words_count++] = (char)character;
  return character;
}

__attribute__((export_name("ardoise_last_words"))) const char *ardoise_last_words(void) { return last_words; }

static uint64_t bits_of(double value) {
  uint64_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
}

static double double_of(uint64_t bits) {
  double value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

// To the nearest integer, halves away from zero (C 7.12.9.6). Exact: only whole bits of the fraction are cleared.
double round(double value) {
  uint64_t bits = bits_of(value);
  int exponent = (int)((bits >> 52) & 0x7ff) - 1023;
  if (exponent >= 52) return value; // already whole, infinite or not a number
  uint64_t sign = bits & 0x8000000000000000u;
  if (exponent < -1) return double_of(sign);
  if (exponent == -1) return double_of(sign | 0x3ff0000000000000u);
  uint64_t fraction = 0x000fffffffffffffu >> exponent;
  if ((bits & fraction) == 0) return value;
  bits += 0x0008000000000000u >> exponent;
  return double_of(bits & ~fraction);
}

// The remainder of the division truncated toward zero (C 7.12.10.1), by long division: exact for every pair.
double fmod(double x, double y) {
  uint64_t a = bits_of(x), b = bits_of(y);
  uint64_t sign = a & 0x8000000000000000u;
  a &= 0x7fffffffffffffffu;
  b &= 0x7fffffffffffffffu;
  if (b == 0 || b > 0x7ff0000000000000u || a >= 0x7ff0000000000000u) return (x * y) / (x * y);
  if (a < b) return x;
  int a_exponent = (int)(a >> 52), b_exponent = (int)(b >> 52);
  uint64_t a_digits = a & 0x000fffffffffffffu, b_digits = b & 0x000fffffffffffffu;
  if (a_exponent == 0) a_exponent = 1; else a_digits |= 0x0010000000000000u;
  if (b_exponent == 0) b_exponent = 1; else b_digits |= 0x0010000000000000u;
  for (; !(a_digits >> 52); a_exponent--) a_digits <<= 1;
  for (; !(b_digits >> 52); b_exponent--) b_digits <<= 1;
  for (; a_exponent > b_exponent; a_exponent--) {
    if (a_digits >= b_digits) a_digits -= b_digits;
    a_digits <<= 1;
  }
  if (a_digits >= b_digits) a_digits -= b_digits;
  if (a_digits == 0) return double_of(sign);
  for (; !(a_digits >> 52); a_exponent--) a_digits <<= 1;
  if (a_exponent < 1) return double_of(sign | a_digits >> (1 - a_exponent));
  return double_of(sign | ((uint64_t)a_exponent << 52) | (a_digits & 0x000fffffffffffffu));
}
