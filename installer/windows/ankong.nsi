; The installer for Windows, by NSIS 3: package.sh calls makensis with
;   -DVERSION=0.1.0  -DPROGRAMS=folder of the programs  -DOUT=file to write  [-DSIGN=script that signs a file]
;   [-DWIDE]  a 64-bit installer, which Debian's NSIS can make and Wine without its 32-bit half can run.
;
; It touches no browser's trust: the program makes its root for each user at that user's first run and asks there.
Unicode true
!ifdef WIDE
  Target amd64-unicode
!else
  Target x86-unicode
!endif

!define NAME "Ankong"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define APPROVED "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
; The WebView2 runtime as its documentation says to look for it.
!define WEBVIEW2 "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!define WEBVIEW2_PAGE "https://go.microsoft.com/fwlink/p/?LinkId=2124703"

; Where a user may install for everybody, the page of modes asks; the proposal is this user alone.
!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_INSTALLMODE_DEFAULT_CURRENTUSER
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_INSTDIR "${NAME}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${UNINSTALL}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${UNINSTALL}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "UninstallString"
!include MultiUser.nsh
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include x64.nsh

OutFile "${OUT}"
SetCompressor /SOLID lzma
ManifestDPIAware true
!ifdef SIGN
  !finalize '"${SIGN}" "%1"' = 0
  !uninstfinalize '"${SIGN}" "%1"' = 0
!endif

!define MUI_ICON "..\..\assets\icons\ankong.ico"
!define MUI_UNICON "..\..\assets\icons\ankong.ico"
!define MUI_WELCOMEFINISHPAGE_BITMAP "..\..\assets\icons\installer.bmp"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION StartProgram
!define MUI_FINISHPAGE_TEXT "$(FINISHED)"
!define MUI_FINISHPAGE_TEXT_LARGE
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "$(LICENSE)"
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "TradChinese" ; the first is the one for all other languages
!insertmacro MUI_LANGUAGE "English"
!include "texts.nsh"

Name "$(TITLE)"
BrandingText "$(TITLE) ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=1028 ProductName "安控 Ankong"
VIAddVersionKey /LANG=1028 FileDescription "安控安裝程式"
VIAddVersionKey /LANG=1028 FileVersion "${VERSION}"
VIAddVersionKey /LANG=1028 CompanyName "${NAME}"
VIAddVersionKey /LANG=1028 LegalCopyright "MIT OR Apache-2.0"

; Whether a program of before was running, and is to run again.
Var WasRunning

; The running program ends in order; only one that does not answer is ended.
!macro EndProgram
  StrCpy $WasRunning ""
  ${If} ${FileExists} "$INSTDIR\ankong.exe"
    nsExec::Exec '"$INSTDIR\ankong.exe" status'
    Pop $0
    ${If} $0 == 0
      StrCpy $WasRunning "yes"
    ${EndIf}
    nsExec::Exec /TIMEOUT=15000 '"$INSTDIR\ankong.exe" quit'
    Pop $0
    ${If} $0 != 0
      nsExec::Exec '"$SYSDIR\taskkill.exe" /F /IM ankong.exe /IM ankong-window.exe'
      Pop $0
    ${EndIf}
  ${EndIf}
!macroend

; A program that has just ended may hold its file for a moment. One that still does after five seconds is another user's, whom
; nobody can ask from here: it is ended, and where it was this desktop's it is started again too.
!macro DeleteProgram
  ${For} $1 1 40
    ClearErrors
    Delete "$INSTDIR\ankong.exe"
    ${IfNot} ${FileExists} "$INSTDIR\ankong.exe"
      ${Break}
    ${EndIf}
    ${If} $1 == 20
      nsExec::Exec '"$SYSDIR\taskkill.exe" /F /IM ankong.exe /IM ankong-window.exe'
      Pop $0
      StrCpy $WasRunning "yes"
    ${EndIf}
    Sleep 250
  ${Next}
!macroend

!macro DeletePrograms
  !insertmacro DeleteProgram
  Delete "$INSTDIR\ankong-window.exe"
  Delete "$INSTDIR\ankong-module32.exe"
  Delete "$INSTDIR\WebView2Loader.dll"
  Delete "$INSTDIR\LICENSE-MIT.txt"
  Delete "$INSTDIR\LICENSE-APACHE.txt"
!macroend

Section
  !insertmacro EndProgram
  SetOutPath "$INSTDIR"
  !insertmacro DeleteProgram
  File "${PROGRAMS}\ankong.exe"
  File "${PROGRAMS}\ankong-window.exe"
  File "${PROGRAMS}\ankong-module32.exe"
  File /nonfatal "${PROGRAMS}\WebView2Loader.dll" ; builds for msvc have it inside
  File "/oname=LICENSE-MIT.txt" "..\..\LICENSE-MIT"
  File "/oname=LICENSE-APACHE.txt" "..\..\LICENSE-APACHE"
  CreateShortcut "$SMPROGRAMS\$(TITLE).lnk" "$INSTDIR\ankong.exe"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  ; Whoever has switched the start at login off keeps that: an upgrade only says where the program is now.
  ReadRegStr $0 SHCTX "${UNINSTALL}" "UninstallString"
  ReadRegStr $1 SHCTX "${RUN}" "${NAME}"
  ${If} $0 == ""
  ${OrIf} $1 != ""
    WriteRegStr SHCTX "${RUN}" "${NAME}" '"$INSTDIR\ankong.exe" start'
  ${EndIf}
  ${If} $MultiUser.InstallMode == AllUsers
    ; Off for this user alone before, it stays off for this user: everybody's entry has a switch for each.
    ReadRegStr $0 HKCU "${UNINSTALL}" "UninstallString"
    ReadRegStr $1 HKCU "${RUN}" "${NAME}"
    ${If} $0 != ""
    ${AndIf} $1 == ""
      WriteRegBin HKCU "${APPROVED}" "${NAME}" 030000000000000000000000
    ${EndIf}
  ${EndIf}
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "$(TITLE)"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayIcon" "$INSTDIR\ankong.exe"
  WriteRegStr SHCTX "${UNINSTALL}" "Publisher" "${NAME}"
  WriteRegStr SHCTX "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD SHCTX "${UNINSTALL}" "EstimatedSize" $0
  Call OfferWebView2
  ${If} $WasRunning == "yes"
    Call StartProgram
  ${EndIf}
SectionEnd

; By the desktop, so without the rights of an administrator that the installer may have. Where no desktop does it (an
; administrator's distribution, in the system's own account), it is started from here, but never for everybody: each user's
; next login does.
Function StartProgram
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\ankong.exe"'
  ${If} $MultiUser.InstallMode == CurrentUser
    ${For} $1 1 10
      Sleep 500
      nsExec::Exec '"$INSTDIR\ankong.exe" status'
      Pop $0
      ${If} $0 == 0
        Return
      ${EndIf}
    ${Next}
    Exec '"$INSTDIR\ankong.exe"'
  ${EndIf}
FunctionEnd

; Nothing is downloaded here: the page of Microsoft's opens, where the person wants that.
Function OfferWebView2
  SetRegView 32
  ReadRegStr $0 HKLM "SOFTWARE\${WEBVIEW2}" "pv"
  SetRegView 64
  ${If} $0 == ""
    ReadRegStr $0 HKCU "Software\${WEBVIEW2}" "pv"
  ${EndIf}
  ${If} $0 == ""
  ${OrIf} $0 == "0.0.0.0"
    DetailPrint "$(NO_WEBVIEW2)"
    MessageBox MB_YESNO|MB_ICONINFORMATION "$(WEBVIEW2_QUESTION)" /SD IDNO IDNO done
    ExecShell "open" "${WEBVIEW2_PAGE}"
    done:
  ${EndIf}
FunctionEnd

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "$(NOT_64)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  SetRegView 64
  !insertmacro MULTIUSER_INIT
FunctionEnd

Function un.onInit
  SetRegView 64
  !insertmacro MULTIUSER_UNINIT
FunctionEnd

Section "Uninstall"
  !insertmacro EndProgram
  ; The root and its keys go while there is a program that can take them away. Windows asks the person; who removes
  ; silently for everybody leaves the other users' roots to `ankong trust remove --everything` of each.
  nsExec::Exec '"$INSTDIR\ankong.exe" trust remove --everything'
  Pop $0
  DeleteRegValue SHCTX "${RUN}" "${NAME}"
  DeleteRegValue HKCU "${RUN}" "${NAME}" ; switched on in the program's own window
  DeleteRegValue HKCU "${APPROVED}" "${NAME}"
  Delete "$SMPROGRAMS\$(TITLE).lnk"
  !insertmacro DeletePrograms
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey SHCTX "${UNINSTALL}"
  ; What the person has set and the log stay unless asked for; silently only with /SETTINGS.
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/SETTINGS" $1
  ${IfNot} ${Errors}
    Call un.DeleteSettings
  ${Else}
    MessageBox MB_YESNO|MB_DEFBUTTON2 "$(SETTINGS_QUESTION)" /SD IDNO IDNO kept
    Call un.DeleteSettings
    kept:
  ${EndIf}
SectionEnd

Function un.DeleteSettings
  RMDir /r "$APPDATA\ankong"
  RMDir /r "$LOCALAPPDATA\ankong"
FunctionEnd
