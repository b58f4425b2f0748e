// Peers that speak no library's HTTP: frames and heads by hand, over connections that stay as they are.
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { drained } from './callers.mjs';

export const type = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, continuation: 9 };
export const endHeaders = 4;
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header field that nothing compresses; name and value below 127 bytes. */
const literal = (name, value) => Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)]);

export const fields = values => Buffer.concat(Object.entries(values).map(([name, value]) => literal(name, value)));

/** The headers of a call. */
export const callHeaders = (path, contentType = 'application/grpc') =>
  fields({ ':method': 'POST', ':scheme': 'http', ':path': path, ':authority': 'x', 'content-type': contentType, te: 'trailers' });

/** A message of gRPC; `claimed` is the length that its header has. */
export function message(payload, claimed = payload.length) {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(claimed, 1);
  return Buffer.concat([head, payload]);
}

/** A message of a stream: one document, and whether its answer is to say why it is what it is, which makes it long. */
export function request(text, explained = false) {
  const field = (number, value) => {
    const head = [(number << 3) | 2];
    let length = value.length;
    for (; length > 127; length >>= 7) head.push((length & 127) | 128);
    return Buffer.concat([Buffer.from([...head, length]), value]);
  };
  const options = explained ? field(2, field(2, Buffer.from([5]))) : Buffer.alloc(0);
  return Buffer.concat([field(1, field(2, Buffer.from(text))), options]);
}

/** A body as DATA frames. */
export function data(stream, body, flags = 0) {
  const frames = [];
  for (let i = 0; i < body.length; i += 16_384) frames.push(frame(type.data, i + 16_384 < body.length ? 0 : flags, stream, body.subarray(i, i + 16_384)));
  return Buffer.concat(frames);
}

/** The head of a JSON call over HTTP/1.1, whose body has a length or comes in chunks. */
export const http1Head = length =>
  Buffer.from(`POST /v1/entities:extract HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`);

/** Calls back for each RST_STREAM that comes. */
function onReset(socket, reset) {
  let rest = Buffer.alloc(0);
  socket.on('data', bytes => {
    rest = Buffer.concat([rest, bytes]);
    for (let length; rest.length >= 9 && rest.length >= 9 + (length = rest.readUIntBE(0, 3)); rest = rest.subarray(9 + length)) if (rest[3] === type.reset) reset();
  });
}

/** Opens connections, a few hundred at a time, and sends on each what `first` gives. */
export async function crowd(port, count, first) {
  const sockets = [];
  let resets = 0;
  for (let i = 0; i < count; i++) {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.on('connect', () => {
      const bytes = first(i);
      if (bytes) socket.write(bytes);
    });
    onReset(socket, () => resets++);
    sockets.push(socket);
    if (i % 200 === 199) await sleep(20);
  }
  return {
    /** Connections that the server has not closed. */
    get open() {
      return sockets.filter(socket => socket.readyState === 'open').length;
    },
    /** Streams that the server has reset. */
    get resets() {
      return resets;
    },
    write: bytes => sockets.forEach(socket => socket.writable && socket.write(bytes)),
    close: () => sockets.forEach(socket => socket.destroy()),
  };
}

/** Sends on one connection as fast as the server takes it, for so long or until it closes. */
export async function flood(port, ms, next) {
  const socket = net.connect(port, '127.0.0.1');
  let closed = false;
  socket.on('error', () => {});
  socket.on('close', () => (closed = true));
  socket.resume();
  socket.write(Buffer.concat([preface, frame(type.settings, 0, 0)]));
  let sent = 0;
  for (const end = Date.now() + ms; !closed && Date.now() < end; sent++)
    if (!socket.write(next(sent))) await drained(socket);
    else if (sent % 20 === 0) await sleep(0);
  socket.destroy();
  return { sent, closed };
}
