// Starts the published server as an operator would, in a process of its own, and looks at that process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { get } from './callers.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const published = process.env.NER_PUBLISHED ?? join(root, 'artifacts/publish');
const startLimitMs = 120_000;

/** A running server. */
export class Server {
  log = '';
  exit = null;

  constructor(process, cgroup) {
    this.process = process;
    this.cgroup = cgroup;
    for (const stream of [process.stdout, process.stderr]) stream.on('data', data => (this.log += data));
    process.on('exit', (code, signal) => {
      this.exit = signal ?? code;
      this.exited = Date.now();
    });
  }

  /**
   * Starts a server on ports that the system chooses, and waits until it serves.
   * @param options `Ner:` options, as name and value.
   * @param limits `bytes` of memory (a cgroup) and `files` that may be open.
   */
  static async start(options = {}, limits = {}) {
    const all = { 'Endpoints:Address': '127.0.0.1', 'Endpoints:Port': 0, 'Endpoints:AdminPort': 0, 'Model:Folder': join(root, 'models/arabic-news'), 'Gazetteer:Folder': join(root, 'models/gazetteer'), ...options };
    const command = ['dotnet', join(published, 'NerService.Server.dll'), ...Object.entries(all).map(([name, value]) => `--Ner:${name}=${value}`)];
    const cgroup = limits.bytes ? Cgroup.make(limits.bytes) : null;
    const shell = [cgroup && `echo $$ > '${cgroup.procs}'`, limits.files && `ulimit -n ${limits.files}`, 'exec "$@"'].filter(Boolean).join(' && ');
    const server = new Server(spawn('sh', ['-c', shell, 'sh', ...command], { stdio: ['ignore', 'pipe', 'pipe'] }), cgroup);
    for (const end = Date.now() + startLimitMs; ; await sleep(100)) {
      const listening = /Listening: http:\/\/[^ ]*:(\d+) for callers, http:\/\/[^ ]*:(\d+) for operators/.exec(server.log);
      if (listening) [server.port, server.admin] = [Number(listening[1]), Number(listening[2])];
      if (listening && (await get(server.admin, '/health/ready')).status === 200) return server;
      if (server.exit !== null || Date.now() > end) throw new Error(`The server does not serve (exit ${server.exit}):\n${server.log}`);
    }
  }

  get alive() {
    return this.exit === null;
  }

  /** Resident MiB now, and at most so far. */
  get memory() {
    const status = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
    const mib = name => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024);
    return { now: mib('VmRSS'), peak: mib('VmHWM') };
  }

  /** Descriptors that are open. */
  get files() {
    return readdirSync(`/proc/${this.process.pid}/fd`).length;
  }

  /** Seconds of processor time used so far. */
  get cpuSeconds() {
    const fields = readFileSync(`/proc/${this.process.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** Metrics by name, labels summed up. */
  async metrics() {
    const sums = {};
    for (const line of ((await get(this.admin, '/metrics')).body ?? '').split('\n')) {
      const match = /^([a-z_]+)(?:\{[^}]*\})? ([^ ]+)/.exec(line);
      if (match) sums[match[1]] = (sums[match[1]] ?? 0) + Number(match[2]);
    }
    return sums;
  }

  signal(name) {
    this.process.kill(name);
  }

  async stop() {
    if (this.alive) {
      const exited = once(this.process, 'exit');
      this.process.kill('SIGKILL');
      await exited;
    }
    this.cgroup?.remove();
  }
}

/** A cgroup that bounds memory, of either version, where this user may make one. */
class Cgroup {
  static make(bytes) {
    const v1 = existsSync('/sys/fs/cgroup/memory');
    const folder = join(v1 ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup', `ner-attack-${process.pid}`);
    mkdirSync(folder);
    writeFileSync(join(folder, v1 ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes));
    return Object.assign(new Cgroup(), { folder, procs: join(folder, 'cgroup.procs') });
  }

  remove() {
    rmdirSync(this.folder);
  }
}

/** Runs with a folder that is deleted afterwards. */
export async function withFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'ner-attack-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
