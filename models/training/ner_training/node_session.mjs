// Runs one ONNX graph for a Python process that has no ONNX Runtime of its own: node_session.py says how they talk.
//     node node_session.mjs FOLDER-WITH-NODE_MODULES MODEL THREADS
import { createRequire } from 'node:module';

const [folder, path, threads] = process.argv.slice(2);
const ort = createRequire(`${folder}/`)('onnxruntime-node');
const session = await ort.InferenceSession.create(path, { intraOpNumThreads: Number(threads), executionProviders: ['cpu'] });
const arrays = { int64: BigInt64Array, float32: Float32Array };

process.stdout.write(JSON.stringify({ version: ort.env.versions.node }) + '\n');
const input = readExactly(process.stdin);
for (;;) {
    const line = await input.line();
    if (line === null) break;
    const request = JSON.parse(line);
    const feeds = {};
    for (const { name, type, dims, bytes } of request.inputs) {
        const data = await input.bytes(bytes);
        feeds[name] = new ort.Tensor(type, new arrays[type](data.buffer, data.byteOffset, bytes / arrays[type].BYTES_PER_ELEMENT), dims);
    }
    const results = await session.run(feeds, request.outputs);
    const outputs = request.outputs.map(name => results[name]);
    process.stdout.write(JSON.stringify(outputs.map(({ dims, data }) => ({ dims, bytes: data.byteLength }))) + '\n');
    for (const { data } of outputs) process.stdout.write(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
}

/** Lines and blocks of bytes, in turn, from one stream. */
function readExactly(stream) {
    const chunks = stream[Symbol.asyncIterator]();
    let held = Buffer.alloc(0);
    async function more() {
        const { value, done } = await chunks.next();
        if (!done) held = Buffer.concat([held, value]);
        return !done;
    }
    return {
        async line() {
            while (!held.includes(10)) if (!await more()) return null;
            const end = held.indexOf(10);
            const line = held.subarray(0, end).toString();
            held = held.subarray(end + 1);
            return line;
        },
        /** A copy of its own, which begins where any array may begin. */
        async bytes(count) {
            while (held.length < count) if (!await more()) throw new Error('the input ends inside of a tensor');
            const block = Buffer.from(new Uint8Array(held.subarray(0, count)).buffer);
            held = held.subarray(count);
            return block;
        },
    };
}
