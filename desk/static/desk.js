// Keeps the queue and an open case fresh. Everything works without it, by reloading.
"use strict";

const queue = document.querySelector("[data-queue]");
const messages = document.querySelector("[data-messages]");

// Calls `step` every `seconds` while the tab can be seen, and at once when it is seen again.
function repeat(step, seconds) {
  let timer = 0;
  let busy = false;
  const run = async () => {
    clearTimeout(timer);
    if (document.hidden || busy) return;
    busy = true;
    let wait = seconds;
    try { await step(); } catch { wait = seconds * 5; }
    busy = false;
    timer = setTimeout(run, wait * 1000);
  };
  document.addEventListener("visibilitychange", run);
  timer = setTimeout(run, seconds * 1000);
}

async function ask(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (answer.status === 401 || answer.status === 404) location.reload(); // signed out, or the case is no longer ours
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

function waitingCases() {
  return new Set([...document.querySelectorAll("#waiting ~ * tr[data-case]")].map((row) => row.dataset.case));
}

async function freshQueue() {
  const html = await (await ask(queue.dataset.queue)).text();
  if (html === freshQueue.last) return;
  freshQueue.last = html;
  const before = waitingCases();
  const href = queue.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  queue.innerHTML = html;
  if (href) queue.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true });
  const news = [...waitingCases()].filter((reference) => !before.has(reference)).length;
  if (news) {
    document.querySelector("[data-news]").textContent = news === 1 ? "One new case waits." : `${news} new cases wait.`;
  }
  document.title = document.title.replace(/^(\(\d+\) )?/, `(${waitingCases().size}) `);
}

function atEnd() {
  return messages.scrollHeight - messages.scrollTop - messages.clientHeight < 80;
}

async function freshMessages() {
  const answer = await (await ask(`${messages.dataset.messages}?after=${messages.dataset.last}`)).json();
  for (const [id, { state, words }] of Object.entries(answer.states)) {
    const shown = messages.querySelector(`[data-id="${id}"] [data-state]`);
    if (shown && shown.textContent !== words) {
      shown.textContent = words;
      shown.className = `state ${state}`;
    }
  }
  if (!answer.html) return;
  const follow = atEnd();
  messages.insertAdjacentHTML("beforeend", answer.html);
  messages.dataset.last = answer.last;
  if (follow) messages.scrollTop = messages.scrollHeight;
  if (document.hidden) document.title = `New message · ${document.title}`;
}

function keepDraft(box) {
  const name = `draft:${box.dataset.draft}`;
  const sent = new URLSearchParams(location.search).get("notice") === "sent";
  if (sent) sessionStorage.removeItem(name);
  else if (!box.value) box.value = sessionStorage.getItem(name) || "";
  box.addEventListener("input", () => sessionStorage.setItem(name, box.value));
  const left = document.querySelector(`[data-left="${box.id}"]`);
  const count = () => {
    const rest = box.maxLength - box.value.length;
    left.textContent = rest < 500 ? `${rest} characters left` : "Control and Enter sends";
  };
  box.addEventListener("input", count);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) box.form.requestSubmit();
  });
  count();
}

if (queue) {
  repeat(freshQueue, 5);
  for (const select of document.querySelectorAll("[data-filter] select")) {
    select.addEventListener("change", () => select.form.requestSubmit());
  }
}
if (messages) {
  messages.scrollTop = messages.scrollHeight;
  document.querySelector("[data-live]").textContent = "New messages appear here by themselves.";
  repeat(freshMessages, 2);
}
for (const box of document.querySelectorAll("[data-draft]")) keepDraft(box);
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => setTimeout(() => form.querySelector("button").disabled = true));
}
addEventListener("pageshow", () => document.querySelectorAll("button[disabled]").forEach((b) => b.disabled = false));
