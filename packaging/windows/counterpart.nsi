; The installer of a counter for Windows: the app and the counter's command line.
; `cargo xtask windows` gives VERSION, BUILT (the folder of the programs) and OUT.
;
;   Counterpart-…-setup.exe                 asks: for everybody on this machine, or for this user
;   … /S                                    silent; for everybody where an administrator runs it, else for this user
;   … /S /CurrentUser  |  /S /AllUsers      silent, and says for whom
;   uninstall.exe /S                        silent; what the counter keeps stays
;   uninstall.exe /S /ERASE                 silent; what the counter keeps goes, unless sales wait in it

; 64-bit itself: what it installs is nothing else
Target amd64-unicode
Unicode true
SetCompressor /SOLID /FINAL lzma
SetCompressorDictSize 64
ManifestDPIAware true

!define PRODUCT "Counterpart"
!define FOLDER "Counterpart"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${PRODUCT}"
; where Evergreen WebView2 says that it is there, for the machine and for a user
!define WEBVIEW "Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!define WEBVIEW_MACHINE "Software\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_INSTDIR "${FOLDER}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${KEY}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${KEY}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "InstallLocation"

!include MultiUser.nsh
!include MUI2.nsh
!include x64.nsh
!include FileFunc.nsh
!include LogicLib.nsh

Name "${PRODUCT}"
OutFile "${OUT}"
BrandingText " "
ShowInstDetails nevershow
ShowUninstDetails nevershow
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${PRODUCT}"
VIAddVersionKey FileDescription "Counterpart, set-up"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey LegalCopyright "Apache-2.0"

!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\counterpart.exe"

!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
UninstPage custom un.AskErase un.AskedErase
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_LANGUAGE "English"

LangString MenuName ${LANG_SIMPCHINESE} "柜伴"
LangString MenuName ${LANG_ENGLISH} "Counterpart"
LangString Needs64 ${LANG_SIMPCHINESE} "柜伴需要 64 位的 Windows 10 或更新版本。"
LangString Needs64 ${LANG_ENGLISH} "Counterpart needs Windows 10 or later, 64-bit."
LangString NeedsWebView ${LANG_SIMPCHINESE} "这台电脑缺少 WebView2，柜伴的界面要靠它显示。$\n$\n请用微软的安装程序 MicrosoftEdgeWebview2Setup.exe 装上（放在本安装程序旁边会自动运行），然后打开柜伴。"
LangString NeedsWebView ${LANG_ENGLISH} "WebView2 is missing on this machine; Counterpart's screens need it.$\n$\nInstall it with Microsoft's MicrosoftEdgeWebview2Setup.exe (put beside this set-up, it is run by itself), then open Counterpart."
LangString Runs ${LANG_SIMPCHINESE} "柜伴正在使用。请先关闭它，再继续。"
LangString Runs ${LANG_ENGLISH} "Counterpart is open. Close it first, then go on."
LangString EraseTitle ${LANG_SIMPCHINESE} "这台柜台的数据"
LangString EraseTitle ${LANG_ENGLISH} "What this counter keeps"
LangString EraseText ${LANG_SIMPCHINESE} "会员资料和未上传的记录保存在这台设备上。默认保留，重新安装后可以继续使用。"
LangString EraseText ${LANG_ENGLISH} "Members and what was not delivered yet are on this device. They stay, and are there again after another set-up."
LangString EraseTick ${LANG_SIMPCHINESE} "同时清除（还有未上传的记录时不会清除）"
LangString EraseTick ${LANG_ENGLISH} "Erase them as well (never while anything waits to be delivered)"
LangString Waits ${LANG_SIMPCHINESE} "还有未上传的记录，数据已保留。请连网上传后再清除。"
LangString Waits ${LANG_ENGLISH} "Something waits to be delivered, so nothing was erased. Let the counter reach the centre first."

Var Erase
Var EraseBox

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_OK|MB_ICONSTOP "$(Needs64)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  SetRegView 64
  !insertmacro MULTIUSER_INIT
FunctionEnd

Function un.onInit
  SetRegView 64
  !insertmacro MULTIUSER_UNINIT
  StrCpy $Erase 0
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/ERASE" $1
  ${IfNot} ${Errors}
    StrCpy $Erase 1
  ${EndIf}
FunctionEnd

; A program that runs keeps its file from being replaced: it is asked for, never ended, for a sale may be open in it.
!macro WaitForClosed
  retry:
    ClearErrors
    ${If} ${FileExists} "$INSTDIR\counterpart.exe"
      FileOpen $0 "$INSTDIR\counterpart.exe" a
      ${If} ${Errors}
        MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(Runs)" /SD IDCANCEL IDRETRY retry
        SetErrorLevel 3
        Quit
      ${EndIf}
      FileClose $0
    ${EndIf}
!macroend

Section "-app"
  !insertmacro WaitForClosed
  SetOutPath "$INSTDIR"
  File "${BUILT}\counterpart.exe"
  File "${BUILT}\counter.exe"
  File "${BUILT}\WebView2Loader.dll"
  ; the brand's public key for packages: without it the app takes no new versions by itself
  !if /FileExists "${BUILT}/package.pub"
    File "${BUILT}\package.pub"
  !endif
  ; this set-up itself stays: by it the app comes back from a version that does not hold
  ${If} "$EXEPATH" != "$INSTDIR\setup.exe"
    CopyFiles /SILENT "$EXEPATH" "$INSTDIR\setup.exe"
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\$(MenuName).lnk" "$INSTDIR\counterpart.exe"
  CreateShortCut "$DESKTOP\$(MenuName).lnk" "$INSTDIR\counterpart.exe"
  WriteRegStr SHCTX "${KEY}" "DisplayName" "$(MenuName)"
  WriteRegStr SHCTX "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${KEY}" "DisplayIcon" "$INSTDIR\counterpart.exe"
  WriteRegStr SHCTX "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD SHCTX "${KEY}" "EstimatedSize" $0
  Call WebView
SectionEnd

; What shows the app's screens comes with Windows 11 and with most of Windows 10; where it does not, Microsoft's own set-up
; brings it. It is not part of this one: its licence asks that it be fetched from Microsoft.
Function WebView
  ReadRegStr $0 HKLM "${WEBVIEW_MACHINE}" "pv"
  ${If} $0 == ""
    ReadRegStr $0 HKCU "${WEBVIEW}" "pv"
  ${EndIf}
  ${If} $0 != ""
  ${AndIf} $0 != "0.0.0.0"
    Return
  ${EndIf}
  ${If} ${FileExists} "$EXEDIR\MicrosoftEdgeWebview2Setup.exe"
    ExecWait '"$EXEDIR\MicrosoftEdgeWebview2Setup.exe" /silent /install' $0
    ${If} $0 == 0
      Return
    ${EndIf}
  ${EndIf}
  MessageBox MB_OK|MB_ICONINFORMATION "$(NeedsWebView)" /SD IDOK
FunctionEnd

Function un.AskErase
  !insertmacro MUI_HEADER_TEXT "$(EraseTitle)" ""
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 36u "$(EraseText)"
  Pop $0
  ${NSD_CreateCheckbox} 0 44u 100% 12u "$(EraseTick)"
  Pop $EraseBox
  nsDialogs::Show
FunctionEnd

Function un.AskedErase
  ${NSD_GetState} $EraseBox $Erase
FunctionEnd

Section "Uninstall"
  !insertmacro WaitForClosed
  ${If} $Erase == 1
    ; the counter itself knows whether anything waits, and erases nothing then
    nsExec::ExecToLog '"$INSTDIR\counter.exe" leave --confirm'
    Pop $0
    ${If} $0 != 0
      MessageBox MB_OK|MB_ICONINFORMATION "$(Waits)" /SD IDOK
    ${EndIf}
  ${EndIf}
  Delete "$INSTDIR\counterpart.exe"
  Delete "$INSTDIR\counter.exe"
  Delete "$INSTDIR\WebView2Loader.dll"
  Delete "$INSTDIR\package.pub"
  Delete "$INSTDIR\setup.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  ; whichever language it was put there in
  Delete "$SMPROGRAMS\柜伴.lnk"
  Delete "$SMPROGRAMS\Counterpart.lnk"
  Delete "$DESKTOP\柜伴.lnk"
  Delete "$DESKTOP\Counterpart.lnk"
  DeleteRegKey SHCTX "${KEY}"
SectionEnd
