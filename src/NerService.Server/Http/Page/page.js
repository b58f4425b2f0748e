// The controls.
const samples = [
  "التقى وزير الخارجية الروسي سيرغي لافروف نظيره المصري سامح شكري في القاهرة لبحث الأوضاع في غزة. وقال شكري إن مصر ترحب بالزيارة، فيما شدد لافروف على دور الأمم المتحدة.",
  "سافر الوفد من بيروت وباريس إلى واشنطن، وللقاهرة مكانة خاصة لدى محمود عباس وبنيامين نتنياهو.",
  "وُلِدَ طَهَ حُسَيْن في مُحافَظَة المِنْيا، ودَرَسَ في جامِعَة القاهِرَة ثم في باريس.",
  "👍🏽 أعلنت شركة Google أن مديرها Sundar Pichai سيزور دبي 🇦🇪 والرياض في 2024.",
  "فاز النادي الأهلي على الزمالك في استاد القاهرة، وسجل محمد صلاح هدفين لنادي ليفربول أمام ريال مدريد.",
];
let underWay = null;

function progress(share, said) {
  $("progress").hidden = share === null;
  if (share === undefined) $("progress").removeAttribute("value");
  else $("progress").value = share ?? 0;
  $("status").textContent = said;
}

async function find() {
  underWay?.abort();
  underWay = null;
  $("error").hidden = true;
  if ($("text").value.trim() === "") {
    $("text").focus();
    return fail(new Error(say("enterText")));
  }
  if (!boxes().some((box) => box.checked)) return fail(new Error(say("chooseType")));
  const mine = (underWay = new AbortController());
  // A lone half of a surrogate pair cannot be sent; it is replaced by as many units, so offsets stay.
  const asked = $("text").value.toWellFormed();
  $("go").disabled = true;
  progress(undefined, say("working"));
  try {
    const found = await call("/v1/entities:extract", requestFor(asked, "OFFSET_UNIT_UTF16_CODE_UNIT", "FEATURE_EXPLANATION"), mine.signal);
    if (mine !== underWay) return;
    [text, answer] = [asked, { ...found, mentionsOf: new Map() }];
    for (const { entityId } of answer.mentions) answer.mentionsOf.set(entityId, (answer.mentionsOf.get(entityId) ?? 0) + 1);
    $("result").hidden = false;
    await show();
  } catch (error) {
    if (mine === underWay) fail(error);
  } finally {
    if (mine === underWay) $("go").disabled = false;
  }
}

function fail(error) {
  $("go").disabled = false;
  progress(null, "");
  $("error").textContent = error instanceof TypeError ? say("unreachable") : error.message;
  $("error").hidden = false;
}

// A page without TLS has no clipboard: the text is then shown to be copied by hand.
async function copy(what, done) {
  try {
    await navigator.clipboard.writeText(what);
    $("status").textContent = done;
  } catch {
    window.prompt(say("copyThis"), what);
  }
}

function fromLink() {
  const shared = location.hash.startsWith("#text=") ? location.hash.slice(6) : "";
  if (!shared) return;
  try {
    $("text").value = decodeURIComponent(shared);
  } catch {
    return fail(new Error(say("unreadableLink")));
  }
  find();
}

// A switch for each label that the model can return.
function offer(labels) {
  kinds = labels;
  for (const box of boxes()) box.parentElement.remove();
  for (const { label } of labels) {
    const box = element("input", { type: "checkbox", name: "type", value: label, checked: true });
    $("types").append(element("label", { class: "check" }, box, " ", element("bdi", {})));
  }
  nameTypes();
}

function nameTypes() {
  for (const box of boxes()) box.nextElementSibling.textContent = known[box.value] ? say(`${known[box.value]}s`) : box.value;
}

// What serves. Switches that are right already stay as they were set.
async function greet() {
  info = await call("/v1/info");
  const [old, now] = [kinds, info.model.entityLabels].map((all) => all.map(({ label }) => label).join());
  introduce();
  if (old === now) return;
  offer(info.model.entityLabels);
  show();
}

function introduce() {
  if (info)
    $("model").textContent = [
      `${isolated(`${info.model.name} ${info.model.version}`)}`,
      ...(info.gazetteer ? [count("namesCount", info.gazetteer.entries)] : []),
    ].join(language === "ar" ? "، " : ", ");
}

function translate(chosen) {
  speak(chosen);
  nameTypes();
  introduce();
  $("examples").replaceChildren(
    ...words[language].examples.map((name, i) => {
      const button = element("button", { type: "button" }, name);
      button.addEventListener("click", () => {
        $("text").value = samples[i];
        find();
      });
      return button;
    }),
  );
  show();
}

$("language").addEventListener("click", () => {
  translate(language === "ar" ? "en" : "ar");
  localStorage.setItem("ner-language", language);
});

const tabs = [...document.querySelectorAll("[role=tab]")];
const choose = (tab) => {
  view = tab.id.slice(4);
  show();
};
tabs.forEach((tab, i) => {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    const onwards = language === "ar" ? -1 : 1;
    const to = { ArrowRight: i + onwards, ArrowLeft: i - onwards, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    next.focus();
    choose(next);
  });
});

// One stop of the Tab key for all mentions; the arrow keys go on in the direction of reading.
$("panel").addEventListener("keydown", (event) => {
  const marks = [...$("panel").querySelectorAll("mark[data-mention]")];
  const at = marks.indexOf(document.activeElement);
  const to = { ArrowLeft: at + 1, ArrowDown: at + 1, ArrowRight: at - 1, ArrowUp: at - 1, Home: 0, End: marks.length - 1 }[event.key];
  if (at < 0 || to === undefined || !marks[to]) return;
  event.preventDefault();
  marks[at].tabIndex = -1;
  marks[to].tabIndex = 0;
  marks[to].focus();
});
const mentionAt = (event) => event.target.closest?.("mark[data-mention]");
for (const kind of ["mouseover", "focusin"]) $("panel").addEventListener(kind, (event) => mentionAt(event) && point(mentionAt(event)));
for (const kind of ["mouseout", "focusout"]) $("panel").addEventListener(kind, (event) => mentionAt(event) && point(null));
$("panel").addEventListener("click", (event) => mentionAt(event)?.focus());

$("go").addEventListener("click", find);
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) find();
});
$("types").addEventListener("change", () => answer && find());
for (const control of [$("gazetteer"), $("grouping"), $("confidence")]) control.addEventListener("change", () => answer && find());
$("confidence").addEventListener("input", () => ($("confidence-value").textContent = Number($("confidence").value).toFixed(2)));
$("unit").addEventListener("change", () => view === "json" && show());
$("key").addEventListener("change", () => {
  sessionStorage.setItem("ner-key", $("key").value);
  greet().catch(() => {});
  if ($("text").value.trim() !== "") find();
});
$("share").addEventListener("click", async () => {
  const link = `${location.origin}${location.pathname}#text=${encodeURIComponent($("text").value.toWellFormed())}`;
  history.replaceState(null, "", link);
  await copy(link, say("linkCopied"));
});

offer(Object.entries(classes).map(([type], i) => ({ type, label: Object.keys(known)[i] })));
$("key").value = sessionStorage.getItem("ner-key") ?? "";
$("key-field").hidden = $("key").value === "";
translate(localStorage.getItem("ner-language") ?? (/^ar\b/.test(navigator.language) ? "ar" : "en"));
window.addEventListener("hashchange", fromLink);
fromLink();
// Without it the page still works: the server may be loading its model, or want a key first.
greet().catch(() => {});
