// Draws the page the resident program wrote out, and reports what the person presses.
"use strict";

(() => {
  const say = (text) => window.ipc.postMessage(text);
  const at = (id) => document.getElementById(id);

  let ready = false; // keys and buttons count
  let serial = 0;
  let names = new Map(); // how origins read in their own script
  let covered = "";

  // ---- what the window process says ----

  const updates = {
    show({ panel, readable }) {
      const first = at("panel").hidden;
      const before = focusedKey();
      const translated = panel.language !== document.documentElement.lang;
      const turned = panel.heading !== at("heading").textContent;
      ({ serial, covered } = panel);
      names = new Map(readable);
      document.documentElement.lang = panel.language;
      document.title = panel.title;
      at("heading").textContent = panel.heading;
      at("close").textContent = panel.close;
      notice(panel.notice);
      at("tabs").replaceChildren(...panel.tabs.map(tab));
      at("tabs").hidden = panel.tabs.length === 0;
      at("sections").replaceChildren(...panel.sections.map(section));
      at("foot").replaceChildren(...panel.foot.map((action) => button(action, "foot")));
      at("panel").hidden = false;
      if (turned) at("page").scrollTop = 0;
      if (first) begin();
      else if (!focusKey(before, translated) && before !== null) (onward() ?? at("page")).focus();
    },

    ready() {
      ready = true;
      at("page").ariaBusy = "false";
    },

    covered() {
      notice(covered);
    },
  };

  // ---- what is drawn ----

  function tab({ label, chosen, action }) {
    const made = button({ label, number: action, look: "plain", gives: false }, "tab");
    if (chosen) made.setAttribute("aria-current", "page");
    return made;
  }

  function section({ heading, picture, text, code, rows, none, actions }, index) {
    const made = document.createElement("section");
    if (heading !== null) {
      const title = words("h2", "", heading);
      title.id = `section-${index}`;
      made.setAttribute("aria-labelledby", title.id);
      made.append(title);
    }
    const lines = text.map((line) => words("p", "", line));
    if (picture !== null && "card" in picture) made.append(beside(draw(picture), lines));
    else made.append(...lines, ...(picture === null ? [] : [draw(picture)]));
    if (code !== null) made.append(ltr(words("p", "code", code)));
    if (rows.length > 0 || none !== null) {
      const list = document.createElement("ul");
      if (heading !== null) list.setAttribute("aria-labelledby", `section-${index}`);
      const lines = rows.length > 0 ? rows.map(row) : [words("li", "none", none)];
      list.append(...lines);
      made.append(list);
    }
    if (actions.length > 0) {
      const line = words("div", "actions", "");
      line.append(...actions.map((action) => button(action, heading ?? "")));
      made.append(line);
    }
    return made;
  }

  function row({ mark, origin, text, notes, actions }) {
    const item = document.createElement("li");
    if (mark !== null) item.append(words("span", `mark ${mark.sign}`, mark.word));
    const body = document.createElement("div");
    if (origin !== null) body.append(ltr(words("p", "origin", origin)));
    if (names.has(origin)) body.append(words("p", "readable", names.get(origin)));
    if (text !== "") body.append(words("p", "", text));
    body.append(...notes.map((note) => words("p", "note", note)));
    item.append(body, ...actions.map((action) => button(action, origin ?? text)));
    return item;
  }

  // `about` is what the button belongs to: heard by a screen reader, and by which it is found again.
  function button({ number, label, look, gives }, about) {
    const made = words("button", look === "primary" ? "primary" : "", label);
    made.type = "button";
    made.dataset.key = `${label} ${about}`;
    made.dataset.number = number;
    if (about !== "" && about !== "tab" && about !== "foot") {
      made.setAttribute("aria-label", `${label} ${about}`);
    }
    if (look === "on" || look === "off") {
      made.setAttribute("role", "switch");
      made.setAttribute("aria-checked", String(look === "on"));
    }
    if (look === "chosen" || look === "choice") {
      made.setAttribute("aria-pressed", String(look === "chosen"));
    }
    const from = serial;
    made.addEventListener("click", () => say(`${gives ? "give" : "press"} ${from} ${number}`));
    return made;
  }

  function beside(picture, lines) {
    const made = words("div", "shown", "");
    const said = document.createElement("div");
    said.append(...lines);
    made.append(picture, said);
    return made;
  }

  function draw(picture) {
    if ("card" in picture) {
      const { state, words: told } = picture.card;
      const svg = copy("card-picture");
      svg.classList.add(state);
      svg.setAttribute("aria-label", told);
      return svg;
    }
    const prompt = picture["browser-prompt"];
    const box = copy("prompt-picture");
    box.setAttribute("aria-label", prompt.words);
    for (const part of ["site", "wish", "allow", "block"]) {
      box.querySelector(`.${part}`).textContent = prompt[part];
    }
    return box;
  }

  function copy(template) {
    return at(template).content.firstElementChild.cloneNode(true);
  }

  function words(element, name, content) {
    const made = document.createElement(element);
    made.className = name;
    made.textContent = content;
    return made;
  }

  function ltr(element) {
    element.dir = "ltr";
    element.translate = false;
    return element;
  }

  function notice(sentence) {
    at("notice").textContent = sentence ?? "";
    at("notice").hidden = (sentence ?? null) === null;
  }

  // ---- the keyboard stays where it was ----

  function focusedKey() {
    const active = document.activeElement;
    return active instanceof HTMLButtonElement ? { ...active.dataset } : null;
  }

  // The same button is known by its words; in another language, by its number. Never by its number
  // alone: where a row has gone, the next one may have got it.
  function focusKey(before, translated) {
    if (before === null) return false;
    const same = translated ? "number" : "key";
    for (const candidate of document.querySelectorAll(`button[data-${same}]`)) {
      if (candidate.dataset[same] !== before[same]) continue;
      candidate.focus();
      return true;
    }
    return false;
  }

  // The first frame callback runs before the picture is drawn, the second after it.
  function begin() {
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        say("painted");
        if (document.hasFocus()) focused();
        window.addEventListener("focus", focused);
      }),
    );
    (onward() ?? document.querySelector("#tabs [aria-current]") ?? at("close")).focus();
  }

  // Where a page leads on: whoever presses Enter comes through all of them.
  function onward() {
    return document.querySelector("#foot .primary");
  }

  // Whoever was typing elsewhere a moment ago has to notice first.
  function focused() {
    ready = false;
    at("page").ariaBusy = "true";
    say("focused");
  }

  window.ankong = Object.freeze({
    receive(update) {
      updates[update.kind](update);
    },
  });

  // ---- what the person does ----

  document.addEventListener("keydown", (event) => {
    if (!ready) {
      event.preventDefault();
      say("touch");
    } else if (event.key === "Escape") {
      event.preventDefault();
      say("close");
    }
  });
  document.addEventListener("contextmenu", (event) => event.preventDefault());
  Object.assign(at("close").dataset, { key: "close", number: "close" });
  at("close").addEventListener("click", () => say("close"));

  say("loaded");
})();
