// Calls each method with Node's grpc-js and proto-loader, and from a page in Chromium with grpc-web: the contract as it lies in the repository, no code made from it.
//
//   NER_SERVER=host:port node clients.mjs
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { credentials, loadPackageDefinition, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { chromium } from "playwright-core";
import protobuf from "protobufjs";

const protos = fileURLToPath(new URL("../../protos", import.meta.url));
const server = process.env.NER_SERVER ?? "localhost:5051";
const text = "👍🏽 التقى سيرغي لافروف وفدًا من الأمم المتحدة في القاهرة.";
const options = { offsetUnit: "OFFSET_UNIT_UTF16_CODE_UNIT" };

function connect(folder) {
  const definition = loadSync(["ner/v1/ner.proto", "ner/v1/errors.proto"], { includeDirs: [folder, join(folder, "third_party")], enums: String, defaults: true, oneofs: true, longs: Number });
  return new (loadPackageDefinition(definition).ner.v1.NerService)(server, credentials.createInsecure());
}

const call = (client, method, request) => new Promise((resolve, reject) =>
  client[method](request, { deadline: Date.now() + 30_000 }, (error, answer) => (error ? reject(error) : resolve(answer))));

function check({ mentions }) {
  for (const mention of mentions) assert.equal(text.slice(mention.span.start, mention.span.end), mention.text);
  assert.deepEqual(mentions.map((mention) => mention.label), ["PER", "ORG", "LOC"]);
}

async function node() {
  const client = connect(protos);
  check(await call(client, "ExtractEntities", { document: { text }, options }));
  const batch = await call(client, "BatchExtractEntities", { documents: [{ id: "1", text }, { id: "2" }], options });
  check(batch.outcomes[0].result);
  assert.equal(batch.outcomes[1].error.code, status.INVALID_ARGUMENT);
  const outcomes = await new Promise((resolve, reject) => {
    const [stream, found] = [client.StreamExtractEntities({ deadline: Date.now() + 30_000 }), []];
    stream.on("data", ({ outcome }) => found.push(outcome)).on("error", reject).on("end", () => resolve(found));
    stream.write({ options });
    for (const id of ["1", "2"]) stream.write({ document: { id, text } });
    stream.end();
  });
  assert.deepEqual(outcomes.map((outcome) => outcome.documentId), ["1", "2"]);
  for (const outcome of outcomes) check(outcome.result);
  assert.equal((await call(client, "GetServiceInfo", {})).model.name, "arabic-news");
  await assert.rejects(call(client, "ExtractEntities", { document: { text }, options: { modelVersion: "other@1" } }), { code: status.FAILED_PRECONDITION });
  client.close();
}

// A client that was made before a value of an enum was: it gets the number and goes on.
async function older() {
  const folder = mkdtempSync(join(tmpdir(), "ner-older-"));
  try {
    cpSync(protos, folder, { recursive: true });
    const file = join(folder, "ner/v1/ner.proto");
    const proto = readFileSync(file, "utf8");
    writeFileSync(file, proto.replace(/ +ENTITY_TYPE_ORGANIZATION = 3;\n/, ""));
    assert.notEqual(readFileSync(file, "utf8"), proto);
    const client = connect(folder);
    const answer = await call(client, "ExtractEntities", { document: { text }, options });
    check(answer);
    assert.deepEqual(answer.mentions.map((mention) => mention.type), ["ENTITY_TYPE_PERSON", 3, "ENTITY_TYPE_LOCATION"]);
    client.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function browser() {
  const resolve = createRequire(import.meta.url).resolve;
  const folders = { ner: protos, google: join(protos, "third_party") };
  const root = new protobuf.Root();
  root.resolvePath = (_, file) => (file.startsWith("google/protobuf/") ? resolve(`protobufjs/${file}`) : join(folders[file.split("/")[0]], file));
  await root.load("ner/v1/ner.proto");
  const launched = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    // The server's own page allows no script but its own; this one is the test's.
    const page = await (await launched.newContext({ bypassCSP: true })).newPage();
    await page.goto(`http://${server}/`);
    await page.addScriptTag({ content: readFileSync(resolve("protobufjs/dist/protobuf.min.js"), "utf8") });
    await page.addScriptTag({ content: `var module = { exports: {} }, exports = module.exports;\n${readFileSync(resolve("grpc-web"), "utf8")}\nwindow.grpcWeb = module.exports;` });
    const [answer, batch, info, refused] = await page.evaluate(async ([schema, text, unit]) => {
      const root = protobuf.Root.fromJSON(schema);
      const client = new grpcWeb.GrpcWebClientBase({ format: "text" });
      const call = (name, input, output, request) => {
        const [Request, Response] = [root.lookupType(`ner.v1.${input}`), root.lookupType(`ner.v1.${output}`)];
        const method = new grpcWeb.MethodDescriptor(`/ner.v1.NerService/${name}`, grpcWeb.MethodType.UNARY, Object, Object,
          (message) => Request.encode(message).finish(), (bytes) => Response.toObject(Response.decode(bytes), { defaults: true, arrays: true, enums: String, longs: Number }));
        return client.unaryCall(`${location.origin}/ner.v1.NerService/${name}`, Request.fromObject(request), {}, method);
      };
      const options = { offsetUnit: unit };
      return [
        await call("ExtractEntities", "ExtractEntitiesRequest", "ExtractEntitiesResponse", { document: { text }, options }),
        await call("BatchExtractEntities", "BatchExtractEntitiesRequest", "BatchExtractEntitiesResponse", { documents: [{ text }], options }),
        await call("GetServiceInfo", "GetServiceInfoRequest", "ServiceInfo", {}),
        await call("ExtractEntities", "ExtractEntitiesRequest", "ExtractEntitiesResponse", {}).catch((error) => error.code),
      ];
    }, [root.toJSON(), text, options.offsetUnit]);
    check(answer);
    check(batch.outcomes[0].result);
    assert.equal(info.model.name, "arabic-news");
    assert.equal(refused, status.INVALID_ARGUMENT);
  } finally {
    await launched.close();
  }
}

for (const client of [node, older, browser]) {
  await client();
  console.log(`${client.name}: as expected`);
}
