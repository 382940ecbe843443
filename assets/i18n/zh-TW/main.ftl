# 安控的文字。每個錯誤代碼都有一句話和一個補救方法（.remedy）。

program = 安控

## 同意與 PIN 碼視窗

consent-title = 安控：確認身分
consent-asks = 想確認您是誰
consent-title-signature = 安控：簽署
consent-asks-signature = 請您簽署以下內容
consent-title-certificates = 安控：提供憑證
consent-asks-certificates = 想取得您的憑證
consent-purpose = 用途
consent-content-text = 簽署內容（全文，{ $size } 位元組）
consent-content-bytes = 簽署內容不是文字，無法顯示（{ $size } 位元組）
consent-gives-certificates = 這個網站會得到您卡片上的憑證，裡面有您的姓名、憑證序號和有效期限，也可能有身分證字號末四碼。
consent-no-pin = 不需要輸入 PIN 碼
consent-choose = 選擇要使用的卡片
consent-other-card = 換一張卡片
consent-holder = 憑證持有人
consent-valid-until = 有效期限
consent-tries-known = 還可以輸入 { $tries } 次 PIN 碼
consent-tries-unknown = 剩餘次數：卡片未告知
consent-pin = PIN 碼（{ $min } 到 { $max } 個字元）
consent-pin-on-reader = 按「確認」之後，請在讀卡機的按鍵上輸入 PIN 碼
consent-last-try = 我知道這是最後一次機會，再輸錯卡片就會鎖住
consent-stranger = 這個要求不是瀏覽器送來的。上面的網址是下列程式自己填的，沒有人能證明。如果不是您要它這麼做，請按「拒絕」。
consent-stranger-unknown = 這個要求不知道是哪個程式送來的，上面的網址沒有人能證明。請按「拒絕」。
consent-confirm = 確認
consent-decline = 拒絕
consent-close = 關閉
consent-visit = 開啟內政部憑證管理中心網站
consent-working = 卡片作業中，請不要拔出卡片…
consent-type-on-reader = 請在讀卡機的按鍵上輸入 PIN 碼，再按讀卡機的確認鍵…
consent-caps-lock = 大寫鎖定（Caps Lock）已開啟
consent-covered = 這個視窗被其他視窗遮住了。請先移開那個視窗，再按一次。
consent-wrong-pin = PIN 碼不正確，請再輸入一次。
consent-not-sent = PIN 碼沒有送出，請再輸入一次。

## 系統匣

tray-card-ready = 已就緒
tray-running = 運行中
tray-no-service = 智慧卡服務未啟動
tray-no-reader = 沒有讀卡機
tray-no-card = 請插入卡片
tray-unsupported-card = 無法使用這張卡片
tray-busy = 忙碌中
tray-trouble = 有問題，請打開「檢查與修復」
tray-status = 狀態…
tray-sites = 允許的網站…
tray-asked = { $origin } 想使用安控…
tray-check = 檢查與修復…
tray-autostart = 登入時啟動
tray-language = 語言
tray-language-system = 跟隨系統
tray-about = 設定與關於…
tray-quit = 結束

## 安控視窗

panel-title = 安控
panel-next = 下一項
panel-status = 狀態
panel-sites = 網站
panel-check = 檢查與修復
panel-settings = 設定與關於
panel-status-title = 目前狀態
panel-card = 讀卡機與卡片
panel-holder = 憑證持有人：{ $name }
panel-until = 憑證有效期限：{ $day }
panel-days-left = 還有 { $number } 天
panel-renew = 憑證快到期了，請到內政部憑證管理中心網站（moica.nat.gov.tw）或戶政事務所辦理展期。
panel-moica = 開啟 moica.nat.gov.tw
panel-no-browser = 無法開啟瀏覽器。
    .remedy = 請自行在瀏覽器開啟 https://moica.nat.gov.tw。
panel-can-read = 可以讀取
panel-can-sign = 可以簽章
panel-cannot-sign = 還不能簽章
panel-trust = 瀏覽器是否信任安控
panel-looking = 檢查中，請稍候…
panel-repair-trust = 讓瀏覽器信任
panel-trusted = 瀏覽器已信任這台電腦的安控。若網頁仍連不上，請重新啟動瀏覽器。
panel-requests = 最近的要求（臺灣時間）
panel-requests-meaning = 記住最近 20 次的網址、時間和結果，只留在記憶體，結束安控就消失；不記錄任何個人資料。
panel-requests-forgotten = 不記錄
panel-remember = 記住最近的要求
panel-answered = 已完成
panel-look-at-sites = 查看網站
panel-check-title = 檢查與修復
panel-checks = 檢查結果
panel-code = 打電話求助時，請念出這六個字元：
panel-look-again = 重新檢查
panel-report = 儲存報告
panel-report-written = 報告已寫入 { $file }，裡面沒有姓名、卡號與身分證字號，您可以打開檢查再寄出。
panel-report-failed = 報告無法寫入「文件」資料夾。
    .remedy = 請檢查磁碟空間與權限，再試一次。
panel-set-aside = 把損壞的檔案移到旁邊…
panel-set-aside-really = 檔案會改名留在原來的資料夾，裡面寫的不再採用，安控從空白開始。要移開嗎？
panel-set-aside-yes = 移開
panel-set-aside-no = 不要移開
panel-settings-title = 設定與關於
panel-start = 啟動
panel-autostart-meaning = 登入電腦時自動啟動，網頁需要時才能馬上找到安控。
panel-autostart-unknown = 無法得知登入時是否啟動。
panel-about = 關於安控
panel-about-text = 安控讓網頁經過您同意，用自然人憑證確認您的身分。程式碼公開，PIN 碼只在安控自己的視窗輸入，不會離開這台電腦。
panel-versions = 版本
panel-version = 版本 { $version }
panel-licence = 授權：MIT 或 Apache-2.0，任選其一
panel-first-run-again = 再看一次使用說明
settings-damaged = 設定檔（settings.toml）有誤，整份都不採用，也不會被覆寫。
settings-not-written = 設定無法寫入磁碟，沒有改變。
autostart-not-switched = 無法變更登入時啟動的設定。
    .remedy = 請到系統的啟動設定裡變更。

## 第一次使用

first-run-welcome = 歡迎使用安控
first-run-what = 網頁想確認您是誰時，安控會告訴您是哪個網站、為了什麼，由您決定要不要同意。
first-run-pin = PIN 碼只在安控自己的視窗輸入，網頁看不到；卡片簽章之後，網站只收到簽章和憑證。
first-run-tray = 安控平時待在系統匣，按它的圖示可以看狀態、管理網站。
first-run-trust = 讓瀏覽器信任安控
first-run-trust-why = 網頁以加密連線找到這台電腦上的安控，因此瀏覽器要信任它的憑證。這張憑證只在這台電腦產生、只對這台電腦有效，金鑰不會存檔。Windows 和 macOS 會再問您一次，請回答「是」。
first-run-card = 試試讀卡機與卡片
first-run-modules = 簽章模組
first-run-modules-why = 讀取自然人憑證不需要其他軟體；簽章時需要發卡機關的簽章模組（HiCOS 卡片管理工具）。
first-run-prompt = 瀏覽器會問您一次
first-run-prompt-why = 網站第一次使用安控時，瀏覽器會問您要不要讓它存取這部裝置上的其他應用程式和服務。網址正確的話，請按「允許」。
first-run-prompt-blocked = 如果按錯了，請點網址列左邊的圖示，在網站設定裡改成「允許」。
first-run-prompt-site = id.taipei 想要
first-run-prompt-wish = 存取這部裝置上的其他應用程式和服務
first-run-prompt-allow = 允許
first-run-prompt-block = 封鎖
first-run-prompt-words = 示意圖：瀏覽器視窗上方出現詢問，有「封鎖」和「允許」兩個按鈕，「允許」被框起來
first-run-back = 上一步
first-run-next = 下一步
first-run-done = 完成

## 網站頁

sites-title = 可以使用安控的網站
sites-meaning = 允許一個網站，表示它可以要求您確認身分或簽章；每一次仍會先問您。請確認網址完全正確，不認得的網站請不要允許。
sites-asked = 想使用安控、但不在名單上的網站
sites-user = 您允許的網站
sites-muted = 短時間內要求太多次而暫停的網站
sites-administrator = 系統管理者允許的網站
sites-built-in = 程式內建的網站
sites-none = 沒有
sites-allow = 允許
sites-revoke = 撤銷
sites-unmute = 恢復
sites-damaged = 您的網站名單檔案（origins.toml）有誤，整份都不採用，也不會被覆寫。請修正或刪除它，再重新啟動安控。
sites-forbidden = 系統管理者不開放自行允許網站。
sites-full = 您的名單已滿，請先撤銷不再使用的網站。
sites-not-written = 名單無法寫入磁碟。允許沒有生效；撤銷只在這次執行期間有效。

## 錯誤

origin-not-allowed = 這個網站不在允許的名單上。
    .remedy = 請確認網址；若您信任這個網站，請從系統匣打開安控的「網站」視窗允許它。
bad-request = 網站送出的要求有誤。
    .remedy = 請重新整理網頁再試一次；若仍然如此，請通知該網站。
too-large = 網站送出的資料太大。
    .remedy = 請通知該網站。
busy = 卡片正在使用中。
    .remedy = 請先完成另一個視窗裡的動作，或關閉正在使用卡片的程式，再試一次。
muted = 這個網站在短時間內要求了太多次，暫時不再為它開啟視窗。
    .remedy = 請五分鐘後再試；也可以在安控的「網站」視窗裡恢復它。
no-service = 電腦的智慧卡服務沒有啟動。
    .remedy = 請重新開機；在 Linux 上請啟動 pcscd。
no-reader = 找不到讀卡機。
    .remedy = 請接上讀卡機再試一次。
no-card = 讀卡機裡沒有卡片。
    .remedy = 請插入自然人憑證，晶片朝讀卡機的方向。
unsupported-card = 無法辨識這張卡片。
    .remedy = 請確認插入的是自然人憑證、方向正確，並擦拭晶片後再試。
no-signing-module = 可以讀取這張卡片，但這台電腦還不能用它簽章。
    .remedy = 自然人憑證請到內政部憑證管理中心網站（moica.nat.gov.tw）下載並安裝 HiCOS 卡片管理工具，其他卡片請安裝發卡機關的簽章模組，再試一次。
card-removed = 作業中卡片被取出或更換了。
    .remedy = 請重新插入卡片再試一次，完成前不要取出。
certificate-expired = 卡片上的憑證不在有效期間內。
    .remedy = 請檢查電腦的日期；若憑證已過期，請到內政部憑證管理中心網站或戶政事務所辦理展期或換發。
unsupported-hash = 這張卡片的金鑰不能以網站要求的雜湊演算法簽章。
    .remedy = 請通知該網站，或使用另一張卡片。PIN 碼沒有送出。
id-mismatch = 您輸入的身分證字號與這張卡片不符。
    .remedy = 請在網頁上檢查身分證字號，並使用本人的卡片。PIN 碼沒有送出。
pin-blocked = 這張卡片的 PIN 碼已鎖住。
    .remedy = 請到內政部憑證管理中心網站的「忘記 PIN 碼／鎖卡解碼」解鎖，再試一次。
user-declined = 您拒絕了這個要求。
    .remedy = 若要繼續，請在網頁上再按一次。
timed-out = 等候太久，視窗已關閉。
    .remedy = 請在網頁上再試一次。
cancelled = 要求已取消。
    .remedy = 請在網頁上再試一次。
no-window = 無法顯示輸入 PIN 碼的視窗。
    .remedy = 請在有桌面的電腦上使用，並確認已安裝網頁檢視元件。
internal = 發生未預期的錯誤。
    .remedy = 請取出卡片重新插入再試一次；若仍然如此，請回報錯誤代碼。

## 記錄卡片

record-written = 已記錄卡片的讀取過程。檔案裡沒有持卡人的姓名、卡號或憑證內容，您可以打開檢查。
    .remedy = 請將檔案寄給本專案。
record-differs = 已記錄卡片的讀取過程，但替換個人資料之後，程式無法再辨識它。檔案裡沒有姓名、卡號或憑證內容。
    .remedy = 仍然請您將檔案寄給本專案。
record-exists = 已經有同名的檔案。
    .remedy = 請換一個檔名。
record-reader = 有好幾台讀卡機裡有卡片，或指定的讀卡機裡沒有卡片。
    .remedy = 請用 --reader 指定其中一台：
record-personal = 檔案裡可能留有持卡人的資料，因此沒有寫入。
    .remedy = 請告知本專案發生了這個情形，以及卡片的種類。

## 健檢（ankong doctor）

doctor-ok = 正常
doctor-attention = 注意
doctor-fault = 異常
doctor-code = 代碼
doctor-report = 安控健檢報告（不含姓名、卡號與身分證字號）
doctor-report-written = 報告已寫入，您可以打開檢查再寄出。
doctor-report-exists = 已經有同名的檔案。
    .remedy = 請換一個檔名。
doctor-sites-damaged = 您的網站名單檔案（origins.toml）有誤，整份都不採用。
    .remedy = 請修正或移走它，再重新啟動安控。
doctor-settings-damaged = 您的設定檔（settings.toml）有誤，整份都不採用。
    .remedy = 請修正或移走它，再重新啟動安控。
doctor-crashed = 安控曾經意外結束，之後重新啟動。
    .remedy = 如果又發生，請儲存報告，寄給網站的客服人員。
doctor-system-linux = 作業系統是 Linux。
doctor-system-windows = 作業系統是 Windows。
doctor-system-macos = 作業系統是 macOS。
doctor-config-fine = 管理者的設定檔沒有問題。
doctor-config-faulty = 管理者的設定檔有誤，程式無法啟動。
    .remedy = 請系統管理者執行 ankong serve，依照訊息修正設定檔。
doctor-readers-present = 智慧卡服務已啟動，並找到讀卡機。
doctor-readers-no-service = 智慧卡服務沒有啟動。
    .remedy = 請重新開機；在 Linux 上請啟動 pcscd。
doctor-readers-none = 智慧卡服務已啟動，但找不到讀卡機。
    .remedy = 請接上讀卡機，或換一個 USB 插孔。
doctor-readers-no-driver = 讀卡機已接上，但智慧卡服務看不到它。
    .remedy = 請安裝讀卡機的驅動程式（Linux 上是 libccid），再重新接上讀卡機。
doctor-card-none = 沒有可以讀取的卡片。
    .remedy = 請插入卡片，晶片朝讀卡機的方向。
doctor-card-held = 另一個程式正在使用卡片。
    .remedy = 請關閉使用卡片的其他程式，再試一次。
doctor-card-foreign = 認得這張卡片，但不能在這裡使用。
    .remedy = 請換成自然人憑證。
doctor-card-unknown = 無法辨識這張卡片。
    .remedy = 請確認插入的是自然人憑證、方向正確。
doctor-card-unreadable = 卡片沒有回應，或內容無法讀取。
    .remedy = 請擦拭晶片再試一次；若仍然如此，請用 ankong record-card 記錄後寄給我們。
doctor-card-gen1-reads = 自然人憑證（第一代）：可讀取，不能簽章。
    .remedy = 請安裝卡片發行機關的簽章模組。
doctor-card-gen1-signs = 自然人憑證（第一代）：可讀取、可簽章。
doctor-card-gen2-reads = 自然人憑證（第二代）：可讀取，不能簽章。
    .remedy = 請安裝卡片發行機關的簽章模組。
doctor-card-gen2-signs = 自然人憑證（第二代）：可讀取、可簽章。
doctor-card-iso7816-15-reads = ISO 7816-15 卡片：可讀取，不能簽章。
    .remedy = 程式不會使用這張卡片的金鑰，請換一張卡片。
doctor-card-iso7816-15-signs = ISO 7816-15 卡片：可讀取、可簽章。
doctor-card-piv-reads = PIV 卡片：可讀取，不能簽章。
    .remedy = 程式不會使用這張卡片的金鑰，請換一張卡片。
doctor-card-piv-signs = PIV 卡片：可讀取、可簽章。
doctor-card-module-signs = 透過簽章模組使用的卡片：可讀取、可簽章。
doctor-certificate-unasked = 沒有讀取憑證。
doctor-certificate-valid = 卡片上的憑證在有效期間內。
doctor-certificate-expired = 卡片上的憑證已經過期。
    .remedy = 請檢查電腦的日期；若日期正確，請到內政部憑證管理中心網站或戶政事務所辦理展期或換發。
doctor-certificate-not-yet = 卡片上的憑證還沒有生效。
    .remedy = 請檢查電腦的日期。
doctor-pin-fine = 沒有發現 PIN 碼的問題。
doctor-pin-last = PIN 碼只剩一次機會。
    .remedy = 請先確認 PIN 碼，再輸錯卡片就會鎖住。
doctor-pin-blocked = PIN 碼已鎖住。
    .remedy = 請向卡片的發行機關辦理解鎖。
doctor-modules-work = 已安裝卡片發行機關的簽章模組，可以使用。
doctor-modules-faulty = 已安裝的簽章模組無法使用。
    .remedy = 請從原廠網站重新安裝適合這台電腦處理器的版本；模組的檔案只能讓您和系統管理者寫入。
doctor-modules-none = 沒有找到卡片發行機關的簽章模組。
    .remedy = 使用真正的自然人憑證簽章時需要它，請安裝 HiCOS。
doctor-clock-plausible = 電腦的時間沒有可疑之處。
doctor-clock-before-program = 電腦的時間比這個程式還早。
    .remedy = 請設定正確的日期與時間。
doctor-clock-before-files = 電腦的時間比您的檔案還早。
    .remedy = 請檢查日期與時間。
doctor-ports-ours = 安控正在執行。
doctor-ports-free = 安控沒有執行。
    .remedy = 請啟動安控。
doctor-ports-some-taken = 安控沒有執行，它的連接埠有一部分被其他程式占用。
    .remedy = 請啟動安控；它會使用還空著的連接埠。
doctor-ports-all-taken = 安控沒有執行，它的連接埠（24443、24543、24643）都被其他程式占用。
    .remedy = 請關閉占用連接埠的程式，再啟動安控。
doctor-localhost-valid = 這台電腦的 localhost 憑證有效。
doctor-localhost-absent = 這台電腦還沒有 localhost 憑證。
    .remedy = 請啟動安控一次，它會自動產生。
doctor-localhost-stale = 這台電腦的 localhost 憑證現在都無效。
    .remedy = 請檢查日期與時間，再重新啟動安控。
doctor-localhost-damaged = 這台電腦的 localhost 憑證檔案已損壞。
    .remedy = 請刪除安控資料夾裡的 localhost 資料夾，再重新啟動安控。
doctor-trust-trusted = 瀏覽器信任這台電腦的 localhost 憑證。
doctor-trust-unasked = 沒有檢查瀏覽器是否信任 localhost 憑證。
doctor-trust-partly = 有些瀏覽器還不信任這台電腦的 localhost 憑證。
    .remedy = 請執行 ankong trust install，它會說明每個瀏覽器的狀況。
doctor-trust-untrusted = 瀏覽器不信任這台電腦的 localhost 憑證，網頁無法連到安控。
    .remedy = 請執行 ankong trust install。
doctor-trust-unchecked = 無法檢查瀏覽器是否信任 localhost 憑證。
    .remedy = 請執行 ankong trust status，它會說明每個瀏覽器的狀況。
doctor-display-present = 有螢幕可以顯示 PIN 碼視窗。
doctor-display-none = 沒有螢幕可以顯示 PIN 碼視窗。
    .remedy = 請在桌面環境裡執行。
doctor-window-present = PIN 碼視窗的程式已安裝。
doctor-window-missing = 找不到 PIN 碼視窗的程式（ankong-window）。
    .remedy = 請重新安裝安控。

## 信任 localhost 憑證（ankong trust）

trust-nothing = 這台電腦還沒有 localhost 憑證。
    .remedy = 請執行 ankong trust install。
trust-trusted = 信任
trust-untrusted = 尚未信任
    .remedy = 請執行 ankong trust install。
trust-removed = 已移除
trust-none-there = 原本就沒有
trust-no-certutil = 無法讀取瀏覽器的憑證庫：缺少 certutil 程式。
    .remedy = 請安裝 libnss3-tools（Debian、Ubuntu）、nss-tools（Fedora）或 mozilla-nss-tools（openSUSE），再試一次。
trust-password = 瀏覽器的憑證庫用主控密碼鎖住了。
    .remedy = 請在 Firefox 的「設定」→「憑證」→「憑證機構」按「匯入」，選擇 localhost 資料夾裡的 root.pem。
trust-system-ignored = 這個瀏覽器設定為不採用系統的憑證。
    .remedy = 請在 Firefox 的 about:config 將 security.enterprise_roots.enabled 設為 true。
trust-declined = 系統詢問是否信任憑證時，回答是「否」。
    .remedy = 請再執行一次 ankong trust install，並回答「是」。
trust-store = 無法使用瀏覽器的憑證庫。
    .remedy = 請關閉瀏覽器再試一次；若仍然如此，憑證庫的資料夾可能已損壞，或不屬於您。

## 在命令列簽章

sign-purpose = （在命令列提出的要求）
sign-warning = 這個回答可以向 { $origin } 證明您是誰，請不要交給這個網站以外的任何人。

## 終端機上的詢問

terminal-how = 輸入時不會顯示。直接按 Enter 表示拒絕。
terminal-choose = 請輸入要使用的卡片的號碼，輸入其他內容就是拒絕：
terminal-last-try = 若要繼續，請輸入 YES：
terminal-on-reader = 請按 Enter，再到讀卡機的按鍵上輸入 PIN 碼；輸入其他內容表示拒絕：
