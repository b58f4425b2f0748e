// Twice as many silent connections as the process may open files; then the folder that is watched must not seem to have changed.
import { setTimeout as sleep } from 'node:timers/promises';
import { client, extract, get, sentence } from '../lib/callers.mjs';
import * as peers from '../lib/peers.mjs';

export const wanted = 'alive, at rest, operators get in, no reload, and callers get in again afterwards';

export async function run({ start, short }) {
  const server = await start({ 'Reload:PollSeconds': 1 }, { files: 1_024 });
  const crowd = await peers.crowd(server.port, 2_000, () => null);
  await sleep(2_000);
  const cpu = server.cpuSeconds;
  const seconds = short ? 5 : 15;
  await sleep(seconds * 1000);
  const busy = ((server.cpuSeconds - cpu) / seconds) * 100;
  const ready = (await get(server.admin, '/health/ready')).status;
  const { files } = server;
  const { open } = crowd;
  const { ner_reloads_total: reloads = 0 } = await server.metrics();
  crowd.close();
  await sleep(1_000);
  const after = await extract(client(server.port), sentence, {}, 10_000);
  return {
    measured: `${open} of 2,000 taken, ${files} of 1,024 files open, ${busy.toFixed(0)} % of a core; operators: ${ready}; ${reloads} reloads; a caller afterwards: ${after.status}`,
    held: server.alive && busy < 20 && ready === 200 && reloads === 0 && after.status === 'OK',
  };
}
