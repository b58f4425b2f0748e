// Checks deploy/ and compose.yaml: every manifest, written or rendered from the Helm chart, against the Kubernetes API's schemas, what the manifests promise,
// and that every metric named is one the server tells.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeErrors } from './compose.mjs';
import { renderings } from './helm.mjs';
import { objectsOf, schemaErrors } from './manifests.mjs';
import { metricErrors } from './metrics.mjs';
import { brokenPromises } from './promises.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const deploy = process.argv[2] ?? join(root, 'deploy');
const version = readFileSync(join(root, 'Directory.Build.props'), 'utf8').match(/<Version>([^<]+)/)[1];

const files = [...readdirSync(join(deploy, 'kubernetes')).filter(f => f.endsWith('.yaml')).sort().map(f => `kubernetes/${f}`), 'worker.yaml'];
const written = { name: 'kubernetes', objects: files.flatMap(file => objectsOf(file, readFileSync(join(deploy, file), 'utf8'))) };
const chart = renderings(join(deploy, 'helm/ner-service'), version);
const sets = [written, ...chart.sets];
const objects = sets.flatMap(s => s.objects);
const metrics = metricErrors(deploy, root);
const errors = [
  ...chart.errors,
  ...await schemaErrors(objects),
  ...sets.flatMap(s => brokenPromises(s.name, s.objects, deploy, root)),
  ...metrics.errors,
  ...composeErrors(root, version),
];
for (const error of errors) console.error(error);
const verdict = errors.length === 0 ? 'right' : `${errors.length} errors`;
console.log(`${objects.length} Kubernetes objects (${sets.map(s => s.name).join(', ')}), ${metrics.panels} panels, ${metrics.metrics} metrics, compose.yaml: ${verdict}`);
process.exit(errors.length === 0 ? 0 : 1);
