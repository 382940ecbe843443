// Sentences for people, for every state and code, in Taiwan's Chinese and in English: for pages that
// speak another language than the browser, and for the states in which nobody is there to say one.

const CHINESE = {
  running: '安控執行中。',
  'not-installed': '這台電腦上找不到安控。請先安裝；若已經安裝，請啟動它。',
  'not-running': '安控沒有執行。請啟動安控再試一次。',
  'permission-needed': '瀏覽器需要您的允許，才能讓這個網站連線到安控。請按一下按鈕，再選擇「允許」。',
  'permission-denied': '瀏覽器不允許這個網站連線到這台電腦上的程式。請在網址列旁的網站設定中改為允許，再試一次。',
  'permission-dismissed': '瀏覽器的詢問被關掉了。請再按一次按鈕，並選擇「允許」。',
  'page-policy': '這個網頁的設定不允許連線到安控。請通知網站的管理者。',
  'not-trusted': '瀏覽器還不信任安控的本機憑證。請開啟安控，依照說明修復後，重新啟動瀏覽器。',
  'origin-not-allowed': '安控還不認識這個網站。若您信任這個網站，請開啟安控將它加入允許的名單，或洽系統管理者。',
  incompatible: '安控與這個網站的版本不符。請更新安控。',
  'card-ready': '卡片已就緒。',
  busy: '安控正在處理另一個要求，或有其他程式正在使用卡片。請完成後再試一次。',
  'no-service': '電腦的智慧卡服務沒有啟動。請重新開機再試一次。',
  'no-reader': '請接上讀卡機。',
  'no-card': '請將自然人憑證插入讀卡機，晶片朝讀卡機的方向。',
  'unsupported-card': '無法辨識這張卡片。請確認插入的是自然人憑證、方向正確。',
  'no-signing-module': '可以讀取這張卡片，但這台電腦還不能用它簽章。請安裝內政部憑證管理中心的 HiCOS 卡片管理工具。',
  'card-removed': '作業中卡片被取出了。請重新插入，完成前不要取出。',
  'certificate-expired': '卡片上的憑證不在有效期間內。請檢查電腦的日期；若憑證已過期，請辦理展期或換發。',
  'unsupported-hash': '這張卡片不能以網站要求的方式簽章。請通知網站，或改用另一張卡片。',
  'id-mismatch': '您輸入的身分證字號與這張卡片不符。請檢查後再試一次。PIN 碼沒有送出。',
  'pin-blocked': '這張卡片的 PIN 碼已鎖住。請到內政部憑證管理中心網站辦理鎖卡解碼。',
  'user-declined': '您在安控的視窗拒絕了這個要求。若要繼續，請再按一次。',
  'timed-out': '等候太久，安控的視窗已關閉。請再試一次。',
  cancelled: '已取消。請再試一次。',
  muted: '這個網站在短時間內要求太多次，安控暫時不再開啟視窗。請五分鐘後再試。',
  'no-window': '安控無法在這台電腦上顯示視窗。請在有桌面的電腦上使用。',
  'bad-request': '網站送出的要求有誤。請重新整理網頁；若仍然如此，請通知網站。',
  'too-large': '網站送出的資料太大。請通知網站。',
  internal: '安控發生未預期的錯誤。請取出卡片重新插入，再試一次。',
};

const ENGLISH = {
  running: 'Ankong is running.',
  'not-installed': 'Ankong was not found on this computer. Please install it; if it is installed, start it.',
  'not-running': 'Ankong is not running. Please start it and try again.',
  'permission-needed': 'The browser needs your permission before this site can reach Ankong. Press the button and choose "Allow".',
  'permission-denied':
    'The browser does not let this site reach programs on this computer. Allow it in the site settings beside the address and try again.',
  'permission-dismissed': 'The browser\'s question was closed. Press the button again and choose "Allow".',
  'page-policy': "This page's own settings do not let it reach Ankong. Please tell the site's operator.",
  'not-trusted':
    "The browser does not trust Ankong's certificate for this computer yet. Open Ankong, follow its repair, and restart the browser.",
  'origin-not-allowed':
    'Ankong does not know this site yet. If you trust the site, open Ankong and allow it, or ask your administrator.',
  incompatible: 'Ankong and this site are of different versions. Please update Ankong.',
  'card-ready': 'The card is ready.',
  busy: 'Ankong is serving another request, or another program is using the card. Finish that and try again.',
  'no-service': "The computer's smart-card service is not running. Restart the computer and try again.",
  'no-reader': 'Please connect a card reader.',
  'no-card': 'Please insert your card into the reader, chip first.',
  'unsupported-card': 'This card is not recognised. Check that it is the right card and the right way round.',
  'no-signing-module':
    'The card can be read, but this computer cannot sign with it yet. Please install the HiCOS card tools of the card issuer, MOICA.',
  'card-removed': 'The card was taken out. Insert it again and leave it in until the end.',
  'certificate-expired': "The card's certificate is not valid today. Check the computer's date; if it has expired, have it renewed.",
  'unsupported-hash': 'This card cannot sign in the way the site asked for. Tell the site, or use another card.',
  'id-mismatch': 'The national ID you typed does not belong to this card. Check it and try again. The PIN was not sent.',
  'pin-blocked': "The card's PIN is blocked. It can be unblocked on the site of the card issuer, MOICA.",
  'user-declined': "You declined this request in Ankong's window. To go on, press again.",
  'timed-out': "It took too long, and Ankong's window was closed. Please try again.",
  cancelled: 'Cancelled. Please try again.',
  muted: 'This site asked too often in a short time, so Ankong opens no window for now. Try again in five minutes.',
  'no-window': 'Ankong cannot show a window on this computer. Please use one with a desktop.',
  'bad-request': 'The site sent a wrong request. Reload the page; if it stays so, tell the site.',
  'too-large': 'The site sent too much data. Please tell the site.',
  internal: 'Something unexpected happened in Ankong. Take the card out, insert it again and try once more.',
};

/** By language, then by state or code. */
export const TEXTS = { 'zh-TW': CHINESE, en: ENGLISH };

/** The sentence for a state or code; a code that is not known here gets the one of `internal`. */
export function sentence(code, language = navigator.language) {
  const texts = language.toLowerCase().startsWith('zh') ? CHINESE : ENGLISH;
  return Object.hasOwn(texts, code) ? texts[code] : texts.internal;
}
