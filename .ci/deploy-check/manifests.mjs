// Reads manifests, and checks them against the schemas of the Kubernetes API and of KEDA.
import { writeFileSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const isKeda = object => object.apiVersion.startsWith('keda.sh/');

/** The objects of one YAML text, each with the file it came from; throws for text that is no YAML. */
export function objectsOf(file, text) {
  const documents = parseAllDocuments(text);
  const errors = documents.flatMap(d => d.errors);
  if (errors.length) throw new Error(errors.map(e => `${file}: ${e.message}`).join('\n'));
  return documents.filter(d => d.contents).map(d => ({ file, object: d.toJS() })).filter(({ object }) => object !== null);
}

/** What is wrong with objects: types, required fields, formats, and fields that the API does not know and would drop silently. */
export async function schemaErrors(objects) {
  const errors = [];
  for (const { file, object } of objects) {
    const module = await import(`${isKeda(object) ? '@kubernetes-models/keda' : 'kubernetes-models'}/${object.apiVersion}`).catch(() => ({}));
    const Model = module[object.kind];
    if (!Model) errors.push(`${file}: the API has no ${object.apiVersion} ${object.kind}.`);
    else try { new Model(object).validate(); } catch (e) { errors.push(`${file}: ${object.kind}: ${e.message}`); }
  }
  // A typed literal may have no field that its type lacks.
  const literals = join(here, 'manifests.generated.ts');
  writeFileSync(literals, objects.filter(({ object }) => !isKeda(object)).map(({ file, object }, i) =>
    `import type { ${object.kind} as T${i} } from "kubernetes-types/${object.apiVersion === 'v1' ? 'core/v1' : object.apiVersion.replace('.k8s.io', '')}";\n`
    + `// ${file}\nexport const o${i}: T${i} = ${JSON.stringify(object)};`).join('\n'));
  try {
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler'];
    execFileSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), ...options, literals], { encoding: 'utf8', cwd: here });
  } catch (e) {
    errors.push(...e.stdout.trim().split('\n'));
  } finally {
    rmSync(literals);
  }
  return errors;
}
