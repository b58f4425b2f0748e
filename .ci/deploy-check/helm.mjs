// Renders the Helm chart as it comes and with each file of helm/values (helm/main.go stands in for `helm template`), and checks what `helm lint` would.
import { readFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { parse } from 'yaml';
import { objectsOf } from './manifests.mjs';

const Ajv = createRequire(import.meta.url)('ajv').default;
const here = dirname(fileURLToPath(import.meta.url));
const read = file => parse(readFileSync(file, 'utf8'));
const merge = (under, over) => Object.entries(over).reduce((all, [name, value]) => ({
  ...all,
  [name]: value && all[name] && [value, all[name]].every(v => v.constructor === Object) ? merge(all[name], value) : value,
}), under);

/** What is wrong with the chart, and its renderings: each a name and objects. */
export function renderings(chart, version) {
  const errors = [];
  const about = read(join(chart, 'Chart.yaml'));
  if (about.apiVersion !== 'v2' || about.name !== 'ner-service') errors.push('Chart.yaml: expected apiVersion v2 and the name of the folder.');
  for (const field of ['version', 'appVersion']) if (about[field] !== version) errors.push(`Chart.yaml: ${field} is ${about[field]}; what is built is ${version}.`);

  const fits = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')));
  const defaults = read(join(chart, 'values.yaml'));
  const folder = join(here, 'helm/values');
  const files = readdirSync(folder).sort().map(name => join(folder, name));
  for (const values of [{}, ...files.map(read)])
    if (!fits(merge(defaults, values))) errors.push(`values ${JSON.stringify(values)}: ${JSON.stringify(fits.errors)}`);
  // Mistakes that the schema is there for.
  for (const values of [{ coers: 4 }, { cores: 0.5 }, { tls: { secret: '', clientCaSecret: 'ca' } }, { options: { MaxTokens: 1 } }, { worker: { job: 'a b' } }])
    if (fits(merge(defaults, values))) errors.push(`values.schema.json lets ${JSON.stringify(values)} through.`);

  const sets = [[], ...files.map(file => [file])].map(values => {
    const name = `helm${values.length ? ` with ${values[0].split('/').pop()}` : ''}`;
    const text = execFileSync('go', ['run', join(here, 'helm/main.go'), chart, 'ner', ...values], { encoding: 'utf8', env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' } });
    return { name, objects: objectsOf(name, text) };
  });
  return { errors, sets };
}
