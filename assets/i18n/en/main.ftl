# Ankong's words. Every error code has a sentence and a remedy.

program = Ankong

## The consent and PIN window

consent-title = Ankong: confirm who you are
consent-asks = wants to confirm who you are
consent-title-signature = Ankong: sign
consent-asks-signature = asks you to sign this
consent-title-certificates = Ankong: give your certificate
consent-asks-certificates = wants your certificate
consent-purpose = Purpose
consent-content-text = What you sign (whole text, { $size } bytes)
consent-content-bytes = What you sign is no text and cannot be shown ({ $size } bytes)
consent-gives-certificates = The site gets your card's certificate: your name, the certificate's number and validity, and possibly the last four characters of your national ID.
consent-no-pin = No PIN is needed
consent-choose = Choose the card to use
consent-other-card = Another card
consent-holder = Card holder
consent-valid-until = Valid until
consent-tries-known = { $tries } PIN { $tries ->
    [one] try
   *[other] tries
} left
consent-tries-unknown = Tries left: the card does not tell
consent-pin = PIN ({ $min } to { $max } characters)
consent-pin-on-reader = Press Confirm, then type the PIN on the reader
consent-last-try = I know that this is the last try and that a wrong PIN blocks the card
consent-stranger = No browser sent this. The program below says which site it is for, and nobody confirms that. Decline, unless you told it to.
consent-stranger-unknown = It is not known which program sent this, and nobody confirms which site it is for. Please decline.
consent-confirm = Confirm
consent-decline = Decline
consent-close = Close
consent-visit = Open MOICA's site
consent-working = The card is working, please leave it in…
consent-type-on-reader = Please type the PIN on the reader and press its confirm key…
consent-caps-lock = Caps Lock is on
consent-covered = Another window covers this one. Move it away, then go on.
consent-wrong-pin = The PIN is wrong. Please type it again.
consent-not-sent = The PIN was not sent. Please type it again.

## The tray

tray-card-ready = Ready
tray-running = Running
tray-no-service = The smart-card service is not running
tray-no-reader = No card reader
tray-no-card = Please insert your card
tray-unsupported-card = This card cannot be used
tray-busy = Busy
tray-trouble = Something is wrong: open "Check and repair"
tray-status = Status…
tray-sites = Allowed sites…
tray-asked = { $origin } wants to use Ankong…
tray-check = Check and repair…
tray-autostart = Start at login
tray-language = Language
tray-language-system = As the system
tray-about = Settings and about…
tray-quit = Quit

## The panel

panel-title = Ankong
panel-next = More
panel-status = Status
panel-sites = Sites
panel-check = Check and repair
panel-settings = Settings and about
panel-status-title = How things stand
panel-card = Card reader and card
panel-holder = Certificate of { $name }
panel-until = Certificate valid until { $day }
panel-days-left = { $number ->
        [one] One day left
       *[other] { $number } days left
    }
panel-renew = The certificate ends soon. Renew it on the site of the MOICA certification authority (moica.nat.gov.tw) or at a household registration office.
panel-moica = Open moica.nat.gov.tw
panel-no-browser = No browser can be opened.
    .remedy = Open https://moica.nat.gov.tw in a browser yourself.
panel-can-read = Can read
panel-can-sign = Can sign
panel-cannot-sign = Cannot sign yet
panel-trust = Whether browsers trust Ankong
panel-looking = Looking, one moment…
panel-repair-trust = Let the browsers trust it
panel-trusted = The browsers trust Ankong on this computer. If a page still cannot reach it, restart the browser.
panel-requests = Latest requests (time in Taiwan)
panel-requests-meaning = The address, time and outcome of the last 20 are remembered, in memory alone and until Ankong ends; nothing personal is.
panel-requests-forgotten = None are remembered
panel-remember = Remember the latest requests
panel-answered = Done
panel-look-at-sites = Look at the sites
panel-check-title = Check and repair
panel-checks = What was found
panel-code = When you ask for help on the phone, read out these six characters:
panel-look-again = Look again
panel-report = Save a report
panel-report-written = The report is in { $file }. It holds no names, card numbers or national IDs; you can read it before you send it.
panel-report-failed = The report cannot be written into your documents.
    .remedy = Check the disk's free space and your rights, and try again.
panel-set-aside = Move the damaged file aside…
panel-set-aside-really = The file stays in its folder under another name, nothing in it counts any more, and Ankong begins with an empty one. Move it?
panel-set-aside-yes = Move it
panel-set-aside-no = Leave it
panel-settings-title = Settings and about
panel-start = Start
panel-autostart-meaning = Starts when you log in, so that pages find Ankong at once when they need it.
panel-autostart-unknown = It cannot be told whether it starts at login.
panel-about = About Ankong
panel-about-text = Ankong lets web pages confirm, with your consent, who you are by your citizen certificate. Its source is open; the PIN is typed in Ankong's own window alone and never leaves this computer.
panel-versions = Version
panel-version = Version { $version }
panel-licence = Licence: MIT or Apache-2.0, as you like
panel-first-run-again = Show the introduction again
settings-damaged = The settings file (settings.toml) is faulty. None of it counts, and it is not written over.
settings-not-written = The settings cannot be written to the disk. Nothing has changed.
autostart-not-switched = The start at login could not be changed.
    .remedy = Change it in your system's start-up settings.

## The first run

first-run-welcome = Welcome to Ankong
first-run-what = When a page wants to know who you are, Ankong shows which site asks and for what; you decide.
first-run-pin = The PIN is typed in Ankong's own window, where no page can see it; after your card has signed, the site gets the signature and the certificate alone.
first-run-tray = Ankong stays in the tray. Its icon leads to the status and to the sites you allow.
first-run-trust = Let the browsers trust Ankong
first-run-trust-why = Pages reach Ankong on this computer over an encrypted connection, so browsers have to trust its certificate. It is made on this computer and good for this computer only; its key is never stored. Windows and macOS ask you once more: please say yes.
first-run-card = Try your reader and card
first-run-modules = Signing module
first-run-modules-why = Reading a citizen certificate needs no other software; signing needs the issuer's module (HiCOS).
first-run-prompt = The browser will ask you once
first-run-prompt-why = The first time a site uses Ankong, the browser asks whether it may access other apps and services on this device. If the address is right, choose "Allow".
first-run-prompt-blocked = If you chose the wrong one, click the icon left of the address and change it to "Allow" in the site's settings.
first-run-prompt-site = id.taipei wants to
first-run-prompt-wish = Access other apps and services on this device
first-run-prompt-allow = Allow
first-run-prompt-block = Block
first-run-prompt-words = Drawing: a browser window asks at the top, with the buttons "Block" and "Allow"; "Allow" is framed
first-run-back = Back
first-run-next = Next
first-run-done = Done

## The page of sites

sites-title = Sites that may use Ankong
sites-meaning = A site that is allowed can ask you who you are, or for a signature; you are still asked each time. Make sure that the address is exactly right, and do not allow a site you do not know.
sites-asked = Sites that asked and are on no list
sites-user = Sites you allowed
sites-muted = Sites that asked too often and are paused
sites-administrator = Sites the administrator allowed
sites-built-in = Sites the program allows
sites-none = None
sites-allow = Allow
sites-revoke = Revoke
sites-unmute = Resume
sites-damaged = The file of your sites (origins.toml) is faulty. None of it counts, and it is not written over. Mend or delete it, then start Ankong again.
sites-forbidden = The administrator does not let users allow sites.
sites-full = Your list is full; revoke a site you no longer use first.
sites-not-written = The list cannot be written to the disk. Nothing was allowed; what was revoked is so until the program ends.

## Errors

origin-not-allowed = This site is not on the list of allowed sites.
    .remedy = Check the address; if you trust this site, allow it in Ankong's window of sites, from the tray.
bad-request = The site sent a faulty request.
    .remedy = Reload the page and try again; if it persists, tell the site.
too-large = The site sent too much data.
    .remedy = Tell the site.
busy = The card is in use.
    .remedy = Finish what the other window asks, or close the program that uses the card, and try again.
muted = This site asked too often in a short time; no window opens for it for now.
    .remedy = Try again in five minutes, or let it ask again in Ankong's window of sites.
no-service = The computer's smart-card service is not running.
    .remedy = Restart the computer; on Linux start pcscd.
no-reader = No card reader was found.
    .remedy = Connect a card reader and try again.
no-card = There is no card in the reader.
    .remedy = Insert your Citizen Digital Certificate with the chip towards the reader.
unsupported-card = This card was not recognised.
    .remedy = Make sure that it is a Citizen Digital Certificate, the right way round; wipe the chip and try again.
no-signing-module = This card can be read, but this computer cannot sign with it yet.
    .remedy = For a Citizen Digital Certificate (自然人憑證) install HiCOS from moica.nat.gov.tw, for another card the module of its issuer; then try again.
card-removed = The card was removed or exchanged.
    .remedy = Insert it again and leave it in until the end.
certificate-expired = The card's certificate is not valid today.
    .remedy = Check the computer's date; if the certificate has expired, renew it at MOICA's site or a household registration office.
unsupported-hash = The card's key does not sign with the hash the site asked for.
    .remedy = Tell the site, or use another card. The PIN was not sent.
id-mismatch = The national ID you typed does not belong to this card.
    .remedy = Check the ID on the page and use your own card. The PIN was not sent.
pin-blocked = The card's PIN is blocked.
    .remedy = Unblock it at MOICA's site ("forgotten PIN / unblock") and try again.
user-declined = You declined the request.
    .remedy = To go on, press the button on the page again.
timed-out = Nobody answered, so the window was closed.
    .remedy = Try again on the page.
cancelled = The request was cancelled.
    .remedy = Try again on the page.
no-window = The window for the PIN cannot be shown.
    .remedy = Use a computer with a desktop and make sure that its web view is installed.
internal = An unexpected error occurred.
    .remedy = Take the card out, insert it again and retry; if it persists, report the code.

## Recording a card

record-written = The card is written down. The file holds neither its holder's name nor its number nor its certificates; you may look into it.
    .remedy = Please send it to the project.
record-differs = The card is written down, but what was replaced made another card of it. The file holds neither name nor number nor certificates.
    .remedy = Please send it to the project all the same.
record-exists = There is a file of that name already.
    .remedy = Choose another name.
record-reader = Several readers hold a card, or none of that name does.
    .remedy = Name one with --reader:
record-personal = Something of the holder's would have been in the file, so it was not written.
    .remedy = Please tell the project that this happened, and which kind of card it is.

## The examination (ankong doctor)

doctor-ok = ok
doctor-attention = attention
doctor-fault = fault
doctor-code = Code
doctor-report = Ankong: a report without names, card numbers and national IDs
doctor-report-written = The report is written; look into it before you send it.
doctor-report-exists = There is a file of that name already.
    .remedy = Choose another name.
doctor-sites-damaged = Your list of sites (origins.toml) is faulty; none of it counts.
    .remedy = Mend it or move it away, and restart Ankong.
doctor-settings-damaged = Your settings (settings.toml) are faulty; none of them counts.
    .remedy = Mend them or move them away, and restart Ankong.
doctor-crashed = Ankong ended without being told to, and was started again.
    .remedy = If that happens again, save a report and send it to the site's support.
doctor-system-linux = The operating system is Linux.
doctor-system-windows = The operating system is Windows.
doctor-system-macos = The operating system is macOS.
doctor-config-fine = Nothing is wrong with the administrator's file.
doctor-config-faulty = The administrator's file is faulty, so the program does not start.
    .remedy = Have the administrator run ankong serve and follow what it says.
doctor-readers-present = The smart-card service runs and has a reader.
doctor-readers-no-service = The smart-card service is not running.
    .remedy = Restart the computer; on Linux start pcscd.
doctor-readers-none = The smart-card service runs, but there is no reader.
    .remedy = Connect a card reader, or try another USB port.
doctor-readers-no-driver = A reader is connected, but the smart-card service does not see it.
    .remedy = Install the reader's driver (on Linux libccid) and connect the reader again.
doctor-card-none = There is no card to be read.
    .remedy = Insert a card with the chip towards the reader.
doctor-card-held = Another program is using the card.
    .remedy = Close other programs that use the card and try again.
doctor-card-foreign = The card is known, but cannot be used here.
    .remedy = Insert a Citizen Digital Certificate instead.
doctor-card-unknown = The card was not recognised.
    .remedy = Make sure that it is a Citizen Digital Certificate, the right way round.
doctor-card-unreadable = The card does not answer, or its content cannot be read.
    .remedy = Wipe the chip and try again; if it persists, record the card with ankong record-card and send us the file.
doctor-card-gen1-reads = MOICA card, first generation: can read, cannot sign.
    .remedy = Install the signing module of the card's issuer.
doctor-card-gen1-signs = MOICA card, first generation: can read, can sign.
doctor-card-gen2-reads = MOICA card, second generation: can read, cannot sign.
    .remedy = Install the signing module of the card's issuer.
doctor-card-gen2-signs = MOICA card, second generation: can read, can sign.
doctor-card-iso7816-15-reads = ISO 7816-15 card: can read, cannot sign.
    .remedy = The program does not know how to use this card's key; use another card.
doctor-card-iso7816-15-signs = ISO 7816-15 card: can read, can sign.
doctor-card-piv-reads = PIV card: can read, cannot sign.
    .remedy = The program does not know how to use this card's key; use another card.
doctor-card-piv-signs = PIV card: can read, can sign.
doctor-card-module-signs = A card of a signing module: can read, can sign.
doctor-card-through-module = It signs through a module.
doctor-certificate-unasked = No certificate was read.
doctor-certificate-valid = The card's certificate is valid now.
doctor-certificate-expired = The card's certificate has expired.
    .remedy = Check the computer's date; if it is right, renew the certificate at MOICA's site or a household registration office.
doctor-certificate-not-yet = The card's certificate is not valid yet.
    .remedy = Check the computer's date.
doctor-pin-fine = Nothing is known to be wrong with the PIN.
doctor-pin-last = One PIN try is left.
    .remedy = Be sure of the PIN first: a wrong one blocks the card.
doctor-pin-blocked = The PIN is blocked.
    .remedy = Have it unblocked by the card's issuer.
doctor-modules-work = A signing module of a card issuer is installed and works.
doctor-modules-faulty = The signing module that is installed does not work.
    .remedy = Install it again from its maker's site, in the version for this computer's processor; its file may be written by you and the administrator alone.
doctor-modules-none = No signing module of a card issuer was found.
    .remedy = A real Citizen Digital Certificate needs one to sign: install HiCOS.
doctor-module-cards = cards: { $count }.
doctor-module-files = It may write files.
doctor-module-network = It may open network connections.
doctor-module-processes = It may start other programs.
doctor-module-sockets = It may reach your other programs.
doctor-module-not-loaded = it cannot be loaded.
doctor-module-other-processor = it is made for { $made }, and this program loads { $held }.
doctor-module-unprotected = other users can write it, so it was not loaded.
doctor-module-not-started = the process that would load it cannot be started.
doctor-module-timed-out = it did not answer in time.
doctor-module-crashed = it crashed.
doctor-module-refused = it refused a call.
doctor-module-garbled = its answer follows no standard.
doctor-clock-plausible = Nothing speaks against the computer's clock.
doctor-clock-before-program = The computer's clock is earlier than this program.
    .remedy = Set date and time.
doctor-clock-before-files = The computer's clock is earlier than your files.
    .remedy = Check date and time.
doctor-ports-ours = Ankong is running.
doctor-ports-free = Ankong is not running.
    .remedy = Start it.
doctor-ports-some-taken = Ankong is not running, and other programs have some of its ports.
    .remedy = Start it; it takes a port that is free.
doctor-ports-all-taken = Ankong is not running, and other programs have all of its ports (24443, 24543, 24643).
    .remedy = Close the program that has the ports and start Ankong.
doctor-localhost-valid = This computer's certificate of localhost is valid.
doctor-localhost-absent = This computer has no certificate of localhost yet.
    .remedy = Start Ankong once; it makes one.
doctor-localhost-stale = None of this computer's certificates of localhost is valid now.
    .remedy = Check date and time and start Ankong again.
doctor-localhost-damaged = This computer's certificates of localhost are damaged.
    .remedy = Delete the folder localhost in Ankong's data folder and start Ankong again.
doctor-trust-trusted = Browsers trust this computer's certificate of localhost.
doctor-trust-unasked = Whether browsers trust a certificate of localhost was not looked at.
doctor-trust-partly = Some browsers do not trust this computer's certificate of localhost.
    .remedy = Run ankong trust install; it tells what is in the way of each browser.
doctor-trust-untrusted = Browsers do not trust this computer's certificate of localhost, so pages cannot reach Ankong.
    .remedy = Run ankong trust install.
doctor-trust-unchecked = Whether browsers trust this computer's certificate of localhost cannot be seen.
    .remedy = Run ankong trust status; it tells what is in the way of each browser.
doctor-display-present = There is a screen for the PIN window.
doctor-display-none = There is no screen for the PIN window.
    .remedy = Run it in a desktop session.
doctor-window-present = The program of the PIN window is installed.
doctor-window-missing = The program of the PIN window (ankong-window) is missing.
    .remedy = Install Ankong again.

## Trust in the certificate of localhost (ankong trust)

trust-nothing = This computer has no certificate of localhost yet.
    .remedy = Run ankong trust install.
trust-trusted = trusted
trust-untrusted = not trusted
    .remedy = Run ankong trust install.
trust-removed = removed
trust-none-there = nothing there
trust-no-certutil = The browser's store cannot be read: the program certutil is missing.
    .remedy = Install libnss3-tools (Debian, Ubuntu), nss-tools (Fedora) or mozilla-nss-tools (openSUSE), and try again.
trust-password = The browser's store is locked with a primary password.
    .remedy = In Firefox: Settings, Certificates, Authorities, Import: take root.pem in the folder localhost.
trust-system-ignored = This browser was told not to follow the system's certificates.
    .remedy = In Firefox's about:config set security.enterprise_roots.enabled to true.
trust-declined = The system asked whether to trust the certificate, and the answer was no.
    .remedy = Run ankong trust install again and answer yes.
trust-store = The browser's store cannot be used.
    .remedy = Close the browser and try again; if it persists, its folder is damaged or belongs to somebody else.

## Signing on the command line

sign-purpose = (asked for on the command line)
sign-warning = The answer proves to { $origin } who you are. Give it to nobody but this site.

## The question on a terminal

terminal-how = Nothing is shown while you type. Enter alone declines.
terminal-choose = Type the number of the card to use; anything else declines:
terminal-last-try = Type YES to go on:
terminal-on-reader = Press Enter, then type the PIN on the reader; anything else declines:
