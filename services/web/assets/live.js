// The live connection: alerts of the organisation over the websocket, with resume. What it says of itself is true:
// "live" only after the server confirmed the subscription, "missed" until every missed alert is on the page.
const PROTOCOL = "kringmarkt.v1";
const SHORTEST_MS = 500;
const LONGEST_MS = 15_000;

export function listen() {
  const told = document.getElementById("live");
  if (!told) return;
  const line = new Line(told);
  line.open();
  addEventListener("offline", () => line.lost());
  addEventListener("online", () => line.again(0));
}

class Line {
  constructor(told) {
    this.told = told;
    this.last = Number(told.dataset.after);
    this.missed = 0;
    this.pause = SHORTEST_MS;
    this.work = Promise.resolve();
  }

  say(state, count = 0) {
    this.told.dataset.state = state;
    const text = this.told.dataset[`say${state[0].toUpperCase()}${state.slice(1)}`].replace("{n}", count);
    if (this.told.textContent !== text) this.told.textContent = text;
  }

  async open() {
    clearTimeout(this.timer);
    const ticket = await fetch("/live/kaartje", { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : null))
      .catch(() => null);
    if (!ticket) return this.lost();
    const socket = (this.socket = new WebSocket(ticket.address, [PROTOCOL]));
    socket.onopen = () => this.send({ type: "authenticate", token: ticket.token });
    socket.onmessage = ({ data }) => this.hear(JSON.parse(data), ticket);
    socket.onclose = () => socket === this.socket && this.lost();
  }

  send(frame) {
    this.socket.send(JSON.stringify(frame));
  }

  hear(frame, ticket) {
    this.heard(ticket);
    if (frame.type === "welcome") {
      this.beat = frame.heartbeat_s * 2000;
      this.send({ type: "subscribe", channel: ticket.channel, after: this.last });
    } else if (frame.type === "subscribed") {
      this.pause = SHORTEST_MS;
      this.missed = frame.last - frame.after;
      this.missed > 0 ? this.say("missed", this.missed) : this.say("live");
    } else if (frame.type === "start_again") {
      location.reload();
    } else if (frame.type === "alert" && frame.number === this.last + 1) {
      this.last = frame.number;
      this.work = this.work.then(() => this.show(frame)).catch((error) => console.error(error));
    }
  }

  heard() {
    clearTimeout(this.watch);
    if (this.beat) this.watch = setTimeout(() => this.lost(), this.beat);
  }

  lost() {
    const socket = this.socket;
    this.socket = null;
    clearTimeout(this.watch);
    if (socket) socket.close();
    this.say("reconnecting");
    this.again(this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_MS);
  }

  again(after) {
    clearTimeout(this.timer);
    if (!this.socket) this.timer = setTimeout(() => this.open(), after);
  }

  async show({ number, alert }) {
    bell();
    await showOnPage(alert);
    this.told.dataset.after = number;
    if (this.missed > 0) this.missed -= 1;
    this.missed > 0 ? this.say("missed", this.missed) : this.socket && this.say("live");
  }
}

function bell() {
  const count = document.getElementById("unread");
  if (!count) return;
  count.dataset.count = Number(count.dataset.count) + 1;
  count.textContent = count.dataset.count;
  const link = count.closest("a");
  link.setAttribute("aria-label", link.dataset.label.replace("{n}", count.dataset.count));
}

const waiting = [];

async function showOnPage(alert) {
  const trade = alert.body.trade_id;
  const page = trade && document.querySelector(`[data-trade-page="${trade}"]`);
  if (page) return refresh(page);
  const inbox = document.getElementById("arrivals");
  if (inbox && trade) return arrive(inbox, trade);
}

// An alert may be here before the trade that it tells of is in the list: they travel by separate ways. So not being
// there yet is no answer; it is asked again, ever more patiently.
const ASK_AGAIN_MS = [0, 150, 400, 800, 1600, 3200];

async function fragment(address) {
  for (const pause of ASK_AGAIN_MS) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer && answer.ok) return (await answer.text()).trim();
  }
  return "";
}

// Parts of a trade's page are replaced one by one: whoever is typing a message keeps text and focus.
async function refresh(page) {
  const html = await fragment(page.dataset.part);
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of page.querySelectorAll("[data-part-name]")) {
    const found = fresh.querySelector(`[data-part-name="${part.dataset.partName}"]`);
    if (found && !part.contains(document.activeElement)) part.innerHTML = found.innerHTML;
    else if (found && part.dataset.partName !== "decide") part.innerHTML = found.innerHTML;
  }
  announce(page.dataset.changed);
}

async function arrive(inbox, trade) {
  const html = await fragment(`/voorstellen/${trade}/regel`);
  const known = document.querySelector(`[data-trade="${trade}"]`);
  if (known) {
    if (html) known.outerHTML = html;
    return announce(inbox.dataset.changed);
  }
  if (!html) return;
  const slot = [...inbox.querySelectorAll(".slot:not(.filled)")].find((one) => one.offsetParent !== null);
  if (slot) fill(slot, html);
  else {
    waiting.push(html);
    more(inbox);
  }
  announce(inbox.dataset.arrived);
}

function fill(slot, html) {
  slot.classList.add("filled");
  slot.innerHTML = html;
}

// Only a press of the button makes room: nothing moves under the finger of whoever is reading.
function more(inbox) {
  const button = inbox.querySelector("[data-more]");
  button.hidden = waiting.length === 0;
  button.textContent = button.dataset.more.replace("{n}", waiting.length);
  button.onclick = () => {
    const slots = [...inbox.querySelectorAll(".slot.filled")];
    const list = document.getElementById("trades");
    for (const slot of slots) {
      const item = document.createElement("li");
      item.innerHTML = slot.innerHTML;
      list.prepend(item);
      const next = waiting.shift();
      if (next) fill(slot, next);
      else {
        slot.classList.remove("filled");
        slot.innerHTML = inbox.querySelector("template").innerHTML;
      }
    }
    more(inbox);
  };
}

function announce(text) {
  const voice = document.getElementById("announce");
  if (voice && text) voice.textContent = text;
}
