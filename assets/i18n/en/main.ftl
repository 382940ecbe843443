# Ankong's words. Every error code has a sentence and a remedy.

program = Ankong

## The consent and PIN window

consent-title = Ankong: confirm who you are
consent-asks = wants to confirm who you are
consent-purpose = Purpose
consent-holder = Card holder
consent-valid-until = Valid until
consent-tries-known = { $tries } PIN { $tries ->
    [one] try
   *[other] tries
} left
consent-tries-unknown = Tries left: the card does not tell
consent-pin = PIN ({ $min } to { $max } characters)
consent-last-try = I know that this is the last try and that a wrong PIN blocks the card
consent-confirm = Confirm
consent-decline = Decline
consent-close = Close
consent-working = The card is working, please leave it in…
consent-caps-lock = Caps Lock is on
consent-wrong-pin = The PIN is wrong. Please type it again.
consent-not-sent = The PIN was not sent. Please type it again.

## The tray

tray-card-ready = Ready
tray-running = Running
tray-no-service = The smart-card service is not running
tray-no-reader = No card reader
tray-no-card = Please insert a card
tray-unsupported-card = This card cannot be used
tray-busy = Busy
tray-quit = Quit

## Errors

origin-not-allowed = This site is not on the list of allowed sites.
    .remedy = Check the address; if you trust the site, ask the administrator to add it.
bad-request = The site sent a faulty request.
    .remedy = Reload the page and try again; if it persists, tell the site.
too-large = The site sent too much data.
    .remedy = Tell the site.
busy = The card is in use.
    .remedy = Finish what the other window asks, or close the program that uses the card, and try again.
no-service = The computer's smart-card service is not running.
    .remedy = Restart the computer; on Linux start pcscd.
no-reader = No card reader was found.
    .remedy = Connect a card reader and try again.
no-card = There is no card in the reader.
    .remedy = Insert your Citizen Digital Certificate with the chip towards the reader.
unsupported-card = This card was not recognised.
    .remedy = Make sure that it is a Citizen Digital Certificate, the right way round; wipe the chip and try again.
no-signing-module = This card can be read, but this computer cannot sign with it yet.
    .remedy = Install the signing module of the card's issuer and try again.
card-removed = The card was removed or exchanged.
    .remedy = Insert it again and leave it in until the end.
certificate-expired = The card's certificate is not valid today.
    .remedy = Check the computer's date; if the certificate has expired, renew it at MOICA's site or a household registration office.
id-mismatch = The national ID you typed does not belong to this card.
    .remedy = Check the ID on the page and use your own card. The PIN was not sent.
pin-blocked = The card's PIN is blocked.
    .remedy = Unblock it at MOICA's site (“forgotten PIN / unblock”) and try again.
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
