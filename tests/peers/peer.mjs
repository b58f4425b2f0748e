// Times onnxruntime-node on batches that peers.py hands over on standard input, and prints the seconds of each round and of single documents.
//     node peer.mjs FOLDER-WITH-NODE_MODULES < WORK
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const ort = createRequire(`${process.argv[2]}/`)('onnxruntime-node');
const work = JSON.parse(readFileSync(0, 'utf8'));
const session = await ort.InferenceSession.create(work.model, { intraOpNumThreads: work.threads });
const features = session.inputMetadata.find(input => input.name === 'gazetteer_features').shape[2];

const batches = work.batches.map(({ rows, ids, mask }) => {
    const dims = [rows, ids.length / rows];
    const tensor = numbers => new ort.Tensor('int64', BigInt64Array.from(numbers, BigInt), dims);
    return {
        input_ids: tensor(ids),
        attention_mask: tensor(mask),
        gazetteer_features: new ort.Tensor('float32', new Float32Array(ids.length * features), [...dims, features]),
    };
});
const run = batch => session.run(batch, ['logits']);

for (const batch of batches.slice(0, 4)) await run(batch);        // warm-up
const seconds = [], single = [];
for (let round = 0; round < work.rounds; round++) {
    const started = performance.now();
    for (const batch of batches) await run(batch);
    seconds.push((performance.now() - started) / 1000);
}
for (const batch of batches.slice(0, work.single)) {
    const started = performance.now();
    await run(batch);
    single.push(performance.now() - started);
}
console.log(JSON.stringify({ seconds, single }));
