/* The token of token.h. Windows itself calculates (CryptoAPI). */
#include "token.h"
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <wincrypt.h>

enum { TRIES = 3, DIGEST = 32, ROOM = 8192 };

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

size_t token_sign(const unsigned char *digest_info, size_t length, unsigned char *signature) {
  unsigned char blob[ROOM];
  DWORD size = LONGEST_SIGNATURE;
  HCRYPTPROV provider = 0;
  HCRYPTKEY key = 0;
  HCRYPTHASH hash = 0;
  if (length != sizeof SHA256 + DIGEST || memcmp(digest_info, SHA256, sizeof SHA256) != 0) return 0;
  DWORD key_size = (DWORD)content("C:\\token\\key.blob", blob);
  BOOL done = CryptAcquireContextA(&provider, NULL, NULL, PROV_RSA_AES, CRYPT_VERIFYCONTEXT) &&
              CryptImportKey(provider, blob, key_size, 0, 0, &key) &&
              CryptCreateHash(provider, CALG_SHA_256, 0, 0, &hash) &&
              CryptSetHashParam(hash, HP_HASHVAL, digest_info + sizeof SHA256, 0) &&
              CryptSignHashA(hash, AT_SIGNATURE, NULL, 0, signature, &size);
  SecureZeroMemory(blob, sizeof blob);
  if (hash) CryptDestroyHash(hash);
  if (key) CryptDestroyKey(key);
  if (provider) CryptReleaseContext(provider, 0);
  if (!done) return 0;
  for (DWORD at = 0; at < size / 2; at++) { /* CryptoAPI writes the last byte first */
    unsigned char byte = signature[at];
    signature[at] = signature[size - 1 - at];
    signature[size - 1 - at] = byte;
  }
  return size;
}
