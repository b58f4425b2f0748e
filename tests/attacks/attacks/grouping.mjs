// Thousands of names that differ in their vowels alone, which is what joining mentions to entities looks at longest.
import { call, client } from '../lib/callers.mjs';

export const wanted = 'twice the names take at most 3 times as long';

const vowels = 'اوي';
let seed = 7;
const random = below => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return (seed >> 8) % below;
};
const name = () => 'ب' + [...'رمنلتد'].map(letter => [...Array(random(6))].map(() => vowels[random(3)]).join('') + letter).join('');

export async function run({ start, short }) {
  const server = await start();
  const caller = client(server.port);
  const preparation = async (names, feature) => {
    seed = 7;
    const text = [...Array(names)].map(() => `قال محمد ${name()}. `).join('');
    const done = await call(caller, 'ExtractEntities', { document: { text }, options: { features: [feature] } }, 600_000);
    if (done.error) throw new Error(done.error.details);
    const { seconds, nanos } = done.answer.statistics.preparation_time;
    return seconds * 1000 + nanos / 1e6;
  };
  const sizes = short ? [250, 500] : [1_250, 2_500, 5_000];
  const rows = [];
  for (const size of sizes) rows.push((await preparation(size, 'FEATURE_ENTITIES')) - (await preparation(size, 'FEATURE_MENTIONS')));
  const worst = Math.max(...rows.slice(1).map((ms, i) => Math.max(ms, 50) / Math.max(rows[i], 50)));
  return {
    measured: `joining ${sizes.map((size, i) => `${size}: ${rows[i].toFixed(0)} ms`).join(', ')}`,
    held: worst <= 3,
  };
}
