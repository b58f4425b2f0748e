// Documents that weigh nothing, to teach the server that documents weigh nothing; then 60 of 200,000 characters at once.
import { setTimeout as sleep } from 'node:timers/promises';
import { client, extract, sentence, tally, textOf } from '../lib/callers.mjs';

export const wanted = 'all but what fits are refused, the rest of the callers are answered, memory stays';

export async function run({ start, short }) {
  const server = await start();
  const teacher = client(server.port);
  for (let i = 0; i < (short ? 100 : 600); i++) await extract(teacher, ' '.repeat(16));
  const before = server.memory.now;
  const outcomes = [];
  const text = textOf(200_000);
  const calls = [...Array(60)].map(() =>
    teacher.ExtractEntities({ document: { text }, options: { priority: 'PRIORITY_BULK' } }, error => outcomes.push(error ? `refused (${error.code})` : 'answered')),
  );
  for (const end = Date.now() + 60_000; Date.now() < end && outcomes.length < 50; ) await sleep(200);
  const metrics = await server.metrics();
  const other = await extract(client(server.port), sentence, {}, 30_000);
  const pending = metrics.ner_inference_pending_tokens;
  calls.forEach(call => call.cancel());
  const refused = outcomes.filter(outcome => outcome !== 'answered').length;
  return {
    measured: `${tally(outcomes)} of 60; ${pending} subwords pending; another caller: ${other.status} in ${other.ms.toFixed(0)} ms; ${before} to ${server.memory.peak} MiB`,
    held: refused >= 50 && pending <= 2 * 65_536 && other.status === 'OK',
  };
}
