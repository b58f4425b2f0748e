// The views of an answer. Everything is made of elements and text nodes; no text is ever read as HTML.
let info = null,
  kinds = [],
  text = "",
  answer = null,
  view = "text",
  drawing = 0;
const hues = new Map();

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "class") made.className = value;
    else if (key in made && key !== "role") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// The labels that the page has names of its own for; any other is called what the model calls it.
const known = { PER: "person", LOC: "location", ORG: "organization" };
const classes = { ENTITY_TYPE_PERSON: "PERSON", ENTITY_TYPE_LOCATION: "LOCATION", ENTITY_TYPE_ORGANIZATION: "ORGANIZATION" };
const nameOf = (label) => (known[label] ? say(known[label]) : label);
const tagOf = (label) => (known[label] ? say(`${known[label]}Tag`) : label);
const typeName = (type) => say(classes[type]?.toLowerCase() ?? "otherType");
const sourceOf = (source) => say({ SOURCE_MODEL: "model", SOURCE_GAZETTEER: "gazetteer", SOURCE_BOTH: "both" }[source]);

// The colour of a label of the model's own: by its place among those seen, far from its neighbours.
function hueOf(label) {
  if (!hues.has(label)) hues.set(label, (35 + hues.size * 137.5) % 360);
  return hues.get(label);
}

// People, places and organizations have the page's colours, whatever the model calls them.
function coloured(made, { type, label }) {
  made.classList.add(classes[type] ?? "OTHER");
  if (!classes[type]) made.style.setProperty("--hue", hueOf(label));
  return made;
}

function describe(mention) {
  const parts = [isolated(nameOf(mention.label)), isolated(percent(mention.confidence)), say("foundBy", sourceOf(mention.source))];
  if (mention.clitics.length > 0) parts.push(say("clitics", mention.clitics.join(" + ")));
  if (mention.normalizedName) parts.push(say("name", mention.normalizedName));
  if (mention.canonicalName) parts.push(say("knownAs", mention.canonicalName));
  if (mention.title) parts.push(say("titled", mention.title.text));
  const together = mention.entityId ? answer.mentionsOf.get(mention.entityId) : 1;
  if (together > 1) parts.push(count("mentionsCount", together));
  return parts.join(" · ");
}

function mark(index) {
  const mention = answer.mentions[index];
  const made = coloured(
    element("mark", { tabIndex: -1, title: describe(mention), "data-mention": index, "data-entity": mention.entityId ?? "" }),
    mention,
  );
  const [from, to] = [mention.coreSpan.start, mention.coreSpan.end];
  if (from === mention.span.start && to === mention.span.end) made.append(mention.text);
  else made.append(text.slice(mention.span.start, from), element("span", { class: "core" }, text.slice(from, to)), text.slice(to, mention.span.end));
  return made;
}

// Appends text[start..end] with its mentions marked, piece by piece. Returns the first mention that begins after it.
function* marked(parent, start, end, next) {
  for (; next < answer.mentions.length && answer.mentions[next].span.start < end; next++) {
    const { span } = answer.mentions[next];
    yield parent.append(text.slice(start, span.start), mark(next));
    start = span.end;
  }
  yield parent.append(text.slice(start, end));
  return next;
}

// Paragraphs end at line breaks, but for those inside a mention; each has the direction of its own words.
function* paragraphs(parent) {
  for (let start = 0, next = 0; start < text.length;) {
    let end = text.indexOf("\n", start) + 1 || text.length;
    for (let m = next; m < answer.mentions.length && answer.mentions[m].span.start < end; m++)
      if (answer.mentions[m].span.end > end) end = text.indexOf("\n", answer.mentions[m].span.end) + 1 || text.length;
    const made = element("p", { dir: directionOf(text.slice(start, end)) });
    parent.append(made);
    next = yield* marked(made, start, end, next);
    start = end;
  }
}

function* sentences(parent) {
  let next = 0;
  for (const { start, end } of answer.sentences) {
    const made = element("li", { dir: directionOf(text.slice(start, end)) });
    parent.append(made);
    next = yield* marked(made, start, end, next);
  }
}

function legend() {
  const list = element("ul", { class: "legend" });
  for (const kind of kinds) {
    const number = answer.mentions.filter((m) => m.label === kind.label).length;
    if (number > 0 || known[kind.label]) list.append(element("li", {}, coloured(element("mark", {}, nameOf(kind.label)), kind), ` ${number}`));
  }
  if (answer.mentions.some((m) => m.clitics.length > 0)) list.append(element("li", { class: "quiet" }, say("dotted")));
  return list;
}

const about = () => element("p", { id: "about", "aria-live": "polite" }, say(answer.mentions.length > 0 ? "pointAt" : "nothingFound"));

// A tag under each piece of each mention: one that goes on in the next line is tagged there too.
function placeTags(stage) {
  const frame = stage.getBoundingClientRect();
  const pieces = [...stage.querySelectorAll("mark")].flatMap((made) =>
    [...made.getClientRects()].map((box) => ({ made, box, rtl: getComputedStyle(made).direction === "rtl" })),
  );
  stage.querySelector(".tags").replaceChildren(
    ...pieces.map(({ made, box, rtl }) => {
      const mention = answer.mentions[made.dataset.mention];
      const tag = coloured(element("span", { class: "tag" }, tagOf(mention.label)), mention);
      tag.style.top = `${box.bottom - frame.top}px`;
      tag.style.maxWidth = `${Math.max(box.width, 36)}px`;
      tag.style[rtl ? "right" : "left"] = `${rtl ? frame.right - box.right : box.left - frame.left}px`;
      return tag;
    }),
  );
}
const resized = new ResizeObserver((entries) => entries.forEach((entry) => placeTags(entry.target)));

const stage = (content) => element("div", { class: "stage" }, content, element("div", { class: "tags", "aria-hidden": "true" }));

// Puts what is many into parts. Of several the browser lays out those near the screen alone, and takes the others to be as high as their lines.
function* parts(parent, all, size, part, make) {
  for (let start = 0; start < all.length; start += size) {
    const lines = all.slice(start, start + size);
    const made = parent.appendChild(part());
    if (all.length > size) made.classList.add("part");
    made.style.setProperty("--lines", lines.length);
    for (const line of lines) yield made.append(make(line));
  }
}

function row(cells, head, dropped) {
  const made = cells.map((cell, i) => element("td", { role: "cell", "data-name": head[i] }, cell instanceof Node ? cell : isolated(String(cell))));
  return element("tr", { role: "row", class: dropped ? "dropped" : "" }, ...made);
}

// Columns are as wide as is said, so that no row waits for another. Roles are said, since it is not laid out as a table.
function table(jobs, columns, all, caption) {
  const head = Object.keys(columns).map((key) => say(key));
  const names = element("tr", { role: "row" }, ...head.map((name) => element("th", { role: "columnheader", scope: "col" }, name)));
  const made = element("table", { role: "table" }, element("caption", { class: "quiet" }, caption), element("thead", { role: "rowgroup" }, names));
  made.style.setProperty("--columns", Object.values(columns).join(" "));
  jobs.push(
    parts(
      made,
      all,
      50,
      () => element("tbody", { role: "rowgroup" }),
      (cells) => row(cells(), head, cells.dropped),
    ),
  );
  return element("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": caption }, made);
}

const arabic = (value) => element("bdi", { class: "arabic", lang: "ar", dir: directionOf(value) }, value);
const optional = (value) => (value ? arabic(value) : document.createTextNode(""));
const kind = (mention) => coloured(element("bdi", { class: "kind" }, nameOf(mention.label)), mention);
function gauge(value) {
  const bar = element("span", { class: "bar" });
  bar.style.setProperty("--share", value);
  return element("span", { class: "gauge" }, bar, ` ${isolated(percent(value))}`);
}

const share = (value) => value.toFixed(2);

// Why a candidate was kept or dropped.
function reasonOf(candidate, candidates) {
  const winners = candidate.outweighedBy.map((i) => candidates[i]);
  return say(
    candidate.outcome,
    share(candidate.confidence),
    share(candidate.probability),
    share(candidate.keepFrom),
    say(`CANDIDATE_${candidate.origin}`),
    winners.map((winner) => `${isolated(winner.text)} ${tagOf(winner.label)} ${share(winner.probability)}`).join(say("and")),
  );
}

// Each makes its elements at once and adds a job for what is many.
const views = {
  text(jobs) {
    const root = element("div", { class: "text arabic", lang: "ar", id: "marked" });
    jobs.push(paragraphs(root));
    return [legend(), about(), stage(root)];
  },
  sentences(jobs) {
    const list = element("ol", { class: "sentences arabic", dir: "rtl", lang: "ar" });
    jobs.push(sentences(list));
    return [legend(), about(), stage(list)];
  },
  mentions(jobs) {
    const all = answer.mentions.map((m) => () => [
      arabic(m.text),
      kind(m),
      arabic(m.coreText),
      gauge(m.confidence),
      sourceOf(m.source),
      optional(m.canonicalName),
      optional(m.title?.text),
      `${m.span.start}–${m.span.end}`,
    ]);
    const columns = {
      mention: "1fr",
      type: "6.5rem",
      core: "1fr",
      confidence: "8.2rem",
      source: "6rem",
      canonical: "1fr",
      personTitle: "1fr",
      utf16Offsets: "5rem",
    };
    return [table(jobs, columns, all, count("mentionsCount", all.length))];
  },
  entities(jobs) {
    if (answer.entities.length === 0) return [element("p", {}, say($("grouping").checked ? "noEntities" : "joiningOff"))];
    const all = answer.entities.map((e) => () => [
      arabic(e.canonicalName),
      kind(e),
      document.createTextNode(e.gazetteerId ?? ""),
      element("span", {}, ...e.mentionIndices.flatMap((m, i) => [i > 0 ? "، " : "", arabic(answer.mentions[m].text)])),
    ]);
    const columns = { entity: "1fr", type: "6.5rem", gazetteerId: "1fr", mentions: "2fr" };
    return [table(jobs, columns, all, count("entitiesCount", all.length))];
  },
  words(jobs) {
    const { candidates, proposals, words } = answer.explanation;
    const labels = info?.model?.wordLabels ?? [];
    const considered = candidates.map((c) =>
      Object.assign(() => [arabic(c.text), kind(c), sourceOf(c.source), gauge(c.probability), reasonOf(c, candidates)], { dropped: !c.kept }),
    );
    const told = proposals.map((p) => () => [
      arabic(p.text),
      element(
        "span",
        {},
        ...p.types.flatMap((type, i) => [i > 0 ? " · " : "", coloured(element("bdi", { class: "kind" }, typeName(type)), { type, label: type })]),
      ),
      p.weight.toLocaleString("en", { maximumFractionDigits: 2 }),
      say(p.cut ? "yes" : "no"),
      p.origins.map((origin) => say(origin)).join(" · "),
    ]);
    const seen = words.map((w) => () => {
      const best = w.posteriors.indexOf(Math.max(...w.posteriors));
      return [arabic(w.text), arabic(w.folded), arabic(w.subwords.join(" ")), labels[best] ?? best, gauge(w.posteriors[best])];
    });
    const columns = {
      considered: { span: "1fr", type: "6.5rem", proposedBy: "6rem", probability: "8.2rem", outcome: "2.2fr" },
      told: { span: "1fr", mayName: "1.5fr", weight: "7rem", cliticsCut: "6rem", origin: "1fr" },
      saw: { word: "1fr", folded: "1fr", subwords: "1.5fr", bestLabel: "6rem", probability: "8.2rem" },
    };
    return [
      element("h3", {}, say("considered")),
      table(jobs, columns.considered, considered, count("candidatesCount", considered.length)),
      element("h3", {}, say("told")),
      told.length > 0 ? table(jobs, columns.told, told, count("proposalsCount", told.length)) : element("p", {}, say("toldNothing")),
      element("h3", {}, say("saw")),
      table(jobs, columns.saw, seen, count("wordsCount", seen.length)),
    ];
  },
  // The answer was asked for once, with its explanation; here it is as the copied request gets it.
  json(jobs) {
    const unit = $("unit").value;
    const { explanation, mentionsOf, ...plain } = answer;
    const json = JSON.stringify(recount(plain, text, unit), null, 2);
    const shown = element("pre", { tabIndex: 0, id: "json", dir: "ltr", "aria-label": say("answerAsJson") });
    jobs.push(
      parts(
        shown,
        json.split(/(?<=\n)/),
        200,
        () => element("span"),
        (line) => line,
      ),
    );
    const buttons = Object.entries(snippets).map(([name, snippet]) =>
      copyButton(say("copyAs", name), () => snippet(requestFor(text, unit), location.origin), name),
    );
    return [
      element(
        "div",
        { class: "tools" },
        copyButton(say("copyJson"), () => json, "JSON"),
        ...buttons,
      ),
      shown,
    ];
  },
};

function copyButton(name, content, what) {
  const button = element("button", { type: "button", "data-copy": what }, name);
  button.addEventListener("click", () => copy(content(), say("copied")));
  return button;
}

// Draws the view, giving the browser a turn now and then, so that a long answer holds up nothing.
async function show() {
  if (!answer) return;
  const mine = ++drawing;
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const chosen = tab.id === `tab-${view}`;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
  const panel = $("panel");
  panel.setAttribute("aria-labelledby", `tab-${view}`);
  panel.setAttribute("aria-busy", "true");
  resized.disconnect();
  const jobs = [];
  panel.replaceChildren(...views[view](jobs));
  const { explanation, mentions, entities } = answer;
  const steps = { words: explanation.candidates.length + explanation.proposals.length + explanation.words.length, entities: entities.length };
  const most = Math.max(1, steps[view] ?? mentions.length);
  let done = 0,
    turn = performance.now();
  for (const job of jobs) {
    for (const _ of job) {
      done++;
      if (performance.now() - turn < 50) continue;
      progress(Math.min(1, done / most), say("drawing"));
      await new Promise((resume) => setTimeout(resume));
      if (mine !== drawing) return;
      turn = performance.now();
    }
  }
  const first = panel.querySelector("mark[data-mention]");
  if (first) first.tabIndex = 0;
  const drawn = panel.querySelector(".stage");
  if (drawn) {
    placeTags(drawn);
    resized.observe(drawn);
  }
  progress(null, summary());
  panel.setAttribute("aria-busy", "false");
}

// One mention is pointed at, or none; those of its entity light up with it.
function point(made) {
  for (const other of $("panel").querySelectorAll("mark.linked")) other.classList.remove("linked");
  if (!made) return;
  const mention = answer.mentions[made.dataset.mention];
  if (mention.entityId)
    for (const other of $("panel").querySelectorAll(`mark[data-entity="${CSS.escape(mention.entityId)}"]`)) other.classList.add("linked");
  $("about").textContent = `${isolated(mention.text)}: ${describe(mention)}`;
}

function summary() {
  const s = answer.statistics;
  const ms = [s.queueTime, s.preparationTime, s.inferenceTime].reduce((sum, duration) => sum + 1000 * parseFloat(duration), 0).toFixed(1);
  return [count("mentionsCount", answer.mentions.length), count("wordsCount", s.words), say("milliseconds", ms)].join(
    language === "ar" ? "، " : ", ",
  );
}
