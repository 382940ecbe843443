/* What a token is to the module: the folder C:\token, which a test fills:
     certificate.der  the certificate
     key.blob         its RSA key, a PRIVATEKEYBLOB ("Enhanced Provider Key BLOBs" of Microsoft's documentation)
     pin              the right PIN
     logins           one byte for each PIN that was presented, `+` or `-`: so tries are counted as on a card, from one process to
                      the next */
#include <stddef.h>

enum { LONGEST_SIGNATURE = 512 };

/* Its length and where it is, or 0. */
size_t token_certificate(const void **certificate);
/* Of three. */
int tries_left(void);
/* Whether it is right; counted. */
int present_pin(const void *pin, size_t length);
/* RSASSA-PKCS1-v1_5 over a DigestInfo with SHA-256: the length of the signature, or 0. */
size_t token_sign(const unsigned char *digest_info, size_t length, unsigned char *signature);
