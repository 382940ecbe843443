/* A test shim, never packaged: Wine 8's winscard.dll answers every call with an error. This one hands the calls that
 * the crate pcsc makes to the libpcsclite of the Linux below, and knows how the two differ:
 *
 *                         Windows                 pcsc-lite on 64-bit Linux
 *   DWORD, LONG           32 bits                 unsigned long, long: 64 bits
 *   context, card         pointer-sized           long
 *   protocol "raw"        0x10000                 4
 *   state of a card       one of six              a set of bits
 *   control codes         CTL_CODE(0x31, n)       0x42000000 + n
 *
 * It shows that our calls are the right ones with sane arguments, and nothing about Windows' own service. */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <windef.h>
#include <winbase.h>

typedef unsigned long Number;
typedef long Answer;

typedef struct { DWORD protocol, length; } WindowsPci;
typedef struct { Number protocol, length; } LitePci;
typedef struct { const char *reader; void *user; DWORD current, event, atr_length; BYTE atr[36]; } WindowsReader;
typedef struct { const char *reader; void *user; Number current, event, atr_length; BYTE atr[33]; } LiteReader;

const WindowsPci g_rgSCardT0Pci = { 1, sizeof(WindowsPci) };
const WindowsPci g_rgSCardT1Pci = { 2, sizeof(WindowsPci) };
const WindowsPci g_rgSCardRawPci = { 0x10000, sizeof(WindowsPci) };

#define NO_SERVICE ((LONG)0x8010001D)
#define INSUFFICIENT_BUFFER ((LONG)0x80100008)
#define INVALID_PARAMETER ((LONG)0x80100004)

static void *lite(const char *name)
{
    static void *library;
    if (!library) library = dlopen("libpcsclite.so.1", RTLD_NOW);
    return library ? dlsym(library, name) : NULL;
}

/* Declares `call` as pcsc-lite's function of that name. */
#define LITE(name, ...) \
    Answer (*call)(__VA_ARGS__) = (Answer (*)(__VA_ARGS__))lite(name); \
    if (!call) return NO_SERVICE

static Number to_lite(DWORD protocols) { return (protocols & 3) | (protocols & 0x10000 ? 4 : 0); }
static DWORD to_windows(Number protocols) { return (DWORD)(protocols & 3) | (protocols & 4 ? 0x10000 : 0); }

/* Gives `length` bytes to a caller who may have asked for the length alone. */
static LONG give(const void *from, Number length, void *to, DWORD *room)
{
    DWORD had;
    if (!room) return INVALID_PARAMETER;
    had = *room;
    *room = (DWORD)length;
    if (!to) return 0;
    if (had < length) return INSUFFICIENT_BUFFER;
    memcpy(to, from, length);
    return 0;
}

LONG WINAPI SCardEstablishContext(DWORD scope, const void *a, const void *b, ULONG_PTR *context)
{
    Answer made = 0, answer;
    LITE("SCardEstablishContext", Number, const void *, const void *, Answer *);
    answer = call(scope, NULL, NULL, &made);
    *context = made;
    return answer;
}

LONG WINAPI SCardReleaseContext(ULONG_PTR context) { LITE("SCardReleaseContext", Answer); return call(context); }
LONG WINAPI SCardIsValidContext(ULONG_PTR context) { LITE("SCardIsValidContext", Answer); return call(context); }
LONG WINAPI SCardCancel(ULONG_PTR context) { LITE("SCardCancel", Answer); return call(context); }
LONG WINAPI SCardBeginTransaction(ULONG_PTR card) { LITE("SCardBeginTransaction", Answer); return call(card); }

LONG WINAPI SCardDisconnect(ULONG_PTR card, DWORD how)
{
    LITE("SCardDisconnect", Answer, Number);
    return call(card, how);
}

LONG WINAPI SCardEndTransaction(ULONG_PTR card, DWORD how)
{
    LITE("SCardEndTransaction", Answer, Number);
    return call(card, how);
}

LONG WINAPI SCardListReadersA(ULONG_PTR context, const char *groups, char *names, DWORD *length)
{
    char found[4096];
    Number size = sizeof(found);
    Answer answer;
    LITE("SCardListReaders", Answer, const char *, char *, Number *);
    answer = call(context, NULL, found, &size);
    return answer ? (LONG)answer : give(found, size, names, length);
}

LONG WINAPI SCardGetStatusChangeA(ULONG_PTR context, DWORD timeout, WindowsReader *readers, DWORD count)
{
    LiteReader *asked;
    Answer answer;
    DWORD i;
    LITE("SCardGetStatusChange", Answer, Number, LiteReader *, Number);
    asked = calloc(count + 1, sizeof(*asked));
    for (i = 0; i < count; i++) {
        asked[i].reader = readers[i].reader;
        asked[i].current = readers[i].current;
    }
    answer = call(context, timeout, asked, count);
    for (i = 0; i < count; i++) {
        readers[i].event = (DWORD)asked[i].event;
        readers[i].atr_length = (DWORD)asked[i].atr_length;
        memcpy(readers[i].atr, asked[i].atr, sizeof(asked[i].atr));
    }
    free(asked);
    return answer;
}

LONG WINAPI SCardConnectA(ULONG_PTR context, const char *reader, DWORD share, DWORD protocols, ULONG_PTR *card,
                          DWORD *active)
{
    Answer connected = 0, answer;
    Number protocol = 0;
    LITE("SCardConnect", Answer, const char *, Number, Number, Answer *, Number *);
    answer = call(context, reader, share, to_lite(protocols), &connected, &protocol);
    *card = connected;
    if (active) *active = to_windows(protocol);
    return answer;
}

LONG WINAPI SCardReconnect(ULONG_PTR card, DWORD share, DWORD protocols, DWORD how, DWORD *active)
{
    Number protocol = 0;
    Answer answer;
    LITE("SCardReconnect", Answer, Number, Number, Number, Number *);
    answer = call(card, share, to_lite(protocols), how, &protocol);
    if (active) *active = to_windows(protocol);
    return answer;
}

LONG WINAPI SCardStatusA(ULONG_PTR card, char *names, DWORD *names_length, DWORD *state, DWORD *protocol, BYTE *atr,
                         DWORD *atr_length)
{
    char reader[1024];
    BYTE bytes[64];
    Number reader_length = sizeof(reader), bits = 0, active = 0, length = sizeof(bytes);
    Answer answer;
    LONG given = 0;
    LITE("SCardStatus", Answer, char *, Number *, Number *, Number *, BYTE *, Number *);
    answer = call(card, reader, &reader_length, &bits, &active, bytes, &length);
    if (answer) return answer;
    /* pcsc-lite: 2 absent, 4 present, 8 swallowed, 0x10 powered, 0x20 negotiable, 0x40 specific; Windows counts. */
    if (state) for (*state = 0; bits >>= 1; ) ++*state;
    if (protocol) *protocol = to_windows(active);
    if (names_length) given = give(reader, reader_length, names, names_length);
    if (!given && atr_length) given = give(bytes, length, atr, atr_length);
    return given;
}

LONG WINAPI SCardTransmit(ULONG_PTR card, const WindowsPci *send, const BYTE *command, DWORD command_length,
                          WindowsPci *receive, BYTE *reply, DWORD *reply_length)
{
    LitePci pci = { to_lite(send->protocol), sizeof(LitePci) };
    Number length = *reply_length;
    Answer answer;
    LITE("SCardTransmit", Answer, const LitePci *, const BYTE *, Number, LitePci *, BYTE *, Number *);
    answer = call(card, &pci, command, command_length, NULL, reply, &length);
    *reply_length = (DWORD)length;
    return answer;
}

LONG WINAPI SCardControl(ULONG_PTR card, DWORD code, const void *in, DWORD in_length, void *out, DWORD out_length,
                         DWORD *returned)
{
    Number length = 0, lite_code = code >> 16 == 0x31 ? 0x42000000UL + (code >> 2 & 0xFFF) : code;
    Answer answer;
    LITE("SCardControl", Answer, Number, const void *, Number, void *, Number, Number *);
    answer = call(card, lite_code, in, in_length, out, out_length, &length);
    if (returned) *returned = (DWORD)length;
    return answer;
}

LONG WINAPI SCardGetAttrib(ULONG_PTR card, DWORD attribute, BYTE *out, DWORD *room)
{
    BYTE bytes[512];
    Number length = sizeof(bytes);
    Answer answer;
    LITE("SCardGetAttrib", Answer, Number, BYTE *, Number *);
    answer = call(card, attribute, bytes, &length);
    return answer ? (LONG)answer : give(bytes, length, out, room);
}

LONG WINAPI SCardSetAttrib(ULONG_PTR card, DWORD attribute, const BYTE *bytes, DWORD length)
{
    LITE("SCardSetAttrib", Answer, Number, const BYTE *, Number);
    return call(card, attribute, bytes, length);
}
