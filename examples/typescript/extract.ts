// Finds the entities of the texts on the command line.
//
//   npm install
//   npx tsx extract.ts "وصل سيرغي لافروف إلى القاهرة."
//
// NER_SERVER is the server's address, NER_PROTOS the folder of the contract.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { credentials, loadPackageDefinition, Metadata, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

interface Span { start: number; end: number }
interface Entity { type: string; text: string; span: Span; coreText: string; confidence: number; source: string }
interface Answer { entities: Entity[] }

const protos: string = process.env.NER_PROTOS ?? fileURLToPath(new URL("../../protos", import.meta.url));
const server: string = process.env.NER_SERVER ?? "localhost:5051";

// The contract imports google/api/annotations.proto and google/rpc/status.proto, which a package brings.
const googleProtos: string = dirname(dirname(createRequire(import.meta.url).resolve("google-proto-files/google/rpc/status.proto"))) + "/..";
const definition = loadSync("ner/v1/ner.proto", { includeDirs: [protos, googleProtos], enums: String, defaults: true, longs: Number });
const api: any = loadPackageDefinition(definition);
const client = new api.ner.v1.NerService(server, credentials.createInsecure());

function extract(text: string): Promise<Answer> {
  const request = { text, options: { offsetUnit: "UTF16_CODE_UNIT" } };
  return new Promise((resolve, reject) =>
    client.Extract(request, new Metadata(), { deadline: Date.now() + 10_000 }, (error: Error | null, answer: Answer) => (error ? reject(error) : resolve(answer))));
}

try {
  for (const text of process.argv.slice(2)) {
    const answer = await extract(text);
    for (const entity of answer.entities) {
      // Offsets count UTF-16 units, as JavaScript does.
      const slice = text.slice(entity.span.start, entity.span.end);
      if (slice !== entity.text) throw new Error(`${slice} is not ${entity.text}`);
      console.log(`${entity.type}\t${slice}\t${entity.confidence.toFixed(2)}\t${entity.source}`);
    }
  }
} catch (error: any) {
  console.error(`${status[error.code] ?? "ERROR"}: ${error.details ?? error.message}`);
  process.exitCode = 1;
} finally {
  client.close();
}
