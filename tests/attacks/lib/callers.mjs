// Well-behaved callers: what an attack asks with, and what others ask meanwhile.
import { once } from 'node:events';
import { join, dirname } from 'node:path';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const protos = join(dirname(fileURLToPath(import.meta.url)), '../../../protos');
const load = file =>
  grpc.loadPackageDefinition(
    loader.loadSync(file, { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true, includeDirs: [protos, join(protos, 'third_party')] }),
  );
const { NerService } = load('ner/v1/ner.proto').ner.v1;
const { ReloadService } = load('ner/admin/v1/admin.proto').ner.admin.v1;
const options = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1, 'grpc.use_local_subchannel_pool': 1 };

export const sentence = 'التقى وزير الخارجية الروسي سيرغي لافروف نظيره المصري سامح شكري في القاهرة لبحث الأوضاع في غزة. ';

/** Text of so many characters. */
export const textOf = characters => sentence.repeat(Math.ceil(characters / sentence.length)).slice(0, characters);

/** A client with a connection of its own. */
export const client = port => new NerService(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), options);
export const adminClient = port => new ReloadService(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), options);

/** Calls a unary method; never throws. */
export function call(client, method, request, deadlineMs = 120_000) {
  const began = performance.now();
  return new Promise(done =>
    client[method](request, { deadline: Date.now() + deadlineMs }, (error, answer) =>
      done({ answer, error, status: error ? grpc.status[error.code] : 'OK', ms: performance.now() - began }),
    ),
  );
}

/** Asks for the entities of a text. */
export const extract = (client, text, extra = {}, deadlineMs) => call(client, 'ExtractEntities', { document: { text }, ...extra }, deadlineMs);

export const statusOf = error => `${grpc.status[error.code]}: ${error.details}`;

/** A plain HTTP request; never throws. */
export function get(port, path) {
  return new Promise(done => {
    const request = http.request({ host: '127.0.0.1', port, path, timeout: 10_000, agent: false }, response => {
      let body = '';
      response.on('data', data => (body += data));
      response.on('end', () => done({ status: response.statusCode, body }));
      response.on('error', error => done({ error: error.message }));
    });
    request.on('error', error => done({ error: error.message }));
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.end();
  });
}

/** Waits until a stream takes more, or for a moment. */
export const drained = stream => once(stream, 'drain', { signal: AbortSignal.timeout(200) }).catch(() => {});

/** The value below which a share of the values lies. */
export const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

/** How often each value occurs. */
export function tally(values) {
  const counts = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return Object.entries(counts)
    .map(([value, count]) => `${count} ${value}`)
    .join(', ');
}
