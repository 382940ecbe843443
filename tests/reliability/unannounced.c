// A PC/SC library that neither announces readers nor counts events, as macOS' does not: preloaded before the real one.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>
#include <winscard.h>

#define ANNOUNCEMENTS "\\\\?PnP?\\Notification"
#define MOST_READERS 16

// What the real library counts stays here; it wants to be told what it has said.
#define COUNT 0xFFFF0000
static struct { char reader[MAX_READERNAME]; DWORD count; } counted[MOST_READERS];

static DWORD *count_of(const char *reader) {
  int at = 0;
  while (at < MOST_READERS - 1 && counted[at].reader[0] && strcmp(counted[at].reader, reader) != 0) at++;
  strncpy(counted[at].reader, reader, MAX_READERNAME - 1);
  return &counted[at].count;
}

typedef LONG (*Wait)(SCARDCONTEXT, DWORD, SCARD_READERSTATE *, DWORD);

LONG SCardGetStatusChange(SCARDCONTEXT context, DWORD milliseconds, SCARD_READERSTATE *states, DWORD count) {
  Wait real = (Wait)dlsym(RTLD_NEXT, "SCardGetStatusChange");
  SCARD_READERSTATE known[MOST_READERS];
  DWORD places[MOST_READERS], number = 0;
  int news = 0;
  for (DWORD at = 0; at < count && number < MOST_READERS; at++) {
    if (strcmp(states[at].szReader, ANNOUNCEMENTS) != 0) {
      places[number] = at;
      known[number] = states[at];
      if (states[at].dwCurrentState != SCARD_STATE_UNAWARE) known[number].dwCurrentState |= *count_of(states[at].szReader);
      number++;
      continue;
    }
    states[at].dwEventState = SCARD_STATE_UNKNOWN;
    if (!(states[at].dwCurrentState & SCARD_STATE_UNKNOWN)) {
      states[at].dwEventState |= SCARD_STATE_CHANGED;
      news = 1;
    }
  }
  LONG said = SCARD_E_TIMEOUT;
  if (number > 0) {
    said = real(context, news ? 0 : milliseconds, known, number);
  } else if (!news) {
    usleep(milliseconds * 1000);
  }
  for (DWORD at = 0; at < number; at++) {
    *count_of(known[at].szReader) = known[at].dwEventState & COUNT;
    known[at].dwCurrentState = states[places[at]].dwCurrentState;
    known[at].dwEventState &= ~COUNT;
    states[places[at]] = known[at];
  }
  return news && said == SCARD_E_TIMEOUT ? SCARD_S_SUCCESS : said;
}
