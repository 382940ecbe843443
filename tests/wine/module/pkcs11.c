/* A PKCS#11 module for Windows, for tests: one slot, one token, nothing on it. PKCS#11 2.40, in the packing that it asks for on
   Windows (section 2.1). Every other function says that it does not exist. */
#include <string.h>

#define EXPORT __declspec(dllexport)
typedef unsigned long CK_ULONG;
typedef CK_ULONG CK_RV;
typedef unsigned char CK_BYTE;

enum { OK = 0x00, NOT_SUPPORTED = 0x54, BUFFER_TOO_SMALL = 0x150 };
enum { TOKEN_PRESENT = 0x01, TOKEN_INITIALIZED = 0x400, LOGIN_REQUIRED = 0x04, SERIAL_SESSION = 0x04 };
enum { FUNCTIONS = 68, NO_LIMIT = 0 };

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
struct functions { struct version version; CK_RV (*at[FUNCTIONS])(); };
#pragma pack(pop)

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
  put(out->description, sizeof out->description, "one token, nothing on it");
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
  put(out->model, sizeof out->model, "empty");
  put(out->serial, sizeof out->serial, "1");
  put(out->time, sizeof out->time, "");
  out->flags = TOKEN_INITIALIZED | LOGIN_REQUIRED;
  out->longest_pin = 8, out->shortest_pin = 6;
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

static CK_RV find(CK_ULONG session, CK_ULONG *objects, CK_ULONG room, CK_ULONG *count) {
  (void)session, (void)objects, (void)room;
  *count = 0;
  return OK;
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
  list.at[26] = nothing;               /* C_FindObjectsInit */
  list.at[27] = find;
  list.at[28] = nothing;               /* C_FindObjectsFinal */
  *out = &list;
  return OK;
}
