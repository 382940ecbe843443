/* Stands for what Wine 8 lacks of the tray: mend.exe has Shell_NotifyIconGetRect (shell32) succeed in the process whose tray icon
   it finds, with a rectangle of nothing. The program asks for it before it opens its menu, which it opens at the pointer. Each
   Windows loads shell32 at one address for all its processes. */
#include <stdio.h>
#include <windows.h>

int main(void) {
  static const unsigned char SUCCEED[] = {0x31, 0xc0, 0xc3}; /* xor eax, eax; ret */
  void *function = (void *)GetProcAddress(LoadLibraryA("shell32.dll"), "Shell_NotifyIconGetRect");
  DWORD id = 0, before;
  GetWindowThreadProcessId(FindWindowA("tray_icon_app", NULL), &id);
  HANDLE process = OpenProcess(PROCESS_VM_OPERATION | PROCESS_VM_WRITE, FALSE, id);
  int done = function && process && VirtualProtectEx(process, function, sizeof SUCCEED, PAGE_EXECUTE_READWRITE, &before) &&
             WriteProcessMemory(process, function, SUCCEED, sizeof SUCCEED, NULL);
  printf("%s: %p in %lu\n", done ? "done" : "failed", function, id);
  return done ? 0 : 1;
}
