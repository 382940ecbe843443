// Shows which sites may call and which asked, and reports what the person does about one of them.
"use strict";

(() => {
  const say = (text) => window.ipc.postMessage(text);
  const at = (id) => document.getElementById(id);
  const put = (id, text) => {
    at(id).textContent = text;
  };

  let ready = false; // keys and buttons count
  let labels = {};

  // ---- what the window process says ----

  const updates = {
    show({ page, readable }) {
      const first = at("sheet").hidden;
      ({ labels } = page);
      const names = new Map(readable);
      document.documentElement.lang = page.language;
      document.title = labels.title;
      put("title", labels.title);
      put("meaning", labels.meaning);
      put("close", labels.close);
      notice(page.notice);
      const mine = (verb, label) => (page.may_allow ? { verb, label } : null);
      list("asked", labels.asked, page.asked, names, mine("allow", labels.allow));
      list("user", labels.user, page.user, names, mine("revoke", labels.revoke));
      const unmute = { verb: "unmute", label: labels.unmute };
      list("muted", labels.muted, page.muted, names, unmute);
      at("muted-section").hidden = page.muted.length === 0;
      list("administrator", labels.administrator, page.administrator, names, null);
      list("built-in", labels.built_in, page.built_in, names, null);
      at("sheet").hidden = false;
      if (first) begin();
    },

    ready() {
      ready = true;
      at("sheet").ariaBusy = "false";
    },

    covered() {
      notice(labels.covered);
    },
  };

  function list(id, heading, origins, names, button) {
    put(`${id}-label`, heading);
    const rows = origins.map((origin) => row(origin, names.get(origin), button));
    at(id).replaceChildren(...(rows.length > 0 ? rows : [none()]));
  }

  function row(origin, readable, button) {
    const item = document.createElement("li");
    const site = document.createElement("div");
    site.append(text("p", "origin", origin));
    if (readable !== undefined) site.append(text("p", "readable", readable));
    item.append(site);
    if (button !== null) {
      const press = text("button", "", button.label);
      press.type = "button";
      press.setAttribute("aria-label", `${button.label} ${origin}`);
      press.addEventListener("click", () => say(`${button.verb} ${origin}`));
      item.append(press);
    }
    return item;
  }

  function none() {
    return text("li", "none", labels.none);
  }

  function text(element, name, content) {
    const made = document.createElement(element);
    made.className = name;
    made.textContent = content;
    if (name === "origin") made.dir = "ltr";
    return made;
  }

  function notice(sentence) {
    put("notice", sentence ?? "");
    at("notice").hidden = (sentence ?? null) === null;
  }

  // The first frame callback runs before the picture is drawn, the second after it.
  function begin() {
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (document.hasFocus()) focused();
        window.addEventListener("focus", focused);
      }),
    );
    at("close").focus();
  }

  // Whoever was typing elsewhere a moment ago has to notice first.
  function focused() {
    ready = false;
    at("sheet").ariaBusy = "true";
    say("focused");
  }

  function tellHeight() {
    const sheet = at("sheet");
    sheet.classList.add("measuring");
    say(`tall ${Math.min(Math.ceil(sheet.getBoundingClientRect().height), 60000)}`);
    sheet.classList.remove("measuring");
  }

  window.ankong = Object.freeze({
    receive(update) {
      updates[update.kind](update);
      if (update.kind !== "ready") tellHeight();
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
  at("close").addEventListener("click", () => say("close"));

  say("loaded");
})();
