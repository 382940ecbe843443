/* The token of token.h. It calculates by itself: Wine lends 32-bit programs none of its arithmetic. */
#include "token.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { TRIES = 3, DIGEST = 32, ROOM = 8192, WORDS = SIGNATURE / 4 };

typedef uint32_t number[WORDS]; /* the lowest word first */

/* RFC 8017, section 9.2, note 1 */
static const unsigned char SHA256[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                       0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

static size_t content(const char *path, void *out) {
  FILE *file = fopen(path, "rb");
  if (!file) return 0;
  size_t length = fread(out, 1, ROOM, file);
  fclose(file);
  return length;
}

size_t token_certificate(const void **certificate) {
  static unsigned char bytes[ROOM];
  if (certificate) *certificate = bytes;
  return content("C:\\token\\certificate.der", bytes);
}

int tries_left(void) {
  char logins[ROOM];
  size_t count = content("C:\\token\\logins", logins);
  int left = TRIES;
  while (left > 0 && count > 0 && logins[--count] == '-') left--;
  return left;
}

int present_pin(const void *pin, size_t length) {
  char right[ROOM];
  int is_right = content("C:\\token\\pin", right) == length && memcmp(pin, right, length) == 0;
  FILE *logins = fopen("C:\\token\\logins", "ab");
  if (!logins) return 0; /* who cannot count takes no PIN */
  fputc(is_right ? '+' : '-', logins);
  fclose(logins);
  return is_right;
}

static void read_number(number out, const unsigned char *bytes) {
  for (int at = 0; at < WORDS; at++) {
    const unsigned char *word = bytes + SIGNATURE - 4 * (at + 1);
    out[at] = (uint32_t)word[0] << 24 | word[1] << 16 | word[2] << 8 | word[3];
  }
}

/* a + b, which is less than twice n, modulo n */
static void add(number a, const number b, const number n) {
  number less;
  uint64_t sum = 0;
  int64_t difference = 0;
  for (int at = 0; at < WORDS; at++) {
    sum = (sum >> 32) + a[at] + b[at];
    a[at] = (uint32_t)sum;
    difference = (difference >> 32) + a[at] - n[at];
    less[at] = (uint32_t)difference;
  }
  if (sum >> 32 || difference >= 0) memcpy(a, less, sizeof less);
}

static int bit(const number of, int at) { return of[at / 32] >> at % 32 & 1; }

static void multiply(number out, const number a, const number b, const number n) {
  number product = {0};
  for (int at = 32 * WORDS - 1; at >= 0; at--) {
    add(product, product, n);
    if (bit(b, at)) add(product, a, n);
  }
  memcpy(out, product, sizeof product);
}

/* RFC 8017, section 8.2.1: slow, and open to whoever measures it; the key is a test's. */
int token_sign(const unsigned char *digest_info, size_t length, unsigned char *signature) {
  unsigned char key[ROOM], padded[SIGNATURE];
  number n, d, message, power = {1};
  if (length != sizeof SHA256 + DIGEST || memcmp(digest_info, SHA256, sizeof SHA256) != 0) return 0;
  if (content("C:\\token\\key", key) != 2 * SIGNATURE) return 0;
  memset(padded, 0xff, sizeof padded);
  padded[0] = 0, padded[1] = 1, padded[SIGNATURE - length - 1] = 0;
  memcpy(padded + SIGNATURE - length, digest_info, length);
  read_number(n, key);
  read_number(d, key + SIGNATURE);
  read_number(message, padded);
  for (int at = 32 * WORDS - 1; at >= 0; at--) {
    multiply(power, power, power, n);
    if (bit(d, at)) multiply(power, power, message, n);
  }
  for (int at = 0; at < SIGNATURE; at++) signature[SIGNATURE - 1 - at] = (unsigned char)(power[at / 4] >> 8 * (at % 4));
  return 1;
}
