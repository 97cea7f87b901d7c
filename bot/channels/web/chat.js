// The web chat: shows what is said, sends what is written, and loses neither on a bad line.
"use strict";

const $ = (id) => document.getElementById(id);
const log = $("log"), box = $("text"), status = $("status");
const W = JSON.parse(document.body.dataset.words); // what the page says, in its language
const language = document.documentElement.lang;
const locales = language === "en" ? undefined : [language, ...navigator.languages];
const MAX_FILE = 20 * 1024 * 1024;

let pending = read("pending");      // words not yet taken by the server; they survive a reload
let started = false;                // whether there is anything to ask the server for
let lastLetter = 0;                 // confirmed to the server by asking for what comes after it
let lastDay = "";
let waitingSince = 0;               // when we last sent something that has had no answer
let pollTimer = 0, polling = false, sending = false, pause = 0;

// Both storages may be refused by the browser; the chat then works without them.
function remember(name, value) {
  try { value ? localStorage.setItem(name, value) : localStorage.removeItem(name); } catch { /* refused */ }
}
function remembered(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}
function read(name) {
  try { return JSON.parse(sessionStorage.getItem(name)) || []; } catch { return []; }
}
function keep() {
  try { sessionStorage.setItem("pending", JSON.stringify(pending.filter((one) => !one.file))); } catch { /* full */ }
}
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
  return [...b].map((x, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + x.toString(16).padStart(2, "0")).join("");
}
function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

// ---- showing

function show(message) {
  const at = message.at ? new Date(message.at) : new Date();
  const day = at.toLocaleDateString(locales, { weekday: "long", day: "numeric", month: "long" });
  if (day !== lastDay) log.append(element("li", "day", lastDay = day));
  const item = element("li", `m ${message.from}`);
  if (message.from === "paralegal") item.append(element("p", "by", W.a_person.replace("{name}", message.by || W.a_paralegal)));
  else item.append(element("span", "sr", message.from === "person" ? `${W.you} ` : "Doorstep: "));
  const said = message.document ? download(message) : words(message.text);
  said.lang = message.lang || ""; // people write as they like: no language is claimed for what they wrote
  item.append(said);
  const foot = element("span", "time", at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  item.append(foot);
  log.append(item);
  return foot;
}
function words(text) {
  const line = element("p");
  line.dir = "auto";
  // Web addresses and the numbers of contacts ("• Police: 10111") become links; all else stays plain text.
  for (const part of text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]|\n?• [^\n]*?: [+\d][\d ]+\d)/)) {
    if (/^https?:\/\//.test(part)) {
      const link = element("a", "", part);
      link.href = part; link.rel = "noreferrer noopener"; link.target = "_blank";
      line.append(link);
    } else if (/^\n?• /.test(part) && /: [+\d][\d ]+\d$/.test(part)) {
      const cut = part.lastIndexOf(": ") + 2;
      const link = element("a", "", part.slice(cut));
      link.href = `tel:${part.slice(cut).replace(/ /g, "")}`;
      line.append(part.slice(0, cut), link);
    } else line.append(part);
  }
  return line;
}
function download(message) {
  const link = element("a", "", W.save.replace("{name}", message.document));
  if (message.file) link.href = `/chat/files/${message.file}`;
  else link.href = URL.createObjectURL(new Blob([message.text], { type: "text/plain;charset=utf-8" }));
  link.download = message.document;
  return link;
}
function offer(choices) {
  dropChoices();
  if (!choices || !choices.length) return;
  const row = element("li", "choices");
  for (const choice of choices) {
    const button = element("button", "", choice.label);
    button.type = "button";
    button.addEventListener("click", () => say({ choice: choice.id, text: choice.label }));
    row.append(button);
  }
  log.append(row);
}
const dropChoices = () => log.querySelectorAll(".choices").forEach((row) => row.remove());
const toEnd = () => scrollTo(0, document.body.scrollHeight);

// ---- sending: one after another, each until the server has it

function say(message) {
  dropChoices();
  const one = { id: newId(), at: new Date().toISOString(), ...message };
  pending.push(one);
  keep();
  put(one);
  toEnd();
  flush();
}
function put(one) {
  one.foot = show({ from: "person", text: one.file ? `[${one.file.name}]` : one.text, at: one.at });
  one.foot.textContent = W.sending;
}
async function flush() {
  if (sending || !pending.length) return;
  sending = true;
  clearTimeout(pause);
  while (pending.length) {
    const one = pending[0];
    const wait = await deliver(one);
    if (wait) { pause = setTimeout(flush, wait * 1000); break; }
    pending.shift();
    keep();
    one.tries = 0;
  }
  sending = false;
}
// Gives back the seconds to wait before the next try; 0 when the server has it or never will.
async function deliver(one) {
  one.tries = (one.tries || 0) + 1;
  const again = Math.min(30, 2 ** one.tries);
  let answer;
  try { answer = await post(one); } catch {
    status.textContent = W.offline;
    return again;
  }
  if (answer.status === 202) {
    status.textContent = "";
    one.foot.textContent = W.sent;
    started = true;
    waitingSince = Date.now();
    $("typing").hidden = false;
    soon(700);
    return 0;
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 429 || answer.status >= 500) {
    status.textContent = answer.status === 429 ? W.too_many : W.busy;
    return Math.max(again, Number(answer.headers.get("Retry-After")) || 0);
  }
  const why = answer.status === 413 && one.file ? W.too_big : language === "en" && told.error;
  one.foot.textContent = `${W.not_sent} ${why || W.try_again}`;
  one.foot.className = "time failed";
  return 0;
}
function post({ id, text, choice, file }) {
  if (!file) {
    const body = JSON.stringify({ id, text, choice, language: language === "en" ? "" : language });
    return fetch("/chat/messages", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  }
  const form = new FormData();
  form.append("id", id);
  form.append("file", file);
  return fetch("/chat/files", { method: "POST", body: form });
}

// ---- receiving: quick while an answer is due, slow when it is quiet, not at all when nobody looks

function soon(milliseconds) {
  clearTimeout(pollTimer);
  pollTimer = setTimeout(poll, milliseconds);
}
async function poll() {
  if (document.hidden || polling || !started) return;
  polling = true;
  try {
    const answer = await fetch(`/chat/replies?after=${lastLetter}`, { cache: "no-store" });
    if (answer.ok) {
      receive(await answer.json());
      if (!pending.length) status.textContent = "";
    }
  } catch {
    status.textContent = W.offline_answers;
  }
  polling = false;
  if (Date.now() - waitingSince > 30000) $("typing").hidden = true;
  soon(Date.now() - waitingSince < 30000 ? 1000 : 5000);
}
function receive(letters) {
  const fresh = letters.filter((letter) => letter.id > lastLetter);
  if (!fresh.length) return;
  const follow = innerHeight + scrollY > document.body.scrollHeight - 200;
  dropChoices();
  const before = log.lastElementChild;
  for (const letter of fresh) {
    show(letter);
    lastLetter = letter.id;
  }
  offer(fresh[fresh.length - 1].choices);
  $("typing").hidden = true;
  $("lines")?.removeAttribute("open");
  waitingSince = Math.min(waitingSince, Date.now() - 20000); // more may follow, but not for long
  // The first of the new messages comes to the top, so that a long answer is read from its beginning.
  if (follow) (before ? before.nextElementSibling : log.firstElementChild).scrollIntoView({ block: "start" });
}

// ---- beginning, leaving

async function begin() {
  $("hidden").hidden = true;
  remember("hidden", "");
  try {
    const past = await (await fetch("/chat/history", { cache: "no-store" })).json();
    started = past.started || pending.length > 0;
    for (const message of past.messages) show(message);
    const last = past.messages[past.messages.length - 1];
    if (last) offer(last.choices);
    if (past.messages.length) $("lines")?.removeAttribute("open");
  } catch {
    status.textContent = W.offline_start;
    started = true;
  }
  pending.forEach(put);
  if (log.children.length) toEnd();
  flush();
  poll();
}
function leave(event) {
  event.preventDefault();
  pending = [];
  keep();
  remember("hidden", "1"); // whoever opens this page next does not see what was said
  document.body.hidden = true;
  document.title = "";
  location.replace($("leave").href);
}

$("leave").addEventListener("click", leave);
$("show").addEventListener("click", begin);
$("write").hidden = false;
$("write").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text) return;
  box.value = "";
  grow();
  say({ text });
  box.focus();
});
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(hover:hover)").matches) {
    event.preventDefault();
    $("write").requestSubmit();
  }
});
const grow = () => { box.style.height = "auto"; box.style.height = `${box.scrollHeight + 2}px`; };
box.addEventListener("input", grow);
$("file").addEventListener("change", () => {
  const [file] = $("file").files;
  $("file").value = "";
  if (!file) return;
  if (file.size > MAX_FILE) status.textContent = W.too_big;
  else say({ file });
});
document.addEventListener("visibilitychange", poll);
addEventListener("online", () => { clearTimeout(pause); flush(); poll(); });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

if (remembered("hidden")) $("hidden").hidden = false;
else begin();
