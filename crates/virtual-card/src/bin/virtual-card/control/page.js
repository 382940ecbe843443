// Shows how the card stands once a second, and sends one order a click.
"use strict";

(() => {
  const at = (id) => document.getElementById(id);

  async function order(line) {
    await take(fetch("/orders", { method: "POST", headers: { "Virtual-Card": "order" }, body: line }));
  }

  async function take(request) {
    try {
      const response = await request;
      const body = await response.json();
      at("problem").textContent = response.ok ? "" : body.error;
      if (response.ok) show(body);
    } catch {
      at("problem").textContent = "虛擬卡程式沒有回應。 The virtual card does not answer.";
    }
  }

  function show(status) {
    at("card").textContent = `${status.card} (${status.profile})`;
    at("reader").textContent = status.in_reader ? "卡片已插入 card inserted" : "沒有卡片 empty";
    at("tries").textContent = status.tries === 0 ? "0（已鎖住 blocked）" : status.tries;
    at("certificate").textContent = status.truncated_certificate ? "截斷 truncated" : "完整 whole";
    at("faults").textContent = status.faults.join("  ") || "—";
    showCards(status);
    showLog(status.log.join("\n"));
  }

  // Left alone while it is the same, or a choice just made would be lost.
  function showCards({ cards, card }) {
    const shown = [...at("cards").options].map((option) => option.value);
    if (shown.join("\n") === cards.join("\n")) return;
    at("cards").replaceChildren(...cards.map((name) => new Option(name, name, false, name === card)));
  }

  function showLog(text) {
    if (at("log").textContent === text) return;
    at("log").textContent = text;
    at("log").scrollTop = at("log").scrollHeight;
  }

  for (const button of document.querySelectorAll("button[data-order]")) {
    button.addEventListener("click", () => order(button.dataset.order));
  }
  at("swap").addEventListener("submit", (event) => {
    event.preventDefault();
    order(`swap ${at("cards").value}`);
  });
  at("fault").addEventListener("submit", (event) => {
    event.preventDefault();
    order(`fault ${at("text").value}`);
  });

  const refresh = () => document.hidden || take(fetch("/status"));
  setInterval(refresh, 1000);
  refresh();
})();
