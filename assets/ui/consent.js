// Shows what the window process says and reports what the person does, one short text at a time.
//
// Keeps no PIN: each character is handed over before it reaches the field, which holds only as
// many dots as the other side has counted.
"use strict";

(() => {
  const say = (text) => window.ipc.postMessage(text);
  const at = (id) => document.getElementById(id);
  const put = (id, text) => {
    at(id).textContent = text;
  };

  const sheets = [at("question"), at("ending")];
  const pin = at("pin");
  let stage = "blank"; // asking, working, ended
  let ready = false; // keys count
  let dots = 0;
  let missing = "pin";
  let covered = ""; // what is said when another window covers this one
  let cards = []; // that will do
  let chosen = null; // the one of them it is about, by its number
  let used = false; // the person has agreed with it: no other one is asked about any more
  let pointed = false; // the last thing touched was the mouse
  let noneHere = false; // the PIN is typed on the reader's keys, or a yes is enough

  // ---- what the window process says ----

  const updates = {
    ask({ prompt, text, last_try, readable }) {
      const { labels } = prompt;
      document.documentElement.lang = prompt.language;
      document.title = labels.title;
      put("title", labels.title);
      showOrigin(prompt.origin);
      put("readable", readable ?? "");
      at("readable").hidden = readable === null;
      put("asks", labels.asks);
      put("purpose-label", labels.purpose);
      put("purpose", prompt.purpose);
      put("holder-label", labels.holder);
      put("valid-until-label", labels.valid_until);
      showStranger(prompt.stranger);
      showContent(prompt.content);
      put("gives", prompt.gives ?? "");
      at("gives").hidden = prompt.gives === null;
      put("summary", summary(prompt));
      showCards([prompt.card, ...prompt.others], labels);
      put("last-try-label", labels.last_try);
      put("caps-lock", labels.caps_lock);
      ({ covered } = labels);
      put("confirm", labels.confirm);
      put("decline", labels.decline);
      put("close", labels.close);
      at("question").hidden = false;
      wait();
      ask(last_try);
      whenPainted(() => {
        say("painted");
        put("text", text ?? "");
        tellHeight();
        if (document.hasFocus()) focused();
        window.addEventListener("focus", focused);
      });
    },

    ready() {
      ready = true;
      for (const sheet of sheets) sheet.ariaBusy = "false";
      at("last-try").disabled = stage !== "asking";
      allowChoice();
      if (chosen === null && stage === "asking") focusEntry();
    },

    card({ number, last_try }) {
      put("wrong", "");
      useCard(number);
      askAboutLastTry(last_try);
      if (pointed) focusEntry();
    },

    field(state) {
      ({ dots, missing } = state);
      drawDots();
      at("confirm").disabled = missing !== "nothing";
      if (noneHere && stage === "asking") focusEntry();
    },

    working() {
      stage = "working";
      used = true;
      allowChoice();
      at("working").hidden = false;
      for (const id of ["pin", "last-try", "confirm", "decline"]) at(id).disabled = true;
    },

    covered() {
      put("wrong", covered);
    },

    "wrong-pin"({ wrong, last_try }) {
      put("wrong", wrong.message);
      put("tries", wrong.tries);
      ask(last_try);
    },

    end({ ending }) {
      stage = "ended";
      wait();
      at("question").hidden = true;
      at("ending").hidden = false;
      put("message", ending.message);
      put("remedy", ending.remedy);
      put("code", ending.code);
      put("visit", ending.place ?? "");
      at("visit").hidden = ending.place === null;
      document.title = ending.message;
      at("close").focus();
    },
  };

  function named(label, value) {
    const colon = document.documentElement.lang.startsWith("zh") ? "：" : ": ";
    return `${label}${colon}${value}`;
  }

  function summary({ origin, purpose, content, gives, stranger, card, others, labels }) {
    const holders = [card, ...others].map(({ holder }) => holder).join(", ");
    const facts = [
      ...(stranger ? [`${stranger.warning} ${stranger.name}`] : []),
      `${origin} ${labels.asks}`,
      named(labels.purpose, purpose),
      named(labels.holder, holders),
      ...[content?.label, gives].filter(Boolean),
    ];
    return `${facts.join(". ")}.`;
  }

  // A program that is no browser is named, and nothing looks calm then.
  function showStranger(stranger) {
    at("question").classList.toggle("strange", stranger !== null);
    at("stranger").hidden = stranger === null;
    if (stranger === null) return;
    put("stranger-warning", stranger.warning);
    put("stranger-name", stranger.name);
    put("stranger-path", stranger.path);
  }

  // The text to be signed, whole; of bytes that are none, their hash. A long one takes seconds to
  // lay out, so it comes after the first picture. It holds up this script and with it every key,
  // and the quiet time begins after it: nobody can agree to what is not there yet.
  function showContent(content) {
    at("content").hidden = content === null;
    if (content === null) return;
    put("content-label", content.label);
    at("text").classList.toggle("hash", !content.is_text);
  }

  // One card stands among the facts. Of several one has to be chosen before anything is typed.
  function showCards(all, labels) {
    cards = all;
    const several = cards.length > 1;
    at("cards").hidden = !several;
    at("entry").hidden = several;
    for (const line of ["holder-line", "valid-until-line"]) at(line).hidden = several;
    put("choose", labels.choose);
    if (!several) {
      put("holder", cards[0].holder);
      put("valid-until", cards[0].valid_until);
      useCard(0);
      return;
    }
    cards.forEach(({ holder, valid_until }, number) => {
      const choice = document.createElement("input");
      Object.assign(choice, { type: "radio", name: "card", value: number });
      choice.addEventListener("change", () => say(`card ${number}`));
      const validity = document.createElement("small");
      validity.textContent = named(labels.valid_until, valid_until);
      const label = document.createElement("label");
      label.append(choice, ` ${holder} `, validity);
      at("cards").append(label);
    });
    allowChoice();
  }

  function useCard(number) {
    chosen = number;
    const { pin_label, tries, working, pin: rule } = cards[number];
    put("pin-label", pin_label);
    put("tries", tries);
    put("working", working);
    noneHere = rule === null;
    pin.hidden = noneHere;
    at("entry").hidden = false;
  }

  // What is chosen too early would not count.
  function allowChoice() {
    at("cards").disabled = !ready || used;
  }

  // Breaks a long origin after its dots, so that no line begins with half a name.
  function showOrigin(origin) {
    const labels = origin.split(/(?<=\.)/).map((text) => {
      const label = document.createElement("span");
      label.textContent = text;
      return label;
    });
    at("origin").replaceChildren(...labels);
    at("origin").classList.toggle("long", origin.length > 60);
  }

  function ask(lastTry) {
    stage = "asking";
    at("working").hidden = true;
    for (const id of ["pin", "decline"]) at(id).disabled = false;
    askAboutLastTry(lastTry);
    focusEntry();
  }

  function askAboutLastTry(lastTry) {
    at("last-try").checked = false;
    at("last-try-line").hidden = !lastTry;
    at("last-try").disabled = !ready; // what is ticked too early would not count
  }

  // What the keyboard is for: the choice of a card, the PIN, or where none is typed here, the buttons.
  function focusEntry() {
    if (chosen === null) at("cards").querySelector("input").focus();
    else if (noneHere) at("confirm").focus();
    else pin.focus();
  }

  function drawDots() {
    pin.value = "•".repeat(dots);
    pin.setSelectionRange(dots, dots);
  }

  // The first frame callback runs before the picture is drawn, the second after it.
  function whenPainted(then) {
    requestAnimationFrame(() => requestAnimationFrame(then));
  }

  // Whoever was typing elsewhere a moment ago has to notice first: the quiet time begins anew.
  function focused() {
    wait();
    say("focused");
  }

  // Keys do not count; a screen reader and a script are told so too.
  function wait() {
    ready = false;
    for (const sheet of sheets) sheet.ariaBusy = "true";
    at("last-try").disabled = true;
    allowChoice();
  }

  function tellHeight() {
    const sheet = at(stage === "ended" ? "ending" : "question");
    sheet.classList.add("measuring");
    say(`tall ${Math.ceil(sheet.getBoundingClientRect().height)}`);
    sheet.classList.remove("measuring");
  }

  // Facts that have to be scrolled can be reached by the Tab key.
  window.addEventListener("resize", () => {
    const facts = at("facts");
    facts.tabIndex = facts.scrollHeight > facts.clientHeight ? 0 : -1;
  });

  window.ankong = Object.freeze({
    receive(update) {
      updates[update.kind](update);
      if (update.kind !== "field" && update.kind !== "ready") tellHeight();
    },
  });

  // ---- what the person does ----

  at("cards").addEventListener("pointerdown", () => {
    pointed = true;
  });
  document.addEventListener("keydown", (event) => {
    pointed = false;
    showCapsLock(event);
    if (!ready) {
      event.preventDefault();
      say("touch");
    } else if (event.key === "Escape") {
      event.preventDefault();
      say("decline");
    } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      confirm();
    } else if (isShortcut(event)) {
      event.preventDefault();
    }
  });
  document.addEventListener("keyup", showCapsLock);

  pin.addEventListener("beforeinput", (event) => {
    event.preventDefault();
    if (!ready || stage !== "asking") return;
    if (event.inputType === "insertText") {
      for (const character of event.data ?? "") say(`key ${character}`);
    } else if (/^deleteContent(Backward|Forward)$/.test(event.inputType)) {
      say("erase");
    } else if (event.inputType.startsWith("delete")) {
      say("erase-all");
    }
  });

  // Whatever got past that never stays; and the caret stands at the end, so that a key always
  // means the next character.
  for (const name of ["input", "compositionend", "select", "click"]) {
    pin.addEventListener(name, drawDots);
  }
  for (const name of ["paste", "copy", "cut", "drop", "dragover", "dragstart", "contextmenu"]) {
    document.addEventListener(name, (event) => event.preventDefault());
  }

  at("confirm").addEventListener("click", confirm);
  at("decline").addEventListener("click", () => say("decline"));
  at("visit").addEventListener("click", () => say("visit"));
  at("close").addEventListener("click", () => say("decline"));
  at("last-try").addEventListener("change", (event) => {
    say(`last-try ${event.target.checked ? "on" : "off"}`);
  });

  function confirm() {
    if (stage === "asking" && missing === "last-try") at("last-try").focus();
    else if (stage === "asking" && missing !== "nothing") focusEntry();
    say("confirm");
  }

  // AltGr is Ctrl and Alt on some systems, and types characters.
  function isShortcut({ ctrlKey, altKey, metaKey, key }) {
    const chord = metaKey || (ctrlKey && !altKey);
    return (chord && key !== "Backspace" && key !== "Delete") || /^F\d/.test(key);
  }

  function showCapsLock(event) {
    const hint = at("caps-lock");
    const off = !event.getModifierState("CapsLock");
    if (stage !== "asking" || hint.hidden === off) return;
    hint.hidden = off;
    tellHeight();
  }

  say("loaded");
})();
