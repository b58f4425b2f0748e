// Finds the entities of the texts on the command line.
//
//   npm install
//   npx tsx extract.ts "وصل سيرغي لافروف إلى القاهرة."
//
// NER_SERVER is the server's address, NER_PROTOS the folder of the contract.
import { fileURLToPath } from "node:url";
import { credentials, loadPackageDefinition, Metadata, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

interface Span { start: number; end: number }
interface Mention { label: string; text: string; span: Span; coreText: string; confidence: number; source: string }
interface Answer { mentions: Mention[] }

const protos: string = process.env.NER_PROTOS ?? fileURLToPath(new URL("../../protos", import.meta.url));
const server: string = process.env.NER_SERVER ?? "localhost:5051";

const definition = loadSync("ner/v1/ner.proto", { includeDirs: [protos, `${protos}/third_party`], enums: String, defaults: true, longs: Number });
const api: any = loadPackageDefinition(definition);
const client = new api.ner.v1.NerService(server, credentials.createInsecure());

function extract(text: string): Promise<Answer> {
  const request = { document: { text }, options: { offsetUnit: "OFFSET_UNIT_UTF16_CODE_UNIT" } };
  return new Promise((resolve, reject) =>
    client.ExtractEntities(request, new Metadata(), { deadline: Date.now() + 10_000 }, (error: Error | null, answer: Answer) => (error ? reject(error) : resolve(answer))));
}

try {
  for (const text of process.argv.slice(2)) {
    const answer = await extract(text);
    for (const mention of answer.mentions) {
      // Offsets count UTF-16 units, as JavaScript does.
      const slice = text.slice(mention.span.start, mention.span.end);
      if (slice !== mention.text) throw new Error(`${slice} is not ${mention.text}`);
      console.log(`${mention.label}\t${slice}\t${mention.confidence.toFixed(2)}\t${mention.source}`);
    }
  }
} catch (error: any) {
  console.error(`${status[error.code] ?? "ERROR"}: ${error.details ?? error.message}`);
  process.exitCode = 1;
} finally {
  client.close();
}
