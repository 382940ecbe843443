/* Prints what the visible windows of this Windows say, and their controls, in UTF-8: what a screen reader would find. What is
   typed into fields is left out. */
#include <stdio.h>
#include <windows.h>

enum { ROOM = 4096, PATIENCE = 2000 /* milliseconds */ };

static BOOL CALLBACK print(HWND window, LPARAM whole) {
  WCHAR class[64], text[ROOM];
  char bytes[3 * ROOM];
  DWORD_PTR length = 0;
  if (!IsWindowVisible(window)) return TRUE;
  GetClassNameW(window, class, 64);
  if (lstrcmpiW(class, L"Edit") != 0 &&
      SendMessageTimeoutW(window, WM_GETTEXT, ROOM, (LPARAM)text, SMTO_ABORTIFHUNG, PATIENCE, &length) && length) {
    int size = WideCharToMultiByte(CP_UTF8, 0, text, (int)length, bytes, sizeof bytes, NULL, NULL);
    printf("%.*s\n", size, bytes);
  }
  if (whole) EnumChildWindows(window, print, FALSE); /* which goes through the children's children by itself */
  return TRUE;
}

int main(void) { return EnumWindows(print, TRUE) ? 0 : 1; }
