// Connections that begin and do not go on, of seven kinds, 500 each.
import { setTimeout as sleep } from 'node:timers/promises';
import { client, extract, sentence } from '../lib/callers.mjs';
import * as peers from '../lib/peers.mjs';

export const wanted = 'a caller is answered meanwhile, over 90 % of what began is closed within 150 s';

const kinds = {
  'one byte': Buffer.from('G'),
  'half a preface': peers.preface.subarray(0, 2),
  preface: peers.preface,
  settings: Buffer.concat([peers.preface, peers.frame(peers.type.settings, 0, 0)]),
  'half a header': Buffer.from('POST /v1/entities:extract HTTP/1.1\r\nHost: x\r\nX-a: '),
  'slow body': Buffer.concat([peers.http1Head(1_000_000), Buffer.from('{"te')]),
  silent: null,
};

export async function run({ start, short }) {
  const server = await start();
  const count = short ? 50 : 500;
  const crowds = Object.fromEntries(await Promise.all(Object.entries(kinds).map(async ([name, first]) => [name, await peers.crowd(server.port, count, () => first)])));
  await sleep(2_000);
  const other = await extract(client(server.port), sentence, {}, 10_000);
  const open = () => Object.values(crowds).reduce((sum, crowd) => sum + crowd.open, 0);
  const most = open();
  const began = Date.now();
  const limit = short ? 0 : 150_000;
  while (Date.now() - began < limit && open() > most / 10) await sleep(1_000);
  const seconds = Math.round((Date.now() - began) / 1000);
  const left = Object.entries(crowds).map(([name, crowd]) => `${name} ${crowd.open}`);
  return {
    measured: `${most} open; another caller: ${other.status} in ${other.ms.toFixed(0)} ms; after ${seconds} s ${left.join(', ')}; ${server.memory.peak} MiB`,
    held: server.alive && other.status === 'OK' && (short || open() <= most / 10),
  };
}
