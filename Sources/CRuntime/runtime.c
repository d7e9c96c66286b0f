// The few C functions that Embedded Swift needs where there is no C library: memory and a seed. Freestanding.
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
