/* A desk with a barcode scanner: a scanner types like a person, only much faster, and ends with Enter.
 * With the focus elsewhere its letters would be taken for shortcuts. So a letter is held back for a moment: if the next
 * one follows at once, both go into the search field and the rest after them; if none does, it is the shortcut that it
 * was. The page works without this file: then the field is clicked first. */
(function () {
  "use strict";

  const field = document.querySelector("[data-scan]");
  if (!field) return;
  const FAST = 50; // milliseconds between two signs of a scanner; fingers take twice as long
  let held = null;

  function takesLetters(element) {
    if (element.isContentEditable || element.matches("textarea, select")) return true;
    return element.matches("input") && !/^(button|submit|reset|checkbox|radio|file|image)$/.test(element.type);
  }

  function letGo() {
    const again = new KeyboardEvent("keydown", { key: held.key, bubbles: true, cancelable: true });
    const target = held.target;
    window.clearTimeout(held.timer);
    held = null;
    again.letGo = true;
    target.dispatchEvent(again);
  }

  function onKey(event) {
    if (event.letGo) return;
    const letter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (held && event.key === "Shift") return; // part of the next sign of a scanner
    if (!letter || event.repeat || event.isComposing || takesLetters(event.target)) {
      if (held) letGo(); // what came first goes first
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!held) {
      held = { key: event.key, target: event.target, timer: window.setTimeout(letGo, FAST) };
      return;
    }
    window.clearTimeout(held.timer);
    document.querySelectorAll("dialog[open]").forEach(function (dialog) { dialog.close(); });
    field.value = held.key + event.key;
    held = null;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  document.addEventListener("keydown", onKey, true);
}());
