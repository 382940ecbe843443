/* A PKCS#11 module for Windows, for tests: one slot, one token. PKCS#11 2.40, in the packing that it asks for on Windows
   (section 2.1). The token is the folder C:\token (token.h); without it there is nothing on it. A wrong PIN is answered in the
   codes of HiCOS. Every function that is not named at the end says that it does not exist. */
#include <string.h>
#include "token.h"

#define EXPORT __declspec(dllexport)
typedef unsigned long CK_ULONG;
typedef CK_ULONG CK_RV;
typedef unsigned char CK_BYTE;

enum { OK = 0x00, NOT_LOGGED_IN = 0x101, NO_SUCH_TYPE = 0x12, FAILED = 0x06, NOT_SUPPORTED = 0x54, BUFFER_TOO_SMALL = 0x150 };
enum { MECHANISM_INVALID = 0x70, PIN_LENGTH = 0xA2, PIN_LOCKED = 0xA4 };
#define TRIES_LEFT(n) (0x80000000UL + (n)) /* CKR_VENDOR_DEFINED */
enum { TOKEN_PRESENT = 0x01, TOKEN_INITIALIZED = 0x400, LOGIN_REQUIRED = 0x04, SERIAL_SESSION = 0x04 };
enum { CLASS = 0x00, VALUE = 0x11, LABEL = 0x03, ID = 0x102, RSA_PKCS = 0x01 };
enum { CERTIFICATE = 1, PRIVATE_KEY = 3 }; /* classes, and the handles of the one object of each */
enum { FUNCTIONS = 68, SHORTEST_PIN = 6, LONGEST_PIN = 8 };

#pragma pack(push, 1)
struct version { CK_BYTE major, minor; };
struct info { struct version cryptoki; CK_BYTE manufacturer[32]; CK_ULONG flags; CK_BYTE description[32]; struct version library; };
struct slot { CK_BYTE description[64], manufacturer[32]; CK_ULONG flags; struct version hardware, firmware; };
struct token {
  CK_BYTE label[32], manufacturer[32], model[16], serial[16];
  CK_ULONG flags, sessions[4], longest_pin, shortest_pin, memory[4];
  struct version hardware, firmware;
  CK_BYTE time[16];
};
struct session { CK_ULONG slot, state, flags, error; };
struct attribute { CK_ULONG type; void *value; CK_ULONG length; };
struct mechanism { CK_ULONG type; void *parameter; CK_ULONG length; };
struct functions { struct version version; CK_RV (*at[FUNCTIONS])(); };
#pragma pack(pop)

static CK_ULONG wanted; /* by C_FindObjectsInit: a class, 0 for none */
static int logged_in;

static void put(CK_BYTE *field, size_t size, const char *text) {
  memset(field, ' ', size);
  memcpy(field, text, strlen(text));
}

static CK_RV nothing() { return OK; }
static CK_RV unsupported() { return NOT_SUPPORTED; }

static CK_RV get_info(struct info *out) {
  memset(out, 0, sizeof *out);
  out->cryptoki.major = 2, out->cryptoki.minor = 40;
  put(out->manufacturer, sizeof out->manufacturer, "Ankong's tests");
  put(out->description, sizeof out->description, "one token, a folder");
  return OK;
}

static CK_RV get_slots(int with_token, CK_ULONG *slots, CK_ULONG *count) {
  CK_ULONG room = *count;
  (void)with_token;
  *count = 1;
  if (slots && room < 1) return BUFFER_TOO_SMALL;
  if (slots) slots[0] = 7;
  return OK;
}

static CK_RV get_slot(CK_ULONG id, struct slot *out) {
  (void)id;
  memset(out, 0, sizeof *out);
  put(out->description, sizeof out->description, "a reader");
  put(out->manufacturer, sizeof out->manufacturer, "nobody");
  out->flags = TOKEN_PRESENT;
  return OK;
}

static CK_RV get_token(CK_ULONG id, struct token *out) {
  (void)id;
  memset(out, 0, sizeof *out);
  put(out->label, sizeof out->label, "\xe6\xb8\xac\xe8\xa9\xa6\xe5\x8d\xa1"); /* 測試卡 */
  put(out->manufacturer, sizeof out->manufacturer, "nobody");
  put(out->model, sizeof out->model, "folder");
  put(out->serial, sizeof out->serial, "1");
  put(out->time, sizeof out->time, "");
  out->flags = TOKEN_INITIALIZED | LOGIN_REQUIRED;
  out->longest_pin = LONGEST_PIN, out->shortest_pin = SHORTEST_PIN;
  return OK;
}

static CK_RV open_session(CK_ULONG slot, CK_ULONG flags, void *application, void *notify, CK_ULONG *session) {
  (void)slot, (void)flags, (void)application, (void)notify;
  *session = 1;
  return OK;
}

static CK_RV get_session(CK_ULONG id, struct session *out) {
  (void)id;
  *out = (struct session){.slot = 7, .flags = SERIAL_SESSION};
  return OK;
}

static CK_RV login(CK_ULONG session, CK_ULONG user, const CK_BYTE *pin, CK_ULONG length) {
  (void)session, (void)user;
  if (tries_left() == 0) return PIN_LOCKED;
  if (length < SHORTEST_PIN || length > LONGEST_PIN) return PIN_LENGTH;
  logged_in = present_pin(pin, length);
  if (logged_in) return OK;
  return tries_left() ? TRIES_LEFT(tries_left()) : PIN_LOCKED;
}

static CK_RV logout(CK_ULONG session) {
  (void)session;
  logged_in = 0;
  return OK;
}

static CK_RV find_init(CK_ULONG session, const struct attribute *template, CK_ULONG count) {
  (void)session;
  wanted = 0;
  for (CK_ULONG at = 0; at < count; at++)
    if (template[at].type == CLASS) wanted = *(const CK_ULONG *)template[at].value;
  return OK;
}

static CK_RV find(CK_ULONG session, CK_ULONG *objects, CK_ULONG room, CK_ULONG *count) {
  int seen = (wanted == CERTIFICATE || (wanted == PRIVATE_KEY && logged_in)) && token_certificate(NULL);
  (void)session;
  *count = seen && room > 0;
  if (*count) objects[0] = wanted;
  wanted = 0;
  return OK;
}

static CK_RV get_attributes(CK_ULONG session, CK_ULONG object, struct attribute *template, CK_ULONG count) {
  CK_RV result = OK;
  (void)session;
  for (CK_ULONG at = 0; at < count; at++) {
    struct attribute *attribute = &template[at];
    const void *value = "SIGN"; /* CKA_ID and CKA_LABEL of both */
    size_t length = 4;
    if (attribute->type == VALUE && object == CERTIFICATE)
      length = token_certificate(&value);
    else if (attribute->type != ID && attribute->type != LABEL) {
      attribute->length = (CK_ULONG)-1;
      result = NO_SUCH_TYPE;
      continue;
    }
    if (attribute->value && attribute->length < length) return BUFFER_TOO_SMALL;
    if (attribute->value) memcpy(attribute->value, value, length);
    attribute->length = (CK_ULONG)length;
  }
  return result;
}

static CK_RV sign_init(CK_ULONG session, const struct mechanism *mechanism, CK_ULONG key) {
  (void)session, (void)key;
  if (mechanism->type != RSA_PKCS) return MECHANISM_INVALID;
  return logged_in ? OK : NOT_LOGGED_IN;
}

static CK_RV sign(CK_ULONG session, const CK_BYTE *data, CK_ULONG length, CK_BYTE *out, CK_ULONG *room) {
  CK_ULONG had = *room;
  (void)session;
  *room = SIGNATURE;
  if (!out) return OK; /* how long it will be */
  if (had < SIGNATURE) return BUFFER_TOO_SMALL;
  return token_sign(data, length, out) ? OK : FAILED;
}

EXPORT CK_RV C_GetFunctionList(struct functions **out) {
  static struct functions list = {{2, 40}, {0}};
  for (int at = 0; at < FUNCTIONS; at++) list.at[at] = unsupported;
  list.at[0] = list.at[1] = nothing;   /* C_Initialize, C_Finalize */
  list.at[2] = get_info;
  list.at[3] = C_GetFunctionList;
  list.at[4] = get_slots;
  list.at[5] = get_slot;
  list.at[6] = get_token;
  list.at[12] = open_session;
  list.at[13] = list.at[14] = nothing; /* C_CloseSession, C_CloseAllSessions */
  list.at[15] = get_session;
  list.at[18] = login;
  list.at[19] = logout;
  list.at[24] = get_attributes;
  list.at[26] = find_init;
  list.at[27] = find;
  list.at[28] = nothing;               /* C_FindObjectsFinal */
  list.at[42] = sign_init;
  list.at[43] = sign;
  *out = &list;
  return OK;
}
