// One event stream per browser: the visible page that holds the lock listens, and tells the others.
const url = document.body.dataset.live;
const channel = new BroadcastChannel("saola-live");
const GATHER = 50; // ms: a burst is one event
const PAUSE = 300; // ms between two times that something is fetched anew
const SILENCE = 20000; // ms without a beat: figures may be old
const due = new Set();
let telling, release, last;
let told = -PAUSE;

function show(state) {
  for (const node of document.querySelectorAll(".live")) {
    node.dataset.state = state;
    node.textContent = node.dataset[state];
  }
}

function take(message) {
  if (message.state) return show(message.state);
  due.add(message.topic);
  telling ??= setTimeout(() => {
    telling = undefined;
    told = performance.now();
    // What is looked at anew anyway need not be told twice.
    const topics = due.has("resync") ? ["resync"] : [...due];
    due.clear();
    for (const topic of topics) document.body.dispatchEvent(new CustomEvent(`live:${topic}`));
  }, Math.max(GATHER, told + PAUSE - performance.now()));
}

function tell(message) {
  take(message);
  channel.postMessage(message);
}

function listen() {
  return new Promise((ended) => {
    let source, silence, again;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => tell({ state: "stale" }), SILENCE);
    };
    const open = () => {
      source = new EventSource(last ? `${url}?after=${last}` : url);
      source.onopen = () => {
        tell({ state: "fresh" });
        heard();
      };
      source.onerror = () => {
        tell({ state: "stale" });
        // After a refusal the browser gives up for good; we do not.
        if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 2000 + Math.random() * 3000);
      };
      source.addEventListener("beat", (event) => {
        last = event.lastEventId || last;
        heard();
      });
      source.addEventListener("changed", (event) => {
        last = event.lastEventId;
        heard();
        tell({ topic: JSON.parse(event.data).topic, last });
      });
      source.addEventListener("resync", (event) => {
        last = event.lastEventId || last;
        tell({ topic: "resync", last });
      });
    };
    open();
    release = () => {
      release = undefined;
      clearTimeout(silence);
      clearTimeout(again);
      source.close();
      ended();
    };
  });
}

function contend() {
  if (document.hidden) return release?.();
  navigator.locks.request("saola-live", () => (document.hidden ? undefined : listen()));
}

// Who fetches because of news says up to where: what was looked at since then may be shown.
document.body.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (last && ctx.sourceEvent?.type.startsWith("live:")) ctx.request.headers["Saola-Heard"] = last;
});

if (url) {
  channel.onmessage = (event) => {
    last = event.data.last ?? last;
    take(event.data);
  };
  document.addEventListener("visibilitychange", contend);
  addEventListener("pagehide", () => release?.());
  contend();
}
