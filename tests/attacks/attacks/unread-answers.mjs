// 1,000 streams that never take a byte of their answers, over 10 connections.
import { setTimeout as sleep } from 'node:timers/promises';
import { client, extract, sentence } from '../lib/callers.mjs';
import * as peers from '../lib/peers.mjs';

export const wanted = 'under 700 MiB, others answered, the streams ended once they have waited for 20 s (as it is set here)';

export async function run({ start, short }) {
  const server = await start({ 'Limits:MaxUnreadSeconds': 20 });
  const [connections, streams] = [short ? 2 : 10, 100];
  const noWindow = peers.frame(peers.type.settings, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0]));
  const headers = peers.callHeaders('/ner.v1.NerService/StreamExtractEntities');
  const document = peers.message(peers.request(sentence, true));
  const opened = Buffer.concat(
    [...Array(streams)].map((_, i) => Buffer.concat([peers.frame(peers.type.headers, peers.endHeaders, 2 * i + 1, headers), peers.data(2 * i + 1, Buffer.concat([document, document]))])),
  );
  const crowd = await peers.crowd(server.port, connections, () => Buffer.concat([peers.preface, noWindow, opened]));
  const received = async () => (await server.metrics()).ner_requests_received_total ?? 0;
  const wantedDocuments = connections * streams * 2;
  for (const end = Date.now() + 240_000; Date.now() < end && (await received()) < wantedDocuments; await sleep(500));
  const other = await extract(client(server.port), sentence, {}, 60_000);
  for (const end = Date.now() + 60_000; Date.now() < end && crowd.resets < connections * streams; ) await sleep(500);
  const left = (await server.metrics()).ner_memory_in_flight_bytes;
  const result = {
    measured: `${await received()} documents in ${connections * streams} streams, ${crowd.resets} ended, ${(left / 1e6).toFixed(1)} MB held afterwards; another caller: ${other.status}; peak ${server.memory.peak} MiB`,
    held: server.alive && other.status === 'OK' && crowd.resets === connections * streams && server.memory.peak < 700,
  };
  crowd.close();
  return result;
}
