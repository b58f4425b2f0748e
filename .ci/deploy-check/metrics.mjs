// Compares the metrics that the dashboard and the adapter's rule name with those that the server's sources create.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const units = { s: '_seconds', By: '_bytes', '{token}/s': '_per_second' };

/** Every metric of the server's sources, under the names that Prometheus gives it. */
function toldMetrics(root) {
  const sources = ['src/NerService.Server', 'src/NerService.Inference'].flatMap(folder => readdirSync(join(root, folder), { recursive: true })
    .filter(f => f.endsWith('.cs') && !f.includes('obj/')).map(f => readFileSync(join(root, folder, f), 'utf8'))).join('\n');
  const told = new Set();
  for (const [, kind, name, rest] of sources.matchAll(/Create(Counter|Histogram|ObservableGauge)(?:<\w+>)?\(\s*"(ner\.[\w.]+)"([^;]*);/g)) {
    const base = name.replaceAll('.', '_');
    const unit = units[Object.keys(units).find(u => rest.includes(`"${u}"`))] ?? '';
    if (kind === 'Counter') told.add(`${base}${unit}_total`);
    else if (kind === 'Histogram') for (const part of ['bucket', 'sum', 'count']) told.add(`${base}${unit}_${part}`);
    else told.add(base + unit);
  }
  return told;
}

/** What is wrong with the dashboard and the rule, and what they hold. */
export function metricErrors(deploy, root) {
  const errors = [];
  const told = toldMetrics(root);
  const dashboard = JSON.parse(readFileSync(join(deploy, 'grafana/ner-service.json'), 'utf8'));
  const rules = parse(readFileSync(join(deploy, 'prometheus-adapter-rule.yaml'), 'utf8'));
  const made = rules.map(rule => rule.name.as);
  const named = [...new Set([...JSON.stringify([dashboard, rules]).matchAll(/\bner_[a-z_]+/g)].map(m => m[0]))].filter(name => !made.includes(name));
  for (const name of named) if (!told.has(name)) errors.push(`The dashboard or the adapter's rule names ${name}; the server tells ${[...told].join(', ')}.`);
  const ids = dashboard.panels.map(p => p.id);
  if (new Set(ids).size !== ids.length) errors.push('Two panels of the dashboard have one id.');
  for (const panel of dashboard.panels) if (!panel.targets.length || !panel.targets.every(t => t.expr)) errors.push(`The panel ${panel.title} has no query.`);
  return { errors, panels: ids.length, metrics: named.length };
}
