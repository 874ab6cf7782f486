/* The intake page: what is typed is kept on the server while one types; papers are taken with a camera.
 * The page works without this file: then *Periksa* and *Unggah* keep what was typed. */
(function () {
  "use strict";

  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const state = document.querySelector("[data-draft-state]");
  // The draft is on the server: coming *back* to an answer, or loading it anew, asks for the draft and sends nothing twice.
  window.history.replaceState(null, "", window.location.href);
  const WAIT = 700;
  const RETRY = 5000;
  let timer = null;
  let running = null;

  function say(text) { if (state) state.textContent = text; }

  // ---- keeping -------------------------------------------------------------------------------------

  function fields() {
    const sent = new URLSearchParams();
    new FormData(form).forEach(function (value, name) { if (typeof value === "string") sent.append(name, value); });
    sent.set("langkah", "simpan");
    return sent;
  }

  function keep() {
    timer = null;
    if (form.dataset.sent) return;
    if (running) running.abort();
    running = new AbortController();
    const options = { method: "POST", body: fields(), signal: running.signal, credentials: "same-origin", redirect: "manual" };
    fetch(form.action || window.location.href, options).then(function (answer) {
      running = null;
      if (answer.type === "opaqueredirect") signedOut();
      else if (answer.status === 204) say("Tersimpan " + new Date().toTimeString().slice(0, 5).replace(":", ".") + ".");
      else if (answer.status === 410) say("Konsep ini sudah diajukan atau dihapus.");
      else again("Belum tersimpan; dicoba lagi sebentar lagi.");
    }).catch(function (error) {
      running = null;
      if (error.name !== "AbortError") again("Belum tersimpan: jaringan terputus. Isian tetap di halaman ini dan dicoba lagi.");
    });
  }

  function again(words) {
    say(words);
    if (!timer && !form.dataset.sent) timer = window.setTimeout(keep, RETRY);
  }

  function signedOut() {
    if (!state) return;
    // The server has kept the fields by the key of the draft, and asks for a sign-in now.
    say("Isian tersimpan, tetapi waktu masuk Anda habis. ");
    const link = document.createElement("a");
    link.href = "/masuk/?next=" + encodeURIComponent(window.location.pathname);
    link.textContent = "Masuk lagi untuk meneruskan.";
    state.appendChild(link);
  }

  function later() {
    if (timer) window.clearTimeout(timer);
    timer = window.setTimeout(keep, WAIT);
  }

  form.addEventListener("input", function (event) { if (event.target.type !== "file") later(); });
  form.addEventListener("submit", function () {
    if (timer) window.clearTimeout(timer);
    timer = null;
    if (running) running.abort();
  });
  window.addEventListener("pagehide", function () {
    if (timer && !form.dataset.sent) navigator.sendBeacon(form.action || window.location.href, fields());
  });

  // ---- pictures ------------------------------------------------------------------------------------

  function send(field) {
    const button = field.closest(".scan-ways").querySelector("button[value=pindai]");
    form.requestSubmit(button);
  }

  form.addEventListener("change", function (event) {
    if (event.target.matches("[data-send-at-once]") && event.target.files.length) send(event.target);
  });

  const dialog = document.getElementById("camera-dialog");
  const media = navigator.mediaDevices;
  if (!dialog || !media || !media.getUserMedia) return;
  const video = dialog.querySelector("video");
  const words = dialog.querySelector("[data-camera-say]");
  const shutter = dialog.querySelector("[data-camera-take]");
  let field = null;

  function stop() {
    if (video.srcObject) video.srcObject.getTracks().forEach(function (track) { track.stop(); });
    video.srcObject = null;
    shutter.disabled = true;
  }

  function open(button) {
    field = document.getElementById(button.dataset.camera);
    words.textContent = "Letakkan kertas di bawah kamera.";
    dialog.showModal();
    const wanted = { video: { width: { ideal: 2592 }, height: { ideal: 1944 }, facingMode: "environment" } };
    media.getUserMedia(wanted).then(function (stream) {
      if (dialog.open) video.srcObject = stream;
      else stream.getTracks().forEach(function (track) { track.stop(); });
    }).catch(function () {
      words.textContent = "Kamera tidak dapat dibuka. Periksa kabelnya dan izin kamera di peramban, atau unggah berkas.";
    });
  }

  function take() {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob(function (blob) {
      const files = new DataTransfer();
      files.items.add(new File([blob], "kamera.jpg", { type: "image/jpeg" }));
      field.files = files.files;
      dialog.close();
      send(field);
    }, "image/jpeg", 0.9);
  }

  document.querySelectorAll("[data-camera]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { open(button); });
  });
  shutter.addEventListener("click", take);
  video.addEventListener("loadeddata", function () { shutter.disabled = false; shutter.focus(); });
  dialog.addEventListener("close", stop);
}());
