/* What the pages do beyond plain links and forms. Every page works without this file.
 * No dependency, no inline code, nothing personal kept in the browser (only whether the key
 * shortcuts are off, and how many pages of the tab lie before the last *next*). */
(function () {
  "use strict";

  const root = document.documentElement;
  const KEYS = "jatiroto.keys";

  function stored(value) {
    // Private windows and locked-down browsers may refuse storage: the shortcuts then stay on.
    try {
      if (value === undefined) return window.localStorage.getItem(KEYS);
      window.localStorage.setItem(KEYS, value);
    } catch (refused) { /* keep going without memory */ }
    return value || null;
  }

  // ---- key shortcuts -------------------------------------------------------------------------------

  const contents = new WeakMap();
  let keysOn = stored() !== "off";

  function showKeys() {
    root.classList.toggle("keys-on", keysOn);
    root.classList.toggle("keys-off", !keysOn);
    document.querySelectorAll("[data-toggle-keys]").forEach(function (button) {
      button.hidden = false;
      button.querySelector("[data-keys-state]").textContent = keysOn ? "nyala" : "mati";
    });
  }

  function isTyping(element) {
    if (!element || !element.matches) return false;
    if (element.isContentEditable || element.matches("textarea, select")) return true;
    const buttons = ["button", "submit", "reset", "checkbox", "image", "file"];
    return element.matches("input") && !buttons.includes(element.type);
  }

  function isReachable(element) {
    return element.getClientRects().length > 0 && !element.disabled;
  }

  function use(element) {
    // A refused move takes focus, so that its reason is read out, and does nothing.
    if (element.getAttribute("aria-disabled") === "true") element.focus();
    else if (element.matches("input:not([type=submit]), textarea, select")) { element.focus(); element.select && element.select(); }
    else element.click();
  }

  function keyed(key) {
    return Array.from(document.querySelectorAll("[data-key]")).filter(function (element) {
      return element.dataset.key.toLowerCase() === key && isReachable(element);
    })[0];
  }

  function queueNeighbour(step) {
    const rows = Array.from(document.querySelectorAll(".queue-row"));
    if (!rows.length) return null;
    const here = rows.findIndex(function (row) { return row.hasAttribute("aria-current"); });
    return here < 0 ? rows[0] : rows[here + step] || null;
  }

  function onKey(event) {
    if (!keysOn || event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key === "?") { event.preventDefault(); listKeys(); return; }
    const step = key === "j" ? 1 : key === "l" ? -1 : 0;
    // With a queue on the page J and L belong to it, also at its ends: they must never fall through to a move.
    const target = step && document.querySelector(".queue-row") ? queueNeighbour(step) : keyed(key);
    if (target) { event.preventDefault(); use(target); }
  }

  function labelOf(element) {
    const words = element.cloneNode(true);
    words.querySelectorAll(".key").forEach(function (key) { key.remove(); });
    return element.dataset.keyLabel || words.textContent.trim() || element.getAttribute("aria-label") || "";
  }

  function listKeys() {
    const dialog = document.getElementById("keys-dialog");
    if (!dialog || !dialog.showModal) return;
    const list = dialog.querySelector("dl");
    const entries = new Map();
    if (document.querySelector(".queue-row")) {
      entries.set("j", "Baris berikutnya");
      entries.set("l", "Baris sebelumnya");
    }
    document.querySelectorAll("[data-key]").forEach(function (element) {
      const key = element.dataset.key.toLowerCase();
      if (isReachable(element) && !entries.has(key)) entries.set(key, labelOf(element));
    });
    entries.set("?", "Daftar pintasan ini");
    list.replaceChildren();
    entries.forEach(function (label, key) {
      const term = list.appendChild(document.createElement("dt"));
      const letter = term.appendChild(document.createElement("kbd"));
      letter.className = "key";
      letter.textContent = key;
      list.appendChild(document.createElement("dd")).textContent = label;
    });
    dialog.showModal();
  }

  // ---- asking once, sending once -------------------------------------------------------------------

  // A button may have a question of its own, where the other buttons of its form need none.
  // `{field}` in it stands for what was filled in or chosen, `{count:field}` for how many boxes are ticked; the words
  // of a choice stand in `data-says-<value>` of the form.
  function question(form, button) {
    return (button && button.dataset.confirm) || (form.dataset.confirm && filled(form, form.dataset.confirm));
  }

  function filled(form, text) {
    return text.replace(/\{(count:)?(\w+)\}/g, function (all, count, name) {
      if (count) return form.querySelectorAll("[name='" + name + "']:checked").length;
      const field = form.elements[name], chosen = form.querySelector("[name='" + name + "']:checked");
      const says = chosen && form.getAttribute("data-says-" + chosen.value);
      return says ? filled(form, says) : (field && field.value.trim()) || "(belum diisi)";
    });
  }

  function ask(form, button) {
    const dialog = document.getElementById("confirm-dialog");
    if (!dialog || !dialog.showModal) return false;
    const yes = dialog.querySelector("[data-confirm-yes]");
    dialog.querySelector("h2").textContent = (button ? labelOf(button) : yes.textContent) + "?";
    dialog.querySelector("p").textContent = question(form, button);
    if (button) yes.textContent = labelOf(button);
    yes.onclick = function () {
      dialog.close();
      confirmed(form);
      form.requestSubmit(button || undefined);
    };
    dialog.showModal();
    return true;
  }

  function confirmed(form) {
    // Tells the view that the question was answered; without it the view asks on a page of its own.
    const field = form.querySelector("input[name=confirmed]") || form.appendChild(document.createElement("input"));
    field.type = "hidden";
    field.name = "confirmed";
    field.value = "1";
    form.dataset.confirmed = "yes";
  }

  function onSubmit(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (question(form, event.submitter) && !form.dataset.confirmed && ask(form, event.submitter)) { event.preventDefault(); return; }
    if (form.target === "_blank" || "repeatable" in form.dataset) return;
    form.dataset.sent = "yes";
    const button = event.submitter || form.querySelector("[type=submit]");
    // After the browser has gathered the fields, or the value of the pressed button would be lost.
    window.setTimeout(function () { showBusy(form, button); }, 0);
  }

  function showBusy(form, button) {
    root.classList.add("is-sending");
    if (!button || !form.dataset.sent) return;
    const busy = form.dataset.busy || "Menyimpan…";
    button.classList.add("is-busy");
    if (button.matches("input")) { button.dataset.was = button.value; button.value = busy; return; }
    contents.set(button, Array.from(button.childNodes));
    button.textContent = busy;
  }

  function ready() {
    // The page may come back from the browser's memory with the form still marked as sent.
    root.classList.remove("is-sending");
    document.querySelectorAll("form[data-sent], form[data-confirmed]").forEach(function (form) {
      delete form.dataset.sent;
      if (form.dataset.confirmed) { delete form.dataset.confirmed; form.querySelector("input[name=confirmed]").remove(); }
    });
    document.querySelectorAll(".is-busy").forEach(function (button) {
      button.classList.remove("is-busy");
      if (button.matches("input")) button.value = button.dataset.was;
      else button.replaceChildren.apply(button, contents.get(button));
    });
  }

  // ---- long numbers in groups ----------------------------------------------------------------------

  function grouped(text, size) {
    const digits = text.replace(/[\s.-]/g, "");
    // Anything but digits stays as typed, so that the message beside the field speaks of what is there.
    if (!/^\d*$/.test(digits)) return text;
    return digits.replace(new RegExp("(\\d{" + size + "})(?=\\d)", "g"), "$1 ");
  }

  function regroup(field) {
    const text = grouped(field.value, Number(field.dataset.group));
    if (text === field.value) return;
    const digitsBefore = field.value.slice(0, field.selectionStart).replace(/\D/g, "").length;
    field.value = text;
    if (document.activeElement !== field) return;
    let at = 0;
    for (let seen = 0; at < text.length && seen < digitsBefore; at += 1) if (/\d/.test(text[at])) seen += 1;
    field.setSelectionRange(at, at);
  }

  function prepareGroups(scope) {
    scope.querySelectorAll("input[data-group]").forEach(function (field) {
      const size = Number(field.dataset.group);
      // Room for the spaces; the server takes them out again.
      if (field.maxLength > 0 && !field.dataset.room) field.maxLength += Math.ceil(field.maxLength / size) + 4;
      field.dataset.room = "yes";
      regroup(field);
    });
  }

  // ---- the PIN of a colleague ----------------------------------------------------------------------

  function sendWhenFull(field) {
    // With a choice still open the form waits for it. The server asks for the same things.
    if (field.value.length === Number(field.dataset.sendAt) && field.form.checkValidity()) field.form.requestSubmit();
  }

  function onToPin(event) {
    // A pointer that chose a name goes on with the PIN; the arrow keys (detail 0) stay among the names.
    const choice = event.detail > 0 && event.target.closest(".form-check");
    const field = choice && choice.closest("form") && choice.closest("form").querySelector("[data-send-at]");
    if (field) window.setTimeout(function () { field.focus(); }, 0);
  }

  // ---- focus, scroll, menus ------------------------------------------------------------------------

  function focusable(id) {
    const target = document.getElementById(id);
    if (!target || target.matches("input, select, textarea, button, a")) return target;
    return target.querySelector("input:not([type=hidden]), select, textarea") || target;
  }

  // ---- on to the next person: the pages of the one before are no longer on the way back -----------------

  const LEFT = "jatiroto.left";

  function goNext(link) {
    try { window.sessionStorage.setItem(LEFT, window.navigation.currentEntry.index); } catch (refused) { /* this page alone goes */ }
    window.location.replace(link.href);
  }

  function skipWhatWasLeft(event) {
    const link = document.querySelector("a[data-next]");
    const came = performance.getEntriesByType("navigation")[0];
    if (!link || !(event.persisted || (came && came.type === "back_forward"))) return;
    try {
      const left = window.sessionStorage.getItem(LEFT);
      if (left !== null && window.navigation.currentEntry.index <= Number(left)) window.location.replace(link.href);
    } catch (refused) { /* no memory: the page stays */ }
  }

  function onClick(event) {
    const toggle = event.target.closest("[data-toggle-keys]");
    if (toggle) { keysOn = !keysOn; stored(keysOn ? "on" : "off"); showKeys(); }
    const close = event.target.closest("[data-close]");
    if (close) close.closest("dialog").close();
    const link = event.target.closest(".error-summary a[href^='#']");
    const field = link && focusable(link.hash.slice(1));
    if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
    const next = event.target.closest("a[data-next]");
    if (next && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); goNext(next); }
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  }

  function onEscape(event) {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  }

  function arrange(scope) {
    prepareGroups(scope);
    const row = scope.querySelector(".queue-row[aria-current]");
    if (row) row.scrollIntoView({ block: "nearest" });
    const summary = scope.querySelector(".error-summary");
    if (summary) summary.focus();
  }

  root.classList.add("js");
  showKeys();
  arrange(document);
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onEscape);
  document.addEventListener("click", onClick);
  document.addEventListener("click", onToPin);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("input", function (event) { if (event.target.matches("input[data-group]")) regroup(event.target); });
  document.addEventListener("input", function (event) { if (event.target.matches("input[data-send-at]")) sendWhenFull(event.target); });
  // Signed out meanwhile: the sign-in page is no part of this page, the browser goes there itself.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (!new URL(event.detail.xhr.responseURL, window.location.href).searchParams.has("next")) return;
    event.detail.shouldSwap = false;
    window.location.reload();
  });
  document.addEventListener("htmx:afterSwap", function (event) { showKeys(); arrange(event.target); });
  window.addEventListener("pageshow", ready);
  window.addEventListener("pageshow", skipWhatWasLeft);
}());
