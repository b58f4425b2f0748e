// Runs attacks against the published server, each against one of its own, and prints a row for each. See README.md.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server } from './lib/server.mjs';

const limitMs = 900_000;
const folder = join(dirname(fileURLToPath(import.meta.url)), 'attacks');
const all = readdirSync(folder).map(file => file.replace('.mjs', ''));
const named = process.argv.slice(2).filter(argument => !argument.startsWith('--'));
const short = process.argv.includes('--short');
const unknown = named.filter(name => !all.includes(name));
if (unknown.length) {
  console.error(`There is no attack ${unknown.join(', ')}; there are ${all.join(', ')}.`);
  process.exit(2);
}

async function attempt(name) {
  const { run, wanted } = await import(join(folder, `${name}.mjs`));
  const servers = [];
  const start = async (...options) => {
    const server = await Server.start(...options);
    servers.push(server);
    return server;
  };
  const limit = new Promise((_, fail) => setTimeout(fail, limitMs, new Error(`not over after ${limitMs / 1000} s`)).unref());
  try {
    return { wanted, ...(await Promise.race([run({ start, short }), limit])) };
  } catch (error) {
    return { wanted, measured: `the attack itself failed: ${error.message}`, held: false };
  } finally {
    for (const server of servers) await server.stop();
  }
}

console.log('| attack | wanted | measured | held | seconds |\n|---|---|---|---|--:|');
let failed = false;
for (const name of named.length ? named : all) {
  const began = Date.now();
  const { wanted, measured, held } = await attempt(name);
  console.log(`| ${name} | ${wanted} | ${measured} | ${held ? 'yes' : '**no**'} | ${Math.round((Date.now() - began) / 1000)} |`);
  failed ||= !held;
}
// Callers of a server that is gone would otherwise be waited for.
process.exit(failed ? 1 : 0);
