// SIGTERM while a stream's sender is always ready, another's sends ten a second, and long calls are under way.
import { setTimeout as sleep } from 'node:timers/promises';
import { client, drained, extract, sentence, statusOf, tally, textOf } from '../lib/callers.mjs';

export const wanted = 'streams are answered and end with UNAVAILABLE, calls too or are refused at the door; exit 0 within the 10 s';

const told = ['OK', 'UNAVAILABLE', 'RESOURCE_EXHAUSTED'];

export async function run({ start }) {
  const server = await start({ 'Shutdown:DrainSeconds': 10 });
  const streams = [0, 100].map(gap => {
    const state = { gap, sent: 0, answered: 0, end: null };
    const stream = client(server.port).StreamExtractEntities();
    stream.on('data', () => state.answered++);
    stream.on('error', error => (state.end ??= statusOf(error)));
    stream.on('end', () => (state.end ??= 'OK'));
    (async () => {
      while (!state.end) {
        const ready = stream.write({ document: { text: sentence } });
        state.sent++;
        if (gap) await sleep(gap);
        else if (!ready) await drained(stream);
      }
    })();
    return state;
  });
  for (const end = Date.now() + 60_000; Date.now() < end && streams.some(stream => stream.answered === 0); ) await sleep(50);
  const calls = [...Array(3)].map(() => extract(client(server.port), textOf(30_000)));
  await sleep(1_500);
  server.signal('SIGTERM');
  const began = Date.now();
  while (server.alive && Date.now() - began < 30_000) await sleep(50);
  await sleep(500);
  const statuses = (await Promise.all(calls)).map(done => done.status);
  const ends = streams.map(stream => `${stream.gap ? 'ten a second' : 'always ready'}: ${stream.answered} answered, ${stream.end?.slice(0, 60)}`);
  const seconds = ((server.exited - began) / 1000).toFixed(1);
  return {
    measured: `${ends.join('; ')}; long calls: ${tally(statuses)}; exit ${server.exit} after ${seconds} s`,
    held: server.exit === 0 && seconds < 11 && streams.every(stream => stream.answered > 0 && stream.end?.startsWith('UNAVAILABLE')) &&
      statuses.every(status => told.includes(status)),
  };
}
