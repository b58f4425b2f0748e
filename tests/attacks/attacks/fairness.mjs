// A caller with eight streams that are always full and a document of a million characters; another asks for 30 words, five times a second.
import { setTimeout as sleep } from 'node:timers/promises';
import { client, drained, extract, percentile, sentence, tally, textOf } from '../lib/callers.mjs';

export const wanted = 'all answered, p95 at most 3 times that of the caller alone';

const words = sentence.repeat(2).split(' ').slice(0, 30).join(' ');

async function ask(port, seconds) {
  const caller = client(port);
  await extract(caller, words);
  const calls = [];
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(200)) calls.push(extract(caller, words));
  const done = await Promise.all(calls);
  return { p95: percentile(done.map(d => d.ms), 0.95), statuses: tally(done.map(d => d.status)), ok: done.every(d => d.status === 'OK') };
}

async function fill(stream) {
  let open = true;
  stream.on('data', () => {});
  stream.on('error', () => (open = false));
  while (open) if (!stream.write({ document: { text: sentence } })) await drained(stream);
}

export async function run({ start, short }) {
  const server = await start();
  const seconds = short ? 10 : 25;
  const alone = await ask(server.port, seconds);
  const hog = client(server.port);
  const document = extract(hog, textOf(1_000_000), {}, 600_000);
  // The document's message first: the streams would share its connection's window with it.
  while (!((await server.metrics()).ner_inference_pending_tokens > 0)) await sleep(100);
  const streams = [...Array(8)].map(() => hog.StreamExtractEntities());
  streams.forEach(fill);
  await sleep(2_000);
  const beside = await ask(server.port, seconds);
  streams.forEach(stream => stream.cancel());
  const ratio = beside.p95 / alone.p95;
  void document;
  return {
    measured: `${beside.statuses}; p95 ${alone.p95.toFixed(0)} ms alone, ${beside.p95.toFixed(0)} ms beside: ${ratio.toFixed(1)} times`,
    held: beside.ok && ratio <= 3,
  };
}
