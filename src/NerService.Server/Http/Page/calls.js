// What is asked of the server, and the same request as others would write it.
const headers = () => ({ "content-type": "application/json", ...($("key").value ? { "x-api-key": $("key").value } : {}) });

async function call(path, body, signal) {
  const response = await fetch(
    path,
    body === undefined ? { headers: headers() } : { method: "POST", headers: headers(), body: JSON.stringify(body), signal },
  );
  const json = await response.json().catch(() => null);
  if (response.ok) return json;
  if (response.status === 401) $("key-field").hidden = false;
  const lines = (json?.violations ?? []).map((v) => (v.field ? v.field + ": " : "") + v.description);
  throw new Error(lines.length > 0 ? lines.join("\n") : (json?.detail ?? say("answered", response.status)));
}

const boxes = () => [...document.querySelectorAll("[name=type]")];

// The request that the controls describe; what is at its default is left out.
function requestFor(text, unit, ...features) {
  const options = { offsetUnit: unit, features: [$("grouping").checked ? "FEATURE_ENTITIES" : "FEATURE_MENTIONS", "FEATURE_SENTENCES", ...features] };
  if (boxes().some((box) => !box.checked))
    options.labels = boxes()
      .filter((box) => box.checked)
      .map((box) => box.value);
  if (Number($("confidence").value) > 0) options.minConfidence = Number($("confidence").value);
  if (!$("gazetteer").checked) options.gazetteer = { disabled: true };
  return { document: { text }, options };
}

// The answer, which counts UTF-16 units, counting in another unit.
function recount(answer, text, unit) {
  const offsets = new Int32Array(text.length + 1);
  for (let at = 0, counted = 0; at < text.length;) {
    const code = text.codePointAt(at);
    const units = code > 0xffff ? 2 : 1;
    const size = {
      OFFSET_UNIT_UNICODE_CODE_POINT: 1,
      OFFSET_UNIT_UTF16_CODE_UNIT: units,
      OFFSET_UNIT_UTF8_BYTE: code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4,
    }[unit];
    offsets.fill(counted, at, at + units);
    at += units;
    counted += size;
    offsets[at] = counted;
  }
  const span = (old) => ({ start: offsets[old.start], end: offsets[old.end] });
  const spans = new Set(["span", "coreSpan"]);
  const convert = (value, key) => {
    if (Array.isArray(value)) return value.map((item) => (key === "sentences" ? span(item) : convert(item, "")));
    if (value === null || typeof value !== "object") return key === "offsetUnit" ? unit : value;
    return spans.has(key) ? span(value) : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, convert(item, name)]));
  };
  return convert(answer, "");
}

// The request as a program of its own. The key is read from the environment: what is copied may be passed on.
const snippets = {
  curl(request, url) {
    const body = JSON.stringify(request).replaceAll("'", "'\\''");
    const key = $("key").value ? ` -H "x-api-key: $NER_API_KEY"` : "";
    return `curl -s ${url}/v1/entities:extract -H 'content-type: application/json'${key} -d '${body}'`;
  },
  Python(request, url) {
    const literal = (value) =>
      Array.isArray(value)
        ? `[${value.map(literal).join(", ")}]`
        : value === true
          ? "True"
          : value === false
            ? "False"
            : typeof value === "object"
              ? `{${Object.entries(value)
                  .map(([name, item]) => `"${name}": ${literal(item)}`)
                  .join(", ")}}`
              : JSON.stringify(value);
    const key = $("key").value ? `, "x-api-key": os.environ["NER_API_KEY"]` : "";
    return [
      "import json",
      ...(key ? ["import os"] : []),
      "import urllib.request",
      "",
      `body = ${literal(request)}`,
      `request = urllib.request.Request("${url}/v1/entities:extract", json.dumps(body).encode(), {"content-type": "application/json"${key}})`,
      "with urllib.request.urlopen(request) as response:",
      `    for mention in json.load(response)["mentions"]:`,
      `        print(mention["label"], mention["text"], f"{mention['confidence']:.2f}", sep="\\t")`,
      "",
    ].join("\n");
  },
  "C#"(request, url) {
    // A string of JSON is one of C#, but for two separators that end a line there.
    const text = (value) => JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
    const member = (type, value) =>
      `${type}.${value
        .slice(type.replace(/(?<=[a-z])(?=[A-Z])/g, "_").length + 1)
        .split("_")
        .map((word) => word[0] + word.slice(1).toLowerCase())
        .join("")}`;
    const { offsetUnit, features, labels, minConfidence, gazetteer } = request.options;
    const options = [`OffsetUnit = ${member("OffsetUnit", offsetUnit)}`, `Features = { ${features.map((f) => member("Feature", f)).join(", ")} }`];
    if (labels?.length) options.push(`Labels = { ${labels.map(text).join(", ")} }`);
    if (minConfidence !== undefined) options.push(`MinConfidence = ${minConfidence}f`);
    if (gazetteer) options.push("Gazetteer = new GazetteerOptions { Disabled = true }");
    const key = $("key").value ? `, ApiKey = Environment.GetEnvironmentVariable("NER_API_KEY")` : "";
    return [
      "using NerService.Client;",
      "using NerService.Contracts.V1;",
      "",
      `using var client = NerClient.Connect(new NerClientOptions { Addresses = { new Uri("${url}") }${key} });`,
      "var request = new ExtractEntitiesRequest",
      "{",
      `    Document = new Document { Text = ${text(request.document.text)} },`,
      `    Options = new ExtractionOptions { ${options.join(", ")} },`,
      "};",
      "foreach (var mention in (await client.ExtractEntitiesAsync(request)).Mentions)",
      `    Console.WriteLine($"{mention.Label}\\t{mention.Text}\\t{mention.Confidence:0.00}");`,
      "",
    ].join("\n");
  },
};
