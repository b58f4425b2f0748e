// 400 calls at once to a server that has answered nothing yet.
import { client, extract, sentence, tally } from '../lib/callers.mjs';

export const wanted = 'all that fit in the queue are answered: 400 sentences are half of it';

export async function run({ start }) {
  const server = await start();
  const callers = [...Array(8)].map(() => client(server.port));
  const began = Date.now();
  const done = await Promise.all([...Array(400)].map((_, i) => extract(callers[i % 8], sentence)));
  return {
    measured: `${tally(done.map(d => d.status))} in ${((Date.now() - began) / 1000).toFixed(1)} s`,
    held: done.every(d => d.status === 'OK'),
  };
}
