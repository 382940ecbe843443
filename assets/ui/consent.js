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

  const pin = at("pin");
  let stage = "blank"; // asking, working, ended
  let ready = false; // keys count
  let dots = 0;
  let missing = "pin";
  let covered = ""; // what is said when another window covers this one
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
      put("holder", prompt.holder);
      put("valid-until-label", labels.valid_until);
      put("valid-until", prompt.valid_until);
      showStranger(prompt.stranger);
      showContent(prompt.content);
      put("gives", prompt.gives ?? "");
      at("gives").hidden = prompt.gives === null;
      put("summary", summary(prompt));
      put("pin-label", labels.pin);
      noneHere = prompt.pin === null;
      pin.hidden = noneHere;
      put("tries", labels.tries);
      put("last-try-label", labels.last_try);
      put("caps-lock", labels.caps_lock);
      ({ covered } = labels);
      put("working", labels.working);
      put("confirm", labels.confirm);
      put("decline", labels.decline);
      put("close", labels.close);
      at("question").hidden = false;
      at("question").classList.add("waiting");
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
      at("question").classList.remove("waiting");
      at("last-try").disabled = stage !== "asking";
    },

    field(state) {
      ({ dots, missing } = state);
      drawDots();
      at("confirm").disabled = missing !== "nothing";
      if (noneHere && stage === "asking") focusEntry();
    },

    working() {
      stage = "working";
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
      ready = false;
      at("question").hidden = true;
      at("ending").hidden = false;
      put("message", ending.message);
      put("remedy", ending.remedy);
      put("code", ending.code);
      document.title = ending.message;
      at("close").focus();
    },
  };

  function summary({ origin, purpose, content, gives, stranger, holder, labels }) {
    const facts = [
      ...(stranger ? [`${stranger.warning} ${stranger.name}`] : []),
      `${origin} ${labels.asks}`,
      `${labels.purpose}: ${purpose}`,
      `${labels.holder}: ${holder}`,
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
    at("last-try").checked = false;
    at("last-try-line").hidden = !lastTry;
    for (const id of ["pin", "decline"]) at(id).disabled = false;
    at("last-try").disabled = !ready; // what is ticked too early would not count
    focusEntry();
  }

  // What the keyboard is for: the PIN, or where none is typed here, the buttons.
  function focusEntry() {
    if (noneHere) at("confirm").focus();
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
    ready = false;
    at("last-try").disabled = true;
    at("question").classList.add("waiting");
    say("focused");
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

  document.addEventListener("keydown", (event) => {
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
  at("close").addEventListener("click", () => say("decline"));
  at("last-try").addEventListener("change", (event) => {
    say(`last-try ${event.target.checked ? "on" : "off"}`);
  });

  function confirm() {
    if (stage === "asking" && missing === "last-try") at("last-try").focus();
    else if (stage === "asking" && missing === "pin") focusEntry();
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
