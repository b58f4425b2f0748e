// Fifty reloads, one after the other, under load, in a container of 1 GiB.
import { adminClient, call, client, extract, sentence, tally } from '../lib/callers.mjs';

export const wanted = '50 reloads, no call fails or differs, peak under 900 MiB of 1,024';

export async function run({ start, short }) {
  const server = await start({ 'Reload:Watch': false }, { bytes: 2 ** 30 });
  const reloads = short ? 5 : 50;
  const mentions = async caller => {
    const done = await extract(caller, sentence);
    return done.status === 'OK' ? JSON.stringify(done.answer.mentions) : done.status;
  };
  const expected = await mentions(client(server.port));
  let over = false;
  const load = [...Array(4)].map(async () => {
    const caller = client(server.port);
    const found = [];
    while (!over) found.push(await mentions(caller));
    return found;
  });
  const admin = adminClient(server.admin);
  const outcomes = [];
  for (let i = 0; i < reloads && server.alive; i++) outcomes.push((await call(admin, 'Reload', {})).status);
  const { now, peak } = server.alive ? server.memory : { now: 'gone', peak: NaN };
  over = true;
  const calls = (await Promise.all(load)).flat();
  const wrong = calls.filter(found => found !== expected);
  return {
    measured: `${tally(outcomes)} of ${reloads}; ${calls.length} calls, ${wrong.length} failed or differ; ${now} MiB at the end, peak ${peak}`,
    held: server.alive && outcomes.every(outcome => outcome === 'OK') && wrong.length === 0 && peak < 900,
  };
}
