/* What a token is to the module: the folder C:\token, which a test fills:
     certificate.der  the certificate
     key              of its RSA key the modulus and the private exponent, 256 bytes each
     pin              the right PIN
     logins           one byte for each PIN that was presented, `+` or `-`: so tries are counted as on a card, from one process to
                      the next */
#include <stddef.h>

enum { SIGNATURE = 256 /* bytes, of an RSA key of 2048 bits */ };

/* Its length and where it is, or 0. */
size_t token_certificate(const void **certificate);
/* Of three. */
int tries_left(void);
/* Whether it is right; counted. */
int present_pin(const void *pin, size_t length);
/* RSASSA-PKCS1-v1_5 over a DigestInfo with SHA-256; 0 where it cannot. */
int token_sign(const unsigned char *digest_info, size_t length, unsigned char *signature);
