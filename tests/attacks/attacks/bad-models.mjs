// A watched folder whose model goes bad in different ways. Each time what served goes on serving, says why, and a good model is taken afterwards.
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { client, extract, get, sentence } from '../lib/callers.mjs';
import { root, withFolder } from '../lib/server.mjs';

export const wanted = 'each is a failed reload; the old model serves';

function change(folder, edit) {
  const file = join(folder, 'model.json');
  const model = JSON.parse(readFileSync(file, 'utf8'));
  const replace = (name, bytes) => {
    writeFileSync(join(folder, name), bytes);
    model.files[name].sha256 = createHash('sha256').update(bytes).digest('hex');
  };
  const text = edit(model, replace);
  writeFileSync(file, typeof text === 'string' ? text : JSON.stringify(model));
}

const bad = {
  'a padding id beyond the vocabulary': model => void (model.tokenizer.padId = 1e9),
  'a label that is null': model => void (model.outputs[model.defaultOutput][1] = null),
  'a file that is null': model => void (model.files[Object.keys(model.files)[0]] = null),
  'an empty tokenizer with the right sum': (model, replace) => replace(model.tokenizer.file, Buffer.alloc(0)),
  'a graph that is noise, with the right sum': (model, replace) => Object.keys(model.files).filter(name => name.endsWith('.onnx')).forEach(name => replace(name, Buffer.alloc(100_000, 7))),
  'no JSON': () => '{"name": ',
  'an empty file': () => '',
};

export async function run({ start }) {
  return withFolder(async folder => {
    const source = join(root, 'models/arabic-news');
    const model = join(folder, 'model');
    const restore = () => cpSync(source, model, { recursive: true, force: true });
    restore();
    const server = await start({ 'Model:Folder': model, 'Reload:PollSeconds': 1 });
    const info = async () => JSON.parse((await get(server.port, '/v1/info')).body).lastReload;
    const answers = async () => server.alive && (await extract(client(server.port), sentence, {}, 10_000)).status === 'OK';
    const failures = [];
    const until = async (was, wantsSuccess) => {
      for (const end = Date.now() + 60_000; server.alive && Date.now() < end; await sleep(200)) {
        const last = await info();
        if (last && last.time !== was && last.succeeded === wantsSuccess) return last;
      }
      return null;
    };
    for (const [name, edit] of Object.entries(bad)) {
      const was = (await info())?.time;
      change(model, edit);
      const failed = await until(was, false);
      if (!failed?.message || !(await answers())) failures.push(name);
      if (!server.alive) break;
      restore();
      if (!(await until(failed?.time, true))) failures.push(`good after ${name}`);
    }
    // Files that may not be read; to the superuser they may.
    chmodSync(join(model, 'model.json'), 0);
    await sleep(4_000);
    if (!(await answers())) failures.push('chmod 000');
    return {
      measured: server.alive ? `${Object.keys(bad).length - failures.length} of ${Object.keys(bad).length} kept and told${failures.length ? `; not: ${failures}` : ''}` : `the server ended (${server.exit})`,
      held: server.alive && failures.length === 0,
    };
  });
}
