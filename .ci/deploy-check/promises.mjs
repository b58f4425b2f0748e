// What deploy/README.md promises of manifests, whoever wrote them: by hand, or rendered from the Helm chart.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What a set of objects that are applied together does not keep, each in a line that begins with their name. */
export function brokenPromises(set, objects, deploy, root) {
  const broken = [];
  const promise = (kept, what) => { if (!kept) broken.push(`${set}: not kept: ${what}`); };
  const all = kind => objects.map(o => o.object).filter(o => o.kind === kind);
  const [server, worker] = ['server', 'worker'].map(name => all('Deployment').find(d => d.spec.template.spec.containers[0].name === name));
  const settings = JSON.parse(readFileSync(join(root, 'src/NerService.Server/appsettings.json'), 'utf8').replaceAll(/^\s*\/\/.*$/gm, ''));
  const version = readFileSync(join(root, 'Directory.Build.props'), 'utf8').match(/<Version>([^<]+)/)[1];
  const readme = readFileSync(join(deploy, 'README.md'), 'utf8');

  for (const { metadata: { name }, spec: { selector, template: { metadata: { labels }, spec: pod } } } of all('Deployment')) {
    const [container] = pod.containers;
    const { requests, limits } = container.resources;
    promise(container.image.endsWith(`:${version}`), `${name}: the image's tag is the version that is built, ${version}`);
    promise(container.securityContext?.readOnlyRootFilesystem === true, `${name}: the root file system is read-only`);
    promise(container.securityContext?.allowPrivilegeEscalation === false && container.securityContext.capabilities.drop.includes('ALL'), `${name}: the process gains no privilege`);
    promise(pod.securityContext?.runAsNonRoot === true, `${name}: the process is not root`);
    promise(requests?.memory && limits?.memory, `${name}: the pod says what memory it needs`);
    promise(/^[1-9]\d*$/.test(limits?.cpu) && limits.cpu === requests.cpu, `${name}: the CPU limit is a whole number of cores and all requested, as threads follow it`);
    promise(Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value), `${name}: the deployment selects its own pods`);

    const mounts = Object.fromEntries(container.volumeMounts.map(m => [m.name, m.mountPath]));
    promise(container.volumeMounts.every(m => pod.volumes.some(v => v.name === m.name)), `${name}: every mount has its volume`);
    for (const { name: variable, value } of container.env.filter(e => e.name.startsWith('Ner__'))) {
      const option = variable.split('__').slice(0, 3).reduce((at, key) => at?.[key], settings);
      promise(option !== undefined, `${name}: ${variable} is an option of appsettings.json`);
      if (/File(s__\d+)?$/.test(variable)) promise(Object.values(mounts).some(path => value.startsWith(`${path}/`)), `${name}: ${variable} lies in a mounted volume`);
    }
    for (const secret of [...pod.volumes.map(v => v.secret?.secretName), ...container.env.map(e => e.valueFrom?.secretKeyRef?.name)].filter(Boolean))
      promise(readme.includes(` ${secret} `), `deploy/README.md says how to make the secret ${secret}`);
    const policies = all('NetworkPolicy');
    promise(policies.length === 0 || policies.some(p => Object.entries(p.spec.podSelector.matchLabels).every(([key, value]) => labels[key] === value)),
      `${name}: a network policy selects its pods`);
  }

  const pod = server.spec.template.spec;
  const [container] = pod.containers;
  const labels = server.spec.template.metadata.labels;
  const selects = selector => Object.entries(selector).every(([key, value]) => labels[key] === value);
  const value = name => container.env.find(e => e.name === name)?.value;
  const admin = container.ports.find(p => p.name === 'admin')?.containerPort;
  promise(admin && [container.startupProbe, container.readinessProbe].every(p => p?.grpc?.port === admin) && container.livenessProbe?.httpGet?.port === 'admin',
    'probes ask the admin port, which never speaks TLS');
  const shutdown = Number(value('Ner__Shutdown__DelaySeconds')) + Number(value('Ner__Shutdown__DrainSeconds'));
  promise(shutdown < pod.terminationGracePeriodSeconds, 'the grace period is longer than delay and drain');
  const [service] = all('Service');
  promise(selects(service.spec.selector), 'the service selects the pods');
  promise((service.spec.ports[0].appProtocol === 'kubernetes.io/h2c') === !value('Ner__Security__TlsCertificateFile'), 'the service says h2c where there is no TLS, and there alone');
  promise(all('PodDisruptionBudget').some(b => selects(b.spec.selector.matchLabels)), 'a disruption budget selects the pods');
  const policy = all('NetworkPolicy').find(p => selects(p.spec.podSelector.matchLabels));
  if (policy) {
    const opened = policy.spec.ingress.flatMap(rule => rule.ports.map(p => p.port));
    promise(container.ports.every(p => opened.includes(p.containerPort)), 'the network policy lets callers and Prometheus in');
    promise(!value('Ner__Telemetry__OtlpEndpoint') || policy.spec.egress.length > 0, 'the network policy lets traces out to their collector');
  }
  const [scaler] = all('HorizontalPodAutoscaler');
  promise(scaler ? scaler.spec.scaleTargetRef.name === server.metadata.name && server.spec.replicas === undefined : server.spec.replicas > 0,
    'either the autoscaler or the deployment decides the number of replicas');
  const rules = parse(readFileSync(join(deploy, 'prometheus-adapter-rule.yaml'), 'utf8'));
  promise(!scaler || rules.some(r => r.name.as === scaler.spec.metrics[0].pods.metric.name), "the adapter's rule makes the metric that the autoscaler reads");

  // Workers are counted by the stream and the consumer that the queue's code names.
  const [scaled] = all('ScaledObject');
  promise(!scaled === !worker && scaled?.spec.scaleTargetRef.name === worker?.metadata.name, 'the scaled object scales the workers');
  if (worker && scaled) {
    const { args } = worker.spec.template.spec.containers[0];
    const names = readFileSync(join(root, 'src/NerService.Batch/Queue/QueueNames.cs'), 'utf8');
    const { stream, consumer } = scaled.spec.triggers[0].metadata;
    promise(stream === names.match(/Documents => \$"([^"]+)"/)[1].replace('{Job}', args[args.indexOf('--job') + 1]), "the scaled object's stream is the job's");
    promise(consumer === names.match(/Consumer = "([^"]+)"/)[1], "the scaled object's consumer is the workers'");
    const own = all('NetworkPolicy').find(p => p.metadata.name === worker.metadata.name);
    const out = own?.spec.egress.flatMap(rule => rule.ports.map(p => p.port)) ?? [];
    promise(!own || (out.includes(53) && out.includes(4222)), 'workers may ask for names and reach NATS');
  }
  return broken;
}
