// Checks deploy/: every manifest against the Kubernetes API's schemas, what the manifests promise, and that every metric named is one the server tells.
import { readFileSync, readdirSync, writeFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments, parse } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const deploy = process.argv[2] ?? join(here, '../../deploy');
const errors = [];
const objects = [];

const files = [...readdirSync(join(deploy, 'kubernetes')).filter(f => f.endsWith('.yaml')).sort().map(f => `kubernetes/${f}`), 'worker.yaml'];
for (const file of files) {
  for (const document of parseAllDocuments(readFileSync(join(deploy, file), 'utf8'))) {
    if (document.errors.length) errors.push(...document.errors.map(e => `${file}: ${e.message}`));
    else if (document.contents) objects.push({ file, object: document.toJS() });
  }
}

// Types, required fields, formats: the API's OpenAPI schemas, and those of KEDA's custom resources, as the packages compiled them.
const isKeda = object => object.apiVersion.startsWith('keda.sh/');
for (const { file, object } of objects) {
  const module = await import(`${isKeda(object) ? '@kubernetes-models/keda' : 'kubernetes-models'}/${object.apiVersion}`).catch(() => ({}));
  const Model = module[object.kind];
  if (!Model) errors.push(`${file}: the API has no ${object.apiVersion} ${object.kind}.`);
  else try { new Model(object).validate(); } catch (e) { errors.push(`${file}: ${object.kind}: ${e.message}`); }
}

// Unknown fields, which the API drops silently: a typed literal may not have any.
const literals = join(here, 'manifests.generated.ts');
writeFileSync(literals, objects.filter(({ object }) => !isKeda(object)).map(({ object }, i) =>
  `import type { ${object.kind} as T${i} } from "kubernetes-types/${object.apiVersion === 'v1' ? 'core/v1' : object.apiVersion.replace('.k8s.io', '')}";\nexport const o${i}: T${i} = ${JSON.stringify(object)};`).join('\n'));
try {
  execFileSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler', literals], { encoding: 'utf8', cwd: here });
} catch (e) {
  errors.push(...e.stdout.trim().split('\n'));
} finally {
  rmSync(literals);
}

// What deploy/README.md and the issue promise.
const find = kind => objects.find(o => o.object.kind === kind)?.object;
const promise = (kept, what) => { if (!kept) errors.push(`Not kept: ${what}`); };
const pod = find('Deployment')?.spec.template.spec;
const container = pod?.containers[0];
for (const { file, object } of objects.filter(o => o.object.kind === 'Deployment')) {
  const spec = object.spec.template.spec;
  const [only] = spec.containers;
  promise(only.securityContext?.readOnlyRootFilesystem === true, `${file}: the root file system is read-only`);
  promise(only.securityContext?.allowPrivilegeEscalation === false && only.securityContext.capabilities.drop.includes('ALL'), `${file}: the process gains no privilege`);
  promise(spec.securityContext?.runAsNonRoot === true, `${file}: the process is not root`);
  promise(only.resources?.requests?.cpu && only.resources.limits?.memory, `${file}: the pod says what it needs`);
}
const admin = container?.ports.find(p => p.name === 'admin')?.containerPort;
promise(admin && container.readinessProbe?.grpc?.port === admin && container.startupProbe?.grpc?.port === admin, 'readiness and start-up are asked by gRPC health on the port that never speaks TLS');
const version = readFileSync(join(here, '../../Directory.Build.props'), 'utf8').match(/<Version>([^<]+)/)[1];
for (const { file, object } of objects.filter(o => o.object.kind === 'Deployment'))
  for (const { image } of object.spec.template.spec.containers) promise(image.endsWith(`:${version}`), `${file}: the image's tag is the version that is built, ${version}`);
const readme = readFileSync(join(deploy, 'README.md'), 'utf8');
for (const secret of new Set([...JSON.stringify(objects).matchAll(/"secretName":"([^"]+)"|"secretKeyRef":\{"name":"([^"]+)"/g)].map(m => m[1] ?? m[2])))
  promise(readme.includes(`kubectl create secret generic ${secret} `), `deploy/README.md says how to make the secret ${secret}`);
const variable = name => Number(container.env.find(e => e.name === name)?.value ?? NaN);
promise(variable('Ner__Shutdown__DelaySeconds') + variable('Ner__Shutdown__DrainSeconds') < pod.terminationGracePeriodSeconds, 'the grace period is longer than delay and drain');
const labels = find('Deployment').spec.template.metadata.labels;
const selects = selector => Object.entries(selector).every(([name, value]) => labels[name] === value);
promise(selects(find('Service').spec.selector), 'the service selects the pods');
promise(selects(find('PodDisruptionBudget').spec.selector.matchLabels), 'the disruption budget selects the pods');
promise(selects(find('NetworkPolicy').spec.podSelector.matchLabels), 'the network policy selects the pods');
const scaler = find('HorizontalPodAutoscaler');
promise(scaler.spec.scaleTargetRef.name === find('Deployment').metadata.name, 'the autoscaler scales the deployment');
const rules = parse(readFileSync(join(deploy, 'prometheus-adapter-rule.yaml'), 'utf8'));
promise(rules.some(r => r.name.as === scaler.spec.metrics[0].pods.metric.name), "the adapter's rule makes the metric that the autoscaler reads");

// Workers are counted by the stream and the consumer that the queue's code names.
const scaled = find('ScaledObject');
const worker = objects.find(o => o.object.kind === 'Deployment' && o.object.metadata.name === scaled.spec.scaleTargetRef.name)?.object;
promise(worker, 'the scaled object scales a deployment');
const job = worker?.spec.template.spec.containers[0].args;
const names = readFileSync(join(here, '../../src/NerService.Batch/Queue/QueueNames.cs'), 'utf8');
const { stream, consumer } = scaled.spec.triggers[0].metadata;
promise(stream === names.match(/Documents => \$"([^"]+)"/)[1].replace('{Job}', job?.[job.indexOf('--job') + 1]), "the scaled object's stream is the job's");
promise(consumer === names.match(/Consumer = "([^"]+)"/)[1], "the scaled object's consumer is the workers'");

// Every metric named is one that the server's sources create, under the name that Prometheus gives it.
const root = join(here, '../..');
const sources = ['src/NerService.Server', 'src/NerService.Inference'].flatMap(folder => readdirSync(join(root, folder), { recursive: true })
  .filter(f => f.endsWith('.cs') && !f.includes('obj/')).map(f => readFileSync(join(root, folder, f), 'utf8'))).join('\n');
const told = new Set();
for (const [, kind, name, rest] of sources.matchAll(/Create(Counter|Histogram|ObservableGauge)(?:<\w+>)?\("(ner\.[\w.]+)"([^;]*);/g)) {
  const base = name.replaceAll('.', '_');
  const unit = /"s"/.test(rest) ? '_seconds' : /"By"/.test(rest) ? '_bytes' : /"\{token\}\/s"/.test(rest) ? '_per_second' : '';
  if (kind === 'Counter') told.add(`${base}_total`);
  else if (kind === 'Histogram') for (const part of ['bucket', 'sum', 'count']) told.add(`${base}${unit}_${part}`);
  else told.add(base + unit);
}
const dashboard = JSON.parse(readFileSync(join(deploy, 'grafana/ner-service.json'), 'utf8'));
const texts = [JSON.stringify(dashboard), JSON.stringify(rules)].join('\n');
const named = new Set([...texts.matchAll(/\bner_[a-z_]+/g)].map(m => m[0]).filter(name => name !== scaler.spec.metrics[0].pods.metric.name));
for (const name of named) promise(told.has(name), `a metric ${name} (the server tells ${[...told].join(', ')})`);
const ids = dashboard.panels.map(p => p.id);
promise(new Set(ids).size === ids.length && dashboard.panels.every(p => p.targets.length > 0 && p.targets.every(t => t.expr)), 'every panel has an id of its own and a query');

for (const error of errors) console.error(error);
console.log(`${objects.length} Kubernetes objects, ${dashboard.panels.length} panels, ${named.size} metrics: ${errors.length === 0 ? 'right' : `${errors.length} errors`}`);
process.exit(errors.length === 0 ? 0 : 1);
