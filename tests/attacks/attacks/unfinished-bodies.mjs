// Bodies that are never finished: 240 of 6 MB, to every kind of method and over each protocol.
import http2 from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { client, extract, sentence } from '../lib/callers.mjs';
import * as peers from '../lib/peers.mjs';

export const wanted = 'under 700 MiB, others answered again within 30 s';

const bytes = 6_000_000;
const json = Buffer.alloc(bytes, 'a');
const message = peers.message(json, bytes + 1_000_000);

/** A client that keeps to the windows it is given, and never ends what it sends. */
function http2Bodies(port, count, path, contentType, body) {
  const sessions = [...Array(count)].map(() => {
    const session = http2.connect(`http://127.0.0.1:${port}`);
    session.on('error', () => {});
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': contentType, te: 'trailers' });
    stream.on('error', () => {});
    stream.resume();
    stream.write(body);
    return session;
  });
  return { close: () => sessions.forEach(session => session.destroy()) };
}

const grpc = path => (port, count) => http2Bodies(port, count, path, 'application/grpc', message);
const kinds = {
  'gRPC call': grpc('/ner.v1.NerService/ExtractEntities'),
  'gRPC stream': grpc('/ner.v1.NerService/StreamExtractEntities'),
  'health check': grpc('/grpc.health.v1.Health/Check'),
  reflection: grpc('/grpc.reflection.v1.ServerReflection/ServerReflectionInfo'),
  'JSON, HTTP/2': (port, count) => http2Bodies(port, count, '/v1/entities:extract', 'application/json', json),
  'JSON, HTTP/1.1': (port, count) => peers.crowd(port, count, () => Buffer.concat([peers.http1Head(bytes + 1_000_000), json])),
};

async function attack(start, kind, count) {
  const server = await start();
  const bodies = await kind(server.port, count);
  const began = Date.now();
  await sleep(4_000);
  let answeredAfter = null;
  while (answeredAfter === null && Date.now() - began < 30_000)
    if ((await extract(client(server.port), sentence, {}, 10_000)).status === 'OK') answeredAfter = (Date.now() - began) / 1000;
  await sleep(2_000);
  const { peak } = server.memory;
  bodies.close();
  await server.stop();
  return { peak, answeredAfter };
}

export async function run({ start, short }) {
  const rows = [];
  let held = true;
  for (const [name, kind] of Object.entries(kinds)) {
    if (short && name !== 'gRPC call') continue;
    const { peak, answeredAfter } = await attack(start, kind, 240);
    rows.push(`${name} ${peak} MiB, another after ${answeredAfter?.toFixed(0) ?? '> 30'} s`);
    held &&= peak < 700 && answeredAfter !== null;
  }
  return { measured: rows.join('; '), held };
}
