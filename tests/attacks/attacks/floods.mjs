// Streams that are reset as soon as they are open, headers without end, pings, settings, and small messages that unpack to large ones.
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import http2 from 'node:http2';
import { client, extract, sentence } from '../lib/callers.mjs';
import * as peers from '../lib/peers.mjs';

export const wanted = 'another caller is answered during each, memory stays under 700 MiB';

const { headers, reset, ping, settings, continuation } = peers.type;
const call = peers.callHeaders('/ner.v1.NerService/ExtractEntities');
const many = (count, make) => Buffer.concat([...Array(count)].map((_, i) => make(i)));
const floods = {
  'rapid reset': i => many(100, j => Buffer.concat([peers.frame(headers, peers.endHeaders, 2 * (100 * i + j) + 1, call), peers.frame(reset, 0, 2 * (100 * i + j) + 1, Buffer.from([0, 0, 0, 8]))])),
  'headers without end': i => (i === 0 ? peers.frame(headers, 0, 1, call) : peers.frame(continuation, 0, 1, peers.fields({ [`x-${i}`]: 'a'.repeat(100) }))),
  pings: () => many(200, () => peers.frame(ping, 0, 0, Buffer.alloc(8))),
  settings: () => many(200, () => peers.frame(settings, 0, 0)),
};

/** One message of 64 MB, packed; how it ends. */
function bomb(port, packed) {
  return new Promise(done => {
    const session = http2.connect(`http://127.0.0.1:${port}`);
    session.on('error', () => done('closed'));
    const stream = session.request({ ':method': 'POST', ':path': '/ner.v1.NerService/ExtractEntities', 'content-type': 'application/grpc', 'grpc-encoding': 'gzip', te: 'trailers' });
    let status = 'none';
    const read = fields => (status = fields['grpc-status'] ?? status);
    stream.on('response', read);
    stream.on('trailers', read);
    stream.on('error', () => {});
    stream.on('close', () => {
      session.destroy();
      done(status);
    });
    stream.resume();
    const message = peers.message(packed);
    message[0] = 1;
    stream.end(message);
  });
}

export async function run({ start, short }) {
  const server = await start();
  const rows = [];
  let held = true;
  const beside = async (name, attack) => {
    const running = attack();
    await sleep(500);
    const other = await extract(client(server.port), sentence, {}, 20_000);
    rows.push(`${name}: ${await running}, another ${other.status} in ${other.ms.toFixed(0)} ms`);
    held &&= other.status === 'OK';
  };
  for (const [name, next] of Object.entries(floods))
    await beside(name, async () => {
      const { sent, closed } = await peers.flood(server.port, short ? 2_000 : 15_000, next);
      return `${sent} writes${closed ? ' until it was closed' : ''}`;
    });
  const packed = gzipSync(Buffer.alloc(64_000_000));
  await beside('gzip bombs', async () => {
    const ends = await Promise.all([...Array(short ? 8 : 64)].map(() => bomb(server.port, packed)));
    held &&= ends.every(end => end === '3');
    return `${ends.filter(end => end === '3').length} of ${ends.length} INVALID_ARGUMENT`;
  });
  held &&= server.alive && server.memory.peak < 700;
  return { measured: `${rows.join('; ')}; peak ${server.memory.peak} MiB`, held };
}
