/* A test shim, never packaged: Wine 8 knows no process of any connection, and callers here are Linux programs, which
 * have none in it. This one gives each connection of the Linux user who runs Wine to the process that asks, and all
 * others to process 0, which nobody may open.
 *
 * So it shows that a user's own connection is let in and another user's is not, and nothing about Windows' own list. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>
#include <unistd.h>
#include <windef.h>
#include <winbase.h>

#define LISTENING 0x0A /* proc(5), net/tcp */
#define FOUR 2 /* Windows' AF_INET */

/* MIB_TCPROW_OWNER_PID and MIB_TCP6ROW_OWNER_PID. */
typedef struct { DWORD state, local, local_port, remote, remote_port, process; } Row;
typedef struct { DWORD local[4], local_scope, local_port, remote[4], remote_scope, remote_port, state, process; } Row6;

DWORD WINAPI GetExtendedTcpTable(void *table, DWORD *size, BOOL sorted, ULONG family, DWORD class, ULONG reserved)
{
    BOOL four = family == FOUR;
    DWORD row_size = four ? sizeof(Row) : sizeof(Row6), room = *size, count = 0;
    char line[512];
    FILE *list = fopen(four ? "/proc/net/tcp" : "/proc/net/tcp6", "r");

    *size = sizeof(DWORD);
    while (list && fgets(line, sizeof(line), list))
    {
        char local[33], remote[33];
        unsigned local_port, remote_port, state, user, i;
        unsigned long inode;
        BYTE *place = (BYTE *)table + *size;
        if (sscanf(line, " %*d: %32[0-9A-F]:%x %32[0-9A-F]:%x %x %*x:%*x %*x:%*x %*x %u %*u %lu", local, &local_port,
                   remote, &remote_port, &state, &user, &inode) != 7 || state == LISTENING)
            continue;
        if (!inode) continue; /* closed, and no process' any more */
        *size += row_size;
        if (*size > room) continue;
        count++;
        DWORD process = user == geteuid() ? GetCurrentProcessId() : 0;
        if (four)
        {
            Row row = { 5, 0, htons(local_port), 0, htons(remote_port), process };
            sscanf(local, "%x", (unsigned *)&row.local);
            sscanf(remote, "%x", (unsigned *)&row.remote);
            memcpy(place, &row, sizeof(row));
        }
        else
        {
            Row6 row = { .local_port = htons(local_port), .remote_port = htons(remote_port), .state = 5,
                         .process = process };
            for (i = 0; i < 4; i++)
            {
                sscanf(local + 8 * i, "%8x", (unsigned *)&row.local[i]);
                sscanf(remote + 8 * i, "%8x", (unsigned *)&row.remote[i]);
            }
            memcpy(place, &row, sizeof(row));
        }
    }
    if (list) fclose(list);
    if (*size > room) return ERROR_INSUFFICIENT_BUFFER;
    memcpy(table, &count, sizeof(count));
    return NO_ERROR;
}

DWORD WINAPI NotSupported(void) { return ERROR_NOT_SUPPORTED; }
