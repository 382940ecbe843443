; What the installer says: 1028 is Taiwan's Chinese, 1033 English.
LicenseLangString LICENSE 1028 "..\license\zh-TW.txt"
LicenseLangString LICENSE 1033 "..\license\en.txt"

LangString TITLE 1028 "安控"
LangString TITLE 1033 "Ankong"

LangString NOT_64 1028 "安控需要 64 位元的 Windows 10 或更新版本。"
LangString NOT_64 1033 "Ankong needs a 64-bit Windows 10 or newer."

LangString NO_WEBVIEW2 1028 "這台電腦沒有 WebView2"
LangString NO_WEBVIEW2 1033 "This computer has no WebView2"

LangString WEBVIEW2_QUESTION 1028 "這台電腦沒有 Microsoft Edge WebView2，安控會改用簡單的對話框詢問 PIN 碼。$\r$\n$\r$\n要開啟 Microsoft 的下載頁面嗎？"
LangString WEBVIEW2_QUESTION 1033 "This computer has no Microsoft Edge WebView2; Ankong will ask for the PIN in a plain dialog instead.$\r$\n$\r$\nOpen Microsoft's download page?"

LangString FINISHED 1028 "登入 Windows 時，安控會自動啟動；第一次會請您讓瀏覽器信任這台電腦的憑證。$\r$\n$\r$\n用自然人憑證簽章，還需要 HiCOS 卡片管理工具，請到 moica.nat.gov.tw 下載。"
LangString FINISHED 1033 "Ankong starts when you sign in to Windows. First it asks you to let browsers trust this computer's certificate.$\r$\n$\r$\nTo sign with a Citizen Digital Certificate you also need HiCOS, from moica.nat.gov.tw."

LangString SETTINGS_QUESTION 1028 "要一併刪除您在安控的設定、允許的網站清單和記錄檔嗎？"
LangString SETTINGS_QUESTION 1033 "Also delete your settings of Ankong, the list of sites you allowed, and its log?"
